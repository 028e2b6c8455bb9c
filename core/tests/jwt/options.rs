//! The options of a verifier, and those that it refuses.

use cognitoken::{Environment, ErrorKind, Expected, Verifier, VerifierOptions};
use serde_json::json;

use super::{CLIENT, POOL, POOL_KEY, fetching_options, id_claims, id_options, verdict};

#[track_caller]
fn refused(options: VerifierOptions, code: &str, word: &str) {
    let error = Verifier::new(options).expect_err("the options were accepted");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Config, code), "{error}");
    let text = format!("{} {}", error.message(), error.hint().unwrap());
    assert!(text.contains(word), "{word} is missing: {text}");
}

#[test]
fn a_pool_or_an_issuer_has_to_be_given() {
    let nothing = VerifierOptions::new().with_client_id(CLIENT);
    refused(nothing.clone(), "MissingValue", "COGNITO_USER_POOL_ID");
    refused(nothing.clone().with_user_pool_id(" "), "MissingValue", "COGNITO_USER_POOL_ID");
    refused(nothing.clone().with_issuer(""), "MissingValue", "COGNITO_USER_POOL_ID");
    // Keys without an issuer would accept the tokens of every pool that shares them.
    refused(nothing.clone().with_jwks(POOL_KEY.jwks()), "MissingValue", "COGNITO_USER_POOL_ID");
    refused(nothing.with_jwks_url("https://example.com/jwks.json"), "MissingValue", "COGNITO_USER_POOL_ID");
}

#[test]
fn a_malformed_pool_id_is_refused_with_its_form() {
    for id in ["us-east-1", "foo-central-bar_cfE3xfsaf", "AbCdEfGhI", "us-east-1_"] {
        refused(fetching_options().with_user_pool_id(id), "InvalidUserPoolId", "<region>_<id>");
    }
}

#[test]
fn a_client_id_has_to_be_given_or_waived() {
    let without = VerifierOptions::new().with_user_pool_id(POOL);
    refused(without.clone(), "MissingValue", "COGNITO_CLIENT_ID");
    for absent in ["", " "] {
        refused(without.clone().with_client_id(absent), "MissingValue", "COGNITO_CLIENT_ID");
    }
    assert!(Verifier::new(without.any_client()).is_ok());
}

#[test]
fn white_space_around_pasted_values_is_dropped() {
    let pasted =
        id_options().with_user_pool_ids([format!(" {POOL}\n")]).with_client_ids([format!("{CLIENT}\n")]);
    assert!(verdict(pasted, &POOL_KEY.token(&id_claims())).is_ok());
}

#[test]
fn a_list_that_no_token_satisfies_is_refused() {
    for list in [&[][..], &[""], &[" ", ""]] {
        let list = || list.iter().copied();
        refused(fetching_options().with_groups(list()), "InvalidValue", "groups");
        refused(fetching_options().with_scopes(list()), "InvalidValue", "scopes");
        refused(fetching_options().with_client_ids(list()), "InvalidValue", "COGNITO_CLIENT_ID");
        refused(fetching_options().with_user_pool_ids(list()), "InvalidValue", "COGNITO_USER_POOL_ID");
        refused(fetching_options().with_issuers(list()), "InvalidValue", "COGNITO_ISSUER");
        // The environment does not fill a list that is there.
        let environment = Environment::from_pairs(VARIABLES, "").unwrap();
        let options = bare().with_client_ids(list()).with_environment(&environment);
        refused(options, "InvalidValue", "client ids");
    }
}

#[test]
fn keys_come_over_https_or_from_this_machine() {
    let with_url = |url: &str| fetching_options().with_jwks_url(url);
    refused(with_url("http://example.com/jwks.json"), "InsecureUrl", "COGNITO_JWKS_URL");
    refused(with_url("file:///etc/jwks.json"), "InvalidUrl", "COGNITO_JWKS_URL");
    refused(with_url("https://ada:secret@example.com/"), "InvalidUrl", "COGNITO_JWKS_URL");
    assert!(Verifier::new(with_url("http://127.0.0.1:4566/jwks.json")).is_ok());
    assert!(Verifier::new(with_url("https://example.com/jwks.json")).is_ok());

    let with_issuer = |issuer: &str| fetching_options().with_issuer(issuer);
    refused(with_issuer("http://example.com"), "InsecureUrl", "COGNITO_ISSUER");
    refused(with_issuer("example.com"), "InvalidUrl", "COGNITO_ISSUER");
}

