//! Addresses that may contain a user name and a password: the part that may be shown, and the ones that are refused.

use super::authority::{is_host_with_port, split_scheme};

use crate::digest::hex_digit;

/// The placeholder for a user name and a password.
const HIDDEN: &str = "(hidden)";

/// The address without its user name and password, and without a query, which may hold a password too.
///
/// Cut by hand, up to the last `@`: addresses are written without a scheme too, and a password may hold any character,
/// so that a parser of URLs finds it in another place, or not at all. What is left is shown only where it is a host
/// with or without a port, or several with commas between them: an address that lacks its `@host` ends in a password.
pub(crate) fn shown(address: &str) -> String {
    let (scheme, rest) = split_scheme(address);
    let (hidden, rest) = match rest.rsplit_once('@') {
        Some((_, rest)) => (format!("{HIDDEN}@"), rest),
        None => (String::new(), rest),
    };
    let place = rest.split(['?', '#']).next().unwrap_or_default();
    let authority = place.split('/').next().unwrap_or_default();
    let is_local_path = authority.is_empty() && !scheme.is_empty() && hidden.is_empty();
    if is_local_path || authority.split(',').all(is_host_with_port) {
        format!("{scheme}{hidden}{place}")
    } else {
        format!("{scheme}{HIDDEN}")
    }
}

/// Checks that every program reads the address in the same way: none takes a part of the password for the host, or the
/// other way round.
///
/// # Errors
/// The reason, which completes a sentence that begins with the name of the address.
pub(crate) fn check_readable(address: &str) -> Result<(), &'static str> {
    if address
        .contains(|character: char| character.is_whitespace() || character.is_control() || character == '\\')
    {
        return Err("holds white space, a control character or a backslash");
    }
    let (_, rest) = split_scheme(address);
    match rest.rsplit_once('@') {
        Some((user_information, _)) if !is_encoded(user_information) => {
            Err("has a user name or a password with characters that have to be percent-encoded")
        }
        _ => Ok(()),
    }
}

/// The hint for an address that [`check_readable`] refuses.
pub(crate) const PERCENT_ENCODE: &str = "Percent-encode the special characters of the user name and the password: `#` is %23, `/` is %2F, `\\` is %5C, `@` \
     is %40, `?` is %3F, `:` is %3A and `%` itself is %25.";

/// Returns whether the text is user information as RFC 3986, section 3.2.1, writes it.
fn is_encoded(text: &str) -> bool {
    decoded(text).is_some()
}

/// The bytes that a percent-encoded user name or password stands for; `None` where a character is not encoded that has
/// to be.
pub(crate) fn decoded(text: &str) -> Option<Vec<u8>> {
    let (mut rest, mut bytes) = (text.as_bytes(), Vec::new());
    while let Some((first, after)) = rest.split_first() {
        let (byte, after) = match (first, after) {
            (b'%', [high, low, after @ ..]) => (hex_digit(*high)? << 4 | hex_digit(*low)?, after),
            (byte, after) if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:".contains(byte) => {
                (*byte, after)
            }
            _ => return None,
        };
        bytes.push(byte);
        rest = after;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_identifies_the_place_is_shown() {
        for (address, expected) in [
            ("http://proxy:3128", "http://proxy:3128"),
            ("proxy:3128", "proxy:3128"),
            ("http://[2001:db8::1]:3128/", "http://[2001:db8::1]:3128/"),
            ("http://ada:hunter2@proxy:3128/", "http://(hidden)@proxy:3128/"),
            ("ada:hunter2@proxy:3128", "(hidden)@proxy:3128"),
            ("http://hunter2@proxy", "http://(hidden)@proxy"),
            ("http://ada:hun/ter2@proxy", "http://(hidden)@proxy"),
            ("http://ada:hun\\ter2@proxy", "http://(hidden)@proxy"),
            ("http://ada:hun#t?er2@proxy", "http://(hidden)@proxy"),
            ("http://ada:hun@ter2@proxy", "http://(hidden)@proxy"),
            ("ada:hunter://2@proxy", "(hidden)@proxy"),
            ("redis://ada:hunter2@host:6379/0?password=hunter2", "redis://(hidden)@host:6379/0"),
            ("redis+unix:///run/redis.sock?pass=hunter2", "redis+unix:///run/redis.sock"),
            ("redis+sentinel://ada:hun,ter2@a,b:1/master/0", "redis+sentinel://(hidden)@a,b:1/master/0"),
            ("redis://ada:hunter2,b:1", "redis://(hidden)"),
            ("http://ada:hunter2", "http://(hidden)"),
            ("http://ada:hun@ter2:hunter2", "http://(hidden)"),
            ("http://ada:hunter2@", "http://(hidden)"),
            ("ada:hunter2", "(hidden)"),
        ] {
            assert_eq!(shown(address), expected, "{address}");
        }
    }

    #[test]
    fn what_can_be_read_in_several_ways_is_refused() {
        for address in [
            "http://ada:pa#ss@proxy:3128",
            "http://ada:pa/ss@proxy:3128",
            "http://ada:pa?ss@proxy:3128",
            "http://ada:pa@ss@proxy:3128",
            "http://ada:pa\\ss@proxy:3128",
            "http://ada:pa%ss@proxy:3128",
            "http://ada:pa[ss@proxy:3128",
            "http://ada:pa ss@proxy:3128",
            "http://ada:pa\u{e4}ss@proxy:3128",
            "http://proxy\\@evil:3128",
            "ada:pa#ss@proxy:3128",
        ] {
            assert!(check_readable(address).is_err(), "{address}");
        }
        for address in
            ["http://proxy:3128", "http://ada:p%23a:s!$&'()*+,;=-._~@proxy:3128", "ada@proxy", "proxy"]
        {
            assert_eq!(check_readable(address), Ok(()), "{address}");
        }
    }
}
