//! Known answers for tokens: ones that Cognito itself signed, and what a verifier has to think of what they say.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cognitoken::{Claims, Error, ErrorKind, UserPoolId, Verifier, VerifierOptions, decode};
use serde_json::{Value, json};

use signing::SigningKey;

#[allow(dead_code, reason = "shared with the tests of the verifier, which need other parts of it")]
#[path = "../jwt/signing.rs"]
mod signing;

/// `jwt.json`: tokens with their key sets. Gives back how many were run.
pub(crate) fn jwt(vectors: &[Value]) -> usize {
    vectors.iter().for_each(run_token);
    vectors.len()
}

/// `jwt_policy.json`: what a token says against what is expected of it. Gives back how many were run.
pub(crate) fn jwt_policy(vectors: &[Value]) -> usize {
    vectors.iter().for_each(run_policy);
    vectors.len()
}

fn run_token(vector: &Value) {
    let id = text(vector, "id").expect("a vector without an id");
    let token = text(vector, "token").unwrap_or_else(|| panic!("{id}: no token"));
    let decoded = decode(token).unwrap_or_else(|error| panic!("{id}: {error}"));
    for (name, actual) in [("header", &decoded.header), ("payload", &decoded.payload)] {
        if let Some(expected) = vector.get(name) {
            assert_eq!(&Value::Object(actual.clone()), expected, "{id}: {name}");
        }
    }
    for name in ["exp", "token_use"] {
        if let Some(expected) = vector.get(name) {
            assert_eq!(&decoded.payload[name], expected, "{id}: {name}");
        }
    }
    if let Some(expected) = vector.get("groups") {
        assert_eq!(&decoded.payload["cognito:groups"], expected, "{id}: groups");
    }

    let verifier = Verifier::new(token_options(vector, &decoded.header, &decoded.payload))
        .unwrap_or_else(|error| panic!("{id}: {error}"));
    let verify = |now: u64| {
        verifier
            .verify_with_known_keys(token, UNIX_EPOCH + Duration::from_secs(now))
            .expect("given keys need no fetch")
    };
    let expires = decoded.payload.get("exp").and_then(Value::as_u64).unwrap_or(u64::from(u32::MAX));
    if !vector["signature_valid"].as_bool().unwrap_or_else(|| panic!("{id}: no signature_valid")) {
        let error = refused(id, verify(expires - 1));
        assert_eq!(error.code(), code_of_forgery(vector, &decoded.header), "{id}: {error}");
        return;
    }
    if !decoded.header.contains_key("kid") {
        // Genuine, but it does not say by which key: Cognito's tokens always do.
        assert_eq!(refused(id, verify(expires - 1)).code(), "MissingKeyId", "{id}");
        return;
    }
    let claims = verify(number(vector, "valid_at").unwrap_or(expires - 1))
        .unwrap_or_else(|error| panic!("{id}: {error}"));
    assert_eq!(claims, decoded.payload, "{id}");
    let error = refused(id, verify(number(vector, "expired_at").unwrap_or(expires + 1)));
    assert_eq!((error.kind(), error.code()), (ErrorKind::TokenExpired, "TokenExpired"), "{id}");

    let (signed, _) = token.rsplit_once('.').expect("decoded above");
    let forged = SigningKey::generate("").sign(signed);
    let forged =
        verifier.verify_with_known_keys(&forged, SystemTime::UNIX_EPOCH).expect("given keys need no fetch");
    assert_eq!(refused(id, forged).code(), "InvalidSignature", "{id}");
}

/// The vector's pool, client and use; without them, nothing is checked but the signature.
fn token_options(vector: &Value, header: &Claims, payload: &Claims) -> VerifierOptions {
    let mut jwks = vector["jwks"].clone();
    for key in jwks["keys"].as_array_mut().expect("a key set") {
        // A key set of an RFC's example has no ids; `force_key` puts the key in the place of the one the token names.
        if vector["force_key"] == json!(true) || key.get("kid").is_none() {
            key["kid"] = header.get("kid").cloned().unwrap_or_else(|| json!("without an id"));
        }
    }
    let mut options = VerifierOptions::new().with_jwks(jwks);
    options = match text(vector, "client_id") {
        Some(client_id) => options.with_client_id(client_id),
        None => options.any_client(),
    };
    options = match text(vector, "token_use") {
        Some(token_use) => options.with_token_use(token_use.parse().expect("a known token_use")),
        None => options.any_token_use(),
    };
    options.groups = vector.get("groups").map(strings);
    match text(vector, "user_pool_id") {
        Some(user_pool_id) => options.with_user_pool_id(user_pool_id),
        None => options.with_issuer(payload["iss"].as_str().unwrap_or_default()),
    }
}

