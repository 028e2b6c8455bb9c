//! Time limits and tolerances, given as a number of seconds.

use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};

/// The time limit of a call where none is given.
pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// A time limit from a number of seconds, as the bindings are given one.
///
/// # Errors
/// [`ErrorKind::Config`] unless the number is finite and above zero.
pub fn timeout_from_seconds(seconds: f64) -> Result<Duration> {
    Duration::try_from_secs_f64(seconds).ok().filter(|limit| !limit.is_zero()).ok_or_else(|| {
        Error::new(
            ErrorKind::Config,
            "InvalidTimeout",
            format!("the time limit {seconds} is not a number of seconds above 0"),
        )
        .with_hint("Give `timeout` in seconds, for example 30.")
    })
}

/// A tolerance between clocks from a number of seconds, as the bindings are given one.
///
/// # Errors
/// [`ErrorKind::Config`] unless the number is finite and not below zero.
pub fn leeway_from_seconds(seconds: f64) -> Result<Duration> {
    Duration::try_from_secs_f64(seconds).map_err(|_| {
        let message = format!("the leeway {seconds} is not a number of seconds, 0 or more");
        Error::new(ErrorKind::Config, "InvalidLeeway", message)
            .with_hint("Give `leeway` in seconds, for example 5.")
    })
}
