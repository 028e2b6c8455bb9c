//! The words for what a call waits for. Their second is over at once: the question is asked for a later time.

use std::sync::Arc;
use std::time::Duration;

use cognitoken::binding::Waits;
use cognitoken::{
    ClientCredentialsRequest, ClientValues, Cognito, Environment, Result, Session, SessionRequest,
    SignInRequest, TokenStore as _,
};
use serde_json::json;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::cognito::{CLIENT, CLIENT_SECRET, challenge, cognito_at, refusal, request, tokens, tokens_of};
use super::domain::{sso_request, start, visit};
use super::outcome::{Done as _, sign_in};
use super::own_store::MapStore;
use super::service::{Reply, Service};
use super::stored::result_called;

/// A call in a task of its own.
struct Waiting<T> {
    waits: Waits,
    call: JoinHandle<T>,
}

impl<T: Send + 'static> Waiting<T> {
    fn begin(call: impl Future<Output = T> + Send + 'static) -> Self {
        let waits = Waits::default();
        Self { call: tokio::spawn(waits.of(call)), waits }
    }

    /// The words a second from now.
    fn words(&self) -> Option<String> {
        self.waits.words(Instant::now() + Duration::from_secs(1))
    }

    /// Waits until the call waits for this.
    async fn until(&self, words: &str) {
        while self.words().as_deref() != Some(words) {
            assert!(!self.call.is_finished(), "the call is over, and never waited: {words}");
            tokio::task::yield_now().await;
        }
    }

    /// The outcome of the call. It waits for nothing any more.
    async fn outcome(self) -> T {
        let outcome = self.call.await.unwrap();
        assert_eq!(self.waits.words(Instant::now() + Duration::from_secs(3600)), None);
        outcome
    }

    /// Ends the call before it has an outcome.
    async fn drop(self) {
        self.call.abort();
        assert!(self.call.await.is_err());
        assert_eq!(self.waits.words(Instant::now() + Duration::from_secs(3600)), None);
    }
}

fn host(service: &Service) -> String {
    format!("127.0.0.1:{}", service.port())
}

#[tokio::test]
async fn a_slow_service_is_named_until_it_answers() {
    let (say, service) = late(tokens()).await;
    let request = request(&service);
    let waiting = Waiting::begin(async move { sign_in(&Cognito::new(), request).await });
    waiting.until(&format!("waiting for {}", host(&service))).await;
    say.notify_one();
    waiting.outcome().await.unwrap();
}

async fn late(reply: Reply) -> (Arc<Notify>, Service) {
    let say = Arc::new(Notify::new());
    let service = Service::that_says([Reply::late(&say, reply)]).await;
    (say, service)
}

#[tokio::test]
async fn a_call_that_is_given_up_waits_for_nothing() {
    let service = Service::that_says([Reply::Silence]).await;
    let request = request(&service);
    let waiting = Waiting::begin(async move { sign_in(&Cognito::new(), request).await });
    waiting.until(&format!("waiting for {}", host(&service))).await;
    waiting.drop().await;
}

#[tokio::test]
async fn a_retry_is_counted_down_with_the_reason_of_the_last_failure() {
    let busy = Reply::text(503, "text/html", "<html>").with_header("retry-after", "20");
    let service = Service::that_says([busy]).await;
    let request = request(&service);
    let waiting = Waiting::begin(async move { sign_in(&Cognito::new(), request).await });
    let host = host(&service);
    waiting
        .until(&format!(
            "waiting 19 s before the next attempt: {host} answered with HTTP status 503 and 6 bytes that are not the \
             JSON expected (text/html)"
        ))
        .await;
    waiting.drop().await;
}

#[tokio::test]
async fn the_next_code_of_the_app_is_counted_down() {
    // 1 111 111 111 is 29 seconds before the next code.
    let asks =
        challenge("SOFTWARE_TOKEN_MFA", &json!({})).with_header("date", "Fri, 18 Mar 2005 01:58:31 GMT");
    let used = refusal("ExpiredCodeException", "Your software token has already been used once.");
    let service = Service::that_says([asks, used]).await;
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    let request = SignInRequest { totp_secret: Some(secret.into()), ..request(&service) };
    let waiting = Waiting::begin(async move { sign_in(&cognito_at(1_111_111_111), request).await });
    waiting.until("waiting 28 s for the next code of the authenticator app").await;
    waiting.drop().await;
}

fn session(service: &Service, store: &Arc<MapStore>) -> Session {
    let request = SessionRequest { sign_in: request(service), ..SessionRequest::new(Environment::empty()) };
    let store: Arc<MapStore> = Arc::clone(store);
    Cognito::new().session_with_store(request, store).unwrap()
}

