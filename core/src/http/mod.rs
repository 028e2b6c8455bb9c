//! The transport: one HTTP client, a time limit for the whole call, a cap on what is read, retries, the server's clock.

mod budget;
mod certificates;
mod clients;
mod failure;
mod proxy;
mod proxy_fault;
mod request_event;
#[cfg(feature = "fuzzing")]
mod scripted;
mod tls_fault;
mod tries;
mod unfinished;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER};
use url::Url;
use zeroize::Zeroizing;

use crate::clock::{Clock, ClockOffset};
use crate::error::{Error, Result};
use crate::notices::Notices;
use crate::per_process::PerProcess;
use crate::text::{is_name, reveals};
use crate::verdict::Asked;
use clients::{Clients, Connected};
use failure::Attempt;
use request_event::RequestEvent;
use unfinished::Unfinished;

pub(crate) use budget::CallBudget;
pub use budget::LONGEST_ANSWER;
pub(crate) use certificates::Certificates;
pub(crate) use failure::{Failure, Reached, host_of, not_json};
pub(crate) use proxy::{Proxies, Route};
#[cfg(feature = "fuzzing")]
pub use scripted::{Script, ScriptedAnswer, SentRequest};
#[cfg(feature = "redis")]
pub(crate) use tls_fault::{explain as explain_tls, wrapped as tls_error};
pub(crate) use tries::Tries;

/// No answer of Cognito comes near this many bytes; reading on would only serve whoever sends it.
const BODY_CAP: usize = 1024 * 1024;

/// Where all requests go out: one pool of connections, kept alive and shared by everything that is cloned from it.
///
/// Making one is free; the HTTP client behind it is built by the first request. It belongs to the tokio runtime that
/// it is first used in. Redirects are not followed, and for this machine itself no proxy is used.
///
/// The proxy is that of `HTTPS_PROXY`, else `ALL_PROXY` (http, https, socks5, socks5h), unless `NO_PROXY` has the host; the
/// variables are read once, before the first request. Certificates are the system's unless `SSL_CERT_FILE`,
/// `SSL_CERT_DIR`, or for want of both the first of `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE` and `AWS_CA_BUNDLE` names others.
#[derive(Clone, Default)]
pub struct Transport {
    // A connection of the parent's is no forked child's.
    clients: Arc<PerProcess<Clients>>,
    clock: Clock,
    unfinished: Arc<PerProcess<Unfinished>>,
    notices: Notices,
    #[cfg(feature = "fuzzing")]
    script: Option<Arc<Script>>,
}

