//! Each claim that does not fit is an error of its own, with what was expected and what was there.

use std::time::Duration;

use cognitoken::{ErrorKind, TokenUse, VerifierOptions};
use serde_json::{Value, json};

use super::{
    CLIENT, ISSUER, NOW, POOL_KEY, access_claims, access_options, id_claims, id_options, refusal, verdict,
    with, without,
};

#[track_caller]
fn accepted(options: VerifierOptions, payload: &Value) {
    let claims = verdict(options, &POOL_KEY.token(payload)).unwrap();
    assert_eq!(Value::Object(claims), *payload);
}

#[track_caller]
fn refused(options: VerifierOptions, payload: &Value, code: &str, words: &[&str]) {
    let error = refusal(options, &POOL_KEY.token(payload));
    assert_eq!((error.kind(), error.code()), (ErrorKind::TokenInvalid, code), "{error}");
    for word in words {
        assert!(error.message().contains(word), "{word} is missing: {error}");
    }
}

#[test]
fn genuine_tokens_give_their_claims() {
    accepted(id_options(), &id_claims());
    accepted(access_options(), &access_claims());
}

#[test]
fn the_issuer_is_compared_to_the_letter() {
    for (issuer, shown) in [
        (json!(format!("{ISSUER}/")), format!("{ISSUER}/")),
        (json!(ISSUER.to_uppercase()), ISSUER.to_uppercase()),
        (json!(ISSUER.to_lowercase()), ISSUER.to_lowercase()),
        (json!(ISSUER.replace("https", "http")), "http://".to_owned()),
        (json!(ISSUER.replace("us-east-1", "eu-west-1")), "eu-west-1".to_owned()),
        (json!(ISSUER.replace("amazonaws.com", "amazonaws.com.example.com")), "example.com".to_owned()),
        (json!([ISSUER]), "[".to_owned()),
        (json!(null), "null".to_owned()),
        (json!(""), "\"\"".to_owned()),
    ] {
        refused(
            id_options(),
            &with(id_claims(), "iss", issuer),
            "InvalidIssuer",
            &[&shown, ISSUER, "expected"],
        );
    }
    refused(id_options(), &without(id_claims(), "iss"), "MissingClaim", &["iss"]);
}

#[test]
fn a_replica_puts_its_own_region_into_the_original_form_of_the_issuer() {
    let replica = "https://cognito-idp.eu-west-1.amazonaws.com/us-east-1_AbCdEfGhI";
    let of = |issuer: &str| with(id_claims(), "iss", json!(issuer));
    let with_region = || id_options().with_region("eu-west-1");
    for issuer in [replica, ISSUER, &ISSUER.replace("cognito-idp", "issuer-cognito-idp")] {
        accepted(with_region(), &of(issuer));
    }
    refused(id_options(), &of(replica), "InvalidIssuer", &[replica]);
    refused(with_region(), &of(&replica.replace("eu-west-1", "eu-west-2")), "InvalidIssuer", &[ISSUER]);
}

#[test]
fn the_updated_form_of_a_pools_issuer_is_accepted_unless_an_issuer_is_given() {
    let updated = ISSUER.replace("cognito-idp", "issuer-cognito-idp");
    let payload = with(id_claims(), "iss", json!(updated));
    accepted(id_options(), &payload);

    let only_original = id_options().with_issuer(ISSUER);
    refused(only_original, &payload, "InvalidIssuer", &[&updated, ISSUER]);
    let only_updated = id_options().with_issuer(&updated);
    refused(only_updated.clone(), &id_claims(), "InvalidIssuer", &[&updated, ISSUER]);
    accepted(only_updated, &payload);
}

#[test]
fn a_given_issuer_needs_no_pool() {
    let options = VerifierOptions::new().with_client_id(CLIENT).with_jwks(POOL_KEY.jwks());
    let options = options.issuer("http://localhost:4566/pool");
    accepted(options.clone(), &with(id_claims(), "iss", json!("http://localhost:4566/pool")));
    refused(options, &id_claims(), "InvalidIssuer", &["localhost"]);
}

#[test]
fn an_id_token_is_for_its_audience() {
    accepted(id_options(), &with(id_claims(), "aud", json!(["other", CLIENT])));
    accepted(id_options().with_client_ids(["other", CLIENT]), &id_claims());
    for audience in [
        json!("other"),
        json!(["other"]),
        json!([]),
        json!(null),
        json!(5),
        json!([[CLIENT]]),
        json!(""),
        json!(format!("{CLIENT} other")),
        json!(CLIENT.to_uppercase()),
    ] {
        let shown = audience.to_string();
        refused(id_options(), &with(id_claims(), "aud", audience), "InvalidAudience", &[&shown, CLIENT]);
    }
    refused(id_options(), &without(id_claims(), "aud"), "MissingClaim", &["aud"]);
    // The other claim of the same meaning does not stand in for it.
    refused(
        id_options(),
        &with(without(id_claims(), "aud"), "client_id", json!(CLIENT)),
        "MissingClaim",
        &["aud"],
    );
}

