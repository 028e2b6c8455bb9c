//! Responses that are not what was asked for: another status, another form.

use url::Url;

use super::failure::{Failure, Reached};
use super::message::Response;
use crate::address::host_of;
use crate::config::is_of_aws;
use crate::error::{Error, ErrorKind, Subject, Verdict};
use crate::text::{NAME_CAP, presentable};
use crate::verdict::{FORBIDDEN, Form, Refusal, RequestKind, judge};

/// The error for a response of another status than 200.
pub(super) fn unexpected_status(url: &Url, response: &Response) -> Failure {
    let status = response.status;
    let verdict = judge_formless(url, response, RequestKind::Document);
    let error = match formless(verdict, url, response) {
        Some(error) => error,
        None => {
            let message = format!(
                "{} answered with HTTP status {status} where a JSON document was expected",
                host_of(url)
            );
            Error::judged(verdict, "UnexpectedStatus", message).with_hint("Check the address.")
        }
    };
    Failure { error, reached: Reached::Unknown, retry_after: response.retry_after() }
}

/// The error for a response that is not JSON: a proxy's page, a cut-off body, another service. `secrets` are what was sent.
pub(crate) fn not_json(url: &Url, response: &Response, request_kind: RequestKind, secrets: &[&str]) -> Error {
    let verdict = judge_formless(url, response, request_kind);
    if let Some(error) = formless(verdict, url, response) {
        return error;
    }
    let what = if response.body.is_empty() {
        "an empty body".to_owned()
    } else {
        let content_type: String =
            presentable(response.content_type(), secrets).chars().take(NAME_CAP).collect();
        format!("{} bytes that are not the JSON expected ({content_type})", response.body.len())
    };
    let message = format!("{} answered with HTTP status {} and {what}", host_of(url), response.status);
    Error::judged(verdict, "InvalidResponse", message).with_hint(
        "Check the endpoint: something other than Cognito (a proxy, a login page) may be answering.",
    )
}

fn judge_formless(url: &Url, response: &Response, request_kind: RequestKind) -> Verdict {
    judge(&Refusal {
        request_kind,
        status: response.status,
        waf_action: response.waf_action(),
        code: None,
        message: "",
        form: Form { is_html: is_html(response), is_elsewhere: !is_of_aws(url) },
    })
}

/// The error for a response whose status or header says what it is.
fn formless(verdict: Verdict, url: &Url, response: &Response) -> Option<Error> {
    let (host, status) = (host_of(url), response.status);
    if verdict.meaning.subject == Subject::Firewall {
        let action = response.waf_action().unwrap_or_default().to_ascii_lowercase();
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

fn is_html(response: &Response) -> bool {
    response.content_type().to_ascii_lowercase().contains("html")
        || response.body.trim_ascii_start().starts_with(b"<")
}

pub(super) fn too_large(url: &Url, cap: usize) -> Error {
    let message = format!("{} answered with more than {cap} bytes", host_of(url));
    Error::new(ErrorKind::Service, "ResponseTooLarge", message)
        .with_hint("Check the endpoint: no answer of Cognito is that large.")
}
