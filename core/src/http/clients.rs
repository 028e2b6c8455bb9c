//! The HTTP clients, each built when an address first needs it.

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::{Client, ClientBuilder, redirect};
use tracing::debug;
use url::Url;

use super::certificates::Certificates;
use super::proxies::{Proxies, Route};
use super::proxy::Via;
use super::tls_fault::cause;
use crate::address::is_loopback;
use crate::error::{Error, ErrorKind, Result};

/// The time limit for one connection to be established, TLS included.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

#[derive(Default)]
pub(super) struct Clients {
    proxies: OnceLock<Proxies>,
    /// The certificates that TLS trusts, in words.
    trusted: OnceLock<String>,
    /// For other machines, by the proxy where there is one.
    far: OnceLock<Client>,
    /// For this machine by TLS, and by no proxy.
    near: OnceLock<Client>,
    /// For this machine in plain http, which no certificate has a part in. By a proxy, it would leave the machine.
    plain: OnceLock<Client>,
}

/// A client, and what it goes through on its way.
pub(super) struct Connected {
    pub(super) client: Client,
    pub(super) via: Option<Via>,
}

impl Clients {
    /// The client for an address.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where a proxy or certificates are named that cannot be used, and the address needs them.
    pub(super) fn for_address(&self, url: &Url) -> Result<Connected> {
        let is_plain = url.scheme() == "http";
        if is_loopback(url) {
            let place = if is_plain { &self.plain } else { &self.near };
            let client = kept(place, || {
                let builder = ClientBuilder::new().no_proxy();
                // No certificates are read.
                if is_plain { build(builder.tls_certs_only([])) } else { build(self.trusting(builder)?) }
            })?;
            return Ok(Connected { client, via: None });
        }
        let (read, kept_ones);
        let proxies = match self.proxies.get() {
            Some(proxies) => proxies,
            None => {
                read = Proxies::read();
                // What cannot be used may be set right while the process runs.
                if read.are_usable() {
                    kept_ones = self.proxies.get_or_init(|| read);
                    kept_ones
                } else {
                    &read
                }
            }
        };
        let via = match proxies.route(url)? {
            Route::Through(via) => Some(via),
            _ => None,
        };
        let make = || build(proxies.apply(self.trusting(ClientBuilder::new())?));
        let client = if proxies.are_usable() { kept(&self.far, make)? } else { make()? };
        Ok(Connected { client, via })
    }

    /// The proxy that requests for an address go through; `None` also before the first request.
    pub(super) fn via(&self, url: &Url) -> Option<Via> {
        match self.proxies.get()?.route(url).ok()? {
            Route::Through(via) => Some(via),
            _ => None,
        }
    }

    /// The certificates that TLS trusts, in words.
    pub(super) fn trusted(&self) -> &str {
        self.trusted.get().map_or("those of the system", String::as_str)
    }

    fn trusting(&self, builder: ClientBuilder) -> Result<ClientBuilder> {
        let certificates = Certificates::read()?;
        debug!(target: "cognitoken::http", %certificates, "certificates loaded");
        let _ = self.trusted.set(certificates.to_string());
        Ok(certificates.apply(builder))
    }
}

fn kept(place: &OnceLock<Client>, make: impl FnOnce() -> Result<Client>) -> Result<Client> {
    if let Some(client) = place.get() {
        return Ok(client.clone());
    }
    let made = make()?;
    Ok(place.get_or_init(|| made).clone())
}

fn build(builder: ClientBuilder) -> Result<Client> {
    builder
        .user_agent(concat!("cognitoken/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_LIMIT)
        .redirect(redirect::Policy::none())
        .tcp_nodelay(true)
        .build()
        .map_err(|fault| {
            let message = format!("the HTTP client could not be built: {}", cause(&fault));
            Error::new(ErrorKind::Network, "HttpClientFailed", message).with_hint(
                "Install the system's certificates (on Debian the package ca-certificates), or name a PEM file of \
                 certificates in SSL_CERT_FILE.",
            )
            .with_source(fault.without_url())
        })
}
