//! The proxies that the environment names: read once, checked before anything is sent.

use std::ffi::OsString;
use std::fmt;

use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use super::proxy::{Proxy, VARIABLES, Via};
use crate::address::is_loopback;
use crate::error::Result;

const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The proxies that the environment names, or else the system's settings.
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

/// The way to a host.
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
        let given = first(&VARIABLES).map(|(name, value)| (name, Proxy::parse(name, value)));
        let exceptions = first(&EXCEPTIONS).map(|(variable, list)| {
            let list = list.to_string_lossy().trim().to_owned();
            // Any proxy will do to ask which hosts are taken out.
            let matcher = Matcher::builder().https("http://proxy.invalid").no(&list).build();
            Exceptions { variable, list, matcher }
        });
        let system = if given.is_some() { Matcher::builder().build() } else { system() };
        Self { given, exceptions, system }
    }

    /// Returns whether no proxy is named that cannot be used.
    pub(super) fn are_usable(&self) -> bool {
        self.given.as_ref().is_none_or(|(_, proxy)| proxy.is_ok())
    }

    /// The way to this address.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config), code `InvalidProxy`, where it would be by a proxy whose address cannot be used.
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
            // `route` refuses each address that would need it.
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
    use crate::http::proxy::SCHEMES;

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
        for pair in VARIABLES.windows(2) {
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
}
