//! Forged and damaged tokens, in all the ways that have worked against somebody.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use cognitoken::{ErrorKind, decode};
use serde_json::{Value, json};

use super::signing::{SigningKey, part};
use super::{POOL_KEY, id_claims, id_options, refusal, verdict, with};

fn header() -> Value {
    json!({"kid": POOL_KEY.key_id, "alg": "RS256"})
}

#[track_caller]
fn refused(token: &str, code: &str) {
    let error = refusal(id_options(), token);
    assert_eq!((error.kind(), error.code()), (ErrorKind::TokenInvalid, code), "{error}");
}

#[test]
fn no_signature_is_not_a_signature() {
    for algorithm in ["none", "None", "NONE", "nOnE"] {
        let header = with(header(), "alg", json!(algorithm));
        refused(&format!("{}.{}.", part(&header), part(&id_claims())), "UnsupportedAlgorithm");
        refused(&POOL_KEY.token_with_header(&header, &id_claims()), "UnsupportedAlgorithm");
    }
    refused(&format!("{}.{}.", part(&header()), part(&id_claims())), "InvalidSignature");
}

#[test]
fn the_public_key_is_not_a_shared_secret() {
    let jwk = POOL_KEY.jwk();
    let modulus = URL_SAFE_NO_PAD.decode(jwk["n"].as_str().unwrap()).unwrap();
    let secrets = [jwk.to_string().into_bytes(), jwk["n"].as_str().unwrap().as_bytes().to_vec(), modulus];
    for secret in secrets {
        for (algorithm, code) in [("HS256", "UnsupportedAlgorithm"), ("RS256", "InvalidSignature")] {
            let signed = format!("{}.{}", part(&with(header(), "alg", json!(algorithm))), part(&id_claims()));
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), signed.as_bytes());
            refused(&format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag)), code);
        }
    }
}

#[test]
fn only_rs256_is_accepted_even_where_the_signature_would_fit() {
    for algorithm in [
        json!("RS384"),
        json!("RS512"),
        json!("PS256"),
        json!("ES256"),
        json!("EdDSA"),
        json!("rs256"),
        json!("RS256 "),
        json!(""),
        json!(null),
        json!(["RS256"]),
        json!(256),
    ] {
        let token = POOL_KEY.token_with_header(&with(header(), "alg", algorithm.clone()), &id_claims());
        let error = refusal(id_options(), &token);
        assert_eq!(error.code(), "UnsupportedAlgorithm");
        assert!(
            error.message().contains(&algorithm.to_string()) && error.message().contains("RS256"),
            "{error}"
        );
    }
    refused(
        &POOL_KEY.token_with_header(&json!({"kid": POOL_KEY.key_id}), &id_claims()),
        "UnsupportedAlgorithm",
    );
}

#[test]
fn a_key_that_the_token_brings_along_or_points_to_is_not_used() {
    let forger = SigningKey::generate(&POOL_KEY.key_id);
    let jwk = forger.jwk();
    for (name, value) in [
        ("jwk", jwk.clone()),
        ("jku", json!("https://forger.example.com/jwks.json")),
        ("x5u", json!("https://forger.example.com/chain.pem")),
        ("x5c", json!([jwk["n"]])),
    ] {
        let header = with(header(), name, value);
        refused(&forger.token_with_header(&header, &id_claims()), "InvalidSignature");
        // Nor does it harm a genuine token.
        assert!(verdict(id_options(), &POOL_KEY.token_with_header(&header, &id_claims())).is_ok());
    }
}

#[test]
fn a_signature_by_another_key_is_refused() {
    refused(&SigningKey::generate(&POOL_KEY.key_id).token(&id_claims()), "InvalidSignature");
}

#[test]
fn a_key_id_is_an_id_and_nothing_else() {
    for odd in
        ["../../../../dev/null", "/dev/null", "a/b+c", "A/B+C==", "", "' OR 1=1 --", "a/b+c==\0", "\u{1b}[2J"]
    {
        let error = refusal(
            id_options(),
            &POOL_KEY.token_with_header(&with(header(), "kid", json!(odd)), &id_claims()),
        );
        assert_eq!(error.code(), "UnknownKey", "{odd}");
        assert!(!error.retryable(), "given keys do not change");
    }
    for odd in [json!(null), json!(5), json!([POOL_KEY.key_id]), json!({})] {
        refused(&POOL_KEY.token_with_header(&with(header(), "kid", odd), &id_claims()), "MissingKeyId");
    }
    refused(&POOL_KEY.token_with_header(&json!({"alg": "RS256"}), &id_claims()), "MissingKeyId");
}

