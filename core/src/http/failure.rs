//! A failed attempt at a request, and what decides whether it is repeated.

use std::time::Duration;

use crate::error::Error;

/// The point that a failed request may have got to, which decides whether it may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reached {
    /// The service did nothing: never connected to, or it said that it turned the request away.
    Nothing,
    /// Nobody knows: the fault came after the request was on its way.
    Unknown,
}

/// A failed attempt, and what is needed to decide on the next one.
pub(crate) struct Failure {
    pub(crate) error: Error,
    pub(crate) reached: Reached,
    pub(crate) retry_after: Option<Duration>,
}

impl Failure {
    /// Returns whether another attempt may help and, for a request that must not run twice, does no harm.
    pub(crate) fn may_repeat(&self, runs_once: bool) -> bool {
        self.error.retryable() && (!runs_once || self.reached == Reached::Nothing)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, reached: Reached::Unknown, retry_after: None }
    }
}