#[test]
fn an_access_token_is_for_its_client() {
    accepted(access_options(), &with(access_claims(), "aud", json!("https://api.example.com")));
    for client in [json!("other"), json!([CLIENT]), json!(null)] {
        let shown = client.to_string();
        refused(
            access_options(),
            &with(access_claims(), "client_id", client),
            "InvalidClientId",
            &[&shown, CLIENT],
        );
    }
    let only_audience = with(without(access_claims(), "client_id"), "aud", json!(CLIENT));
    refused(access_options(), &only_audience, "MissingClaim", &["client_id"]);
}

#[test]
fn a_token_is_good_for_one_use() {
    refused(access_options(), &id_claims(), "InvalidTokenUse", &["\"id\"", "expected \"access\""]);
    refused(id_options(), &access_claims(), "InvalidTokenUse", &["\"access\"", "expected \"id\""]);
    for other in [json!("ID"), json!(""), json!(null), json!(["id"]), json!("refresh")] {
        refused(
            id_options(),
            &with(id_claims(), "token_use", other),
            "InvalidTokenUse",
            &["expected \"id\""],
        );
    }
    refused(id_options(), &without(id_claims(), "token_use"), "MissingClaim", &["token_use"]);
}

#[test]
fn what_is_left_unchecked_is_an_explicit_choice_and_only_that() {
    let any_use = id_options().any_token_use();
    accepted(any_use.clone(), &id_claims());
    accepted(any_use.clone(), &access_claims());
    // The client is still looked for where the token's own use puts it.
    let exchanged = with(without(access_claims(), "client_id"), "aud", json!(CLIENT));
    refused(any_use.clone(), &exchanged, "MissingClaim", &["client_id"]);
    refused(
        any_use.clone(),
        &with(id_claims(), "token_use", json!("refresh")),
        "InvalidTokenUse",
        &["refresh"],
    );
    refused(any_use, &without(id_claims(), "token_use"), "MissingClaim", &["token_use"]);

    let any_client = id_options().any_client();
    accepted(any_client.clone(), &with(id_claims(), "aud", json!("other")));
    accepted(any_client.clone(), &without(id_claims(), "aud"));
    refused(any_client, &access_claims(), "InvalidTokenUse", &["access"]);
}

#[test]
fn a_token_is_valid_until_the_second_it_expires_in() {
    for (expires, leeway, valid) in [
        (json!(NOW + 1), 0, true),
        (json!(NOW), 0, false),
        (json!(NOW - 1), 0, false),
        (json!(NOW as f64 + 0.5), 0, true),
        (json!(NOW as f64 - 0.5), 0, false),
        (json!(NOW - 59), 60, true),
        (json!(NOW - 60), 60, false),
        (json!(i64::MAX), 0, true),
        (json!(u64::MAX), 0, true),
        (json!(1e300), 0, true),
        (json!(-1), 0, false),
        (json!(i64::MIN), 0, false),
        (json!(-1e300), 0, false),
        (json!(0), 0, false),
    ] {
        let options = id_options().with_leeway(Duration::from_secs(leeway));
        let outcome = verdict(options, &POOL_KEY.token(&with(id_claims(), "exp", expires.clone())));
        match outcome {
            Ok(_) => assert!(valid, "exp {expires}, leeway {leeway}"),
            Err(error) => {
                assert!(!valid, "exp {expires}, leeway {leeway}: {error}");
                assert_eq!((error.kind(), error.code()), (ErrorKind::TokenExpired, "TokenExpired"));
                assert!(error.message().contains("it is 2023-11-14T22:13:20Z"), "{error}");
                assert!(error.hint().unwrap().contains("refresh"));
            }
        }
    }
}

#[test]
fn an_expiry_has_to_be_there_and_a_number() {
    refused(id_options(), &without(id_claims(), "exp"), "MissingClaim", &["exp"]);
    for odd in [json!((NOW + 3600).to_string()), json!(null), json!([NOW + 3600]), json!(true), json!({})] {
        let shown = odd.to_string();
        refused(id_options(), &with(id_claims(), "exp", odd), "InvalidClaim", &["exp", &shown, "number"]);
    }
    // A time that 64 bits do not hold is one all the same, and is given back to the digit.
    let far = with(id_claims(), "exp", json!("FAR")).to_string().replace("\"FAR\"", "18446744073709551616");
    let header = super::signing::part(&json!({"kid": POOL_KEY.key_id, "alg": "RS256"}));
    let token = POOL_KEY.sign(&format!("{header}.{}", base64(&far)));
    assert_eq!(super::verdict(id_options(), &token).unwrap()["exp"], "18446744073709551616");
    // No JSON number: the payload as a whole is refused.
    for odd in ["NaN", "Infinity", "1e999", "0x7fffffff"] {
        let payload = format!("{{\"iss\":\"{ISSUER}\",\"exp\":{odd}}}");
        let header = super::signing::part(&json!({"kid": POOL_KEY.key_id, "alg": "RS256"}));
        let token = POOL_KEY.sign(&format!("{header}.{}", base64(&payload)));
        assert_eq!(refusal(id_options(), &token).code(), "MalformedToken", "{odd}");
    }
}

