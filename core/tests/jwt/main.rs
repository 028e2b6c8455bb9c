//! Tokens: which are accepted, which are refused and in which words, and when keys are fetched.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod attacks;
mod claims;
mod key_fetching;
mod options;
mod own_check;
mod pools;
#[allow(dead_code, reason = "shared with the known-answer vectors, which need other parts of it")]
mod signing;

use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cognitoken::{Error, TokenUse, Verifier, VerifierOptions};
use serde_json::{Value, json};
use signing::SigningKey;

const POOL: &str = "us-east-1_AbCdEfGhI";
const ISSUER: &str = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
const CLIENT: &str = "1example23456789";
const NOW: u64 = 1_700_000_000;

/// The pool's key; its id has the characters that Cognito's ids have.
static POOL_KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate("a/b+c=="));

fn at(unix_seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(unix_seconds)
}

fn id_claims() -> Value {
    json!({"sub": "ada", "iss": ISSUER, "aud": CLIENT, "token_use": "id", "iat": NOW - 60, "exp": NOW + 3600})
}

fn access_claims() -> Value {
    json!({"sub": "ada", "iss": ISSUER, "client_id": CLIENT, "token_use": "access", "scope": "openid email",
        "iat": NOW - 60, "exp": NOW + 3600})
}

fn with(mut object: Value, name: &str, value: Value) -> Value {
    object[name] = value;
    object
}

fn without(mut object: Value, name: &str) -> Value {
    object.as_object_mut().unwrap().remove(name).unwrap();
    object
}

/// ID tokens of our client, with the pool's key where AWS has it.
fn fetching_options() -> VerifierOptions {
    VerifierOptions::new().with_user_pool_id(POOL).with_client_id(CLIENT)
}

/// ID tokens of our client, with the pool's key given.
fn id_options() -> VerifierOptions {
    fetching_options().with_jwks(POOL_KEY.jwks())
}

fn access_options() -> VerifierOptions {
    id_options().with_token_use(TokenUse::Access)
}

/// The verdict of a verifier that needs no fetch on a token at [`NOW`].
fn verdict(options: VerifierOptions, token: &str) -> Result<cognitoken::Claims, Error> {
    Verifier::new(options).unwrap().verify_with_known_keys(token, at(NOW)).expect("a fetch was asked for")
}

fn refusal(options: VerifierOptions, token: &str) -> Error {
    let error = verdict(options, token).expect_err("the token was accepted");
    let text = format!("{error} {error:?}");
    for part in token.split('.').filter(|part| part.len() > 8) {
        assert!(!text.contains(part), "the error shows a part of the token");
    }
    assert!(text.len() < 2000 && !error.message().contains(char::is_control));
    error
}
