//! The one ID token of a session in fixed-token mode.

use serde_json::Value;

use crate::error::{Error, ErrorKind, Result};
use crate::jwt::decode;
use crate::secret::IdToken;

/// Checks that the token is still good. `now` is in seconds since 1970-01-01T00:00:00Z.
///
/// # Errors
/// [`ErrorKind::TokenExpired`]; [`ErrorKind::TokenInvalid`] for a text that is not a JWT.
pub(super) fn check(token: &IdToken, now: i64) -> Result<()> {
    let claims = decode(token.expose())?.payload;
    match claims.get("exp").and_then(Value::as_i64) {
        Some(expires_at) if expires_at <= now => {
            let message = format!("the fixed ID token expired {} s ago", now.saturating_sub(expires_at));
            Err(Error::new(ErrorKind::TokenExpired, "TokenExpired", message)
                .with_hint("Set COGNITO_ID_TOKEN to a new token, or unset it and let the session refresh."))
        }
        _ => Ok(()),
    }
}

/// The error for an operation that needs more than the fixed ID token.
pub(super) fn has_no(what: &str) -> Error {
    let message = format!("this session has one fixed ID token, and no {what}");
    Error::new(ErrorKind::Config, "FixedToken", message)
        .with_hint("Use its ID token or its header, or unset COGNITO_ID_TOKEN.")
}
