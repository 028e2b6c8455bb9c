//! The door: operations by name, with a service on this machine.

use std::convert::Infallible;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cognitoken::{ErrorKind, Value};
use cognitoken_surface::{Engine, Failure, Host, Object, Output, Reply, Subject, Work, prepare, rows};
use serde_json::json;
use wiremock::matchers::{body_partial_json, header};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::bag::Bag;

/// A program without interrupts of its own.
pub(crate) struct Program;

impl Host for Program {
    type Interrupt = Infallible;

    fn check_interrupt(&self) -> Result<(), Infallible> {
        Ok(())
    }
}

/// Makes a call and waits for it.
pub(crate) fn call(operation: &str, values: &Bag) -> Reply {
    match prepare(operation, values) {
        Ok(work) => done(work),
        Err(error) => Reply { outcome: Err(error.into()), notices: Vec::new() },
    }
}

fn done(work: Work) -> Reply {
    let Ok(reply) = Engine::current().unwrap().wait(&Program, work.reply());
    reply
}

/// A service that runs while the test does.
pub(crate) struct Service {
    runtime: tokio::runtime::Runtime,
    pub(crate) server: MockServer,
}

impl Service {
    pub(crate) fn start() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let server = runtime.block_on(MockServer::start());
        Self { runtime, server }
    }

    /// Answers an operation whose body holds these values.
    pub(crate) fn answer(&self, operation: &str, holds: Value, status: u16, answer: Value) {
        self.answer_of("AWSCognitoIdentityProviderService", operation, holds, status, answer);
    }

    pub(crate) fn answer_of(&self, api: &str, operation: &str, holds: Value, status: u16, answer: Value) {
        let target = format!("{api}.{operation}");
        let mock = Mock::given(header("x-amz-target", &*target))
            .and(body_partial_json(holds))
            .respond_with(ResponseTemplate::new(status).set_body_json(answer));
        self.runtime.block_on(mock.mount(&self.server));
    }

    /// The values of a call of this service.
    pub(crate) fn values(&self) -> Bag {
        Bag::default()
            .with("endpoint", self.server.uri())
            .with("client_id", "client")
            .with("username", "ada")
            .with("timeout", 5.0)
    }

    pub(crate) fn requests(&self) -> Vec<Value> {
        let requests = self.runtime.block_on(self.server.received_requests()).unwrap();
        requests.iter().map(|request| request.body_json().unwrap()).collect()
    }
}

/// A token that is not signed and expires in an hour.
pub(crate) fn token(token_use: &str) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let claims = json!({
        "sub": "1", "token_use": token_use, "iat": now, "exp": now + 3600, "email": "ada@example.com",
        "iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI", "aud": "client",
        "client_id": "client", "cognito:username": "ada", "username": "ada",
    });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2lnbmF0dXJl", part(&json!({"alg": "RS256", "kid": "key"})), part(&claims))
}

pub(crate) fn tokens() -> Value {
    json!({"AuthenticationResult": {
        "IdToken": token("id"), "AccessToken": token("access"), "RefreshToken": "refresh-token",
        "ExpiresIn": 3600, "TokenType": "Bearer",
    }})
}

pub(crate) fn text_of(object: &Object, field: &str) -> String {
    match object.field(field).unwrap() {
        Output::Text(text) => text,
        other => panic!("{field}: {other:?}"),
    }
}

