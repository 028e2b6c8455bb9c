//! A time limit that ends the wait for a refresh while the service replaces the refresh token.

use std::sync::Arc;
use std::time::Duration;

use cognitoken::{
    ClientValues, Cognito, Environment, Error, ErrorKind, RefreshRequest, Session, SessionRequest,
    SignInRequest, Tokens,
};
use serde_json::json;
use tokio::sync::Notify;

use super::cognito::{USERNAME, client, jwt, request, result_with, tokens, tokens_of, warm_cognito};
use super::domain::token_answer_with;
use super::outcome::{Done as _, sign_in};
use super::service::{Reply, Service};

const SHORT: Duration = Duration::from_millis(200);
const ROTATED: &str = "the-rotated-refresh-token";

/// Tokens that are good for long.
fn rotated() -> Reply {
    let id_token = jwt(&json!({"cognito:username": USERNAME, "exp": 4_102_444_800_u32}));
    let mut result = result_with("RefreshToken", json!(ROTATED));
    result["IdToken"] = json!(id_token);
    tokens_of(&result)
}

fn short(client: ClientValues) -> ClientValues {
    ClientValues { timeout: Some(SHORT), ..client }
}

fn session_in(cognito: &Cognito, store: &str, service: &Service, may_sign_in: bool) -> Session {
    let sign_in = SignInRequest { client: short(client(service)), ..request(service) };
    let store = Some(store.to_owned());
    let request = SessionRequest { sign_in, store, may_sign_in, ..SessionRequest::new(Environment::empty()) };
    cognito.session(request).unwrap()
}

fn refresh_tokens_sent(service: &Service) -> Vec<String> {
    let of = |call: &super::service::Call| call.body()["RefreshToken"].as_str().map(str::to_owned);
    service.calls().iter().filter_map(of).collect()
}

fn assert_only_the_wait_ended(error: &Error) {
    assert_eq!((error.kind(), error.retryable()), (ErrorKind::RequestTimeout, true), "{error}");
    assert!(error.message().contains("127.0.0.1"), "{error}");
}

#[tokio::test]
async fn what_a_session_did_not_wait_for_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    let store = format!("file:{}", folder.path().join("tokens").display());
    for store in [store.as_str(), "memory"] {
        let said = Arc::new(Notify::new());
        let service = Service::that_says([tokens(), Reply::late(&said, rotated()), tokens()]).await;
        let cognito = warm_cognito().await;
        let session = session_in(&cognito, store, &service, true);
        session.tokens().await.done().unwrap();
        assert_only_the_wait_ended(&session.refresh().await.done().unwrap_err());
        assert!(!cognito.is_idle());
        said.notify_one();
        cognito.idle().await;

        // The next process, or for what rests in memory the next call.
        let later =
            if store == "memory" { session } else { session_in(&Cognito::new(), store, &service, false) };
        let tokens = later.tokens().await.done().unwrap();
        assert_eq!(tokens.refresh_token().unwrap().expose(), ROTATED, "{store}");
        later.refresh().await.done().unwrap();
        assert_eq!(refresh_tokens_sent(&service).last().unwrap(), ROTATED, "{store}");
    }
}

#[tokio::test]
async fn what_began_with_the_token_of_the_environment_is_stored_too() {
    let folder = tempfile::tempdir().unwrap();
    let store = Some(format!("file:{}", folder.path().join("tokens").display()));
    let said = Arc::new(Notify::new());
    let service = Service::that_says([Reply::late(&said, rotated())]).await;
    let cognito = warm_cognito().await;
    let session = || {
        let sign_in =
            SignInRequest { client: short(client(&service)), ..SignInRequest::new(Environment::empty()) };
        let refresh_token = Some("seed".into());
        let store = store.clone();
        let request =
            SessionRequest { sign_in, refresh_token, store, ..SessionRequest::new(Environment::empty()) };
        Cognito::new().session(request).unwrap()
    };
    assert_only_the_wait_ended(&session().tokens().await.done().unwrap_err());
    said.notify_one();
    cognito.idle().await;
    assert_eq!(session().tokens().await.done().unwrap().refresh_token().unwrap().expose(), ROTATED);
    assert_eq!(service.calls().len(), 1);
}

