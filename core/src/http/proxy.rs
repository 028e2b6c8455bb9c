//! The proxies that the environment names: read once, checked before anything is sent.

use std::ffi::OsString;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::header::HeaderValue;
use url::Url;

use crate::address::{self, is_loopback};
use crate::error::{Error, ErrorKind, Result};

/// The variables for addresses in https, in the order in which they count; those for plain http are never used, as
/// plain http is for this machine alone.
const PROXIES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];

const SCHEMES: [&str; 4] = ["http", "https", "socks5", "socks5h"];

/// What the environment, and where it says nothing the system, says about proxies.
pub(crate) struct Proxies {
    /// The first variable that has a value, and why it cannot be used if it cannot.
    given: Option<(&'static str, Result<Proxy>)>,
    exceptions: Option<Exceptions>,
    system: Matcher,
}

/// The hosts that are spoken to directly.
struct Exceptions {
    variable: &'static str,
    list: String,
    matcher: Matcher,
}

/// One proxy. Its user name and password are in `settings` alone, which nothing prints.
pub(crate) struct Proxy {
    via: Via,
    settings: reqwest::Proxy,
}

/// What may be told of the proxy that a request goes through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Via {
    /// Scheme, host and port.
    pub(crate) place: String,
    pub(crate) scheme: String,
    /// The variable that names it; `None` for the system's settings.
    pub(crate) variable: Option<&'static str>,
    /// Whether a user name is given with it.
    pub(crate) has_credentials: bool,
}

/// How a host is reached.
pub(crate) enum Route<'a> {
    /// Directly, because it is this machine itself.
    ThisMachine,
    /// Directly, because no proxy is named.
    NoProxy,
    /// Directly, because this variable (the first) with this list takes it out of the other.
    Excepted(&'static str, &'a str, &'static str),
    /// Through a proxy.
    Through(Via),
}

impl Proxies {
    /// Reads the variables of the process. A `.env` file has no part in this.
    pub(crate) fn read() -> Self {
        Self::from_variables(|name| std::env::var_os(name), Matcher::from_system)
    }

    fn from_variables(variable: impl Fn(&str) -> Option<OsString>, system: impl FnOnce() -> Matcher) -> Self {
        let first = |names: &[&'static str]| {
            let value = |name: &'static str| Some((name, variable(name)?));
            names.iter().filter_map(|name| value(name)).find(|(_, value)| !is_blank(value))
        };
        let given = first(&PROXIES).map(|(name, value)| (name, Proxy::parse(name, value)));
        let exceptions = first(&EXCEPTIONS).map(|(variable, list)| {
            let list = list.to_string_lossy().trim().to_owned();
            // Any proxy will do to ask which hosts are taken out.
            let matcher = Matcher::builder().https("http://proxy.invalid").no(&list).build();
            Exceptions { variable, list, matcher }
        });
        let system = if given.is_some() { Matcher::builder().build() } else { system() };
        Self { given, exceptions, system }
    }

    /// Whether nothing is named that cannot be used.
    pub(super) fn are_usable(&self) -> bool {
        self.given.as_ref().is_none_or(|(_, proxy)| proxy.is_ok())
    }

    /// How this address is reached.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], code `InvalidProxy`, where it would be by a proxy whose address cannot be used.
    pub(crate) fn route(&self, url: &Url) -> Result<Route<'_>> {
        if is_loopback(url) {
            return Ok(Route::ThisMachine);
        }
        let Some((variable, proxy)) = &self.given else {
            let target = url.as_str().parse().ok();
            let taken = target.and_then(|target| self.system.intercept(&target));
            return Ok(taken.map_or(Route::NoProxy, |proxy| {
                Route::Through(Via::of_system(proxy.uri().to_string(), proxy.basic_auth().is_some()))
            }));
        };
        if let Some(exceptions) = self.exceptions.as_ref().filter(|exceptions| exceptions.hold(url)) {
            return Ok(Route::Excepted(exceptions.variable, &exceptions.list, variable));
        }
        match proxy {
            Ok(proxy) => Ok(Route::Through(proxy.via.clone())),
            Err(error) => Err(error.clone()),
        }
    }

    /// A client that goes by these rules. Without variables it goes by the system's settings, as it does anyway.
    pub(super) fn apply(&self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        match &self.given {
            None => builder,
            // What is not used by any host that can be reached.
            Some((_, Err(_))) => builder.no_proxy(),
            Some((_, Ok(proxy))) => {
                let exceptions = self.exceptions.as_ref();
                let exceptions = exceptions.and_then(|these| reqwest::NoProxy::from_string(&these.list));
                builder.proxy(proxy.settings.clone().no_proxy(exceptions))
            }
        }
    }
}

