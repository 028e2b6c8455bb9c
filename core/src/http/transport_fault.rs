//! Faults on the way to a service, in words that say where.

use url::Url;

use super::failure::{Failure, Reached};
use super::proxy::Via;
use super::proxy_fault;
use super::tls_fault::{self, cause};
use crate::address::host_of;
use crate::error::{Error, ErrorKind};

/// The way on which a request went out.
pub(super) struct Attempt<'a> {
    pub(super) url: &'a Url,
    pub(super) via: Option<&'a Via>,
    /// The certificates that TLS trusts, in words.
    pub(super) trusted: &'a str,
}

impl Attempt<'_> {
    /// A fault that the HTTP client reports.
    pub(super) fn failed(&self, fault: reqwest::Error) -> Failure {
        let reached = if fault.is_connect() { Reached::Nothing } else { Reached::Unknown };
        let error = match self.via {
            Some(via) if fault.is_connect() => proxy_fault::explain(self.url, self.trusted, via, &fault),
            _ => None,
        };
        let error = error.unwrap_or_else(|| self.explain(&fault));
        // Its URL may be a link that holds a code or a key.
        Failure { error: error.with_source(fault.without_url()), reached, retry_after: None }
    }

    fn explain(&self, fault: &reqwest::Error) -> Error {
        let host = host_of(self.url);
        if let Some(error) = tls_fault::find(fault) {
            return tls_fault::failed(error, &host, self.trusted);
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
}