#[tokio::test]
async fn the_lock_of_another_process_is_named_with_its_store() {
    let result = result_called("ada", None);
    let service = Service::that_says([tokens_of(&result), tokens_of(&result)]).await;
    let store = Arc::new(MapStore::default());
    session(&service, &store).tokens().await.done().unwrap();
    let [name] = &store.names("").await.unwrap()[..] else { panic!("one sign-in") };
    let lock = store.lock(name, Duration::from_secs(60)).await.unwrap();
    let other = session(&service, &store);
    let waiting = Waiting::begin(async move { other.refresh().await.map(drop) });
    waiting.until("waiting for another process that is using the stored sign-in in a map").await;
    drop(lock);
    waiting.outcome().await.unwrap();
}

#[tokio::test]
async fn a_refresh_in_a_task_of_its_own_is_followed_and_joined() {
    let result = result_called("ada", None);
    let service = Service::that_says([tokens_of(&result)]).await;
    let signed_in = session(&service, &Arc::new(MapStore::default()));
    signed_in.tokens().await.done().unwrap();
    let say = Arc::new(Notify::new());
    service.goes_on(Reply::late(&say, tokens_of(&result)));
    // These tokens are long expired: the second call refreshes them again.
    service.goes_on(tokens_of(&result));
    let refreshing = signed_in.clone();
    let waiting = Waiting::begin(async move { refreshing.refresh().await.map(drop) });
    waiting.until(&format!("waiting for {}", host(&service))).await;
    let joining = Waiting::begin(async move { signed_in.refresh().await.map(drop) });
    joining.until("waiting for another call of this program that needs the same").await;
    say.notify_one();
    waiting.outcome().await.unwrap();
    joining.outcome().await.unwrap();
}

#[tokio::test]
async fn a_call_that_waits_for_the_token_of_another_one_says_so() {
    let token =
        json!({"access_token": super::cognito::access_token(), "expires_in": 3600, "token_type": "Bearer"});
    let (say, service) = late(Reply::json(200, &token)).await;
    // The token is long expired: the second call asks for another one.
    service.goes_on(Reply::json(200, &token));
    let cognito = Cognito::new();
    let ask = || {
        let client = ClientValues {
            client_id: Some(CLIENT.into()),
            client_secret: Some(CLIENT_SECRET.into()),
            ..ClientValues::default()
        };
        let request = ClientCredentialsRequest::new(Environment::empty()).with_client(client);
        let (cognito, request) = (cognito.clone(), request.with_domain(service.endpoint()));
        async move { Result::map(cognito.client_credentials(request).await, drop) }
    };
    let first = Waiting::begin(ask());
    first.until(&format!("waiting for {}", host(&service))).await;
    let second = Waiting::begin(ask());
    second.until("waiting for another call of this program that needs the same").await;
    say.notify_one();
    first.outcome().await.unwrap();
    second.outcome().await.unwrap();
}

#[tokio::test]
async fn the_browser_is_waited_for_and_then_the_domain() {
    let (say, service) = late(Reply::json(400, &json!({"error": "invalid_grant"}))).await;
    let started = start(sso_request(&service)).await;
    let waiting = Waiting::begin(started.attempt.wait());
    waiting.until("waiting for the browser to come back from the sign-in page").await;
    let (port, way_back) = (started.port, format!("/?{}", started.link.query()));
    let browser = tokio::spawn(async move { visit(port, &way_back).await });
    waiting.until(&format!("waiting for {}", host(&service))).await;
    say.notify_one();
    assert_eq!(waiting.outcome().await.unwrap_err().code(), "invalid_grant");
    browser.await.unwrap();
}

#[tokio::test]
async fn the_end_of_a_program_waits_for_the_refresh_under_way() {
    let result = result_called("ada", None);
    let service = Service::that_says([tokens_of(&result)]).await;
    let store: Arc<MapStore> = Arc::default();
    let cognito = Cognito::new();
    let request = SessionRequest { sign_in: request(&service), ..SessionRequest::new(Environment::empty()) };
    let session = cognito.session_with_store(request, Arc::clone(&store) as _).unwrap();
    session.tokens().await.done().unwrap();
    let say = Arc::new(Notify::new());
    service.goes_on(Reply::late(&say, tokens_of(&result)));
    let refresh = Waiting::begin(async move { session.refresh().await.map(drop) });
    refresh.until(&format!("waiting for {}", host(&service))).await;
    refresh.drop().await;
    let end = Waiting::begin(async move { cognito.idle().await });
    end.until("waiting until the new refresh token is stored").await;
    say.notify_one();
    end.outcome().await;
}