#[test]
fn a_token_of_tomorrow_is_refused_for_now() {
    for (from, leeway, valid) in [
        (json!(NOW), 0, true),
        (json!(NOW + 1), 0, false),
        (json!(NOW + 1), 1, true),
        (json!(NOW as f64 + 0.5), 0, false),
        (json!(1e300), 60, false),
    ] {
        let options = id_options().with_leeway(Duration::from_secs(leeway));
        let payload = with(id_claims(), "nbf", from);
        if valid {
            accepted(options, &payload);
        } else {
            refused(options.clone(), &payload, "TokenNotYetValid", &["valid from", "2023-11-14T22:13:20Z"]);
            assert!(refusal(options, &POOL_KEY.token(&payload)).retryable());
        }
    }
    refused(id_options(), &with(id_claims(), "nbf", json!("tomorrow")), "InvalidClaim", &["nbf", "tomorrow"]);
}

#[test]
fn when_a_token_was_made_only_has_to_be_a_time() {
    accepted(id_options(), &with(id_claims(), "iat", json!(NOW + 3600)));
    accepted(id_options(), &without(id_claims(), "iat"));
    refused(id_options(), &with(id_claims(), "iat", json!("now")), "InvalidClaim", &["iat"]);
}

#[test]
fn one_of_the_groups_is_enough() {
    let options = id_options().with_groups(["admin", "staff"]);
    let groups = |groups: Value| with(id_claims(), "cognito:groups", groups);
    accepted(options.clone(), &groups(json!(["users", "staff"])));
    for other in [json!(["users"]), json!(["Admin"]), json!(["admin "]), json!([["admin"]]), json!([])] {
        let shown = other.to_string();
        refused(options.clone(), &groups(other), "InvalidGroups", &[&shown, "\"admin\" or \"staff\""]);
    }
    refused(options.clone(), &id_claims(), "InvalidGroups", &["none", "\"admin\""]);
    for odd in [json!("admin"), json!(null), json!({"admin": true})] {
        refused(options.clone(), &groups(odd), "InvalidClaim", &["cognito:groups"]);
    }
}

#[test]
fn one_of_the_scopes_is_enough() {
    let options = access_options().with_scopes(["admin", "email"]);
    accepted(options.clone(), &access_claims());
    for other in ["openid", "emails", "email/", "EMAIL", ""] {
        let payload = with(access_claims(), "scope", json!(other));
        refused(options.clone(), &payload, "InvalidScopes", &[&json!(other).to_string(), "\"email\""]);
    }
    refused(options.clone(), &without(access_claims(), "scope"), "InvalidScopes", &["none"]);
    refused(options, &with(access_claims(), "scope", json!(["email"])), "InvalidClaim", &["scope"]);
}

#[test]
fn a_value_in_an_error_is_short_and_cannot_write_to_the_terminal() {
    let nasty = format!("\u{1b}[2J\r\n\u{202e}{}", "x".repeat(5000));
    for name in ["iss", "aud", "token_use"] {
        let error = refusal(id_options(), &POOL_KEY.token(&with(id_claims(), name, json!(nasty))));
        assert!(
            error.message().len() < 500 && !error.message().contains(['\u{1b}', '\n', '\u{202e}']),
            "{error}"
        );
    }
}

#[test]
fn a_payload_of_a_genuine_token_still_has_to_be_an_object() {
    for odd in [json!([]), json!("text"), json!(null)] {
        assert_eq!(refusal(id_options(), &POOL_KEY.token(&odd)).code(), "MalformedToken");
    }
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(5000), "]".repeat(5000));
    let header = super::signing::part(&json!({"kid": POOL_KEY.key_id, "alg": "RS256"}));
    let token = POOL_KEY.sign(&format!("{header}.{}", base64(&deep)));
    assert_eq!(refusal(id_options(), &token).code(), "MalformedToken");
}

#[test]
fn the_use_of_a_token_is_one_of_two_words() {
    assert_eq!("id".parse::<TokenUse>().unwrap(), TokenUse::Id);
    assert_eq!("access".parse::<TokenUse>().unwrap(), TokenUse::Access);
    for other in ["", "ID", "refresh", "id "] {
        let error = other.parse::<TokenUse>().unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "InvalidTokenUse"));
    }
}

pub(crate) fn base64(text: &str) -> String {
    use ::base64::Engine as _;
    ::base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
}
