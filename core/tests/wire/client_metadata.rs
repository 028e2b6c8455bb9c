//! The values for the pool's triggers: the requests that they are sent with, and that no error repeats them.

use cognitoken::{
    AccountRequest, Answer, Clock, Cognito, Environment, Flow, PendingChallenges, RefreshRequest, Session,
    SessionRequest, SignInRequest, Step,
};
use serde_json::{Value, json};

use super::asked::Asked;
use super::cognito::{
    ALIAS, USERNAME, challenge, client, refusal, request, result_with, srp_request, tokens, tokens_of,
};
use super::domain::{client_credentials_request, client_token, form, oauth_error};
use super::outcome::{Done as _, challenge_to, sign_in};
use super::service::{Reply, Service};
use super::srp_server::SrpServer;

const TENANT: [(&str, &str); 2] = [("tenant", "acme"), ("channel", "web")];

fn with_tenant(request: SignInRequest) -> SignInRequest {
    request.with_client_metadata(TENANT)
}

/// `ClientMetadata` of each request, null where there is none.
fn sent(service: &Service) -> Vec<Value> {
    service.calls().iter().map(|call| call.body()["ClientMetadata"].clone()).collect()
}

fn tenant() -> Value {
    json!({"tenant": "acme", "channel": "web"})
}

#[tokio::test]
async fn they_go_with_each_request_of_a_sign_in() {
    let ada = SrpServer::of_ada();
    for (metadata, expected) in [(&TENANT[..], tenant()), (&[], Value::Null)] {
        let service = Service::that_says([ada.challenge(), ada.if_proved(tokens())]).await;
        let request = srp_request(&service).with_client_metadata(metadata.iter().copied());
        sign_in(&Cognito::new(), request).await.unwrap();
        assert_eq!(service.operations(), ["InitiateAuth", "RespondToAuthChallenge"]);
        assert_eq!(sent(&service), [expected.clone(), expected]);
    }
}

#[tokio::test]
async fn those_of_an_answer_are_added_for_that_answer_alone() {
    let replies =
        [challenge("SMS_MFA", &json!({})), challenge("CUSTOM_CHALLENGE", &json!({})), tokens(), tokens()];
    let asked = Asked::at(replies, |service| with_tenant(request(service))).await;
    let own = Answer::text("123456").with_client_metadata([("channel", "phone"), ("try", "1")]);
    let asked = asked.go_on(own).await;
    let Step::Done(tokens) = asked.respond(Answer::text("the pool's own")).await.unwrap() else {
        panic!("a challenge")
    };
    asked.cognito.refresh_tokens(&tokens).await.unwrap();
    let of_answer = json!({"tenant": "acme", "channel": "phone", "try": "1"});
    assert_eq!(sent(&asked.service), [tenant(), of_answer, tenant(), tenant()]);
}

/// A choice that is followed by a proof: the proof is a part of the same answer.
#[tokio::test]
async fn those_of_an_answer_go_with_what_follows_from_it() {
    let ada = SrpServer::of_ada();
    let choice = challenge("SELECT_CHALLENGE", &json!({"AVAILABLE_CHALLENGES": "[\"PASSWORD_SRP\"]"}));
    let asked = Asked::at([choice, ada.challenge(), ada.if_proved(tokens())], |service| {
        let request = SignInRequest { flow: Flow::UserAuth, ..srp_request(service) };
        request.with_preferred_challenge("EMAIL_OTP")
    })
    .await;
    asked.finish(Answer::text("PASSWORD_SRP").with_client_metadata([("tenant", "acme")])).await;
    let of_answer = json!({"tenant": "acme"});
    assert_eq!(sent(&asked.service), [Value::Null, of_answer.clone(), of_answer]);
}

#[tokio::test]
async fn they_go_with_each_refresh_of_the_tokens() {
    let unknown = || refusal("UnknownOperationException", "");
    let service = Service::that_says([tokens(), tokens(), unknown(), tokens()]).await;
    let cognito = Cognito::new();
    let first = sign_in(&cognito, with_tenant(request(&service))).await.unwrap();
    let second = cognito.refresh_tokens(&first).await.unwrap();
    cognito.refresh_tokens(&second).await.unwrap();
    let operations =
        ["InitiateAuth", "GetTokensFromRefreshToken", "GetTokensFromRefreshToken", "InitiateAuth"];
    assert_eq!(service.operations(), operations);
    assert_eq!(sent(&service), [tenant(), tenant(), tenant(), tenant()]);
}

#[tokio::test]
async fn a_refresh_token_alone_is_refreshed_with_its_own() {
    for (metadata, expected) in [(&TENANT[..], tenant()), (&[], Value::Null)] {
        let service = Service::that_says([tokens(), tokens()]).await;
        let request = RefreshRequest::new(Environment::empty())
            .with_refresh_token("the-refresh-token")
            .with_client(client(&service))
            .with_client_metadata(metadata.iter().copied());
        let cognito = Cognito::new();
        let tokens = cognito.refresh(request).await.unwrap();
        cognito.refresh_tokens(&tokens).await.unwrap();
        assert_eq!(sent(&service), [expected.clone(), expected]);
    }
}

#[tokio::test]
async fn they_go_with_each_request_for_the_account() {
    let service = Service::that_says((0..8).map(|_| Reply::json(200, &json!({})))).await;
    let cognito = Cognito::new();
    let plain = AccountRequest::new(Environment::empty()).with_username(ALIAS).with_client(client(&service));
    let with_tenant = plain.clone().with_client_metadata(TENANT);
    for account in [plain, with_tenant] {
        cognito.forgot_password(account.clone()).await.unwrap();
        cognito.confirm_forgot_password(account.clone(), "123456", &"a new one".into()).await.unwrap();
        cognito.resend_confirmation_code(account.clone()).await.unwrap();
        cognito.confirm_sign_up(account, "123456").await.unwrap();
    }
    let null = Value::Null;
    let all = [&null, &null, &null, &null, &tenant(), &tenant(), &tenant(), &tenant()];
    assert_eq!(sent(&service).iter().collect::<Vec<_>>(), all);
}

