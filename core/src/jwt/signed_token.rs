//! A token on its way to being verified: its shape and header are in order, nothing else is known about it.

use serde_json::Value;

use super::Claims;
use super::decode::{CompactParts, Part};
use super::integers;
use super::refusal::{invalid, shown};
use crate::error::{Error, Result};

/// The only algorithm that Cognito signs with and that is accepted.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html>
pub(super) const ALGORITHM: &str = "RS256";

pub(super) struct SignedToken<'t> {
    pub(super) key_id: String,
    /// What the signature is over.
    pub(super) signed: &'t str,
    pub(super) signature: Vec<u8>,
    payload: Vec<u8>,
}

impl<'t> SignedToken<'t> {
    pub(super) fn parse(jwt: &'t str) -> Result<Self> {
        let parts = CompactParts::split(jwt)?;
        let header = header_of(parts.header)?;
        let payload = Part::Payload.bytes(parts.payload)?;
        let signature = Part::Signature.bytes(parts.signature)?;
        let key_id = key_id_of(header)?;
        Ok(Self { key_id, signed: parts.signed, signature, payload })
    }

    /// What the token says, for comparing: an integer of more than 64 bits is rounded. What it says is worth an answer
    /// once the signature is known to be genuine.
    pub(super) fn claims(&self) -> Result<Claims> {
        Part::Payload.json(&self.payload)
    }

    /// The same claims for a reader: an integer of more than 64 bits is a string of its digits.
    pub(super) fn exactly(&self, claims: Claims) -> Result<Claims> {
        if integers::may_be_rounded(&claims) { Part::Payload.exact_json(&self.payload) } else { Ok(claims) }
    }
}

/// The header, in strict base64url. That of a load balancer's token, which may be padded, is refused by its own name.
fn header_of(part: &str) -> Result<Claims> {
    let read = |bytes: Result<Vec<u8>>| bytes.and_then(|bytes| Part::Header.json(&bytes));
    let strict = read(Part::Header.bytes(part));
    let padded = if strict.is_err() { read(Part::Header.padded_bytes(part)).ok() } else { None };
    match strict.as_ref().ok().or(padded.as_ref()).and_then(load_balancer) {
        Some(refusal) => Err(refusal),
        None => strict,
    }
}

/// What is wrong with the token that an Application Load Balancer hands on in `x-amzn-oidc-data`: it signs it itself.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html>
fn load_balancer(header: &Claims) -> Option<Error> {
    let signer = header.get("signer")?.as_str()?;
    if !(signer.starts_with("arn:") && signer.contains(":elasticloadbalancing:")) {
        return None;
    }
    let algorithm = header.get("alg").map(shown).unwrap_or_default();
    let message = format!(
        "the token is an Application Load Balancer's own (x-amzn-oidc-data), signed with {algorithm} and not by Cognito; \
         expected \"{ALGORITHM}\""
    );
    Some(invalid("UnsupportedAlgorithm", message).with_hint(
        "Verify the access token that the load balancer passes on in x-amzn-oidc-accesstoken: that one is Cognito's.",
    ))
}

/// The id of the key to verify with: the one thing that the header is asked for. Keys that the token brings along
/// (`jwk`, `x5c`) or points to (`jku`, `x5u`) are never used: they are as good as whoever wrote the token.
fn key_id_of(mut header: Claims) -> Result<String> {
    match header.get("alg") {
        Some(Value::String(algorithm)) if algorithm == ALGORITHM => {}
        Some(other) => {
            let message = format!("the token is signed with {}; expected \"{ALGORITHM}\"", shown(other));
            return Err(invalid("UnsupportedAlgorithm", message).with_hint("Cognito signs with RS256 alone."));
        }
        None => {
            let message = format!("the token's header names no algorithm (alg); expected \"{ALGORITHM}\"");
            return Err(invalid("UnsupportedAlgorithm", message).with_hint("Cognito signs with RS256 alone."));
        }
    }
    // RFC 7515, section 4.1.11: extensions that must be understood, and none is.
    if let Some(critical) = header.get("crit") {
        let message =
            format!("the token's header demands extensions (crit): {}; expected none", shown(critical));
        return Err(invalid("UnsupportedExtension", message));
    }
    match header.remove("kid") {
        Some(Value::String(key_id)) => Ok(key_id),
        Some(other) => {
            let message = format!("the token's key id (kid) is {}; expected a string", shown(&other));
            Err(invalid("MissingKeyId", message))
        }
        None => Err(invalid("MissingKeyId", "the token's header names no key (kid)")
            .with_hint("Cognito's tokens always name one: this token is from somewhere else.")),
    }
}
