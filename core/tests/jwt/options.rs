//! What a verifier is made from, and what it cannot be made from.

use cognitoken::{Environment, ErrorKind, Expected, TokenUse, Verifier, VerifierOptions};
use serde_json::json;

use super::{CLIENT, POOL, POOL_KEY, id_claims, id_options, verdict};

#[track_caller]
fn refused(options: VerifierOptions, code: &str, word: &str) {
    let error = Verifier::new(options).expect_err("the options were accepted");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Config, code), "{error}");
    let text = format!("{} {}", error.message(), error.hint().unwrap());
    assert!(text.contains(word), "{word} is missing: {text}");
}

fn fetching() -> VerifierOptions {
    VerifierOptions { jwks: None, ..id_options() }
}

#[test]
fn a_pool_or_an_issuer_has_to_be_given() {
    let nothing = VerifierOptions { user_pool_id: None, ..fetching() };
    refused(nothing.clone(), "MissingValue", "COGNITO_USER_POOL_ID");
    refused(
        VerifierOptions { user_pool_id: Some(" ".to_owned()), ..nothing.clone() },
        "MissingValue",
        "COGNITO_USER_POOL_ID",
    );
    refused(
        VerifierOptions { issuer: Some(String::new()), ..nothing.clone() },
        "MissingValue",
        "COGNITO_USER_POOL_ID",
    );
    // Keys without an issuer would accept the tokens of every pool that shares them.
    refused(
        VerifierOptions { jwks: Some(POOL_KEY.jwks()), ..nothing.clone() },
        "MissingValue",
        "COGNITO_USER_POOL_ID",
    );
    let url = Some("https://example.com/jwks.json".to_owned());
    refused(VerifierOptions { jwks_url: url, ..nothing }, "MissingValue", "COGNITO_USER_POOL_ID");
}

#[test]
fn a_malformed_pool_id_is_refused_with_its_form() {
    for id in ["us-east-1", "foo-central-bar_cfE3xfsaf", "AbCdEfGhI", "us-east-1_"] {
        refused(
            VerifierOptions { user_pool_id: Some(id.to_owned()), ..fetching() },
            "InvalidUserPoolId",
            "<region>_<id>",
        );
    }
}

#[test]
fn a_client_id_has_to_be_given_or_waived() {
    for client_ids in [vec![], vec![String::new()], vec![" ".to_owned()]] {
        let client_id = Expected::Exactly(client_ids);
        refused(VerifierOptions { client_id, ..fetching() }, "MissingValue", "COGNITO_CLIENT_ID");
    }
    assert!(Verifier::new(VerifierOptions { client_id: Expected::Unchecked, ..fetching() }).is_ok());
}

#[test]
fn white_space_around_pasted_values_is_dropped() {
    let pasted = VerifierOptions {
        user_pool_id: Some(format!(" {POOL}\n")),
        client_id: Expected::Exactly(vec![format!("{CLIENT}\n")]),
        ..id_options()
    };
    assert!(verdict(pasted, &POOL_KEY.token(&id_claims())).is_ok());
}

#[test]
fn a_list_that_no_token_satisfies_is_refused() {
    for list in [vec![], vec![String::new()]] {
        refused(VerifierOptions { groups: Some(list.clone()), ..fetching() }, "InvalidValue", "groups");
        refused(VerifierOptions { scopes: Some(list), ..fetching() }, "InvalidValue", "scopes");
    }
}

#[test]
fn keys_come_over_https_or_from_this_machine() {
    let with_url = |url: &str| VerifierOptions { jwks_url: Some(url.to_owned()), ..fetching() };
    refused(with_url("http://example.com/jwks.json"), "InsecureUrl", "COGNITO_JWKS_URL");
    refused(with_url("file:///etc/jwks.json"), "InvalidUrl", "COGNITO_JWKS_URL");
    refused(with_url("https://ada:secret@example.com/"), "InvalidUrl", "COGNITO_JWKS_URL");
    assert!(Verifier::new(with_url("http://127.0.0.1:4566/jwks.json")).is_ok());
    assert!(Verifier::new(with_url("https://example.com/jwks.json")).is_ok());

    let with_issuer = |issuer: &str| VerifierOptions { issuer: Some(issuer.to_owned()), ..fetching() };
    refused(with_issuer("http://example.com"), "InsecureUrl", "COGNITO_ISSUER");
    refused(with_issuer("example.com"), "InvalidUrl", "COGNITO_ISSUER");
}

#[test]
fn the_region_of_a_replica_has_to_be_one() {
    refused(
        VerifierOptions { region: Some("europe".to_owned()), ..id_options() },
        "InvalidRegion",
        "us-east-1",
    );
}

#[test]
fn given_keys_have_to_hold_a_usable_one() {
    for jwks in
        [json!(null), json!([]), json!({}), json!({"keys": []}), json!({"keys": [{"kty": "EC", "kid": "a"}]})]
    {
        refused(VerifierOptions { jwks: Some(jwks), ..id_options() }, "InvalidJwks", "jwks.json");
    }
}

