//! A token whose form and header are valid; its signature and its claims are not checked yet.

use serde_json::Value;

use super::claims::Claims;
use super::compact::{CompactParts, Part};
use super::integers;
use super::token_errors::{bare, invalid, shown};
use crate::error::{Error, Result};

/// The algorithm that Cognito signs with, and the only one that is accepted.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html>
pub(super) const ALGORITHM: &str = "RS256";

pub(super) struct SignedToken<'t> {
    pub(super) key_id: String,
    /// The header, the dot and the payload: the text that is signed.
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

    /// Reads the claims for comparison: an integer of more than 64 bits is rounded.
    pub(super) fn claims(&self) -> Result<Claims> {
        Part::Payload.json(&self.payload)
    }

    /// Returns the claims with each integer of more than 64 bits as a string of its digits.
    pub(super) fn exactly(&self, claims: Claims) -> Result<Claims> {
        if integers::may_be_rounded(&claims) { Part::Payload.exact_json(&self.payload) } else { Ok(claims) }
    }
}

/// Reads the header, in strict base64url. A load balancer's token, whose header may be padded, has an error of its own.
fn header_of(part: &str) -> Result<Claims> {
    let read = |bytes: Result<Vec<u8>>| bytes.and_then(|bytes| Part::Header.json(&bytes));
    let strict = read(Part::Header.bytes(part));
    let padded = if strict.is_err() { read(Part::Header.padded_bytes(part)).ok() } else { None };
    match strict.as_ref().ok().or(padded.as_ref()).and_then(load_balancer) {
        Some(refusal) => Err(refusal),
        None => strict,
    }
}

/// The error of a token that an Application Load Balancer signed itself and passes on in `x-amzn-oidc-data`.
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
    Some(unsupported_algorithm(message, header.get("alg")).with_hint(
        "Verify the access token that the load balancer passes on in x-amzn-oidc-accesstoken: that one is Cognito's.",
    ))
}

/// Returns the id of the key to verify with. Keys in the token (`jwk`, `x5c`) or at an address in it (`jku`, `x5u`) are
/// never used: anyone can write them.
fn key_id_of(mut header: Claims) -> Result<String> {
    match header.get("alg") {
        Some(Value::String(algorithm)) if algorithm == ALGORITHM => {}
        Some(other) => {
            let message = format!("the token is signed with {}; expected \"{ALGORITHM}\"", shown(other));
            return Err(
                unsupported_algorithm(message, Some(other)).with_hint("Cognito signs with RS256 alone.")
            );
        }
        None => {
            let message = format!("the token's header names no algorithm (alg); expected \"{ALGORITHM}\"");
            return Err(unsupported_algorithm(message, None).with_hint("Cognito signs with RS256 alone."));
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

fn unsupported_algorithm(message: String, actual: Option<&Value>) -> Error {
    invalid("UnsupportedAlgorithm", message).with_comparison(ALGORITHM, actual.map(bare))
}