#[tokio::test]
async fn another_process_sends_those_of_the_sign_in_with_its_answer() {
    let service = Service::that_says([challenge("SMS_MFA", &json!({})), tokens()]).await;
    let asked = challenge_to(&Cognito::new(), with_tenant(request(&service))).await;
    let folder = tempfile::tempdir().unwrap();
    let pending = PendingChallenges::new(folder.path().join("challenges"), Clock::system());
    pending.keep(&asked).await.unwrap();
    let found = pending.find(None, None, &Environment::empty()).await.unwrap();
    Cognito::new().respond(&found, Answer::text("123456")).await.done().unwrap();
    assert_eq!(sent(&service), [tenant(), tenant()]);
}

fn session(folder: &std::path::Path, sign_in: SignInRequest) -> Session {
    let request = SessionRequest::new(Environment::empty())
        .with_sign_in(sign_in)
        .with_store(format!("file:{}", folder.join("tokens").display()));
    Cognito::new().session(request).unwrap()
}

#[tokio::test]
async fn a_session_sends_those_of_its_own_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::that_says([tokens(), tokens(), tokens()]).await;
    // The tokens expired in 2023: each session refreshes what the one before has stored.
    session(folder.path(), with_tenant(request(&service))).tokens().await.done().unwrap();
    let other = request(&service).with_client_metadata([("tenant", "another")]);
    session(folder.path(), other).tokens().await.done().unwrap();
    session(folder.path(), request(&service)).tokens().await.done().unwrap();
    assert_eq!(sent(&service), [tenant(), json!({"tenant": "another"}), Value::Null]);
}

#[tokio::test]
async fn a_session_that_starts_from_a_refresh_token_sends_them() {
    let service = Service::that_says([tokens()]).await;
    let sign_in = with_tenant(SignInRequest::new(Environment::empty()).with_client(client(&service)));
    let request = SessionRequest::new(Environment::empty()).with_sign_in(sign_in).with_refresh_token("seed");
    Cognito::new().session(request).unwrap().tokens().await.done().unwrap();
    assert_eq!(sent(&service), [tenant()]);
}

/// Stored tokens in memory are refreshed by other calls than the session's too.
#[tokio::test]
async fn tokens_that_a_session_took_from_its_store_carry_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut result = result_with("ExpiresIn", json!(3600));
    for name in ["IdToken", "AccessToken"] {
        result[name] =
            json!(super::cognito::jwt(&json!({"cognito:username": USERNAME, "username": USERNAME,
            "exp": 4_102_444_800_i64})));
    }
    let service = Service::that_says([tokens_of(&result), tokens_of(&result)]).await;
    session(folder.path(), request(&service)).tokens().await.done().unwrap();
    let stored = session(folder.path(), with_tenant(request(&service))).tokens().await.done().unwrap();
    Cognito::new().refresh_tokens(&stored).await.unwrap();
    assert_eq!(sent(&service), [Value::Null, tenant()]);
}

#[tokio::test]
async fn no_error_repeats_them_and_no_code_is_taken_for_one() {
    let message = "PreAuthentication failed with error acme-of-ours is not User 42.";
    let service = Service::that_says([refusal("UserLambdaValidationException", message)]).await;
    let request = request(&service).with_client_metadata([("tenant", "acme-of-ours"), ("kind", "User")]);
    let error = sign_in(&Cognito::new(), request).await.unwrap_err();
    assert_eq!(error.code(), "UserLambdaValidationException");
    assert_eq!(error.message(), "PreAuthentication failed with error [redacted] is not [redacted] 42.");
    assert!(!format!("{error:?}").contains("acme"), "{error:?}");
}

#[tokio::test]
async fn a_token_of_the_client_is_asked_for_with_them_in_json() {
    let service = Service::that_says([client_token("a"), client_token("b"), client_token("c")]).await;
    let cognito = Cognito::new();
    let asks = async |metadata: &[(&str, &str)]| {
        let request = client_credentials_request(&service).with_client_metadata(metadata.iter().copied());
        cognito.client_credentials(request).await.unwrap().access_token().expose().to_owned()
    };
    assert_eq!(asks(&[("note", "a \"b\"&c=d")]).await, "a");
    assert_eq!(asks(&[("note", "another")]).await, "b", "the token may depend on them");
    assert_eq!(asks(&[]).await, "c");
    assert_eq!(asks(&[("note", "a \"b\"&c=d")]).await, "a");
    let calls = service.calls();
    assert_eq!(form(&calls[0])["aws_client_metadata"], r#"{"note":"a \"b\"&c=d"}"#);
    assert!(!form(&calls[2]).contains_key("aws_client_metadata"));
}

#[tokio::test]
async fn no_error_of_the_domain_repeats_them() {
    let service = Service::that_says([Reply::by(|call| {
        oauth_error(400, "invalid_request", &format!("acme-of-ours of client_1 in {}", call.text))
    })])
    .await;
    let request = client_credentials_request(&service)
        .with_client_metadata([("tenant", "acme-of-ours"), ("kind", "invalid_request")]);
    let error = Cognito::new().client_credentials(request).await.unwrap_err();
    assert_eq!(error.code(), "invalid_request");
    assert!(error.message().starts_with("[redacted] of client_1 in "), "{error}");
    assert!(!format!("{error:?}").contains("acme"), "{error:?}");
}