#[test]
fn debug_shows_where_keys_come_from() {
    let text = format!("{:?}", Verifier::new(fetching()).unwrap());
    assert!(
        text.contains(&format!("https://cognito-idp.us-east-1.amazonaws.com/{POOL}/.well-known/jwks.json")),
        "{text}"
    );
    // The second is for when the first is down.
    let second = format!("https://issuer-cognito-idp.us-east-1.amazonaws.com/{POOL}/.well-known/jwks.json");
    assert!(text.contains(&second), "{text}");
    let replica = VerifierOptions { region: Some("eu-west-1".to_owned()), ..fetching() };
    let text = format!("{:?}", Verifier::new(replica).unwrap());
    let of_replica = format!("https://cognito-idp.eu-west-1.amazonaws.com/{POOL}/.well-known/jwks.json");
    assert!(text.contains(&of_replica) && text.contains(&second), "{text}");
    let client_id = Expected::Exactly(vec![CLIENT.to_owned()]);
    let china = VerifierOptions {
        user_pool_id: Some("cn-north-1_AbC".to_owned()),
        ..VerifierOptions::new(client_id, Expected::Exactly(TokenUse::Access))
    };
    let text = format!("{:?}", Verifier::new(china).unwrap());
    assert!(
        text.contains("https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_AbC/.well-known/jwks.json"),
        "{text}"
    );
}

fn bare() -> VerifierOptions {
    VerifierOptions::new(Expected::Exactly(vec![]), Expected::Exactly(TokenUse::Id))
}

const VARIABLES: [(&str, &str); 4] = [
    ("COGNITO_USER_POOL_ID", "us-east-1_Variable"),
    ("COGNITO_CLIENT_ID", "variable"),
    ("COGNITO_ISSUER", "https://issuer.example.com"),
    ("COGNITO_JWKS_URL", "https://keys.example.com/jwks.json"),
];

#[test]
fn what_is_absent_comes_from_the_environment_where_that_is_asked_for() {
    let environment = Environment::from_pairs(VARIABLES, "").unwrap();
    let options = bare().with_environment(&environment);
    assert_eq!(options.client_id, Expected::Exactly(vec!["variable".to_owned()]));
    assert_eq!(options.issuer.as_deref(), Some("https://issuer.example.com"));
    assert_eq!(options.jwks_url.as_deref(), Some("https://keys.example.com/jwks.json"));

    let pool_alone = Environment::from_pairs(VARIABLES.into_iter().take(2), "").unwrap();
    let options = bare().with_environment(&pool_alone);
    assert_eq!((options.user_pool_id.as_deref(), options.region), (Some("us-east-1_Variable"), None));
    // The machine's region says nothing about the pool.
    let regions = [("COGNITO_REGION", "eu-west-1"), ("AWS_REGION", "ap-south-1")];
    let replica = Environment::from_pairs(VARIABLES.into_iter().take(2).chain(regions), "").unwrap();
    assert_eq!(bare().with_environment(&replica).region.as_deref(), Some("eu-west-1"));
    let machine = [("AWS_REGION", "ap-south-1"), ("AWS_DEFAULT_REGION", "ap-south-1")];
    let machine = Environment::from_pairs(VARIABLES.into_iter().take(2).chain(machine), "").unwrap();
    assert_eq!(bare().with_environment(&machine).region, None);
}

#[test]
fn what_is_given_stays() {
    let environment = Environment::from_pairs(VARIABLES, "").unwrap();
    let given = VerifierOptions {
        user_pool_id: Some(POOL.to_owned()),
        client_id: Expected::Exactly(vec![CLIENT.to_owned()]),
        issuer: Some("https://given.example.com".to_owned()),
        jwks_url: Some("https://given.example.com/keys".to_owned()),
        ..bare()
    };
    let options = given.clone().with_environment(&environment);
    assert_eq!(
        (options.user_pool_id, options.client_id, options.issuer, options.jwks_url),
        (given.user_pool_id, given.client_id, given.issuer, given.jwks_url)
    );
    let waived = VerifierOptions { client_id: Expected::Unchecked, ..bare() };
    assert_eq!(waived.with_environment(&environment).client_id, Expected::Unchecked);
}

#[test]
fn a_strangers_env_file_does_not_say_whose_tokens_are_genuine() {
    let text: String = VARIABLES.iter().map(|(name, value)| format!("{name}=\"{value}\"\n")).collect();
    let options = bare().with_environment(&Environment::from_pairs([("", ""); 0], &text).unwrap());
    assert_eq!((options.issuer, options.jwks_url), (None, None));
    assert_eq!(options.user_pool_id.as_deref(), Some("us-east-1_Variable"));

    let with_password = format!("{text}COGNITO_PASSWORD=\"hunter2\"\n");
    let options = bare().with_environment(&Environment::from_pairs([("", ""); 0], &with_password).unwrap());
    assert_eq!(options.jwks_url.as_deref(), Some("https://keys.example.com/jwks.json"));

    // Here the password is somebody else's than the file's.
    let password = [("COGNITO_PASSWORD", "correct horse")];
    let options = bare().with_environment(&Environment::from_pairs(password, &with_password).unwrap());
    assert_eq!((options.issuer, options.jwks_url), (None, None));
}
