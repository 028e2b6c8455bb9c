//! The caller's own check, and the fields of an error about a claim.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cognitoken::{Error, ErrorKind, Verifier, VerifierOptions};
use serde_json::json;

use super::{
    CLIENT, ISSUER, NOW, POOL_KEY, access_claims, access_options, at, id_claims, id_options, refusal, with,
    without,
};

fn no_ada(claims: &cognitoken::Claims) -> cognitoken::Result<()> {
    match claims["sub"] == "ada" {
        true => Err(Error::new(ErrorKind::Authentication, "NoAda", "not ada")),
        false => Ok(()),
    }
}

#[test]
fn the_check_refuses_with_its_own_error() {
    let error = refusal(id_options().with_check(no_ada), &POOL_KEY.token(&id_claims()));
    assert_eq!(
        (error.kind(), error.code(), error.message()),
        (ErrorKind::Authentication, "NoAda", "not ada")
    );
    let verifier = Verifier::new(id_options().with_check(no_ada)).unwrap();
    let others = POOL_KEY.token(&with(id_claims(), "sub", json!("eve")));
    assert!(verifier.verify_with_known_keys(&others, at(NOW)).unwrap().is_ok());
    let both = verifier.verify_many_with_known_keys(&[&others, &POOL_KEY.token(&id_claims())], at(NOW));
    assert!(both[0].as_ref().unwrap().is_ok());
    assert_eq!(both[1].as_ref().unwrap().as_ref().unwrap_err().code(), "NoAda");
}

#[test]
fn the_check_sees_the_claims_only_of_a_token_that_passed_all_others() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let options = id_options().with_groups(["admin"]).with_check(move |claims| {
        counted.fetch_add(1, Ordering::SeqCst);
        assert_eq!(claims["far"], "18446744073709551616", "as the caller gets them");
        Ok(())
    });
    let genuine = with(id_claims(), "cognito:groups", json!(["admin"]));
    let genuine = with(genuine, "far", json!("FAR"));
    for claims in [
        without(genuine.clone(), "exp"),
        with(genuine.clone(), "exp", json!(NOW)),
        with(genuine.clone(), "iss", json!("https://other.example")),
        with(genuine.clone(), "aud", json!("other")),
        with(genuine.clone(), "token_use", json!("access")),
        without(genuine.clone(), "cognito:groups"),
    ] {
        refusal(options.clone(), &POOL_KEY.token(&claims));
    }
    let forged = super::signing::SigningKey::generate(&POOL_KEY.key_id).token(&genuine);
    refusal(options.clone(), &forged);
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    let digits = genuine.to_string().replace("\"FAR\"", "18446744073709551616");
    let header = super::signing::part(&json!({"kid": POOL_KEY.key_id, "alg": "RS256"}));
    let token = POOL_KEY.sign(&format!("{header}.{}", super::claims::base64(&digits)));
    super::verdict(options, &token).unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[track_caller]
fn compared(options: VerifierOptions, claims: &serde_json::Value, expected: &str, actual: Option<&str>) {
    let error = refusal(options, &POOL_KEY.token(claims));
    assert_eq!((error.expected(), error.actual()), (Some(expected), actual), "{error}");
}

#[test]
fn an_error_about_a_claim_has_the_expected_and_the_actual_value() {
    let issuers = format!(r#"["{ISSUER}", "{}"]"#, ISSUER.replace("cognito-idp", "issuer-cognito-idp"));
    let other = "https://other.example";
    compared(id_options(), &with(id_claims(), "iss", json!(other)), &issuers, Some(other));
    compared(id_options().with_issuer(ISSUER), &with(id_claims(), "iss", json!(5)), ISSUER, Some("5"));
    compared(id_options(), &access_claims(), "id", Some("access"));
    compared(id_options(), &with(id_claims(), "aud", json!(["a", "b"])), CLIENT, Some(r#"["a","b"]"#));
    compared(id_options().with_client_ids(["a", "b"]), &id_claims(), r#"["a", "b"]"#, Some(CLIENT));
    compared(id_options(), &without(id_claims(), "aud"), CLIENT, None);
    compared(access_options(), &with(access_claims(), "client_id", json!("x")), CLIENT, Some("x"));
    compared(access_options().with_scopes(["admin"]), &access_claims(), "admin", Some("openid email"));
    compared(id_options().with_groups(["admin"]), &id_claims(), "admin", None);
    compared(id_options(), &with(id_claims(), "exp", json!("soon")), "a number of seconds", Some("soon"));
    let (now, past) = ("2023-11-14T22:13:20Z", "2023-11-14T22:13:19Z");
    compared(id_options(), &with(id_claims(), "exp", json!(NOW - 1)), &format!("after {now}"), Some(past));
    let later = with(id_claims(), "nbf", json!(NOW + 1));
    compared(id_options(), &later, &format!("at or before {now}"), Some("2023-11-14T22:13:21Z"));

    let header = json!({"kid": POOL_KEY.key_id, "alg": "HS256"});
    let error = refusal(id_options(), &POOL_KEY.token_with_header(&header, &id_claims()));
    assert_eq!((error.expected(), error.actual()), (Some("RS256"), Some("HS256")));

    let error = refusal(id_options(), "no token");
    assert_eq!((error.expected(), error.actual()), (None, None));
    let nasty = with(id_claims(), "aud", json!(format!("\u{1b}[2J\u{202e}{}", "x".repeat(5000))));
    let error = refusal(id_options(), &POOL_KEY.token(&nasty));
    let actual = error.actual().unwrap();
    assert!(actual.chars().count() <= 120 && !actual.contains(['\u{1b}', '\u{202e}']), "{actual}");
}
