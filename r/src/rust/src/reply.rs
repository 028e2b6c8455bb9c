//! The value that every function returns to R: `list(ok =, error =, notices =)`, with `still_waits = TRUE` where a challenge can be
//! answered again, or `list(interrupted = TRUE)`.
//!
//! An error never leaves by way of extendr: it would reach R as the format of a `printf`, and the words of a server
//! are in it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use cognitoken::{Challenge, Error, ErrorKind, Step};
use extendr_api::prelude::*;

use crate::json::{text_or_null, without_nul};
use crate::runtime::take_notices;

/// The reason that there is no value to return.
pub(crate) enum Failure {
    Error(Error),
    /// An error of an answer after which the challenge can be answered again.
    StillWaits(Error, Challenge),
    /// A challenge that nobody answers.
    Unanswered(Challenge),
    Interrupted,
}

impl Failure {
    /// A defect of this package: a panic in the compiled code.
    pub(crate) fn defect() -> Self {
        Error::new(ErrorKind::Local, "InternalFault", "cognitoken failed inside; the call was not finished")
            .with_hint("This is a defect of cognitoken. Please report what you called.")
            .into()
    }

    /// A value that R handed over and nobody can work with.
    pub(crate) fn argument(message: String) -> Self {
        Error::new(ErrorKind::Config, "InvalidArgument", message).into()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// Returns the value that was asked for; a challenge that nobody answers is a failure.
pub(crate) fn done<T>(step: Step<T>) -> Result<T, Failure> {
    match step {
        Step::Done(value) => Ok(value),
        Step::Challenge(challenge) => Err(Failure::Unanswered(challenge)),
    }
}

/// Does the work and packs its outcome for R. A panic is an outcome too, and its text, whatever it holds, is dropped.
pub(crate) fn reply(work: impl FnOnce() -> Result<Robj, Failure>) -> Robj {
    let outcome = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(Failure::defect()));
    let notices: Vec<String> = take_notices().iter().map(|notice| without_nul(notice)).collect();
    match outcome {
        Ok(value) => list!(ok = value, error = (), notices = notices).into(),
        Err(Failure::Error(error)) => {
            list!(ok = (), error = described(&error, None), notices = notices).into()
        }
        Err(Failure::StillWaits(error, challenge)) => {
            let error = described(&error, Some(&challenge));
            list!(ok = (), error = error, still_waits = true, notices = notices).into()
        }
        Err(Failure::Unanswered(challenge)) => {
            let error = described(&Error::from(challenge.clone()), Some(&challenge));
            list!(ok = (), error = error, notices = notices).into()
        }
        Err(Failure::Interrupted) => list!(interrupted = true).into(),
    }
}

/// An error as R's half reads it.
pub(crate) fn described(error: &Error, challenge: Option<&Challenge>) -> Robj {
    list!(
        lineage = error.kind().lineage(),
        code = without_nul(error.code()),
        message = without_nul(error.message()),
        hint = text_or_null(error.hint()),
        request_id = text_or_null(error.request_id()),
        retryable = error.retryable(),
        expected = text_or_null(error.expected()),
        actual = text_or_null(error.actual()),
        challenge =
            challenge.map_or_else(Robj::default, |challenge| ExternalPtr::new(challenge.clone()).into())
    )
    .into()
}
