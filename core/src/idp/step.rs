//! The outcome of an operation that may meet a challenge.

use super::challenge::Challenge;
use crate::error::{Error, Result};
use crate::tokens::Tokens;

/// The outcome of a sign-in, of an answer, or of a session that has to sign in: a result, or a challenge.
#[derive(Debug, Clone)]
pub enum Step<T = Tokens> {
    /// The result.
    Done(T),
    /// The service asks for one more answer before it issues tokens.
    Challenge(Challenge),
}

impl<T> Step<T> {
    /// Returns the result. A challenge becomes an error, for a program that has no person to ask.
    ///
    /// # Errors
    /// [`ErrorKind::ChallengeRequired`](crate::ErrorKind::ChallengeRequired) whose code is the challenge's name.
    pub fn or_error(self) -> Result<T> {
        match self {
            Self::Done(value) => Ok(value),
            Self::Challenge(challenge) => Err(Error::from(challenge)),
        }
    }

    /// Converts the result; a challenge is returned unchanged.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Step<U> {
        match self {
            Self::Done(value) => Step::Done(convert(value)),
            Self::Challenge(challenge) => Step::Challenge(challenge),
        }
    }

    /// Converts the result, if the conversion succeeds; a challenge is returned unchanged.
    ///
    /// # Errors
    /// The errors of `convert`.
    pub(crate) fn try_map<U>(self, convert: impl FnOnce(T) -> Result<U>) -> Result<Step<U>> {
        match self {
            Self::Done(value) => convert(value).map(Step::Done),
            Self::Challenge(challenge) => Ok(Step::Challenge(challenge)),
        }
    }
}
