//! Tokens and the keys that they are verified with.

use std::sync::LazyLock;
use std::time::{Duration, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cognitoken::{Claims, Verifier, VerifierOptions};
use serde_json::Value;

use super::requests::{CLIENT_ID, NOW, POOL, assert_no_control_characters};
use super::signing::SigningKey;

const KEY_ID: &str = "a/b+c==";
const ISSUERS: [&str; 2] = [
    "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI",
    "https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI",
];

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(KEY_ID));
static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| verifier(KEY.jwks()).expect("our own key is good"));

fn verifier(jwks: Value) -> cognitoken::Result<Verifier> {
    Verifier::new(VerifierOptions::new().with_user_pool_id(POOL).with_client_id(CLIENT_ID).with_jwks(jwks))
}

/// The claims that the verifier lets through; that it has the keys and asks nobody is a property of its own.
fn verdict(verifier: &Verifier, token: &str) -> Option<Claims> {
    let now = UNIX_EPOCH + Duration::from_secs(NOW);
    match verifier.verify_with_known_keys(token, now).expect("nothing has to be fetched") {
        Ok(claims) => Some(claims),
        Err(error) => {
            assert_no_control_characters(error.message());
            assert!(error.message().len() < 2000);
            None
        }
    }
}

/// A token that decodes is the same token after it is put together again.
pub fn decode(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    match cognitoken::decode(text) {
        Ok(decoded) => {
            let part = |claims: &Claims| URL_SAFE_NO_PAD.encode(serde_json::to_vec(claims).expect("JSON"));
            let again = [part(&decoded.header), part(&decoded.payload), decoded.signature.clone()].join(".");
            // What JSON writes may be a little longer than what it read, and the longest token is no longer one.
            if again.len() > 64 * 1024 {
                return;
            }
            let again = cognitoken::decode(&again).expect("what was decoded decodes again");
            let same = |one: Claims, other: Claims| is_same(&Value::Object(one), &Value::Object(other));
            assert!(same(again.header, decoded.header), "the header has changed");
            assert!(same(again.payload, decoded.payload), "the payload has changed");
            assert_eq!(again.signature, decoded.signature);
        }
        Err(error) => assert_no_control_characters(error.message()),
    }
}

/// Returns whether two values are equal, as far as the last digit of a fraction goes, which JSON may round.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let entries = one.iter().zip(other);
            one.len() == other.len()
                && entries.into_iter().all(|(one, other)| one.0 == other.0 && is_same(one.1, other.1))
        }
        (Value::Number(one), Value::Number(other)) if one.is_f64() && other.is_f64() => {
            let (one, other) = (one.as_f64().unwrap_or_default(), other.as_f64().unwrap_or_default());
            (one - other).abs() <= one.abs() * 1e-15
        }
        // What 64 bits do not hold is a string of its digits.
        (Value::String(digits), Value::Number(rounded)) if rounded.is_f64() => {
            digits.parse() == Ok(rounded.as_f64().unwrap_or_default())
        }
        (one, other) => one == other,
    }
}

/// No text is a token of a pool whose key nobody has.
pub fn verify_token(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    assert!(verdict(&VERIFIER, &text).is_none(), "a token was accepted that the pool did not sign");
}

/// With a genuine signature, what is accepted is of the pool, for the client and the use, and in time. The first line
/// is the header, the rest the payload.
pub fn verify_claims(input: &[u8]) {
    let (header, payload) = match input.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&input[..end], &input[end + 1..]),
        None => (&br#"{"alg":"RS256","kid":"a/b+c=="}"#[..], input),
    };
    if input.len() > 16 * 1024 {
        return;
    }
    let signed = [header, payload].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
    let Some(claims) = verdict(&VERIFIER, &KEY.sign(&signed)) else { return };

    let header: Value = serde_json::from_slice(header).expect("the header of a good token is JSON");
    assert!(header["alg"] == "RS256" && header["kid"] == KEY_ID && header.get("crit").is_none(), "{header}");
    let read = serde_json::from_slice::<Value>(payload).expect("JSON");
    assert!(is_same(&Value::Object(claims.clone()), &read), "the claims are not those of the payload");
    assert!(ISSUERS.iter().any(|issuer| claims["iss"] == *issuer), "iss is {}", claims["iss"]);
    assert!(claims["token_use"] == "id" && claims["aud"] == CLIENT_ID, "another's token");
    let seconds = |name: &str| read.get(name).map(|value| value.as_f64().expect("a time is a number"));
    assert!(seconds("exp").expect("a token ends") > NOW as f64, "a token that is over");
    assert!(seconds("nbf").is_none_or(|from| from <= NOW as f64), "a token that has not begun");
}

/// A key set that is taken holds a key for RS256 of enough bits, and still no token of somebody else's is accepted.
pub fn jwks(input: &[u8]) {
    let Ok(document) = serde_json::from_slice::<Value>(input) else { return };
    match verifier(document.clone()) {
        Ok(verifier) => {
            let keys = document["keys"].as_array().expect("a key set has a list of keys");
            assert!(keys.iter().any(is_usable), "no key of {document} is one");
            for key_id in keys.iter().filter_map(|key| key["kid"].as_str()) {
                let header = serde_json::json!({"alg": "RS256", "kid": key_id});
                let token = KEY.token_with_header(&header, &serde_json::json!({"iss": ISSUERS[0]}));
                assert!(verdict(&verifier, &token).is_none(), "a foreign signature was accepted");
            }
        }
        Err(error) => assert_no_control_characters(error.message()),
    }
}

fn is_usable(key: &Value) -> bool {
    let number = |name: &str| key[name].as_str().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    key["kty"] == "RSA"
        && number("n").is_some_and(|modulus| modulus.len() >= 256)
        && number("e").is_some_and(|exponent| exponent.last().is_some_and(|last| last % 2 == 1))
}