impl Exceptions {
    fn hold(&self, url: &Url) -> bool {
        let target = url.as_str().parse().ok();
        target.is_none_or(|target| self.matcher.intercept(&target).is_none())
    }
}

impl Proxy {
    fn parse(variable: &'static str, value: OsString) -> Result<Self> {
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
    fn of_system(place: String, has_credentials: bool) -> Self {
        let place = place.trim_end_matches('/').to_owned();
        let scheme = address::split_scheme(&place).0.trim_end_matches("://").to_owned();
        Self { place, scheme, variable: None, has_credentials }
    }

    /// What to do where the proxy does not answer as one does.
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
        self.variable.unwrap_or(PROXIES[0])
    }
}

impl fmt::Display for Via {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the proxy {} ({})", self.place, self.variable.unwrap_or("the system's settings"))
    }
}

impl fmt::Debug for Proxies {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Proxies").finish_non_exhaustive()
    }
}

fn is_blank(value: &OsString) -> bool {
    value.to_str().is_some_and(|text| text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(variables: &[(&str, &str)]) -> Proxies {
        let value = |name: &str| {
            variables.iter().find(|(set, _)| *set == name).map(|(_, value)| OsString::from(value))
        };
        Proxies::from_variables(value, || Matcher::builder().build())
    }

    fn route(variables: &[(&str, &str)], url: &str) -> String {
        let proxies = proxies(variables);
        match proxies.route(&Url::parse(url).unwrap()) {
            Ok(Route::Through(via)) => via.to_string(),
            Ok(Route::Excepted(exception, list, variable)) => format!("{exception} {list} {variable}"),
            Ok(Route::ThisMachine) => "this machine".to_owned(),
            Ok(Route::NoProxy) => "no proxy".to_owned(),
            Err(error) => error.code().to_owned(),
        }
    }

    #[test]
    fn the_first_variable_with_a_value_names_the_proxy_of_other_machines() {
        let far = "https://cognito.example.org/";
        assert_eq!(route(&[("HTTP_PROXY", "http://proxy")], far), "no proxy");
        for pair in PROXIES.windows(2) {
            let both = [(pair[0], " proxy:3128 "), (pair[1], "http://other")];
            assert_eq!(route(&both, far), format!("the proxy http://proxy:3128 ({})", pair[0]));
            let empty = [(pair[0], " "), (pair[1], "HTTP://[::1]:80/")];
            assert_eq!(route(&empty, far), format!("the proxy http://[::1]:80 ({})", pair[1]));
        }
        assert_eq!(route(&[("HTTPS_PROXY", "ftp://proxy")], "http://127.0.0.1:1/"), "this machine");
        for scheme in SCHEMES {
            let address = format!("{scheme}://ada:pa%23ss@proxy:3128/");
            let expected = format!("the proxy {scheme}://proxy:3128 (ALL_PROXY)");
            assert_eq!(route(&[("ALL_PROXY", &address)], far), expected);
        }
    }

    #[test]
    fn what_is_excepted_needs_no_proxy_that_can_be_used() {
        for proxy in ["http://proxy", "http://ada:pa#ss@proxy"] {
            let variables = [("HTTPS_PROXY", proxy), ("no_proxy", "example.org, 10.0.0.0/8")];
            for host in ["example.org", "cognito.example.org", "10.1.2.3"] {
                let expected = "no_proxy example.org, 10.0.0.0/8 HTTPS_PROXY";
                assert_eq!(route(&variables, &format!("https://{host}/")), expected);
            }
        }
        let variables = [("HTTPS_PROXY", "http://ada:pa#ss@proxy"), ("NO_PROXY", "example.org")];
        assert_eq!(route(&variables, "https://example.com/"), "InvalidProxy");
    }

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
