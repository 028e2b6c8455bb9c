//! Confirming a new device for a pool that tracks devices; later sign-ins prove it by a password of its own.
//!
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-device-tracking.html>

use super::api::Api;
use super::wire::{ConfirmDevice, DeviceSecretVerifierConfig, UpdateDeviceStatus};
use crate::error::Subject;
use crate::error::{Error, Result};
use crate::srp::DeviceVerifier;
use crate::tokens::{Device, NewDeviceMetadata};

/// Returns whether the service refused a device that it does not know, or no longer knows.
pub(super) fn is_unknown(error: &Error) -> bool {
    error.meaning().subject == Subject::Device
}

/// Confirms the device that the service has just named for a sign-in.
pub(super) async fn confirm(api: &Api<'_>, given: &NewDeviceMetadata, access_token: &str) -> Result<Device> {
    let NewDeviceMetadata { device_key, device_group_key } = given;
    let verifier = DeviceVerifier::generate(device_group_key, device_key)?;
    let confirmation = ConfirmDevice {
        access_token,
        device_key,
        device_secret_verifier_config: DeviceSecretVerifierConfig {
            password_verifier: &verifier.verifier_base64,
            salt: &verifier.salt_base64,
        },
        device_name: concat!("cognitoken/", env!("CARGO_PKG_VERSION")),
    };
    if api.call(&confirmation).await?.output.user_confirmation_necessary {
        let update = UpdateDeviceStatus { access_token, device_key, device_remembered_status: "remembered" };
        api.call(&update).await?;
    }
    Ok(Device::new(device_key, device_group_key, verifier.password))
}
