//! Devices that a pool remembers.

use cognitoken::{Device, Password};
use extendr_api::prelude::*;

use crate::arguments::Arguments;
use crate::json;
use crate::reply::{Failure, reply};

/// A device from its three parts.
#[extendr]
fn device(values: Robj) -> Robj {
    reply(|| {
        let values = Arguments::new(&values)?;
        let password = Password::new(values.required_text("password")?);
        let device = Device::new(values.required_text("key")?, values.required_text("group_key")?, password);
        Ok(ExternalPtr::new(device).into())
    })
}

/// The three parts of a device, for keeping.
#[extendr]
fn device_parts(values: Robj) -> Robj {
    reply(|| {
        let device = known_device(&Arguments::new(&values)?)?;
        Ok(list!(
            key = json::without_nul(device.key()),
            group_key = json::without_nul(device.group_key()),
            password = json::without_nul(device.password().expose())
        )
        .into())
    })
}

/// The part of a device that may be shown.
#[extendr]
fn device_key(values: Robj) -> Robj {
    reply(|| Ok(json::without_nul(known_device(&Arguments::new(&values)?)?.key()).into()))
}

pub(crate) fn given_device(values: &Arguments) -> Result<Option<Device>, Failure> {
    values.value("device").map(|_| known_device(values)).transpose()
}

/// A device whose refresh token starts something: the whole device, or its key alone.
pub(crate) fn given_device_or_key(values: &Arguments) -> Result<(Option<Device>, Option<String>), Failure> {
    match values.value("device") {
        Some(given) if given.is_string() => Ok((None, values.text("device")?)),
        _ => Ok((given_device(values)?, None)),
    }
}

fn known_device(values: &Arguments) -> Result<Device, Failure> {
    values.object("device", "a device: `tokens$device`, or what cognito_device() gave")
}

extendr_module! {
    mod device;
    fn device;
    fn device_parts;
    fn device_key;
}
