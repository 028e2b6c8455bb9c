//! Answers that a client must refuse: a whole sign-in against a service that sends them.

use cognitoken::{
    ClientValues, Cognito, Environment, Error, ErrorKind, Flow, Password, SignInRequest, Step, UserPoolId,
};
use serde_json::{Map, Value, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::Outcome;
use crate::vector::Vector;

const POOL: &str = "us-east-1_AbCdEfGhI";

pub(crate) fn run(vector: &Vector<'_>) -> Outcome {
    if let Some(user_pool_id) = vector.text("pool_id") {
        let error = refusal(user_pool_id, &Value::Null, 0);
        vector.compare("kind", Some(ErrorKind::Config), error.kind());
        vector.compare("code", Some("InvalidUserPoolId"), error.code());
        vector.compare("code", Some(UserPoolId::parse(user_pool_id).unwrap_err().code()), error.code());
        return Outcome::Ran;
    }
    if vector.text("missing") == Some("DEVICE_KEY") {
        // The key is ours to know. A service that asks for a device we have not gets no made-up answer.
        let error = refusal(POOL, &json!({"ChallengeName": "DEVICE_SRP_AUTH", "ChallengeParameters": {}}), 1);
        vector.compare("kind", Some(ErrorKind::ChallengeRequired), error.kind());
        return Outcome::Ran;
    }

    let parameters = parameters(vector);
    let challenge = json!({"ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": parameters});
    let error = refusal(POOL, &challenge, 1);
    vector.compare("kind", Some(ErrorKind::Service), error.kind());
    vector.compare("code", Some("InvalidChallengeParameters"), error.code());
    Outcome::Ran
}

/// A sound challenge, but for what the vector says.
fn parameters(vector: &Vector<'_>) -> Map<String, Value> {
    let sound = json!({"SALT": "fc5f4d0b", "SECRET_BLOCK": "c2VjcmV0", "SRP_B": "5", "USERNAME": "ada", "USER_ID_FOR_SRP": "ada"});
    let Value::Object(mut parameters) = sound else { unreachable!("written as an object") };
    let mut changed = false;
    for (field, parameter) in [("B_hex", "SRP_B"), ("salt_hex", "SALT"), ("secret_block_b64", "SECRET_BLOCK")]
    {
        if let Some(value) = vector.text(field) {
            parameters[parameter] = json!(value);
            changed = true;
        }
    }
    if let Some(missing) = vector.text("missing") {
        changed |= parameters.remove(missing).is_some();
    }
    assert!(changed, "no test knows what is wrong here");
    parameters
}

/// The error of a sign-in whose first answer is `challenge`, and which sends `requests` requests and no more.
#[tokio::main(flavor = "current_thread")]
async fn refusal(user_pool_id: &str, challenge: &Value, requests: usize) -> Error {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200).set_body_json(challenge))
        .mount(&server)
        .await;
    let mut request = SignInRequest::new(Environment::empty());
    request.username = Some("ada".to_owned());
    request.password = Some(Password::new("a password to be proved"));
    request.flow = Flow::Srp;
    request.client = ClientValues {
        client_id: Some("1example23456789".to_owned()),
        user_pool_id: Some(user_pool_id.to_owned()),
        endpoint: Some(server.uri()),
        ..ClientValues::default()
    };
    let error = Cognito::new().sign_in(request).await.and_then(Step::or_error).expect_err("a refusal");
    let received = server.received_requests().await.unwrap();
    assert_eq!(received.len(), requests, "requests sent");
    assert!(error.hint().is_some(), "{error} has no hint");
    error
}