#[tokio::test]
async fn the_next_refresh_of_the_same_tokens_gives_what_nobody_waited_for() {
    let said = Arc::new(Notify::new());
    let service = Service::that_says([tokens(), Reply::late(&said, rotated()), tokens()]).await;
    let cognito = warm_cognito().await;
    let request = SignInRequest { client: short(client(&service)), ..request(&service) };
    let tokens = sign_in(&cognito, request).await.unwrap();
    assert_only_the_wait_ended(&cognito.refresh_tokens(&tokens).await.unwrap_err());
    assert_only_the_wait_ended(&cognito.refresh_tokens(&tokens).await.unwrap_err());
    said.notify_one();
    cognito.idle().await;
    let fresh = cognito.refresh_tokens(&tokens).await.unwrap();
    assert_eq!(fresh.refresh_token().unwrap().expose(), ROTATED);
    assert_eq!(service.calls().len(), 2, "asked once");
    cognito.refresh_tokens(&tokens).await.unwrap();
    assert_eq!(service.calls().len(), 3, "given once");
}

#[tokio::test]
async fn the_same_for_a_refresh_token_alone() {
    let said = Arc::new(Notify::new());
    let service = Service::that_says([Reply::late(&said, rotated())]).await;
    let cognito = warm_cognito().await;
    let ask = || {
        let refresh_token = Some("old".into());
        let client = short(client(&service));
        cognito.refresh(RefreshRequest { refresh_token, client, ..RefreshRequest::new(Environment::empty()) })
    };
    assert_only_the_wait_ended(&ask().await.unwrap_err());
    said.notify_one();
    cognito.idle().await;
    assert_eq!(ask().await.unwrap().refresh_token().unwrap().expose(), ROTATED);
}

#[tokio::test]
async fn calls_at_the_same_moment_share_one_refresh() {
    let said = Arc::new(Notify::new());
    let service = Service::that_says([tokens(), Reply::late(&said, rotated())]).await;
    let cognito = Cognito::new();
    let tokens: Tokens = sign_in(&cognito, request(&service)).await.unwrap();
    let both = async { tokio::join!(cognito.refresh_tokens(&tokens), cognito.refresh_tokens(&tokens)) };
    let say = async {
        while service.calls().len() < 2 {
            tokio::task::yield_now().await;
        }
        said.notify_one();
    };
    let ((first, second), ()) = tokio::join!(both, say);
    for fresh in [first, second] {
        assert_eq!(fresh.unwrap().refresh_token().unwrap().expose(), ROTATED);
    }
    assert_eq!(service.calls().len(), 2);
}

#[tokio::test]
async fn nothing_more_is_sent_when_the_time_is_over() {
    let said = Arc::new(Notify::new());
    let fault = Reply::text(500, "text/plain", "oops");
    let service = Service::that_says([tokens(), Reply::late(&said, fault)]).await;
    let cognito = warm_cognito().await;
    let request = SignInRequest { client: short(client(&service)), ..request(&service) };
    let tokens = sign_in(&cognito, request).await.unwrap();
    assert_only_the_wait_ended(&cognito.refresh_tokens(&tokens).await.unwrap_err());
    said.notify_one();
    cognito.idle().await;
    assert_eq!(service.calls().len(), 2);
}

#[tokio::test]
async fn the_domain_is_waited_for_as_well() {
    use super::domain::{Attempt, sso_request, start, visit};

    let said = Arc::new(Notify::new());
    let mut rotated = token_answer_with(&super::cognito::id_token());
    rotated["refresh_token"] = json!(ROTATED);
    let domain = Service::that_says([]).await;
    let Attempt { attempt, link, port } = start(sso_request(&domain)).await;
    domain.goes_on(link.tokens());
    domain.goes_on(Reply::late(&said, Reply::json(200, &rotated)));
    let visited = tokio::spawn(async move { visit(port, &format!("/?{}", link.query())).await });
    let tokens = attempt.wait().await.unwrap();
    visited.await.unwrap();
    let cognito = warm_cognito().await;
    let waited = tokio::time::timeout(SHORT, cognito.refresh_tokens(&tokens)).await;
    assert!(waited.is_err(), "the caller went away");
    said.notify_one();
    cognito.idle().await;
    assert_eq!(cognito.refresh_tokens(&tokens).await.unwrap().refresh_token().unwrap().expose(), ROTATED);
    assert_eq!(domain.calls().len(), 2);
}
