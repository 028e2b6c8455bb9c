//! What can go wrong between here and a service, in words that say where.

use std::error::Error as StdError;
use std::time::Duration;

use url::Url;

use super::proxy::Via;
use super::tls_fault::Explained;
use super::{Answer, proxy_fault, tls_fault};
use crate::config::is_of_aws;
use crate::error::{About, Verdict};
use crate::error::{Error, ErrorKind};
use crate::text::{NAME_CAP, presentable};
use crate::verdict::{Asked, FORBIDDEN, Form, Said, judge};

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

/// How a request went out that failed.
pub(super) struct Attempt<'a> {
    pub(super) url: &'a Url,
    pub(super) via: Option<&'a Via>,
    /// Whom TLS trusts, in words.
    pub(super) trusted: &'a str,
}

impl Attempt<'_> {
    /// A fault that the HTTP client reports.
    pub(super) fn failed(&self, fault: &reqwest::Error) -> Failure {
        let reached = if fault.is_connect() { Reached::Nothing } else { Reached::Unknown };
        let error = match self.via {
            Some(via) if fault.is_connect() => proxy_fault::explain(self, via, fault),
            _ => None,
        };
        Failure { error: error.unwrap_or_else(|| self.explain(fault)), reached, retry_after: None }
    }

    fn explain(&self, fault: &reqwest::Error) -> Error {
        let host = host_of(self.url);
        if let Some(error) = tls_fault::find(fault) {
            return self.tls_failed(error, &host);
        }
        let cause = cause(fault);
        let by = self.via.map(|via| format!(" through {via}")).unwrap_or_default();
        let (code, message, hint) = if fault.is_dns() {
            (
                "NameNotResolved",
                format!("the name of {host} could not be resolved: {cause}"),
                "Check the region, the endpoint and the network's name server.",
            )
        } else if fault.is_connect() {
            (
                "ConnectionFailed",
                format!("no connection to {host}{by}: {cause}"),
                "Check the network, the endpoint and the proxy (HTTPS_PROXY, NO_PROXY).",
            )
        } else {
            (
                "ConnectionLost",
                format!("the connection to {host}{by} broke off before the answer was complete: {cause}"),
                "Try again; if it stays, check the network and the proxy.",
            )
        };
        Error::new(ErrorKind::Network, code, message).with_hint(hint).with_retryable(true)
    }

    /// A certificate does not become trusted by asking again.
    pub(super) fn tls_failed(&self, error: &rustls::Error, peer: &str) -> Error {
        let Explained { message, hint } = tls_fault::explain(error, peer, self.trusted);
        let error = Error::new(ErrorKind::Network, "TlsFailed", message);
        match hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }
}

pub(super) fn unexpected_status(url: &Url, answer: &Answer) -> Failure {
    let status = answer.status;
    let verdict = judge_formless(url, answer, Asked::Document);
    let error = match formless(verdict, url, answer) {
        Some(error) => error,
        None => {
            let message = format!(
                "{} answered with HTTP status {status} where a JSON document was expected",
                host_of(url)
            );
            Error::judged(verdict, "UnexpectedStatus", message).with_hint("Check the address.")
        }
    };
    Failure { error, reached: Reached::Unknown, retry_after: answer.retry_after() }
}

/// An answer that is not JSON: a proxy's page, a cut-off body, another service. `secrets` are what was sent.
pub(crate) fn not_json(url: &Url, answer: &Answer, asked: Asked, secrets: &[&str]) -> Error {
    let verdict = judge_formless(url, answer, asked);
    if let Some(error) = formless(verdict, url, answer) {
        return error;
    }
    let what = if answer.body.is_empty() {
        "an empty body".to_owned()
    } else {
        let content_type: String =
            presentable(answer.content_type(), secrets).chars().take(NAME_CAP).collect();
        format!("{} bytes that are not the JSON expected ({content_type})", answer.body.len())
    };
    let message = format!("{} answered with HTTP status {} and {what}", host_of(url), answer.status);
    Error::judged(verdict, "InvalidResponse", message).with_hint(
        "Check the endpoint: something other than Cognito (a proxy, a login page) may be answering.",
    )
}

fn judge_formless(url: &Url, answer: &Answer, asked: Asked) -> Verdict {
    judge(&Said {
        asked,
        status: answer.status,
        waf_action: answer.waf_action(),
        code: None,
        message: "",
        form: Form { is_html: is_html(answer), is_elsewhere: !is_of_aws(url) },
    })
}

/// The error for an answer that says by its status or a header what it is.
fn formless(verdict: Verdict, url: &Url, answer: &Answer) -> Option<Error> {
    let (host, status) = (host_of(url), answer.status);
    if verdict.meaning.about == About::Firewall {
        let action = answer.waf_action().unwrap_or_default().to_ascii_lowercase();
        let did = match action.as_str() {
            "captcha" => "wants a CAPTCHA solved",
            "challenge" => "wants a script run",
            _ => "blocked the request",
        };
        let message = format!("a firewall in front of {host} (AWS WAF) {did} (HTTP status {status})");
        return Some(Error::judged(verdict, FORBIDDEN, message));
    }
    let message = format!("{host} answers that too many requests come in");
    (verdict.kind == ErrorKind::Throttled).then(|| Error::judged(verdict, "TooManyRequests", message))
}

fn is_html(answer: &Answer) -> bool {
    answer.content_type().to_ascii_lowercase().contains("html")
        || answer.body.trim_ascii_start().starts_with(b"<")
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
