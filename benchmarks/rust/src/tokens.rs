//! Looking at a token, and verifying it.

use std::hint::black_box;
use std::time::SystemTime;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cognitoken::{Expected, TokenUse, Verifier, VerifierOptions};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value;

use crate::measure::{Contender, in_turns, text};

const EMAIL: &str = "ada@example.org";

pub fn decode(given: &Value) -> Value {
    let token = text(given, "token");
    let email = || cognitoken::decode(token).expect("a token").payload["email"].clone();
    assert_eq!(email(), EMAIL);
    let plain = || jsonwebtoken::dangerous::insecure_decode::<Value>(token).expect("a token").claims["email"].clone();
    assert_eq!(plain(), EMAIL);
    let contenders: [Contender<'_>; 2] = [
        ("cognitoken (Rust)", Box::new(move || drop(black_box(email())))),
        ("jsonwebtoken (Rust)", Box::new(move || drop(black_box(plain())))),
    ];
    in_turns(given, &contenders)
}

pub fn verify(given: &Value) -> Value {
    let token = text(given, "token");
    let jwks: Value = serde_json::from_str(text(given, "jwks")).expect("a key set");
    let jwk = &jwks["keys"][0];
    let (modulus, exponent) = (text(jwk, "n"), text(jwk, "e"));

    let options = VerifierOptions {
        user_pool_id: Some(text(given, "pool").to_owned()),
        jwks: Some(jwks.clone()),
        ..VerifierOptions::new(Expected::Exactly(vec![text(given, "client").to_owned()]), Expected::Exactly(TokenUse::Id))
    };
    let verifier = Verifier::new(options).expect("a verifier");
    let ours = || verifier.verify_with_known_keys(token, SystemTime::now()).expect("known keys").expect("a good token");
    assert_eq!(ours()["email"], EMAIL);

    let key = DecodingKey::from_rsa_components(modulus, exponent).expect("a key");
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[text(given, "client")]);
    validation.set_issuer(&[text(given, "issuer")]);
    let peer = || jsonwebtoken::decode::<Value>(token, &key, &validation).expect("a good token").claims["email"].clone();
    assert_eq!(peer(), EMAIL);

    let (signed, signature) = token.rsplit_once('.').expect("a signature");
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
    let (signature, n, e) = (bytes(signature), bytes(modulus), bytes(exponent));
    let raw = RsaPublicKeyComponents { n: &n, e: &e };
    let alone = || raw.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature).expect("a good signature");
    alone();

    let contenders: [Contender<'_>; 3] = [
        ("cognitoken (Rust)", Box::new(move || drop(black_box(ours())))),
        ("jsonwebtoken (Rust)", Box::new(move || drop(black_box(peer())))),
        ("aws-lc-rs, the signature alone (Rust)", Box::new(move || alone())),
    ];
    in_turns(given, &contenders)
}