#[test]
fn a_load_balancer_s_token_is_told_as_what_it_is() {
    let header = json!({"typ": "JWT", "kid": "c0ffee00-dead-beef-0000-000000000000", "alg": "ES256", "iss": super::ISSUER,
        "client": "1example23456789", "exp": super::NOW + 120,
        "signer": "arn:aws-cn:elasticloadbalancing:cn-north-1:123456789012:loadbalancer/app/name/50dc6c495c0c9188"});
    for space in ["", " ", "  "] {
        let header = URL_SAFE.encode(format!("{header}{space}"));
        let token =
            format!("{header}.{}.{}", URL_SAFE.encode(id_claims().to_string()), URL_SAFE.encode([7; 64]));
        assert_eq!(cognitoken::decode(&token).unwrap().payload["sub"], id_claims()["sub"]);
        let error = super::refusal(id_options(), &token);
        assert_eq!(error.code(), "UnsupportedAlgorithm");
        assert!(
            error.message().contains("Application Load Balancer") && error.message().contains("ES256"),
            "{error}"
        );
        assert!(error.hint().unwrap().contains("x-amzn-oidc-accesstoken"));
    }
}

#[test]
fn an_extension_that_must_be_understood_is_not() {
    for critical in [json!(["b64"]), json!(["exp"]), json!([]), json!(null)] {
        let header = with(with(header(), "b64", json!(false)), "crit", critical);
        refused(&POOL_KEY.token_with_header(&header, &id_claims()), "UnsupportedExtension");
    }
}

#[test]
fn each_changed_character_breaks_the_token() {
    let token = POOL_KEY.token(&id_claims());
    assert!(verdict(id_options(), &token).is_ok());
    for at in (0..token.len()).step_by(7) {
        let mut changed = token.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(verdict(id_options(), &changed).is_err(), "position {at}");
    }
    for shorter in 1..token.len() {
        assert!(verdict(id_options(), &token[..shorter]).is_err(), "cut to {shorter}");
    }
}

#[test]
fn one_token_has_one_spelling() {
    let token = POOL_KEY.token(&id_claims());
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    refused(&format!("{signed}.{}", URL_SAFE.encode(&bytes)), "MalformedToken");
    // 256 bytes leave the last character with four bits that belong to nothing.
    let last = signature.chars().last().unwrap();
    let twin = char::from(last as u8 + 1);
    refused(&format!("{signed}.{}{twin}", &signature[..signature.len() - 1]), "MalformedToken");
    for longer in [[&[0][..], &bytes].concat(), [&bytes[..], &[0]].concat()] {
        refused(&format!("{signed}.{}", URL_SAFE_NO_PAD.encode(longer)), "InvalidSignature");
    }
}

#[test]
fn what_is_not_a_token_is_refused_before_any_work() {
    let token = POOL_KEY.token(&id_claims());
    let nested = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    let nested = format!("{}.e30.c2ln", URL_SAFE_NO_PAD.encode(format!("{{\"alg\":{nested}}}")));
    for odd in [
        "".to_owned(),
        " ".to_owned(),
        ".".to_owned(),
        "..".to_owned(),
        "....".to_owned(),
        "one.dot".to_owned(),
        "a.b.c.d.e".to_owned(),
        token.replace('.', ""),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{token}"),
        format!("Bearer {token}"),
        format!("\"{token}\""),
        token.replace('.', ",\n"),
        "\u{0}\u{1}\u{2}".to_owned(),
        "e30.é.e30".to_owned(),
        nested,
        "x".repeat(10_000_000),
        ".".repeat(10_000_000),
        format!("{}.{}.{}", "e30", "A".repeat(10_000_000), "e30"),
    ] {
        refused(&odd, "MalformedToken");
        assert!(odd.starts_with("e30.A") || odd.contains('é') || decode(&odd).is_err());
    }
}
