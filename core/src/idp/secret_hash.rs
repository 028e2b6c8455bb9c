//! SECRET_HASH, by which an app client with a secret proves itself in the API.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::secret::ClientSecret;

/// base64(HMAC-SHA256(client secret, user name | client id)), over the user name of the same request, letter for
/// letter.
///
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash>
pub(crate) fn secret_hash(username: &str, client_id: &str, client_secret: &ClientSecret) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, client_secret.expose().as_bytes());
    let mut context = hmac::Context::with_key(&key);
    context.update(username.as_bytes());
    context.update(client_id.as_bytes());
    STANDARD.encode(context.sign())
}
