//! Faults on the way through a proxy: the proxy's own, or those of the host behind it.

use std::error::Error as StdError;

use url::Url;

use super::proxy::Via;
use super::tls_fault::{self, cause};
use crate::address::{PERCENT_ENCODE, host_of, split_scheme};
use crate::error::{Error, ErrorKind};

/// The HTTP client's words: the types of these errors are private to it.
const NO_CONNECTION: [&str; 2] = [
    "tunnel error: failed to create underlying connection",
    "SOCKS error: failed to create underlying connection",
];
const WANTS_PASSWORD: [&str; 3] = [
    "tunnel error: proxy authorization required",
    "SOCKS error: credentials not accepted",
    "SOCKS error: server does not support user/pass authentication",
];
const NOT_RESOLVED_HERE: &str = "error resolving for socks proxy";
const REFUSALS: [&str; 2] = ["tunnel error: ", "SOCKS error: "];

/// The error for a connection that did not come about because of the proxy; `None` for what the host behind it did.
pub(super) fn explain(url: &Url, trusted: &str, via: &Via, fault: &reqwest::Error) -> Option<Error> {
    let words = words(fault);
    let said = |known: &[&str]| words.iter().any(|text| known.contains(&text.as_str()));
    if said(&WANTS_PASSWORD) {
        return Some(wants_password(via));
    }
    if said(&NO_CONNECTION) {
        return Some(not_reached(trusted, via, fault));
    }
    if said(&[NOT_RESOLVED_HERE]) {
        let host = host_of(url);
        let message = format!("the name of {host} could not be resolved: {}", cause(fault));
        return Some(network("NameNotResolved", message).with_hint(format!(
            "socks5:// resolves names on this machine; with socks5h:// in {} the proxy does it.",
            via.setting()
        )));
    }
    let refusal = words.iter().find_map(|text| REFUSALS.iter().find_map(|start| text.strip_prefix(start)))?;
    let message = format!("{via} opened no connection to {}: {refusal}", host_of(url));
    Some(network("ProxyRefused", message).with_hint(format!(
        "Ask who runs the proxy whether it lets {} through, or name the host in NO_PROXY if it can be reached directly.",
        host_of(url)
    )))
}

/// One try is all: after a few wrong passwords accounts are locked.
fn wants_password(via: &Via) -> Error {
    let setting = via.setting();
    let message = if via.has_credentials {
        format!("{via} did not accept the user name and password that it was given")
    } else {
        format!("{via} asks for a user name and a password, and none is given")
    };
    let (_, place) = split_scheme(&via.place);
    Error::new(ErrorKind::Network, "ProxyAuthenticationRequired", message).with_hint(format!(
        "Set {setting} to {}://USER:PASSWORD@{place}. {PERCENT_ENCODE} Only basic authentication is supported.",
        via.scheme
    ))
}

fn not_reached(trusted: &str, via: &Via, fault: &reqwest::Error) -> Error {
    if let Some(error) = tls_fault::find(fault) {
        let failed = tls_fault::failed(error, &via.to_string(), trusted);
        return if tls_fault::is_not_tls(error) { failed.with_hint(via.advice()) } else { failed };
    }
    let hint =
        format!("Check the proxy's address in {}, or unset it where no proxy is needed.", via.setting());
    if fault.is_dns() {
        let message = format!("the name of {via} could not be resolved: {}", cause(fault));
        return network("NameNotResolved", message).with_hint(hint);
    }
    network("ConnectionFailed", format!("no connection to {via}: {}", cause(fault))).with_hint(hint)
}

fn network(code: &'static str, message: String) -> Error {
    Error::new(ErrorKind::Network, code, message).with_retryable(true)
}

/// The message of each layer of a fault.
fn words(fault: &reqwest::Error) -> Vec<String> {
    let mut words = Vec::new();
    let mut cause = fault.source();
    while let Some(inner) = cause {
        words.push(inner.to_string());
        cause = inner.source();
    }
    words
}
