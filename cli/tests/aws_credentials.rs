//! `aws-credentials`: what AWS's `credential_process` reads, and nothing else on standard output.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]
#![allow(dead_code, reason = "the shell has more than these tests use")]

mod shell;

use serde_json::{Value, json};
use shell::{PASSWORD, REFRESH_TOKEN, Ran, Shell, jwt, tokens};
use wiremock::matchers::header;
use wiremock::{Mock, ResponseTemplate};

const POOL: &str = "us-east-1:12345678-dcba-1234-abcd-1234567890ab";
const SECRET_KEY: &str = "sentinel/secret+access/key";
const SESSION_TOKEN: &str = "sentinel-session-token==";
const ROLE: &str = "arn:aws:iam::123456789012:role/analysts";

fn id_token() -> String {
    jwt(&json!({"sub": "ada", "cognito:username": "ada", "token_use": "id", "exp": 4_102_444_800_u32,
        "iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"}))
}

impl Shell {
    async fn pool_answers(&self, operation: &str, status: u16, body: Value) {
        let target = format!("AWSCognitoIdentityService.{operation}");
        Mock::given(header("x-amz-target", target.as_str()))
            .respond_with(ResponseTemplate::new(status).set_body_json(body))
            .mount(&self.service)
            .await;
    }

    async fn has_an_identity_pool(&self) {
        let mut tokens = tokens();
        tokens["AuthenticationResult"]["IdToken"] = json!(id_token());
        self.answers("InitiateAuth", json!({}), 200, tokens).await;
        self.pool_answers("GetId", 200, json!({"IdentityId": POOL})).await;
        let keys = json!({"AccessKeyId": "ASIAEXAMPLE", "SecretKey": SECRET_KEY, "SessionToken": SESSION_TOKEN,
            "Expiration": 4_102_444_800_u32});
        let issued = json!({"IdentityId": POOL, "Credentials": keys});
        self.pool_answers("GetCredentialsForIdentity", 200, issued).await;
    }

    fn asks(&self, more: &[&str]) -> Ran {
        let endpoint = self.service.uri();
        let mut arguments =
            vec!["aws-credentials", "--identity-pool-id", POOL, "--identity-endpoint", &endpoint];
        arguments.extend(more);
        self.run(&arguments)
    }

    async fn bodies(&self) -> Vec<Value> {
        let requests = self.service.received_requests().await.unwrap();
        requests.iter().map(|request| request.body_json().unwrap()).collect()
    }
}

#[tokio::test]
async fn the_output_is_what_credential_process_reads() {
    let shell = Shell::new().await;
    shell.has_an_identity_pool().await;
    let ran = shell.asks(&["--custom-role-arn", ROLE]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(
        serde_json::from_str::<Value>(&ran.out).unwrap(),
        json!({"Version": 1, "AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": SECRET_KEY,
            "SessionToken": SESSION_TOKEN, "Expiration": "2100-01-01T00:00:00Z"})
    );
    assert_eq!(ran.err, "");
    assert_eq!(shell.bodies().await.last().unwrap()["CustomRoleArn"], ROLE);
}

#[tokio::test]
async fn the_stored_sign_in_answers_and_the_log_has_no_secret() {
    let shell = Shell::new().await;
    shell.has_an_identity_pool().await;
    assert_eq!(shell.asks(&[]).code, 0);
    let mut command = shell.command(&["-vv", "aws-credentials", "--identity-pool-id", POOL]);
    command.args(["--identity-endpoint", &shell.service.uri()]).env_remove("COGNITO_PASSWORD");
    let ran = Ran::of(command.output().unwrap());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("GetCredentialsForIdentity"), "{}", ran.err);
    for secret in [SECRET_KEY, SESSION_TOKEN, PASSWORD, REFRESH_TOKEN, &id_token()] {
        assert!(!ran.err.contains(secret), "{}", ran.err);
    }
    let bodies = shell.bodies().await;
    let sign_ins = bodies.iter().filter(|body| body.get("AuthFlow").is_some()).count();
    assert_eq!((bodies.len(), sign_ins), (5, 1));
}

#[tokio::test]
async fn nobody_is_asked_and_nothing_is_printed_where_there_is_no_sign_in() {
    let shell = Shell::new().await;
    let mut command = shell.command(&["aws-credentials", "--identity-pool-id", POOL]);
    let ran = Ran::of(command.env_remove("COGNITO_PASSWORD").output().unwrap());
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("COGNITO_PASSWORD"), "{}", ran.err);
    for option in ["--prompt", "--password-stdin"] {
        assert_eq!(shell.asks(&[option]).code, 2);
    }
    assert_eq!(shell.bodies().await.len(), 0);
}

#[tokio::test]
async fn a_challenge_waits_for_respond() {
    let shell = Shell::new().await;
    let challenge = json!({"ChallengeName": "SMS_MFA", "ChallengeParameters": {}, "Session": "tied"});
    shell.answers("InitiateAuth", json!({}), 200, challenge).await;
    let ran = shell.asks(&[]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    assert!(ran.err.contains("cognitoken respond"), "{}", ran.err);
}

#[tokio::test]
async fn a_refusal_has_a_hint_and_an_exit_code() {
    let shell = Shell::new().await;
    shell
        .answers("InitiateAuth", json!({}), 200, {
            let mut tokens = tokens();
            tokens["AuthenticationResult"]["IdToken"] = json!(id_token());
            tokens
        })
        .await;
    let message = "Token is not from a supported provider of this identity pool.";
    let refusal = json!({"__type": "NotAuthorizedException", "message": message});
    shell.pool_answers("GetId", 400, refusal).await;
    let ran = shell.asks(&[]);
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    assert!(ran.err.contains("hint: The identity pool does not trust"), "{}", ran.err);
    let malformed = shell.run(&["aws-credentials", "--identity-pool-id", "us-east-1_AbCdEfGhI"]);
    assert_eq!(malformed.code, 2);
    assert!(malformed.err.contains("InvalidIdentityPoolId"), "{}", malformed.err);
    assert_eq!(shell.run(&["aws-credentials"]).code, 2);
    let machine = shell.asks(&["--flow", "client_credentials"]);
    assert_eq!(machine.code, 2);
    assert!(machine.err.contains("NoIdToken"), "{}", machine.err);
}
