//! A session's own time and its one call at a time; what needs the machine's clock moved.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cognitoken::{
    ClientValues, Clock, Cognito, Environment, ErrorKind, Session, SessionRequest, SignInRequest, Step,
};
use serde_json::{Value, json};
use wiremock::matchers::header;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const START: i64 = 1_800_000_000;
const LIFE: i64 = 3600;

/// A service on the same clock as its client, whose every answer tells the time.
struct World {
    service: MockServer,
    now: Arc<AtomicI64>,
    /// The lead of the client's clock, in seconds.
    ahead: Arc<AtomicI64>,
}

impl World {
    async fn new() -> Self {
        let world = Self {
            service: MockServer::start().await,
            now: Arc::new(AtomicI64::new(START)),
            ahead: Arc::default(),
        };
        world.answers("InitiateAuth", 200).await;
        world
    }

    async fn answers(&self, operation: &str, status: u16) {
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let now = Arc::clone(&self.now);
        let answer = move |_: &Request| {
            let now = now.load(Ordering::SeqCst);
            let answer = ResponseTemplate::new(status).append_header("Date", httpdate(now).as_str());
            if status == 200 { answer.set_body_json(tokens(now)) } else { answer.set_body_string("oops") }
        };
        Mock::given(header("x-amz-target", target.as_str())).respond_with(answer).mount(&self.service).await;
    }

    fn cognito(&self) -> Cognito {
        let (now, ahead) = (Arc::clone(&self.now), Arc::clone(&self.ahead));
        let clock = Clock::from_fn(move || at(now.load(Ordering::SeqCst) + ahead.load(Ordering::SeqCst)));
        Cognito::builder().clock(clock).build()
    }

    fn session(&self) -> Session {
        let client = ClientValues {
            client_id: Some("client".to_owned()),
            endpoint: Some(self.service.uri()),
            timeout: Some(Duration::from_secs(2)),
            ..ClientValues::default()
        };
        let sign_in = SignInRequest {
            username: Some("ada".to_owned()),
            password: Some("password".into()),
            client,
            ..SignInRequest::new(Environment::empty())
        };
        self.cognito()
            .session(SessionRequest { sign_in, ..SessionRequest::new(Environment::empty()) })
            .unwrap()
    }

    fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds, Ordering::SeqCst);
    }

    async fn refreshes(&self) -> usize {
        let requests = self.service.received_requests().await.unwrap();
        let is_refresh = |request: &&Request| {
            request.headers["x-amz-target"].to_str().unwrap().ends_with("GetTokensFromRefreshToken")
        };
        requests.iter().filter(is_refresh).count()
    }
}

fn at(seconds: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(u64::try_from(seconds).unwrap())
}

fn httpdate(seconds: i64) -> String {
    let format = time::macros::format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    time::OffsetDateTime::from_unix_timestamp(seconds).unwrap().format(format).unwrap()
}

fn jwt(payload: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{}", part(&json!({"alg": "RS256"})), part(payload), URL_SAFE_NO_PAD.encode("signature"))
}

fn tokens(now: i64) -> Value {
    let claims = |token_use: &str| {
        jwt(&json!({
            "cognito:username": "ada", "username": "ada", "token_use": token_use, "iat": now, "exp": now + LIFE,
        }))
    };
    json!({
        "AuthenticationResult": {
            "IdToken": claims("id"), "AccessToken": claims("access"), "RefreshToken": "refresh-token",
            "ExpiresIn": LIFE, "TokenType": "Bearer",
        },
        "ChallengeParameters": {},
    })
}

#[tokio::test]
async fn the_token_is_refreshed_sixty_seconds_before_it_expires_and_not_earlier() {
    let world = World::new().await;
    world.answers("GetTokensFromRefreshToken", 200).await;
    let session = world.session();
    let first = session.id_token().await.and_then(Step::or_error).unwrap();
    world.pass(LIFE - 61);
    assert_eq!(session.id_token().await.and_then(Step::or_error).unwrap().expose(), first.expose());
    assert!(session.fresh().is_some());
    world.pass(1);
    assert!(session.fresh().is_none());
    assert_ne!(session.id_token().await.and_then(Step::or_error).unwrap().expose(), first.expose());
    assert_eq!(world.refreshes().await, 1);
}

#[tokio::test]
async fn a_machine_whose_clock_is_a_day_off_refreshes_when_the_service_says_so() {
    for ahead in [-86_400, 86_400] {
        let world = World::new().await;
        world.answers("GetTokensFromRefreshToken", 200).await;
        world.ahead.store(ahead, Ordering::SeqCst);
        let session = world.session();
        session.tokens().await.and_then(Step::or_error).unwrap();
        world.pass(LIFE - 61);
        session.tokens().await.and_then(Step::or_error).unwrap();
        assert_eq!(world.refreshes().await, 0, "{ahead}");
        world.pass(1);
        session.tokens().await.and_then(Step::or_error).unwrap();
        assert_eq!(world.refreshes().await, 1, "{ahead}");
    }
}

#[tokio::test]
async fn a_refresh_that_fails_is_not_heard_of_while_the_token_is_good() {
    let world = World::new().await;
    world.answers("GetTokensFromRefreshToken", 500).await;
    let session = world.session();
    let first = session.id_token().await.and_then(Step::or_error).unwrap();
    world.pass(LIFE - 30);
    assert_eq!(session.id_token().await.and_then(Step::or_error).unwrap().expose(), first.expose());
    let tries = world.refreshes().await;
    assert!(tries > 0);
    assert_eq!(session.id_token().await.and_then(Step::or_error).unwrap().expose(), first.expose());
    assert_eq!(world.refreshes().await, tries, "the next caller is not made to wait for the same");
    world.pass(31);
    let error = session.id_token().await.and_then(Step::or_error).unwrap_err();
    assert_eq!((error.kind(), error.retryable()), (ErrorKind::Service, true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_tasks_share_one_call_and_its_failure() {
    let world = World::new().await;
    world.answers("GetTokensFromRefreshToken", 200).await;
    let session = world.session();
    let everybody = |session: &Session| {
        let tasks: Vec<_> = (0..64)
            .map(|_| {
                let session = session.clone();
                tokio::spawn(async move { session.id_token().await })
            })
            .collect();
        async {
            let mut outcomes = Vec::new();
            for task in tasks {
                outcomes.push(task.await.unwrap());
            }
            outcomes
        }
    };
    let outcomes = everybody(&session).await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(world.service.received_requests().await.unwrap().len(), 1, "one sign-in for all");
    world.pass(LIFE);
    assert!(everybody(&session).await.iter().all(Result::is_ok));
    assert_eq!(world.refreshes().await, 1);

    world.service.reset().await;
    world.answers("GetTokensFromRefreshToken", 400).await;
    world.pass(LIFE);
    let outcomes = everybody(&session).await;
    assert!(outcomes.iter().all(Result::is_err));
    assert!(world.refreshes().await < 64, "nobody fails again what has just failed");
}

#[tokio::test]
async fn the_background_refresh_is_ahead_of_whoever_asks() {
    let world = World::new().await;
    world.answers("GetTokensFromRefreshToken", 200).await;
    let session = world.session();
    let first = session.id_token().await.and_then(Step::or_error).unwrap();
    world.pass(LIFE - 110);
    assert!(session.fresh().is_some());
    tokio::select! {
        () = session.keep_fresh() => unreachable!("it never ends"),
        () = async {
            while session.id_token().await.and_then(Step::or_error).unwrap().expose() == first.expose() {
                tokio::task::yield_now().await;
            }
        } => {}
    }
    assert_eq!(world.refreshes().await, 1);
}
