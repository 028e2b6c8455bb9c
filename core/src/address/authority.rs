//! The scheme, the host and the port of an address, found without a URL parser: an address may lack its scheme.

use url::Url;

/// The host and, where it is not the usual one, the port: what a person recognises, and never a secret in a query.
pub(crate) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or("the service");
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// The scheme with its `://`, empty where there is none, and the rest.
pub(crate) fn split_scheme(address: &str) -> (&str, &str) {
    let is_scheme = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    };
    match address.find("://").filter(|end| is_scheme(&address[..*end])) {
        Some(end) => address.split_at(end + 3),
        None => ("", address),
    }
}

/// Returns whether the text is a name, an IPv4 address or an IPv6 address in brackets, with or without the number of a port.
pub(crate) fn is_host_with_port(authority: &str) -> bool {
    let is_port = |port: &str| port.is_empty() || port.parse::<u16>().is_ok_and(|number| number > 0);
    if let Some(rest) = authority.strip_prefix('[') {
        let Some((host, port)) = rest.split_once(']') else { return false };
        return host.parse::<std::net::Ipv6Addr>().is_ok()
            && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
    }
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    let is_name = |character: char| character.is_alphanumeric() || matches!(character, '.' | '-' | '_');
    !host.is_empty() && host.chars().all(is_name) && is_port(port)
}
