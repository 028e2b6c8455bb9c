//! A device of its own that the pool may remember: a password that no person knows, and what proves it later.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::generator::generator_power;
use super::key_exchange::Identity;
use super::padding::Padded;
use crate::error::Result;
use crate::random::random_bytes;
use crate::secret::Password;

/// What ConfirmDevice tells the service about a new device, and what the device keeps to prove itself with.
///
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-device-tracking.html>
pub(crate) struct DeviceVerifier {
    /// Stays with the device.
    pub(crate) password: Password,
    /// `Salt`.
    pub(crate) salt_base64: String,
    /// `PasswordVerifier`: it proves the password right and does not tell it.
    pub(crate) verifier_base64: String,
}

impl DeviceVerifier {
    /// A fresh password for the device that NewDeviceMetadata names, and its verifier.
    ///
    /// # Errors
    /// [`ErrorKind::Local`](crate::ErrorKind::Local) where the operating system has no random numbers.
    pub(crate) fn generate(group_key: &str, device_key: &str) -> Result<Self> {
        let random = random_bytes::<40>()?;
        let password = Password::new(STANDARD.encode(&random[..]));
        let salt = Padded::from_be_bytes(&random_bytes::<16>()?[..]);
        let identity = Identity { group: group_key, user: device_key, password: password.expose() };
        let verifier_base64 = STANDARD.encode(verifier(&identity, &salt).as_bytes());
        Ok(Self { salt_base64: STANDARD.encode(salt.as_bytes()), verifier_base64, password })
    }
}

/// `v`: PAD(g^x mod N).
pub(crate) fn verifier(identity: &Identity<'_>, salt: &Padded) -> Padded {
    let element = generator_power(&identity.private_key(salt));
    Padded::from_integer(&Zeroizing::new(element.retrieve()))
}
