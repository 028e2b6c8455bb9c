//! The outcome of an operation that may be asked for more.

use super::challenge::Challenge;
use crate::error::{Error, Result};
use crate::tokens::Tokens;

/// The outcome of a sign-in, of an answer, or of a session that has to sign in: what was asked for, or a challenge.
#[derive(Debug, Clone)]
pub enum Step<T = Tokens> {
    /// What was asked for.
    Done(T),
    /// The service asks for one more answer before it issues tokens.
    Challenge(Challenge),
}

impl<T> Step<T> {
    /// Returns what was asked for; an unanswered challenge is an error, for a program that has nobody to ask.
    ///
    /// # Errors
    /// [`ErrorKind::ChallengeRequired`](crate::ErrorKind::ChallengeRequired) whose code is the challenge's name.
    pub fn or_error(self) -> Result<T> {
        match self {
            Self::Done(value) => Ok(value),
            Self::Challenge(challenge) => Err(Error::from(challenge)),
        }
    }

    /// Converts what was asked for; a challenge stays as it is.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Step<U> {
        match self {
            Self::Done(value) => Step::Done(convert(value)),
            Self::Challenge(challenge) => Step::Challenge(challenge),
        }
    }

    /// Converts what was asked for, where it can be converted; a challenge stays as it is.
    ///
    /// # Errors
    /// The errors of `convert`.
    pub fn try_map<U>(self, convert: impl FnOnce(T) -> Result<U>) -> Result<Step<U>> {
        match self {
            Self::Done(value) => convert(value).map(Step::Done),
            Self::Challenge(challenge) => Ok(Step::Challenge(challenge)),
        }
    }
}
