//! Conversion of the core's errors to exceptions.

use cognitoken::{Error, ErrorKind};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};

use crate::gate;
use crate::text::readable;

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
