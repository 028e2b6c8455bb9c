//! Decoding a token without verifying it.

#[cfg(test)]
mod tests;

use std::fmt;

use super::claims::Claims;
use super::compact::{CompactParts, Part};
use crate::error::Result;

/// A decoded token, **not verified**: anyone can write a token that decodes to anything.
#[derive(Clone, PartialEq, Eq)]
pub struct DecodedJwt {
    /// The header, which names the key (`kid`) and the algorithm (`alg`) of the signature.
    pub header: Claims,
    /// The payload: the claims about the user.
    pub payload: Claims,
    /// The signature in base64url, as it stands in the token; not verified.
    pub signature: String,
}

impl fmt::Debug for DecodedJwt {
    /// Leaves the signature out: with it, the token could be put together again.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DecodedJwt")
            .field("header", &self.header)
            .field("payload", &self.payload)
            .field("signature", &"[redacted]")
            .finish()
    }
}

/// Decodes a token **without verifying anything**: not the signature, not the issuer, not whether it has expired.
///
/// Use it to show the claims of a token that comes from a source you trust. To decide whether to let somebody in, use a
/// [`Verifier`](super::Verifier): the claims that this function returns can be invented by anyone.
///
/// `jwt` is a signed token in its compact form (RFC 7515, section 7.1), at most 64 KiB long. Spaces, tabs and line ends
/// around it are dropped, and so is the base64 padding in the tokens of an Application Load Balancer. Numbers keep their
/// JSON type; an integer of more than 64 bits becomes a string of its digits. Of two members with the same name, the
/// last one counts.
///
/// ```
/// let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEiLCJleHAiOjE3MTQ3Nzc3NjZ9.c2lnbmF0dXJl";
/// let decoded = cognitoken::decode(token)?;
/// assert_eq!(decoded.header["alg"], "RS256");
/// assert_eq!(decoded.payload["sub"], "ada");
/// assert_eq!(decoded.payload["exp"], 1714777766);
/// assert_eq!(decoded.signature, "c2lnbmF0dXJl");
/// # Ok::<(), cognitoken::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::TokenInvalid`](crate::ErrorKind::TokenInvalid), code `MalformedToken`, for text that is not of this
/// form. The error never holds the token.
pub fn decode(jwt: &str) -> Result<DecodedJwt> {
    let parts = CompactParts::split(jwt)?;
    let header = Part::Header.exact_json(&Part::Header.padded_bytes(parts.header)?)?;
    let payload = Part::Payload.exact_json(&Part::Payload.padded_bytes(parts.payload)?)?;
    Part::Signature.padded_bytes(parts.signature)?;
    Ok(DecodedJwt { header, payload, signature: parts.signature.to_owned() })
}