fn code_of_forgery(vector: &Value, header: &Claims) -> &'static str {
    if header["alg"] != "RS256" {
        "UnsupportedAlgorithm"
    } else if !header.contains_key("kid") {
        "MissingKeyId"
    } else if vector["force_key"] == json!(true)
        || vector["jwks"]["keys"]
            .as_array()
            .is_some_and(|keys| keys.iter().any(|key| key["kid"] == header["kid"]))
    {
        "InvalidSignature"
    } else {
        "UnknownKey"
    }
}

const NOW: u64 = 1_700_000_000;

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate("test"));

fn run_policy(vector: &Value) {
    let id = text(vector, "id").expect("a vector without an id");
    let accept = vector["accept"].as_bool().unwrap_or_else(|| panic!("{id}: no accept"));
    let Some(payload) = vector.get("payload") else {
        assert!(!accept, "{id}: nothing to accept");
        let error = refused_configuration(id, vector);
        assert_eq!(error.kind(), ErrorKind::Config, "{id}: {error}");
        return;
    };

    let mut payload = payload.clone();
    let without_expiry = verify_policy(vector, &payload);
    if payload.get("exp").is_none() {
        assert!(without_expiry.is_err(), "{id}: accepted without exp");
        payload["exp"] = json!(NOW + 60);
    }
    let outcome = verify_policy(vector, &payload);
    if accept {
        assert_eq!(Value::Object(outcome.unwrap_or_else(|error| panic!("{id}: {error}"))), payload, "{id}");
        assert_eq!(refused(id, without_expiry).code(), "MissingClaim", "{id}: exp");
        return;
    }
    let error = refused(id, outcome);
    let claim = text(vector, "error").unwrap_or_else(|| panic!("{id}: no error"));
    assert_eq!(error.kind(), ErrorKind::TokenInvalid, "{id}: {error}");
    assert!(error.message().contains(claim), "{id}: {error} is not about {claim}");
}

fn verify_policy(vector: &Value, payload: &Value) -> Result<Claims, Error> {
    let verifier = Verifier::new(policy_options(&vector["config"])?)?;
    let now = UNIX_EPOCH + Duration::from_secs(NOW);
    verifier.verify_with_known_keys(&KEY.token(payload), now).expect("given keys need no fetch")
}

/// The options that a configuration describes. A null is a waiver only where it says that it is one.
fn policy_options(config: &Value) -> Result<VerifierOptions, Error> {
    let waived =
        |name: &str| config.get(name).is_some_and(Value::is_null) && config["explicit_null"] == json!(true);
    let options = VerifierOptions::new().with_jwks(KEY.jwks());
    let options = options.with_user_pool_id(text(config, "user_pool_id").unwrap_or_default());
    let options = match config.get("client_id") {
        _ if waived("client_id") => options.any_client(),
        Some(Value::String(client_id)) => options.with_client_id(client_id),
        Some(Value::Array(_)) => options.with_client_ids(strings(&config["client_id"])),
        _ => options,
    };
    let mut options = match text(config, "token_use") {
        _ if waived("token_use") => options.any_token_use(),
        token_use => options.with_token_use(token_use.unwrap_or_default().parse()?),
    };
    options.groups = config.get("groups").map(strings);
    options.scopes = config.get("scopes").map(strings);
    Ok(options)
}

/// A vector without a payload is about values that no verifier can be made from; what it leaves out is put in, so that
/// nothing else is the reason.
fn refused_configuration(id: &str, vector: &Value) -> Error {
    if let Some(user_pool_id) = text(vector, "user_pool_id") {
        let error = UserPoolId::parse(user_pool_id).expect_err(id);
        let options = VerifierOptions::new().any_client().any_token_use().with_user_pool_id(user_pool_id);
        assert_eq!(Verifier::new(options).expect_err(id).code(), error.code(), "{id}");
        return error;
    }
    let mut config = json!({"user_pool_id": "us-east-1_abc", "client_id": "myclientid", "token_use": "id"});
    for (name, value) in vector["config"].as_object().unwrap_or_else(|| panic!("{id}: no config")) {
        config[name] = value.clone();
    }
    policy_options(&config).and_then(Verifier::new).expect_err(id)
}

fn refused(id: &str, outcome: Result<Claims, Error>) -> Error {
    outcome.err().unwrap_or_else(|| panic!("{id}: accepted"))
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str)
}

fn number(value: &Value, name: &str) -> Option<u64> {
    value.get(name).and_then(Value::as_u64)
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
