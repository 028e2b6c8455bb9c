//! Hints that depend on what was sent with the refused request.

use crate::config::UserPoolId;
use crate::error::Error;
use crate::error::Subject;
use crate::text::printable;
use crate::tokens::TrackedDevice;

/// Explains the refusal of a password, or of a new one. `pool` is the one of the password's proof, if it was proved.
pub(super) fn of_password(error: Error, password: Option<&str>, pool: Option<&UserPoolId>) -> Error {
    let error = match (error.meaning().subject, pool) {
        (Subject::Password, Some(pool)) => error.with_hint(format!(
            "Check COGNITO_USER_NAME and COGNITO_PASSWORD, and that {pool} (COGNITO_USER_POOL_ID) is the pool of this \
             client id: the proof of the password is made with it."
        )),
        (Subject::Password | Subject::NewPassword, _) => error,
        _ => return error,
    };
    if !password.is_some_and(has_white_edge) {
        return error;
    }
    let white = "The password begins or ends with white space, which was sent as a part of it.";
    let hint = error.hint().map_or_else(|| white.to_owned(), |hint| format!("{hint} {white}"));
    error.with_hint(hint)
}

/// Returns whether the first or the last character is white space or invisible.
fn has_white_edge(password: &str) -> bool {
    let is_white = |edge: char| edge.is_whitespace() || printable(edge.encode_utf8(&mut [0; 4])).is_empty();
    password.starts_with(is_white) || password.ends_with(is_white)
}

/// Explains the refusal of a refresh token: a pool that tracks devices also calls it invalid for a wrong device.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-device-tracking.html>
pub(super) fn of_refresh_token(error: Error, device: &TrackedDevice) -> Error {
    if error.meaning().subject != Subject::RefreshTokenOrDevice {
        return error;
    }
    match device {
        TrackedDevice::Remembered(_) => error,
        TrackedDevice::Unknown { .. } => error.with_hint(
            "The refresh token is no longer good, or the pool refreshes only for a device that it remembers: sign in \
             with remember_device.",
        ),
        TrackedDevice::None => error.with_hint(
            "The refresh token is no longer good, or the pool remembers devices and requires the key of the one that the \
             token belongs to (COGNITO_DEVICE_KEY): give the key, or sign in again.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_found_at_both_ends_and_nowhere_else() {
        for password in
            [" a", "a ", "\ta", "a\n", "a\r", "\u{a0}a", "a\u{2003}", "\u{feff}a", "a\u{200b}", " "]
        {
            assert!(has_white_edge(password), "{password:?}");
        }
        for password in ["", "a", "a b", "a\u{a0}b", "\u{e9}", "日本"] {
            assert!(!has_white_edge(password), "{password:?}");
        }
    }
}