fn object(reply: Reply) -> Object {
    match reply.outcome {
        Ok(Output::Object(object)) => object,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_sign_in_gives_tokens_and_sends_client_metadata_and_parameters() {
    let service = Service::start();
    service.answer("InitiateAuth", json!({}), 200, tokens());
    let values = service
        .values()
        .with("password", "secret")
        .with("flow", "password")
        .with("client_metadata", json!({"plan": "gold"}));
    let tokens = object(call("login", &values));
    assert_eq!(tokens.class(), "Tokens");
    assert_eq!(text_of(&tokens, "id_token").split('.').count(), 3);
    assert_eq!(service.requests()[0]["ClientMetadata"], json!({"plan": "gold"}));
}

#[test]
fn a_value_that_cannot_be_used_is_an_error_before_anything_is_sent() {
    let service = Service::start();
    let values = service.values().with("password", "secret").with("flow", "sideways");
    match call("login", &values).outcome {
        Err(Failure::Error(error)) => assert_eq!(error.kind(), ErrorKind::Config),
        other => panic!("{other:?}"),
    }
    assert!(service.requests().is_empty());
}

#[test]
fn a_login_takes_no_key_for_a_device_and_no_flow_of_a_session() {
    let service = Service::start();
    for (name, value) in [("device", "us-east-1_key"), ("flow", "client_credentials")] {
        let values = service.values().with("password", "secret").with(name, value);
        match call("login", &values).outcome {
            Err(Failure::Error(error)) => assert_eq!(error.kind(), ErrorKind::Config, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    assert!(service.requests().is_empty());
}

#[test]
fn a_session_answers_from_memory_without_a_request() {
    let service = Service::start();
    service.answer("InitiateAuth", json!({}), 200, tokens());
    let values = service.values().with("password", "secret").with("flow", "password").with("store", "memory");
    let session = object(call("session", &values));
    let with_session = || Bag::default().with_object("self", session.clone());
    assert_eq!(object(call("session.tokens", &with_session())).class(), "Tokens");
    assert_eq!(service.requests().len(), 1);
    assert!(matches!(prepare("session.id_token", &with_session()), Ok(Work::Done(_))));
    let status = object(call("session.status", &with_session()));
    assert_eq!(text_of(&status, "who"), "ada@example.com");
    assert_eq!(text_of(&status, "store"), "memory");
    assert_eq!(service.requests().len(), 1);
}

#[test]
fn aws_credentials_are_asked_for_once_and_shown_without_their_secrets() {
    let (service, api) = (Service::start(), "AWSCognitoIdentityService");
    service.answer("InitiateAuth", json!({}), 200, tokens());
    service.answer_of(api, "GetId", json!({}), 200, json!({"IdentityId": "us-east-1:identity"}));
    let keys = json!({"AccessKeyId": "ASIAEXAMPLE", "SecretKey": "secret-key", "SessionToken": "session-token",
        "Expiration": 4_102_444_800.5});
    let issued = json!({"IdentityId": "us-east-1:identity", "Credentials": keys});
    service.answer_of(api, "GetCredentialsForIdentity", json!({}), 200, issued);
    let session =
        object(call("session", &service.values().with("password", "secret").with("store", "memory")));
    let values = || {
        Bag::default()
            .with_object("session", session.clone())
            .with("identity_pool_id", "us-east-1:12345678-dcba-1234-abcd-1234567890ab")
            .with("identity_endpoint", service.server.uri())
    };
    let credentials = object(call("aws_credentials", &values()));
    assert_eq!(service.requests().len(), 3);
    assert!(matches!(prepare("aws_credentials", &values()), Ok(Work::Done(_))));
    for field in credentials.fields() {
        credentials.field(field.name).unwrap();
    }
    assert_eq!(text_of(&credentials, "secret_access_key"), "secret-key");
    assert_eq!(text_of(&credentials, "session_token"), "session-token");
    let expected = json!({"Version": 1, "AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "secret-key",
        "SessionToken": "session-token", "Expiration": "2100-01-01T00:00:00Z"});
    match credentials.field("credential_process").unwrap() {
        Output::Json(shown) => assert_eq!(shown, expected),
        other => panic!("{other:?}"),
    }
    let now = std::time::UNIX_EPOCH;
    let shown = [
        rows::text(&credentials, now),
        rows::html(&credentials, now),
        rows::in_a_line(&credentials, now),
        format!("{credentials:?}"),
    ];
    for shown in shown {
        assert!(shown.contains("ASIAEXAMPLE"), "{shown}");
        assert!(!shown.contains("secret-key") && !shown.contains("session-token"), "{shown}");
    }
    let no_session = values().with_object("session", credentials);
    assert!(
        matches!(call("aws_credentials", &no_session).outcome, Err(Failure::Error(error)) if error.code() == "InvalidArgument")
    );
}

#[test]
fn a_refresh_token_that_cannot_be_revoked_is_a_notice_of_the_store() {
    let service = Service::start();
    service.answer("InitiateAuth", json!({}), 200, tokens());
    service.answer(
        "RevokeToken",
        json!({}),
        400,
        json!({"__type": "UnsupportedOperationException", "message": "no"}),
    );
    let values = service.values().with("password", "secret").with("flow", "password").with("store", "memory");
    let session = object(call("session", &values));
    let with_session = || Bag::default().with_object("self", session.clone());
    object(call("session.tokens", &with_session()));
    let reply = call("session.sign_out", &with_session());
    assert!(matches!(&reply.outcome, Ok(Output::Text(outcome)) if outcome == "local"), "{:?}", reply.outcome);
    assert!(reply.notices.iter().any(|notice| notice.about == Subject::Store), "{:?}", reply.notices);
}

#[test]
fn a_method_of_another_object_is_refused() {
    let decoded = object(call("decode", &Bag::default().with("jwt", token("id"))));
    let values = Bag::default().with_object("self", decoded);
    match call("tokens.refresh", &values).outcome {
        Err(Failure::Error(error)) => assert_eq!(error.code(), "InvalidArgument"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn many_tokens_get_each_their_own_result() {
    // A modulus of 2048 bits, which is no product of two primes that anybody knows.
    let mut modulus = [0xc5; 256];
    modulus[128..].fill(0x3b);
    let key = json!({
        "kty": "RSA", "alg": "RS256", "use": "sig", "kid": "key", "e": "AQAB", "n": URL_SAFE_NO_PAD.encode(modulus),
    });
    let values = Bag::default()
        .with("user_pool_id", "us-east-1_AbCdEfGhI")
        .with("client_id", "client")
        .with("jwks", json!({"keys": [key]}));
    let verifier = object(call("verifier", &values));
    let values = Bag::default().with_object("self", verifier).with("jwts", json!(["no token", token("id")]));
    match call("verifier.verify_many", &values).outcome {
        Ok(Output::Each(results)) => {
            let codes: Vec<&str> = results.iter().map(|result| result.as_ref().unwrap_err().code()).collect();
            assert_eq!(codes[0], "MalformedToken");
            assert_eq!(codes.len(), 2);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_object_is_shared_by_its_clones() {
    let decoded = object(call("decode", &Bag::default().with("jwt", token("id"))));
    match (&decoded, &decoded.clone()) {
        (Object::DecodedJwt(one), Object::DecodedJwt(other)) => assert!(Arc::ptr_eq(one, other)),
        _ => panic!("not a decoded token"),
    }
}
