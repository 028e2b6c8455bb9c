//! The error of the whole library: a kind, Cognito's own code where it sent one, a message, and a hint.

mod kind;
mod meaning;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use kind::ErrorKind;

pub(crate) use meaning::{Meaning, Repeat, Subject, Verdict};

/// The result of the fallible functions of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error. `Display` is the message alone; the next step for a person is [`Error::hint`].
///
/// No field ever holds a password, a token, a code or a client secret.
#[derive(Clone)]
pub struct Error {
    // Boxed: a Result is moved at every `?`, and the error is the rare half of it.
    details: Box<Details>,
}

#[derive(Debug, Clone)]
struct Details {
    kind: ErrorKind,
    code: Cow<'static, str>,
    message: String,
    hint: Option<Cow<'static, str>>,
    request_id: Option<String>,
    retryable: bool,
    retry_after: Option<Duration>,
    meaning: Meaning,
    source: Option<Arc<dyn StdError + Send + Sync>>,
    comparison: Option<Comparison>,
    lacks: Option<&'static str>,
}

/// A claim that a token was refused for: what was expected of it, and its value.
#[derive(Debug, Clone)]
struct Comparison {
    expected: String,
    actual: Option<String>,
}

impl Error {
    /// Creates an error of this kind. `code` is Cognito's name for it, or a stable name of this library in the same
    /// style.
    pub fn new(kind: ErrorKind, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        let details = Details {
            kind,
            code: code.into(),
            message: message.into(),
            hint: None,
            request_id: None,
            retryable: false,
            retry_after: None,
            meaning: Meaning::default(),
            source: None,
            comparison: None,
            lacks: None,
        };
        Self { details: Box::new(details) }
    }

    /// Creates the error of a refusal on which this verdict was reached.
    pub(crate) fn judged(
        verdict: Verdict,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        let mut error = Self::new(verdict.kind, code, message);
        error.details.hint = verdict.hint.map(Cow::Borrowed);
        error.details.retryable = verdict.repeat != Repeat::Never;
        error.details.meaning = verdict.meaning;
        error
    }

    /// Sets the next step for a person.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.details.hint = Some(hint.into());
        self
    }

    /// Replaces the message.
    #[must_use]
    pub(crate) fn with_message(mut self, message: impl Into<String>) -> Self {
        self.details.message = message.into();
        self
    }

    /// Sets the service's id of the request that failed.
    #[must_use]
    pub(crate) fn with_request_id(mut self, request_id: Option<String>) -> Self {
        self.details.request_id = request_id;
        self
    }

    /// Sets whether the same call may succeed later, unchanged.
    #[must_use]
    pub fn with_retryable(mut self, retryable: bool) -> Self {
        self.details.retryable = retryable;
        self
    }

    /// The same error with the error of another library that caused it, for [`source`](StdError::source). Its text must
    /// hold no secret and no URL with a query: error reports print it.
    #[must_use]
    pub fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.details.source = Some(Arc::new(source));
        self
    }

    /// The same error with the value that a claim was expected to have, and the value that it has, if any.
    #[must_use]
    pub fn with_comparison(mut self, expected: impl Into<String>, actual: Option<String>) -> Self {
        self.details.comparison = Some(Comparison { expected: expected.into(), actual });
        self
    }

    pub(crate) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.details.retry_after = retry_after;
        self
    }

    /// The kind of failure.
    pub fn kind(&self) -> ErrorKind {
        self.details.kind
    }

    /// Cognito's own name for the error where it sent one (`NotAuthorizedException`), else this library's
    /// (`MissingValue`).
    pub fn code(&self) -> &str {
        &self.details.code
    }

    /// One sentence about the failure: the text of `Display`.
    pub fn message(&self) -> &str {
        &self.details.message
    }

    /// The next step for a person, if there is one.
    pub fn hint(&self) -> Option<&str> {
        self.details.hint.as_deref()
    }

    /// The service's id of the request, for a support case.
    pub fn request_id(&self) -> Option<&str> {
        self.details.request_id.as_deref()
    }

    /// Returns whether the same call may succeed later, unchanged.
    pub fn retryable(&self) -> bool {
        self.details.retryable
    }

    /// The value that a claim of a refused token was expected to have: a text, or several as a JSON list.
    pub fn expected(&self) -> Option<&str> {
        self.details.comparison.as_ref().map(|comparison| comparison.expected.as_str())
    }

    /// The value that a claim of a refused token has, shortened to 100 characters: a text, or JSON for any other type.
    /// `None` if the claim is absent, or the token was not refused for one.
    pub fn actual(&self) -> Option<&str> {
        self.details.comparison.as_ref()?.actual.as_deref()
    }

    /// The wait that the service asked for before the next attempt.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        self.details.retry_after
    }

    /// The meaning of the service's refusal; the default one for an error that is no refusal.
    pub(crate) fn meaning(&self) -> Meaning {
        self.details.meaning
    }

    /// The parameter whose value is missing, where nothing was sent and a person can be asked for it: `username`,
    /// `client_id` or `password`.
    #[doc(hidden)]
    pub fn lacks(&self) -> Option<&'static str> {
        self.details.lacks
    }

    /// The same error, of a call that lacks the value of this parameter.
    #[doc(hidden)]
    #[must_use]
    pub fn lacking(mut self, parameter: &'static str) -> Self {
        self.details.lacks = Some(parameter);
        self
    }

    /// Returns whether a new sign-in may help: the stored sign-in or the given values are no longer good, or missing.
    #[doc(hidden)]
    pub fn wants_sign_in(&self) -> bool {
        let is_about_others = matches!(
            self.meaning().subject,
            Subject::Client | Subject::Flow | Subject::Pool | Subject::Identity | Subject::Firewall
        );
        self.code() == "MissingValue" || (self.kind() == ErrorKind::Authentication && !is_about_others)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.message())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.details.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details { kind, code, message, hint, request_id, retryable, .. } = &*self.details;
        formatter
            .debug_struct("Error")
            .field("kind", kind)
            .field("code", code)
            .field("message", message)
            .field("hint", hint)
            .field("request_id", request_id)
            .field("retryable", retryable)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_the_source_and_no_part_of_the_debug_text() {
        let cause = std::io::Error::other("the disk is full");
        let error = Error::new(ErrorKind::Store, "StoreUnusable", "cannot write").with_source(cause);
        let twin = error.clone();
        let source = twin.source().and_then(|source| source.downcast_ref::<std::io::Error>());
        assert_eq!(source.map(ToString::to_string).as_deref(), Some("the disk is full"));
        assert_eq!(error.to_string(), "cannot write");
        assert!(!format!("{error:?}").contains("disk"));
        assert!(Error::new(ErrorKind::Local, "CallEnded", "ended").source().is_none());
    }
}
