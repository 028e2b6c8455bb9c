//! The events of a request, under the target `cognitoken::http`.

use std::time::Instant;

use tracing::{Level, debug, enabled, trace};
use url::Url;

use super::proxy::Via;
use super::{Failure, Request, Response, host_of};
use crate::clock::milliseconds_since;

/// A request that is under way, as its events describe it.
pub(super) struct RequestEvent<'a> {
    operation: &'static str,
    url: &'a Url,
    attempt: u32,
    secrets: &'a [&'a str],
    /// `None` where nobody listens.
    started: Option<Instant>,
}

impl<'a> RequestEvent<'a> {
    pub(super) fn begin(request: &Request<'a>) -> Self {
        let Request { operation, url, attempt, secrets, .. } = *request;
        trace!(target: "cognitoken::http", operation, host = host_of(url), attempt, "sending request");
        let started = enabled!(target: "cognitoken::http", Level::DEBUG).then(Instant::now);
        Self { operation, url, attempt, secrets, started }
    }

    /// `via` returns the proxy that the request went through.
    pub(super) fn end(&self, outcome: &Result<Response, Failure>, via: impl FnOnce() -> Option<Via>) {
        let Some(started) = self.started else { return };
        let &Self { operation, attempt, .. } = self;
        let (host, milliseconds) = (host_of(self.url), milliseconds_since(started));
        // Without the user name and the password of the proxy.
        let proxy = via().map(|via| via.place);
        match outcome {
            Ok(response) => {
                let clock_offset = response.clock_offset.seconds();
                debug!(
                    target: "cognitoken::http",
                    operation,
                    host,
                    attempt,
                    proxy,
                    status = response.status,
                    request_id = response.request_id(self.secrets),
                    milliseconds,
                    clock_offset = (clock_offset != 0).then_some(clock_offset),
                    "response received"
                );
            }
            Err(failure) => debug!(
                target: "cognitoken::http",
                operation,
                host,
                attempt,
                proxy,
                code = failure.error.code(),
                milliseconds,
                "no response"
            ),
        }
    }
}
