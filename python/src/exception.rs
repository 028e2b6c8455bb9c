//! Conversion of failures to exceptions.

use std::sync::Arc;

use cognitoken::{Challenge, Error, ErrorKind};
use cognitoken_surface::{Failure, Object};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};

use crate::{gate, output};

/// Converts the failure of a call.
pub(crate) fn from_failure(py: Python<'_>, failure: Failure) -> PyErr {
    match failure {
        Failure::Error(error) => from_core(py, &error),
        Failure::StillWaits(error, challenge) => {
            with_challenge(py, from_core(py, &error), Arc::new(challenge))
        }
        Failure::Unanswered(challenge) => unanswered(py, Arc::new(challenge)),
    }
}

/// Returns the exception for a challenge that nobody answers.
pub(crate) fn unanswered(py: Python<'_>, challenge: Arc<Challenge>) -> PyErr {
    with_challenge(py, from_core(py, &(*challenge).clone().into()), challenge)
}

fn with_challenge(py: Python<'_>, exception: PyErr, challenge: Arc<Challenge>) -> PyErr {
    let challenge = output::of_object(py, Object::Challenge(challenge));
    match challenge.and_then(|challenge| exception.value(py).setattr("challenge", challenge)) {
        Ok(()) => exception,
        Err(failure) => failure,
    }
}

/// Converts an error to the exception of its kind, with the same fields, none of which is secret.
pub(crate) fn from_core(py: Python<'_>, error: &Error) -> PyErr {
    gate::inside(py, || build(py, error)).unwrap_or_else(|failure| failure)
}

fn build(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    let class =
        py.import("cognitoken.exceptions")?.getattr(class_name(error.kind()))?.cast_into::<PyType>()?;
    let fields = PyDict::new(py);
    fields.set_item("code", error.code())?;
    fields.set_item("hint", error.hint().map(readable))?;
    fields.set_item("request_id", error.request_id())?;
    fields.set_item("retryable", error.retryable())?;
    fields.set_item("expected", error.expected().map(readable))?;
    fields.set_item("actual", error.actual().map(readable))?;
    let exception = class.call((readable(error.message()),), Some(&fields))?;
    if let Some(parameter) = error.lacks() {
        exception.setattr("_lacks", parameter)?;
    }
    Ok(PyErr::from_value(exception))
}

/// The exception class of the kind, or a broader class for a kind that this binding does not know yet.
fn class_name(kind: ErrorKind) -> &'static str {
    let known = |name: &&str| match *name {
        "config" => Some("ConfigError"),
        "authentication" => Some("AuthenticationError"),
        "challenge_required" => Some("ChallengeRequired"),
        "password_reset_required" => Some("PasswordResetRequired"),
        "user_not_confirmed" => Some("UserNotConfirmed"),
        "throttled" => Some("ThrottledError"),
        "network" => Some("NetworkError"),
        "request_timeout" => Some("RequestTimeout"),
        "service" => Some("ServiceError"),
        "token" => Some("TokenError"),
        "token_expired" => Some("TokenExpired"),
        "token_invalid" => Some("TokenInvalid"),
        "store" => Some("StoreError"),
        "local" => Some("LocalError"),
        _ => None,
    };
    kind.lineage().iter().find_map(known).unwrap_or("CognitoError")
}

/// Replaces characters that are invisible and change how other characters are shown by spaces. They could control a
/// terminal, or make one name look like another.
pub(crate) fn readable(text: &str) -> String {
    text.chars().map(|character| if is_unseen(character) { ' ' } else { character }).collect()
}

/// Returns whether this is a control or format character: C0, C1, line ends, those of bidirectional text, zero width, tags.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{600}'..='\u{605}'
                | '\u{61c}'
                | '\u{6dd}'
                | '\u{70f}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}
