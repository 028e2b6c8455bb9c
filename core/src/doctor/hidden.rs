//! Addresses without what must not be seen of them.

/// An address without the user name and password that may be in it.
///
/// Cut by hand, up to the last `@`: proxies are written without a scheme too, and a password may hold any character,
/// so that a parser of URLs finds it in another place, or not at all.
pub(super) fn without_credentials(address: &str) -> String {
    let Some((before, host)) = address.rsplit_once('@') else { return address.to_owned() };
    match before.split_once("://") {
        Some((scheme, _)) if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            format!("{scheme}://(hidden)@{host}")
        }
        _ => format!("(hidden)@{host}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_identifies_the_place_is_left() {
        for (address, shown) in [
            ("http://proxy:3128", "http://proxy:3128"),
            ("proxy:3128", "proxy:3128"),
            ("http://ada:hunter2@proxy:3128/", "http://(hidden)@proxy:3128/"),
            ("ada:hunter2@proxy:3128", "(hidden)@proxy:3128"),
            ("http://hunter2@proxy", "http://(hidden)@proxy"),
            ("http://ada:hun/ter2@proxy", "http://(hidden)@proxy"),
            ("http://ada:hun#t?er2@proxy", "http://(hidden)@proxy"),
            ("http://ada:hun@ter2@proxy", "http://(hidden)@proxy"),
            ("ada:hunter://2@proxy", "(hidden)@proxy"),
        ] {
            assert_eq!(without_credentials(address), shown);
        }
    }
}
