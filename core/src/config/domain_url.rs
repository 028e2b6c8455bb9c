//! The address of a pool's domain, of its prefix, its host or the whole.

use url::Url;

use super::endpoints::domain_host;
use super::region::Region;
use crate::address::parse_service_url;
use crate::error::{Error, ErrorKind, Result};

/// The variable that gives the domain.
pub(super) const VARIABLE: &str = "COGNITO_DOMAIN";

/// The longest label of a host name, in bytes (RFC 1035, 2.3.4).
const LONGEST_PREFIX: usize = 63;

/// Checks the form of a domain.
///
/// # Errors
/// [`ErrorKind::Config`] for a domain that is malformed.
pub(super) fn check_domain(text: &str) -> Result<()> {
    // Of a prefix, any region makes a host.
    parse(text, &Region::parse("us-east-1")?).map(drop)
}

/// A prefix, a host, or a whole address.
pub(super) fn parse(text: &str, region: &Region) -> Result<Url> {
    let base = if text.contains("://") {
        parse_service_url(VARIABLE, text)?
    } else if text.contains(['.', ':']) {
        parse_service_url(VARIABLE, &format!("https://{text}"))?
    } else {
        check_prefix(text)?;
        parse_service_url(VARIABLE, &format!("https://{}", domain_host(text, region)))?
    };
    check_base(&base)?;
    Ok(base)
}

/// Checks that an address is that of a domain alone.
pub(super) fn check_base(base: &Url) -> Result<()> {
    if base.path() != "/" || base.query().is_some() {
        return Err(invalid("holds more than the domain"));
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html>
fn check_prefix(text: &str) -> Result<()> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if text.len() > LONGEST_PREFIX
        || text.starts_with('-')
        || text.ends_with('-')
        || !text.bytes().all(allowed)
    {
        return Err(invalid(
            "is not a domain prefix: it may hold lower-case letters, digits and `-`, at most 63",
        ));
    }
    Ok(())
}

/// The value is not shown: arguments given in the wrong order put a password here.
fn invalid(reason: &str) -> Error {
    Error::new(ErrorKind::Config, "InvalidDomain", format!("the domain ({VARIABLE}) {reason}")).with_hint(
        "Give the pool's domain alone: its prefix (my-app), its host (auth.example.com) or \
         https://auth.example.com.",
    )
}
