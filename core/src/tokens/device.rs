//! The device that a sign-in came from, where the pool tracks devices.
//!
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-device-tracking.html>

use std::fmt;

use crate::secret::Password;

/// A device that a pool remembers. It travels with the [`Tokens`](crate::Tokens) of the sign-in that made it known;
/// hand it to later sign-ins of the same user.
#[derive(Clone)]
pub struct Device {
    key: String,
    group_key: String,
    password: Password,
}

impl Device {
    /// Creates a device from the values of an earlier sign-in.
    pub fn new(key: impl Into<String>, group_key: impl Into<String>, password: Password) -> Self {
        Self { key: key.into(), group_key: group_key.into(), password }
    }

    /// The pool's key for the device: `<region>_<uuid>`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The pool's key for the group that the device is in.
    pub fn group_key(&self) -> &str {
        &self.group_key
    }

    /// The device's own password.
    pub fn password(&self) -> &Password {
        &self.password
    }
}

impl fmt::Debug for Device {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Device").field("key", &self.key).finish_non_exhaustive()
    }
}

/// The device that a sign-in came from. A pool that tracks devices requires its key in every refresh:
/// <https://repost.aws/knowledge-center/cognito-invalid-refresh-token-error>.
#[derive(Debug, Clone, Default)]
pub(crate) enum TrackedDevice {
    /// No device: the pool has named none.
    #[default]
    None,
    /// A device with a key of the pool that was not confirmed: such a pool may refuse to refresh.
    Unknown {
        key: String,
    },
    Remembered(Device),
}

impl TrackedDevice {
    pub(crate) fn key(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Unknown { key } => Some(key),
            Self::Remembered(device) => Some(device.key()),
        }
    }

    pub(crate) fn remembered(&self) -> Option<&Device> {
        match self {
            Self::Remembered(device) => Some(device),
            _ => None,
        }
    }

    /// Returns the device itself, or the one that a token names if there is none.
    pub(crate) fn or_named(self, key: Option<String>) -> Self {
        match (self, key) {
            (Self::None, Some(key)) => Self::Unknown { key },
            (told, _) => told,
        }
    }
}

impl From<Option<Device>> for TrackedDevice {
    fn from(device: Option<Device>) -> Self {
        device.map_or(Self::None, Self::Remembered)
    }
}
