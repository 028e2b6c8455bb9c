//! The login of a user at an identity pool.

use crate::digest::{hex, sha256};
use crate::error::{Error, ErrorKind, Result};
use crate::jwt::{Claims, decode};
use crate::secret::IdToken;

/// The user that an ID token is of, as an identity pool tells users apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Login {
    /// The name of the provider: the issuer without `https://`.
    pub(super) provider: String,
    /// The user at the provider.
    subject: String,
}

impl Login {
    /// The login of an ID token.
    ///
    /// # Errors
    /// [`ErrorKind::TokenInvalid`] for a text that is no JWT, and for a token without an https issuer.
    pub(crate) fn of(token: &IdToken) -> Result<Self> {
        let claims = decode(token.expose())?.payload;
        let provider = text(&claims, "iss").and_then(|issuer| issuer.strip_prefix("https://"));
        let Some(provider) = provider.filter(|provider| !provider.is_empty()) else {
            let message =
                "the ID token has no https issuer (`iss`), by which an identity pool knows the user pool";
            return Err(Error::new(ErrorKind::TokenInvalid, "MissingClaim", message));
        };
        // A token that does not say whose it is stands for itself alone.
        let subject =
            text(&claims, "sub").map_or_else(|| hex(&*sha256(&[token.expose().as_bytes()])), str::to_owned);
        Ok(Self { provider: provider.to_owned(), subject })
    }
}

fn text<'c>(claims: &'c Claims, name: &str) -> Option<&'c str> {
    claims.get(name)?.as_str()
}
