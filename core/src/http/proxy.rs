//! One proxy: its address, checked, without showing its user name and password.

use std::ffi::OsString;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::header::HeaderValue;
use url::Url;

use crate::address;
use crate::error::{Error, ErrorKind, Result};

/// The variables that name a proxy for addresses in https, in the order in which they count; those for plain http are
/// never used, as plain http is for this machine alone.
pub(super) const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

pub(super) const SCHEMES: [&str; 4] = ["http", "https", "socks5", "socks5h"];

/// One proxy. Its user name and password are in `settings` alone, which is never printed.
pub(crate) struct Proxy {
    pub(super) via: Via,
    pub(super) settings: reqwest::Proxy,
}

/// The proxy that a request goes through, without its user name and password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Via {
    /// Scheme, host and port.
    pub(crate) place: String,
    pub(crate) scheme: String,
    /// The variable that names it; `None` for the system's settings.
    pub(crate) variable: Option<&'static str>,
    /// Set if a user name is given with it.
    pub(crate) has_credentials: bool,
}

impl Proxy {
    pub(super) fn parse(variable: &'static str, value: OsString) -> Result<Self> {
        let Ok(text) = value.into_string() else {
            let message = format!("{variable} is not UTF-8 text");
            return Err(Error::new(ErrorKind::Config, "InvalidProxy", message).with_hint(
                "Write characters outside ASCII percent-encoded, by the bytes that the proxy expects.",
            ));
        };
        let text = text.trim();
        let unusable = |why: &str, hint: String| {
            let message = format!("{variable} ({}) cannot be used: it {why}", address::shown(text));
            Error::new(ErrorKind::Config, "InvalidProxy", message).with_hint(hint)
        };
        let example =
            || format!("Set {variable} to an address such as http://proxy.example.com:3128, or unset it.");
        address::check_readable(text).map_err(|why| unusable(why, address::PERCENT_ENCODE.to_owned()))?;
        let (scheme, rest) = address::split_scheme(text);
        let scheme = scheme.trim_end_matches("://").to_ascii_lowercase();
        let scheme = if scheme.is_empty() { "http".to_owned() } else { scheme };
        if !SCHEMES.contains(&scheme.as_str()) {
            return Err(unusable("is none of http, https, socks5 and socks5h", example()));
        }
        let (user_information, authority) = match rest.rsplit_once('@') {
            Some((user_information, authority)) => (Some(user_information), authority),
            None => (None, rest),
        };
        let authority = authority.strip_suffix('/').unwrap_or(authority);
        if !address::is_host_with_port(authority) {
            return Err(unusable(
                "does not end in a host, or in a host and a port from 1 to 65535",
                example(),
            ));
        }
        let place = format!("{scheme}://{authority}");
        let settings = settings(&scheme, authority, user_information)
            .ok_or_else(|| unusable("is no address that a connection can be made to", example()))?;
        let has_credentials = user_information.is_some_and(|text| !text.is_empty());
        Ok(Self { via: Via { place, scheme, variable: Some(variable), has_credentials }, settings })
    }
}

/// The proxy as the HTTP client takes it; `None` where it would pass over it.
fn settings(scheme: &str, authority: &str, user_information: Option<&str>) -> Option<reqwest::Proxy> {
    let user_information = user_information.filter(|text| !text.is_empty());
    let is_socks = scheme.starts_with("socks");
    let mut url = Url::parse(&format!("{scheme}://{authority}")).ok()?;
    if let Some(user_information) = user_information.filter(|_| is_socks) {
        // The HTTP client decodes these, as UTF-8 alone.
        address::decoded(user_information).and_then(|bytes| String::from_utf8(bytes).ok())?;
        let (user, password) = user_information.split_once(':').unwrap_or((user_information, ""));
        url.set_username(user).and_then(|()| url.set_password(Some(password))).ok()?;
    }
    let anywhere = "https://anywhere.invalid".parse().ok()?;
    Matcher::builder().https(url.to_string()).build().intercept(&anywhere)?;
    let settings = reqwest::Proxy::https(url).ok()?;
    match user_information.filter(|_| !is_socks) {
        None => Some(settings),
        Some(user_information) => Some(settings.custom_http_auth(basic(user_information)?)),
    }
}

/// The header of a user name and a password, byte for byte as they are percent-encoded (RFC 7617).
fn basic(user_information: &str) -> Option<HeaderValue> {
    let (user, password) = user_information.split_once(':').unwrap_or((user_information, ""));
    let bytes = [address::decoded(user)?, b":".to_vec(), address::decoded(password)?].concat();
    let mut header = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(bytes))).ok()?;
    header.set_sensitive(true);
    Some(header)
}

impl Via {
    pub(super) fn of_system(place: String, has_credentials: bool) -> Self {
        let place = place.trim_end_matches('/').to_owned();
        let scheme = address::split_scheme(&place).0.trim_end_matches("://").to_owned();
        Self { place, scheme, variable: None, has_credentials }
    }

    /// The hint for a proxy that does not answer as a proxy.
    pub(super) fn advice(&self) -> String {
        let setting = self.setting();
        if self.scheme == "https" {
            let (_, place) = address::split_scheme(&self.place);
            return format!(
                "Set {setting} to http://{place}: most proxies are spoken to in plain http, which carries https all \
                 the same."
            );
        }
        format!("Check the proxy's address in {setting}, or unset it where no proxy is needed.")
    }

    /// The variable that decides about the proxy, or would.
    pub(super) fn setting(&self) -> &'static str {
        self.variable.unwrap_or(VARIABLES[0])
    }
}

impl fmt::Display for Via {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the proxy {} ({})", self.place, self.variable.unwrap_or("the system's settings"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_sent_byte_for_byte() {
        // RFC 7617: the encoding is the server's own affair.
        assert_eq!(
            basic("ada:p%E9%23").unwrap().as_bytes(),
            format!("Basic {}", STANDARD.encode(b"ada:p\xe9#")).as_bytes()
        );
        assert_eq!(
            basic("ada").unwrap().as_bytes(),
            format!("Basic {}", STANDARD.encode(b"ada:")).as_bytes()
        );
        assert!(settings("http", "proxy", Some("ada:p%E9")).is_some());
        assert!(settings("socks5h", "proxy", Some("ada:p%E9")).is_none());
    }
}
