//! The levels of the log, by the names that `COGNITO_LOG` has for them.

use crate::error::{Error, ErrorKind, Result};

/// The names of the levels, from the most important lines to the smallest detail.
pub const LOG_LEVELS: [&str; 4] = ["warn", "info", "debug", "trace"];

/// The place of a level in [`LOG_LEVELS`].
///
/// # Errors
/// [`ErrorKind::Config`], code `InvalidLogLevel`, if it is none of them.
pub fn log_level(name: &str) -> Result<usize> {
    let wanted = name.trim().to_ascii_lowercase();
    LOG_LEVELS.iter().position(|level| *level == wanted).ok_or_else(|| {
        // The value is not shown: it may be a password in the wrong variable.
        Error::new(ErrorKind::Config, "InvalidLogLevel", "COGNITO_LOG does not name a level of the log")
            .with_hint("Set it to warn, info or debug.")
    })
}
