//! One request and its response.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use url::Url;
use zeroize::Zeroizing;

use crate::clock::ClockOffset;
use crate::text::{is_name, reveals};

/// A request. Its body is a secret: it is wiped after use and never printed.
pub(crate) struct Request<'a> {
    /// The name in the log.
    pub(super) operation: &'static str,
    pub(super) attempt: u32,
    /// The values that the log must not repeat from a response.
    pub(super) secrets: &'a [&'a str],
    pub(super) method: reqwest::Method,
    pub(super) url: &'a Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Zeroizing<Vec<u8>>>,
}

impl<'a> Request<'a> {
    pub(crate) fn get(url: &'a Url) -> Self {
        Self::new("GET", reqwest::Method::GET, url, HeaderMap::new(), None)
    }

    pub(crate) fn post(
        operation: &'static str,
        url: &'a Url,
        headers: HeaderMap,
        body: Zeroizing<Vec<u8>>,
    ) -> Self {
        Self::new(operation, reqwest::Method::POST, url, headers, Some(body))
    }

    fn new(
        operation: &'static str,
        method: reqwest::Method,
        url: &'a Url,
        headers: HeaderMap,
        body: Option<Zeroizing<Vec<u8>>>,
    ) -> Self {
        Self { operation, attempt: 1, secrets: &[], method, url, headers, body }
    }

    /// Sets the number of the attempt, for the log.
    pub(crate) fn in_attempt(self, attempt: u32) -> Self {
        Self { attempt, ..self }
    }

    /// Sets the secrets that the request sends, for the log not to repeat them.
    pub(crate) fn with_secrets(self, secrets: &'a [&'a str]) -> Self {
        Self { secrets, ..self }
    }
}

/// A whole response, of whatever status.
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(super) headers: HeaderMap,
    pub(crate) body: Zeroizing<Vec<u8>>,
    pub(crate) clock_offset: ClockOffset,
}

impl Response {
    /// The text of a header; `None` where it is absent or not text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        text_of(&self.headers, name)
    }

    /// The service's id of the request; `None` if it repeats a secret that was sent.
    pub(crate) fn request_id(&self, secrets: &[&str]) -> Option<&str> {
        self.header("x-amzn-requestid").filter(|id| is_name(id) && !reveals(id, secrets))
    }

    /// The action that AWS WAF took instead of passing the request on: `captcha`, `challenge`, `block`.
    /// <https://docs.aws.amazon.com/waf/latest/developerguide/waf-captcha-and-challenge-how-it-works.html>
    pub(crate) fn waf_action(&self) -> Option<&str> {
        self.header("x-amzn-waf-action")
    }

    /// The wait that the service asks for, if `Retry-After` is a number of seconds (RFC 9110, 10.2.3).
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        self.header(RETRY_AFTER.as_str())?.trim().parse().ok().map(Duration::from_secs)
    }

    pub(super) fn content_type(&self) -> &str {
        self.header(CONTENT_TYPE.as_str()).unwrap_or("no content type")
    }
}

pub(super) fn text_of<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}
