//! The URLs that a request may be sent to: https anywhere, plain http on this machine.

use url::{Host, Url};

use crate::error::{Error, ErrorKind, Result};

const HOLDS_USER: &str = "holds a user name or a password, which does not belong in an address";

/// Reads the address of a service that `name` (an argument or a variable) gives.
///
/// Only https is safe on a network. Plain http is let through to this very machine, where local servers and tests
/// live. The text is never shown: it may hold a user's name and password.
///
/// An `@` is refused wherever it stands: what a parser takes for host and path may be a password that holds a `/`.
///
/// # Errors
/// [`ErrorKind::Config`]: code `InsecureUrl` for plain http to another machine, else `InvalidUrl`.
pub(crate) fn parse_service_url(name: &str, text: &str) -> Result<Url> {
    if text.contains(['@', '\\']) {
        return Err(invalid(name, HOLDS_USER));
    }
    parse_page_url(name, text)
}

/// Reads the address of a page in a browser, which may have an `@` in its path: `https://hub/user/ada@example.com/`.
///
/// # Errors
/// As [`parse_service_url`].
pub(crate) fn parse_page_url(name: &str, text: &str) -> Result<Url> {
    let text = text.trim();
    // The URL standard drops tabs and line breaks from the middle; an address that holds one is not what was meant.
    let url = Url::parse(text).ok().filter(|_| !text.contains(|c: char| c.is_whitespace() || c.is_control()));
    let Some(url) = url else {
        return Err(invalid(name, "is not a URL"));
    };
    if !matches!(url.scheme(), "https" | "http") {
        return Err(invalid(name, "is neither an https nor an http URL"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid(name, HOLDS_USER));
    }
    if url.fragment().is_some() {
        return Err(invalid(name, "holds a fragment (`#...`), which is never sent"));
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        let host = url.host_str().unwrap_or_default();
        let message = format!("{name} is plain http to {host}: what is sent there can be read on the way");
        return Err(Error::new(ErrorKind::Config, "InsecureUrl", message)
            .with_hint("Use https; plain http is for localhost, 127.0.0.1 and [::1] alone."));
    }
    Ok(url)
}

/// Returns whether the address is this machine's own.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(domain)) => domain == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn invalid(name: &str, reason: &str) -> Error {
    Error::new(ErrorKind::Config, "InvalidUrl", format!("{name} {reason}"))
        .with_hint("Give a whole address, such as https://cognito-idp.us-east-1.amazonaws.com.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_goes_anywhere_and_http_to_this_machine_alone() {
        for text in [
            "https://cognito-idp.us-east-1.amazonaws.com",
            "https://example.com:8443/path",
            "http://localhost:4566",
            "http://127.0.0.1:4566/",
            "http://127.8.9.1",
            "http://[::1]:4566",
            " https://example.com\n",
        ] {
            assert!(parse_service_url("COGNITO_ENDPOINT", text).is_ok(), "{text}");
        }
        for text in [
            "http://example.com",
            "http://10.0.0.1",
            "http://0.0.0.0",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://[::ffff:10.0.0.1]",
            "HTTP://EXAMPLE.COM",
        ] {
            let error = parse_service_url("COGNITO_ENDPOINT", text).unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "InsecureUrl"), "{text}");
            assert!(error.message().contains("COGNITO_ENDPOINT"));
        }
    }

    #[test]
    fn what_is_not_the_address_of_a_service_is_refused() {
        for text in [
            "",
            "example.com",
            "//example.com",
            "ftp://example.com",
            "file:///etc/passwd",
            "https://",
            "https://exa mple.com",
            "https://exa\nmple.com",
            "https://example.com/#here",
        ] {
            let error = parse_service_url("COGNITO_JWKS_URL", text).unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "InvalidUrl"), "{text:?}");
            assert!(error.message().contains("COGNITO_JWKS_URL"));
        }
    }

    #[test]
    fn credentials_in_an_address_are_refused_and_never_shown() {
        for text in [
            "https://ada:hunter2@example.com",
            "http://ada:hunter2@example.com",
            "https://hunter2@example.com",
            "ftp://ada:hunter2@example.com",
            "https://ada:hunter2@exa mple.com",
            "https://ada:1234#hunter2@example.com",
            "https://ada:1234/hunter2@example.com",
            "http://ada:80/hunter2@127.0.0.1",
            "https://hunter2\\@example.com",
        ] {
            let error = parse_service_url("COGNITO_ENDPOINT", text).unwrap_err();
            assert_eq!(error.code(), "InvalidUrl");
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{text}");
            assert!(!format!("{error} {error:?}").contains("ada"), "{text}");
        }
        let page = "https://hub.example.com/user/ada@example.com/proxy/8400/";
        assert_eq!(parse_page_url("the redirect URI", page).unwrap().as_str(), page);
    }
}
