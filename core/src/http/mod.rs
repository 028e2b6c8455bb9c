//! HTTP: one client, a time limit for the whole call, a cap on the size of a response, retries, the server's clock.

mod budget;
mod certificates;
mod clients;
mod failure;
mod json_call;
mod message;
mod must_finish;
mod proxies;
mod proxy;
mod proxy_fault;
mod request_event;
mod retry;
#[cfg(feature = "test-util")]
mod scripted;
mod service_error;
mod tls_fault;
mod transport_fault;
mod unexpected;

use std::fmt;
use std::sync::Arc;

use reqwest::header::DATE;
use url::Url;
use zeroize::Zeroizing;

use crate::clock::{Clock, ClockOffset};
use crate::error::{Error, Result};
use crate::notices::Notices;
use crate::per_process::PerProcess;
use crate::verdict::RequestKind;
use crate::waits::{WaitingFor, waiting_for};
use clients::{Clients, Connected};
use message::text_of;
use must_finish::MustFinish;
use request_event::RequestEvent;
use transport_fault::Attempt;

pub(crate) use crate::address::host_of;
pub(crate) use budget::CallBudget;
pub use budget::LONGEST_ANSWER;
pub(crate) use certificates::Certificates;
pub(crate) use failure::{Failure, Reached};
pub(crate) use json_call::{JsonCall, Reply};
pub(crate) use message::{Request, Response};
pub(crate) use proxies::{Proxies, Route};
pub(crate) use retry::with_retries;
#[cfg(feature = "test-util")]
pub use scripted::{Script, ScriptedAnswer, SentRequest};
#[cfg(feature = "redis")]
pub(crate) use tls_fault::{explain as explain_tls, wrapped as tls_error};
pub(crate) use unexpected::not_json;

/// No answer of Cognito comes near this many bytes; reading on would only serve whoever sends it.
const BODY_CAP: usize = 1024 * 1024;

/// The sender of all requests: one pool of connections, kept alive and shared by all clones.
///
/// Making one is free; the HTTP client behind it is built by the first request. [`Cognito`](crate::Cognito) says which
/// proxy and which certificates it uses.
#[derive(Clone, Default)]
pub(crate) struct Transport {
    // A connection of the parent's is no forked child's.
    clients: Arc<PerProcess<Clients>>,
    clock: Clock,
    must_finish: Arc<PerProcess<MustFinish>>,
    notices: Notices,
    #[cfg(feature = "test-util")]
    script: Option<Arc<Script>>,
}

impl Transport {
    /// A transport on the machine's clock.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The same transport, telling the time by `clock`.
    #[must_use]
    pub(crate) fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// A transport whose answers come from a script: nothing is sent.
    #[cfg(feature = "test-util")]
    pub(crate) fn scripted(script: Arc<Script>) -> Self {
        Self { script: Some(script), ..Self::default() }
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn must_finish(&self) -> &MustFinish {
        self.must_finish.own()
    }

    pub(crate) fn notices(&self) -> &Notices {
        &self.notices
    }

    /// Fetches a public JSON document, with retries.
    pub(crate) async fn get_json(&self, url: &Url, budget: &CallBudget) -> Result<serde_json::Value> {
        let may_repeat = |failure: &Failure| failure.may_repeat(false);
        let fetched =
            with_retries("GET", budget, may_repeat, |attempt| self.get_json_once(url, attempt, budget)).await;
        fetched.map_err(|failure| failure.error)
    }

    /// Fetches a public JSON document by one request, the attempt of this number.
    pub(crate) async fn get_json_once(
        &self,
        url: &Url,
        attempt: u32,
        budget: &CallBudget,
    ) -> Result<serde_json::Value, Failure> {
        let response = self.send(Request::get(url).in_attempt(attempt), budget).await?;
        if response.status != 200 {
            return Err(unexpected::unexpected_status(url, &response));
        }
        serde_json::from_slice(&response.body)
            .map_err(|_| not_json(url, &response, RequestKind::Document, &[]).into())
    }

    /// Sends a request once and reads the whole response, whatever its status.
    pub(crate) async fn send(&self, request: Request<'_>, budget: &CallBudget) -> Result<Response, Failure> {
        let url = request.url;
        if budget.is_spent() {
            return Err(self.out_of_time(url, budget).into());
        }
        let event = RequestEvent::begin(&request);
        let _waiting = waiting_for(|| WaitingFor::Answer { host: host_of(url) });
        let limited = tokio::time::timeout_at(budget.answer_deadline(), self.exchange(request)).await;
        let outcome = limited.unwrap_or_else(|_elapsed| Err(self.out_of_time(url, budget).into()));
        event.end(&outcome, || self.clients.own().via(url));
        outcome
    }

    /// The error for an address that did not answer in time, which may be the fault of the proxy before it.
    fn out_of_time(&self, url: &Url, budget: &CallBudget) -> Error {
        let host = host_of(url);
        match self.clients.own().via(url) {
            None => budget.exceeded(&host),
            Some(via) => budget
                .exceeded(&format!("{host}, through {via},"))
                .with_hint(format!("{} If it is right, raise `timeout` (seconds).", via.advice())),
        }
    }

    async fn exchange(&self, request: Request<'_>) -> Result<Response, Failure> {
        #[cfg(feature = "test-util")]
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
        let mut response = outgoing.send().await.map_err(|fault| attempt.failed(fault))?;

        let headers = std::mem::take(response.headers_mut());
        let clock_offset = ClockOffset::told(text_of(&headers, DATE.as_str()), self.clock.now());
        if clock_offset.is_beyond_bounds() {
            self.notices.add([format!(
                "the clock of {} is {} s away from this machine's, more than a day: codes and proofs are made by this \
                 machine's. Check both.",
                host_of(request.url),
                clock_offset.seconds().unsigned_abs()
            )]);
        }
        let status = response.status().as_u16();
        let mut body = Zeroizing::new(Vec::new());
        while let Some(chunk) = response.chunk().await.map_err(|fault| attempt.failed(fault))? {
            if body.len() + chunk.len() > BODY_CAP {
                return Err(unexpected::too_large(request.url, BODY_CAP).into());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response { status, headers, body, clock_offset })
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Transport")
    }
}
