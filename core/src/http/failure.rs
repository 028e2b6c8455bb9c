//! What can go wrong between here and a service, in words that say where.

use std::error::Error as StdError;
use std::time::Duration;

use serde_json::Value;
use url::Url;
use zeroize::Zeroizing;

use super::Answer;
use crate::error::{Error, ErrorKind};

/// A refusal's words are shown to people: longer than this, in characters, they help nobody.
const MESSAGE_CAP: usize = 600;

/// A shorter text, in bytes, is part of so many words that taking it out of them would tell what it is. No pool takes
/// so short a password, and no code is so short.
const SHORTEST_SECRET: usize = 4;

/// No name of an error, id of a request or type of a document is longer than this, in bytes.
const NAME_CAP: usize = 100;

/// How far a request that failed may have got: what decides whether it may be sent again.
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
    /// Whether another attempt may help and, for a request that must not run twice, cannot hurt.
    pub(crate) fn may_repeat(&self, runs_once: bool) -> bool {
        self.error.retryable() && (!runs_once || self.reached == Reached::Nothing)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, reached: Reached::Unknown, retry_after: None }
    }
}

/// A fault that the HTTP client reports.
pub(super) fn from_fault(url: &Url, fault: &reqwest::Error) -> Failure {
    let host = host_of(url);
    let cause = cause(fault);
    let (code, message, hint) = if fault.is_dns() {
        (
            "NameNotResolved",
            format!("the name of {host} could not be resolved: {cause}"),
            "Check the region, the endpoint and the network's name server.",
        )
    } else if is_tls(fault) {
        (
            "TlsFailed",
            format!("no trusted TLS connection to {host}: {cause}"),
            "Behind a corporate proxy, name its CA bundle in SSL_CERT_FILE (a PEM file).",
        )
    } else if fault.is_connect() {
        (
            "ConnectionFailed",
            format!("no connection to {host}: {cause}"),
            "Check the network, the endpoint and the proxy (HTTPS_PROXY, NO_PROXY).",
        )
    } else {
        (
            "ConnectionLost",
            format!("the connection to {host} broke off before the answer was complete: {cause}"),
            "Try again; if it stays, check the network and the proxy.",
        )
    };
    let reached = if fault.is_connect() { Reached::Nothing } else { Reached::Unknown };
    // A certificate does not become trusted by asking again.
    let error =
        Error::new(ErrorKind::Network, code, message).with_hint(hint).with_retryable(code != "TlsFailed");
    Failure { error, reached, retry_after: None }
}

pub(super) fn unexpected_status(url: &Url, answer: &Answer) -> Failure {
    let status = answer.status;
    let message =
        format!("{} answered with HTTP status {status} where a JSON document was expected", host_of(url));
    let (kind, code) = match status {
        429 => (ErrorKind::Throttled, "TooManyRequests"),
        _ => (ErrorKind::Service, "UnexpectedStatus"),
    };
    let error = Error::new(kind, code, message)
        .with_hint("Check the address.")
        .with_retryable(status == 429 || status >= 500);
    Failure { error, reached: Reached::Unknown, retry_after: answer.retry_after() }
}

/// An answer that is not JSON: a proxy's page, a cut-off body, another service.
pub(crate) fn not_json(url: &Url, answer: &Answer) -> Error {
    if answer.status == 429 {
        let message = format!("{} answers that too many requests come in", host_of(url));
        return Error::new(ErrorKind::Throttled, "TooManyRequests", message)
            .with_hint("Try again in a while.")
            .with_retryable(true);
    }
    let what = if answer.body.is_empty() {
        "an empty body".to_owned()
    } else {
        let content_type: String = presentable(answer.content_type(), &[]).chars().take(NAME_CAP).collect();
        format!("{} bytes that are not the JSON expected ({content_type})", answer.body.len())
    };
    let message = format!("{} answered with HTTP status {} and {what}", host_of(url), answer.status);
    Error::new(ErrorKind::Service, "InvalidResponse", message)
        .with_hint(
            "Check the endpoint: something other than Cognito (a proxy, a login page) may be answering.",
        )
        .with_retryable(answer.status >= 500)
}

pub(super) fn too_large(url: &Url, cap: usize) -> Error {
    let message = format!("{} answered with more than {cap} bytes", host_of(url));
    Error::new(ErrorKind::Service, "ResponseTooLarge", message)
        .with_hint("Check the endpoint: no answer of Cognito is that large.")
}

/// The host and, where it is not the usual one, the port: what a person recognises, and never a secret in a query.
pub(crate) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or("the service");
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// What lies at the bottom of a fault: the system's or rustls's own words. The fault's text above it names the layers
/// it came through, and the whole URL.
pub(super) fn cause(fault: &reqwest::Error) -> String {
    let mut cause = fault.source();
    while let Some(deeper) = cause.and_then(StdError::source) {
        cause = Some(deeper);
    }
    cause.map_or_else(|| "no cause given".to_owned(), ToString::to_string)
}

fn is_tls(fault: &reqwest::Error) -> bool {
    let mut cause = fault.source();
    while let Some(inner) = cause {
        if is_or_wraps_tls(inner) {
            return true;
        }
        cause = inner.source();
    }
    false
}

/// rustls reports from inside I/O errors, which do not show what they wrap as their source.
fn is_or_wraps_tls(cause: &(dyn StdError + 'static)) -> bool {
    let wrapped = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    cause.is::<rustls::Error>() || wrapped.is_some_and(|wrapped| is_or_wraps_tls(wrapped))
}

/// Whether a text has the form of a name. One that has not is somebody's invention and is not repeated.
pub(crate) fn is_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    (1..=NAME_CAP).contains(&text.len()) && text.bytes().all(allowed)
}

/// The service's words without anything that we sent in secret, without control characters, and not without end.
pub(crate) fn presentable(message: &str, secrets: &[&str]) -> String {
    let mut spellings: Vec<Zeroizing<String>> = secrets
        .iter()
        .filter(|secret| secret.len() >= SHORTEST_SECRET)
        .flat_map(|secret| [secret.to_string(), in_json(secret), in_form(secret)])
        .map(Zeroizing::new)
        .collect();
    // A secret may be part of another one: the longer goes first, or its rest would be left.
    spellings.sort_by_key(|spelling| std::cmp::Reverse(spelling.len()));
    let mut message = message.to_owned();
    for spelling in &spellings {
        message = message.replace(spelling.as_str(), "[redacted]");
    }
    message.chars().filter(|character| !character.is_control()).take(MESSAGE_CAP).collect()
}

/// As a service spells it that repeats a body in JSON.
fn in_json(secret: &str) -> String {
    let quoted = Value::from(secret).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// As a service spells it that repeats a form.
fn in_form(secret: &str) -> String {
    url::form_urlencoded::byte_serialize(secret.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_service_are_made_safe_to_show() {
        assert_eq!(
            presentable("bad password hunter2\u{1b}[31m\n", &["hunter2", "", "pas"]),
            "bad password [redacted][31m"
        );
        let spelled = r#"a"b\c d|a\"b\\c d|a%22b%5Cc+d|abcd"#;
        let shown = presentable(spelled, &["abc", r#"a"b\c d"#, "abcd"]);
        assert_eq!(shown, "[redacted]|[redacted]|[redacted]|[redacted]");
        assert_eq!(presentable("longer-than-long", &["long", "longer-than-long"]), "[redacted]");
        assert_eq!(presentable(&"x".repeat(10_000), &[]).len(), MESSAGE_CAP);
    }
}
