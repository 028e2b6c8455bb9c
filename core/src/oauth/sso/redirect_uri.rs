//! The address that the sign-in page sends the browser back to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use url::{Host, Url};

use crate::address::parse_page_url;
use crate::config::present;
use crate::error::{Error, ErrorKind, Result};

/// The default redirect URI. It has to be registered like any other.
const DEFAULT: &str = "http://localhost:8400/";

const HINT: &str = "Give the redirect URI letter for letter as it is registered among the app client's CallbackURLs, such as \
     http://localhost:8400/; https anywhere, plain http on localhost, 127.0.0.1 or [::1] alone.";

/// A redirect URI, letter for letter as it is registered: the domain compares text.
#[derive(Debug, Clone)]
pub(super) struct RedirectUri {
    text: String,
    url: Url,
}

/// The address on loopback that a request has to name, and the sockets that it arrives at.
#[derive(Debug, Clone)]
pub(super) struct LoopbackAddress {
    /// Both loopback addresses for `localhost`: a browser may try either first.
    pub(super) sockets: Vec<SocketAddr>,
    /// Host and port, as a browser writes them.
    pub(super) authority: String,
    pub(super) path: String,
}

impl RedirectUri {
    pub(super) fn parse(argument: Option<String>) -> Result<Self> {
        let text = present(argument).unwrap_or_else(|| DEFAULT.to_owned());
        let text = text.trim().to_owned();
        let url = parse_page_url("the redirect URI", &text).map_err(|error| error.with_hint(HINT))?;
        if url.port() == Some(0) {
            let message = "the redirect URI names port 0, which no browser can come back to";
            return Err(Error::new(ErrorKind::Config, "InvalidUrl", message).with_hint(HINT));
        }
        Ok(Self { text, url })
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// The address to listen on. `None` for an address of another machine and for https, which needs a certificate: then
    /// the address that the browser ended at has to be pasted.
    pub(super) fn loopback_address(&self) -> Option<LoopbackAddress> {
        if self.url.scheme() != "http" {
            return None;
        }
        // Plain http was accepted for loopback alone. The name `localhost` is not resolved: whoever answers for it would
        // decide who receives the code.
        let ips = match self.url.host()? {
            Host::Domain(_) => vec![IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)],
            Host::Ipv4(ip) => vec![IpAddr::V4(ip)],
            Host::Ipv6(ip) => vec![IpAddr::V6(ip)],
        };
        let port = self.url.port_or_known_default()?;
        let sockets = ips.into_iter().map(|ip| SocketAddr::new(ip, port)).collect();
        let host = self.url.host_str()?;
        let authority = match self.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        Some(LoopbackAddress { sockets, authority, path: self.url.path().to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_http_on_loopback_is_listened_for() {
        for (text, sockets, authority, path) in [
            ("http://localhost:8400/", "127.0.0.1:8400 [::1]:8400", "localhost:8400", "/"),
            ("http://localhost:8400", "127.0.0.1:8400 [::1]:8400", "localhost:8400", "/"),
            ("http://127.0.0.1:9/call/back?x=1", "127.0.0.1:9", "127.0.0.1:9", "/call/back"),
            ("http://[::1]:8400/", "[::1]:8400", "[::1]:8400", "/"),
            ("http://localhost/", "127.0.0.1:80 [::1]:80", "localhost", "/"),
        ] {
            let redirect_uri = RedirectUri::parse(Some(text.to_owned())).unwrap();
            assert_eq!(redirect_uri.as_str(), text);
            let address = redirect_uri.loopback_address().unwrap();
            let listened_on: Vec<String> = address.sockets.iter().map(SocketAddr::to_string).collect();
            assert_eq!(listened_on.join(" "), sockets);
            assert_eq!((address.authority.as_str(), address.path.as_str()), (authority, path));
        }
        for text in ["https://app.example.com/callback", "https://localhost:8400/"] {
            assert!(
                RedirectUri::parse(Some(text.to_owned())).unwrap().loopback_address().is_none(),
                "{text}"
            );
        }
    }

    #[test]
    fn an_address_that_cannot_be_registered_is_refused() {
        for (text, code) in [
            ("http://app.example.com/", "InsecureUrl"),
            ("localhost:8400", "InvalidUrl"),
            ("http://localhost:0/", "InvalidUrl"),
            ("http://localhost:8400/#here", "InvalidUrl"),
        ] {
            let error = RedirectUri::parse(Some(text.to_owned())).unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Config, code), "{text}");
            assert!(error.hint().unwrap().contains("CallbackURLs"));
        }
        assert_eq!(RedirectUri::parse(None).unwrap().as_str(), "http://localhost:8400/");
    }
}