impl Transport {
    /// A transport on the machine's clock.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same transport, telling the time by `clock`.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// A transport whose answers come from a script: nothing is sent.
    #[cfg(feature = "fuzzing")]
    pub(crate) fn scripted(script: Arc<Script>) -> Self {
        Self { script: Some(script), ..Self::default() }
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn unfinished(&self) -> &Unfinished {
        self.unfinished.own()
    }

    /// What a person should hear of and is no failure: a value of `.env` that was left out, a clock that is far off. Each
    /// is given once, by the transport and all its clones.
    pub fn take_notices(&self) -> Vec<String> {
        self.notices.take()
    }

    /// Adds to what [`take_notices`](Self::take_notices) gives.
    #[doc(hidden)]
    pub fn add_notices(&self, notices: Vec<String>) {
        self.notices.add(notices);
    }

    pub(crate) fn notices(&self) -> &Notices {
        &self.notices
    }

    /// Waits until nothing is under way that must not be cut off: a refresh whose new refresh token is not stored
    /// yet. Whoever is about to end the process waits for this, which takes [`LONGEST_ANSWER`] at the most.
    pub async fn settled(&self) {
        self.unfinished().settled().await;
    }

    /// Whether nothing is under way that must not be cut off.
    pub fn is_settled(&self) -> bool {
        self.unfinished().is_settled()
    }

    /// Fetches a JSON document that anyone may read, again where a fault says that a second try may help.
    pub(crate) async fn get_json(&self, url: &Url, budget: &CallBudget) -> Result<serde_json::Value> {
        let mut tries = Tries::new("GET", budget);
        loop {
            let failure = match self.get_json_once(url, tries.attempt(), budget).await {
                Ok(document) => return Ok(document),
                Err(failure) => failure,
            };
            if !tries.pause_after(&failure, failure.error.retryable()).await {
                return Err(failure.error);
            }
        }
    }

    /// Fetches a JSON document that anyone may read, by one request: the try of this number.
    pub(crate) async fn get_json_once(
        &self,
        url: &Url,
        attempt: u32,
        budget: &CallBudget,
    ) -> Result<serde_json::Value, Failure> {
        let answer = self.send(Request::get(url).in_attempt(attempt), budget).await?;
        if answer.status != 200 {
            return Err(failure::unexpected_status(url, &answer));
        }
        serde_json::from_slice(&answer.body)
            .map_err(|_| failure::not_json(url, &answer, Asked::Document, &[]).into())
    }

    /// Sends one request once and reads the whole answer, whatever its status.
    pub(crate) async fn send(&self, request: Request<'_>, budget: &CallBudget) -> Result<Answer, Failure> {
        let url = request.url;
        if budget.is_spent() {
            return Err(self.out_of_time(url, budget).into());
        }
        let event = RequestEvent::begin(&request);
        let limited = tokio::time::timeout_at(budget.answer_deadline(), self.exchange(request)).await;
        let outcome = limited.unwrap_or_else(|_elapsed| Err(self.out_of_time(url, budget).into()));
        event.end(&outcome, || self.clients.own().via(url));
        outcome
    }

    /// The error for an address that did not answer in time, which may be the fault of the proxy before it.
    fn out_of_time(&self, url: &Url, budget: &CallBudget) -> Error {
        let host = failure::host_of(url);
        match self.clients.own().via(url) {
            None => budget.exceeded(&host),
            Some(via) => budget
                .exceeded(&format!("{host}, through {via},"))
                .with_hint(format!("{} If it is right, raise `timeout` (seconds).", via.advice())),
        }
    }

    async fn exchange(&self, request: Request<'_>) -> Result<Answer, Failure> {
        #[cfg(feature = "fuzzing")]
        if let Some(script) = &self.script {
            return script.answer(&request, self.clock.now());
        }
        let unsent = |error| Failure { error, reached: Reached::Nothing, retry_after: None };
        let Connected { client, via } = self.clients.own().for_address(request.url).map_err(unsent)?;
        let attempt = Attempt { url: request.url, via: via.as_ref(), trusted: self.clients.own().trusted() };
        let mut outgoing = client.request(request.method, request.url.clone()).headers(request.headers);
        if let Some(body) = request.body {
            // The body holds secrets and reqwest owns it from here: it is wiped when the last reference goes.
            outgoing = outgoing.body(reqwest::Body::from(bytes::Bytes::from_owner(body)));
        }
        let mut response = outgoing.send().await.map_err(|fault| attempt.failed(&fault))?;

        let headers = std::mem::take(response.headers_mut());
        let clock_offset = ClockOffset::told(text_of(&headers, DATE.as_str()), self.clock.now());
        if clock_offset.is_beyond_bounds() {
            self.notices.add([format!(
                "the clock of {} is {} s away from this machine's, more than a day: codes and proofs are made by this \
                 machine's. Check both.",
                failure::host_of(request.url),
                clock_offset.seconds().unsigned_abs()
            )]);
        }
        let status = response.status().as_u16();
        let mut body = Zeroizing::new(Vec::new());
        while let Some(chunk) = response.chunk().await.map_err(|fault| attempt.failed(&fault))? {
            if body.len() + chunk.len() > BODY_CAP {
                return Err(failure::too_large(request.url, BODY_CAP).into());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body, clock_offset })
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Transport")
    }
}

/// One request. A body is a secret: it is wiped after use and never printed.
pub(crate) struct Request<'a> {
    /// Its name in the log.
    operation: &'static str,
    attempt: u32,
    /// What an answer must not have repeated in the log.
    secrets: &'a [&'a str],
    method: reqwest::Method,
    url: &'a Url,
    headers: HeaderMap,
    body: Option<Zeroizing<Vec<u8>>>,
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

    /// The same request, as the try of this number.
    pub(crate) fn in_attempt(self, attempt: u32) -> Self {
        Self { attempt, ..self }
    }

    /// The same request, which sends these secrets.
    pub(crate) fn with_secrets(self, secrets: &'a [&'a str]) -> Self {
        Self { secrets, ..self }
    }
}

/// A whole answer, of whatever status.
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: HeaderMap,
    pub(crate) body: Zeroizing<Vec<u8>>,
    pub(crate) clock_offset: ClockOffset,
}

impl Answer {
    /// A header's text; `None` where it is absent or not text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        text_of(&self.headers, name)
    }

    /// The service's id of the request, unless it repeats something that was sent in secret.
    pub(crate) fn request_id(&self, secrets: &[&str]) -> Option<&str> {
        self.header("x-amzn-requestid").filter(|id| is_name(id) && !reveals(id, secrets))
    }

    /// What AWS WAF did with the request instead of passing it on: `captcha`, `challenge`, `block`.
    /// <https://docs.aws.amazon.com/waf/latest/developerguide/waf-captcha-and-challenge-how-it-works.html>
    pub(crate) fn waf_action(&self) -> Option<&str> {
        self.header("x-amzn-waf-action")
    }

    /// How long the service asks to wait, for the form in seconds of `Retry-After` (RFC 9110, 10.2.3).
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        self.header(RETRY_AFTER.as_str())?.trim().parse().ok().map(Duration::from_secs)
    }

    fn content_type(&self) -> &str {
        self.header(CONTENT_TYPE.as_str()).unwrap_or("no content type")
    }
}

fn text_of<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}
