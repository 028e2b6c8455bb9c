//! When a refresh token is lost: on a definite refusal, and never on a fault.

use crate::error::Error;

/// Whether the service said that this refresh token will never be good again.
pub(super) fn is_final(error: &Error) -> bool {
    error.meaning().refresh_token_lost
}

/// The same refusal, told as what it is: the one loss that no order of storing and asking can prevent.
pub(super) fn already_replaced(error: Error) -> Error {
    let message = format!(
        "{}; an earlier refresh was cut off after the service had replaced this token, and before the new one was stored",
        error.message()
    );
    error.with_message(message).with_hint(
        "Sign in once more. A grace period for refresh token rotation, in the app client's settings, prevents this.",
    )
}
