//! The password of a device that the pool may remember, and its verifier.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::generator::generator_power;
use super::key_exchange::Credentials;
use super::padding::Padded;
use crate::error::Result;
use crate::random::random_bytes;
use crate::secret::Password;

/// The password of a new device, and the verifier that ConfirmDevice sends to the service.
///
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-device-tracking.html>
pub(crate) struct DeviceVerifier {
    /// The password, which stays with the device.
    pub(crate) password: Password,
    /// `Salt`.
    pub(crate) salt_base64: String,
    /// `PasswordVerifier`, with which the service checks a proof of the password without knowing it.
    pub(crate) verifier_base64: String,
}

impl DeviceVerifier {
    /// Generates a password for the device that NewDeviceMetadata names, and its verifier.
    ///
    /// # Errors
    /// [`ErrorKind::Local`](crate::ErrorKind::Local) where the operating system has no random numbers.
    pub(crate) fn generate(group_key: &str, device_key: &str) -> Result<Self> {
        let random = random_bytes::<40>()?;
        let password = Password::new(STANDARD.encode(&random[..]));
        let salt = Padded::from_be_bytes(&random_bytes::<16>()?[..]);
        let credentials = Credentials { group: group_key, user: device_key, password: password.expose() };
        let verifier_base64 = STANDARD.encode(verifier(&credentials, &salt).as_bytes());
        Ok(Self { salt_base64: STANDARD.encode(salt.as_bytes()), verifier_base64, password })
    }
}

/// `v`: PAD(g^x mod N).
pub(crate) fn verifier(credentials: &Credentials<'_>, salt: &Padded) -> Padded {
    let element = generator_power(&credentials.private_key(salt));
    Padded::from_integer(&Zeroizing::new(element.retrieve()))
}