#[test]
fn the_region_of_a_replica_has_to_be_one() {
    refused(id_options().with_region("europe"), "InvalidRegion", "us-east-1");
}

#[test]
fn given_keys_have_to_hold_a_usable_one() {
    for jwks in
        [json!(null), json!([]), json!({}), json!({"keys": []}), json!({"keys": [{"kty": "EC", "kid": "a"}]})]
    {
        refused(id_options().with_jwks(jwks), "InvalidJwks", "jwks.json");
    }
}

#[test]
fn debug_shows_where_keys_come_from() {
    let text = format!("{:?}", Verifier::new(fetching_options()).unwrap());
    assert!(
        text.contains(&format!("https://cognito-idp.us-east-1.amazonaws.com/{POOL}/.well-known/jwks.json")),
        "{text}"
    );
    // The second is for when the first is down.
    let second = format!("https://issuer-cognito-idp.us-east-1.amazonaws.com/{POOL}/.well-known/jwks.json");
    assert!(text.contains(&second), "{text}");
    let replica = fetching_options().with_region("eu-west-1");
    let text = format!("{:?}", Verifier::new(replica).unwrap());
    let of_replica = format!("https://cognito-idp.eu-west-1.amazonaws.com/{POOL}/.well-known/jwks.json");
    assert!(text.contains(&of_replica) && text.contains(&second), "{text}");
    let china = fetching_options().with_user_pool_id("cn-north-1_AbC");
    let text = format!("{:?}", Verifier::new(china).unwrap());
    assert!(
        text.contains("https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_AbC/.well-known/jwks.json"),
        "{text}"
    );
}

fn bare() -> VerifierOptions {
    VerifierOptions::new()
}

fn one(value: &str) -> Option<Vec<String>> {
    Some(vec![value.to_owned()])
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
    assert_eq!(options.client_ids, Some(Expected::Exactly(vec!["variable".to_owned()])));
    assert_eq!(options.issuers, one("https://issuer.example.com"));
    assert_eq!(options.jwks_url.as_deref(), Some("https://keys.example.com/jwks.json"));

    let pool_alone = Environment::from_pairs(VARIABLES.into_iter().take(2), "").unwrap();
    let options = bare().with_environment(&pool_alone);
    assert_eq!((options.user_pool_ids, options.region), (one("us-east-1_Variable"), None));
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
    let given = fetching_options()
        .with_issuer("https://given.example.com")
        .with_jwks_url("https://given.example.com/keys");
    let options = given.clone().with_environment(&environment);
    assert_eq!(
        (options.user_pool_ids, options.client_ids, options.issuers, options.jwks_url),
        (given.user_pool_ids, given.client_ids, given.issuers, given.jwks_url)
    );
    let waived = bare().any_client();
    assert_eq!(waived.with_environment(&environment).client_ids, Some(Expected::Unchecked));
}

#[test]
fn the_issuer_and_the_keys_of_one_pool_are_not_those_of_several() {
    let environment = Environment::from_pairs(VARIABLES, "").unwrap();
    let pools = bare().with_user_pool_ids([POOL, "eu-west-1_Other"]).with_environment(&environment);
    assert_eq!((pools.issuers, pools.jwks_url), (None, None));
    assert_eq!(pools.client_ids, Some(Expected::Exactly(vec!["variable".to_owned()])));
    let issuers =
        bare().with_issuers(["https://a.example", "https://b.example"]).with_environment(&environment);
    assert_eq!((issuers.user_pool_ids, issuers.jwks_url), (None, None));
}

#[test]
fn a_strangers_env_file_does_not_say_whose_tokens_are_genuine() {
    let text: String = VARIABLES.iter().map(|(name, value)| format!("{name}=\"{value}\"\n")).collect();
    let options = bare().with_environment(&Environment::from_pairs([("", ""); 0], &text).unwrap());
    assert_eq!((options.issuers, options.jwks_url), (None, None));
    assert_eq!(options.user_pool_ids, one("us-east-1_Variable"));

    let with_password = format!("{text}COGNITO_PASSWORD=\"hunter2\"\n");
    let options = bare().with_environment(&Environment::from_pairs([("", ""); 0], &with_password).unwrap());
    assert_eq!(options.jwks_url.as_deref(), Some("https://keys.example.com/jwks.json"));

    // Here the password is somebody else's than the file's.
    let password = [("COGNITO_PASSWORD", "correct horse")];
    let options = bare().with_environment(&Environment::from_pairs(password, &with_password).unwrap());
    assert_eq!((options.issuers, options.jwks_url), (None, None));
}
