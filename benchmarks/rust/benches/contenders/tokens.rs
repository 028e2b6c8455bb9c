//! Looking at a token, verifying it, and verifying many.

use std::time::SystemTime;

use cognitoken::{Verifier, VerifierOptions};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value;

use crate::{Answer, Call, text};

pub(crate) fn prepare_decode(name: &str, given: &Value) -> Call {
    let token = text(given, "token");
    match name {
        "cognitoken" => Box::new(move || {
            let decoded = cognitoken::decode(&token).expect("a token");
            Answer::Text(decoded.payload["email"].as_str().expect("an address").to_owned())
        }),
        "jsonwebtoken" => Box::new(move || {
            let decoded = jsonwebtoken::dangerous::insecure_decode::<Value>(&token).expect("a token");
            Answer::Text(text(&decoded.claims, "email"))
        }),
        _ => panic!("no such contender: {name}"),
    }
}

pub(crate) fn prepare_verify(name: &str, given: &Value) -> Call {
    let token = text(given, "token");
    let jwk = &given["jwks"]["keys"][0];
    let (modulus, exponent) = (text(jwk, "n"), text(jwk, "e"));
    match name {
        "cognitoken" => {
            let verifier = verifier(given);
            Box::new(move || {
                let claims = verifier.verify_with_known_keys(&token, SystemTime::now());
                let claims = claims.expect("known keys").expect("a good token");
                Answer::Text(claims["email"].as_str().expect("an address").to_owned())
            })
        }
        "jsonwebtoken" => {
            let key = DecodingKey::from_rsa_components(&modulus, &exponent).expect("a key");
            let mut validation = Validation::new(Algorithm::RS256);
            validation.set_audience(&[text(given, "client")]);
            validation.set_issuer(&[text(given, "issuer")]);
            Box::new(move || {
                let decoded = jsonwebtoken::decode::<Value>(&token, &key, &validation).expect("a good token");
                Answer::Text(text(&decoded.claims, "email"))
            })
        }
        _ => panic!("no such contender: {name}"),
    }
}

pub(crate) fn prepare_many(name: &str, given: &Value) -> Call {
    let tokens: Vec<String> = serde_json::from_value(given["tokens"].clone()).expect("tokens");
    let verifier = verifier(given);
    let event = |claims: &Value| text(claims, "event_id");
    match name {
        "at-once" => Box::new(move || {
            let answers = verifier.verify_many_with_known_keys(&tokens, SystemTime::now());
            let answers = answers.into_iter().map(|answer| answer.expect("known keys").ok());
            Answer::Texts(answers.map(|claims| claims.map(|claims| event(&Value::from(claims)))).collect())
        }),
        "one-by-one" => Box::new(move || {
            let answers = tokens.iter().map(|token| {
                let answer = verifier.verify_with_known_keys(token, SystemTime::now());
                answer.expect("known keys").ok().map(|claims| event(&Value::from(claims)))
            });
            Answer::Texts(answers.collect())
        }),
        _ => panic!("no such contender: {name}"),
    }
}

fn verifier(given: &Value) -> Verifier {
    let options =
        VerifierOptions::new().with_user_pool_id(text(given, "pool")).with_client_id(text(given, "client"));
    Verifier::new(options.with_jwks(given["jwks"].clone())).expect("a verifier")
}
