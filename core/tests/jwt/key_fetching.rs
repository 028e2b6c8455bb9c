//! Fetches of keys: their occasions, their number, and an outage.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cognitoken::{Claims, Clock, Cognito, ErrorKind, Result, Verifier, VerifierOptions};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::signing::SigningKey;
use super::{CLIENT, ISSUER, NOW, POOL, POOL_KEY, at, fetching_options, id_claims, id_options};

/// A key server, a clock that a test moves, and a verifier between them.
struct Scene {
    server: MockServer,
    seconds: Arc<AtomicU64>,
    cognito: Cognito,
    verifier: Verifier,
}

impl Scene {
    async fn new() -> Self {
        let server = MockServer::start().await;
        let seconds = Arc::new(AtomicU64::new(NOW));
        let told = Arc::clone(&seconds);
        let clock = Clock::from_fn(move || at(told.load(Ordering::SeqCst)));
        let options = fetching_options()
            .with_jwks_url(format!("{}/{POOL}/.well-known/jwks.json", server.uri()))
            .with_timeout(Duration::from_secs(10));
        let cognito = Cognito::builder().clock(clock).build();
        let verifier = cognito.verifier(options).unwrap();
        Self { server, seconds, cognito, verifier }
    }

    async fn answers(&self, template: ResponseTemplate) {
        self.server.reset().await;
        let route = Mock::given(method("GET")).and(path(format!("/{POOL}/.well-known/jwks.json")));
        route.respond_with(template).mount(&self.server).await;
    }

    async fn serves(&self, keys: &[&SigningKey]) {
        let keys: Vec<Value> = keys.iter().map(|key| key.jwk()).collect();
        self.answers(ResponseTemplate::new(200).set_body_json(json!({"keys": keys}))).await;
    }

    /// The number of requests since the server last changed its answer.
    async fn fetches(&self) -> usize {
        self.server.received_requests().await.unwrap().len()
    }

    async fn verify(&self, token: &str) -> Result<Claims> {
        self.verifier.verify(token, None).await
    }

    fn clock_goes_on(&self, seconds: u64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }
}

fn new_key() -> SigningKey {
    SigningKey::generate("new/key=")
}

/// An answer that a retry would not mend, so that one fetch is one request.
fn outage() -> ResponseTemplate {
    ResponseTemplate::new(404)
}

#[tokio::test]
async fn the_first_token_fetches_the_keys_and_the_next_ones_do_not() {
    let scene = Scene::new().await;
    scene.serves(&[&POOL_KEY]).await;
    let token = POOL_KEY.token(&id_claims());
    assert!(scene.verifier.verify_with_known_keys(&token, at(NOW)).is_none());
    for _ in 0..3 {
        assert_eq!(scene.verify(&token).await.unwrap()["sub"], "ada");
    }
    assert_eq!(scene.fetches().await, 1);
    assert!(scene.verifier.verify_with_known_keys(&token, at(NOW)).unwrap().is_ok());
}

#[test]
fn a_token_whose_key_is_at_hand_is_verified_without_a_runtime() {
    let verifier = Verifier::new(id_options()).unwrap();
    let token = POOL_KEY.token(&id_claims());
    let future = std::pin::pin!(verifier.verify(&token, Some(at(NOW))));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(matches!(future.poll(&mut context), std::task::Poll::Ready(Ok(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once_share_one_fetch() {
    let scene = Arc::new(Scene::new().await);
    let slow =
        ResponseTemplate::new(200).set_body_json(POOL_KEY.jwks()).set_delay(Duration::from_millis(200));
    scene.answers(slow).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let scene = Arc::clone(&scene);
        let verifier = scene.verifier.clone();
        tasks.spawn(async move {
            let token = POOL_KEY.token(&id_claims());
            verifier.verify(&token, None).await
        });
    }
    for outcome in tasks.join_all().await {
        outcome.unwrap();
    }
    assert_eq!(scene.fetches().await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once_share_one_failure() {
    let scene = Arc::new(Scene::new().await);
    scene.answers(outage().set_delay(Duration::from_millis(200))).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let scene = Arc::clone(&scene);
        tasks.spawn(async move { scene.verify(&POOL_KEY.token(&id_claims())).await });
    }
    for outcome in tasks.join_all().await {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Service);
    }
    assert_eq!(scene.fetches().await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_waits_goes_on_when_who_fetches_gives_up() {
    let scene = Arc::new(Scene::new().await);
    scene.answers(ResponseTemplate::new(200).set_delay(Duration::from_secs(600))).await;
    let spawn = || {
        let scene = Arc::clone(&scene);
        tokio::spawn(async move { scene.verify(&POOL_KEY.token(&id_claims())).await })
    };
    let first = spawn();
    while scene.fetches().await == 0 {
        tokio::task::yield_now().await;
    }
    let second = spawn();
    scene.serves(&[&POOL_KEY]).await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    assert!(second.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_new_key_is_fetched_at_once_and_the_old_one_goes_on_working() {
    let scene = Scene::new().await;
    scene.serves(&[&POOL_KEY]).await;
    scene.verify(&POOL_KEY.token(&id_claims())).await.unwrap();

    let new_key = new_key();
    scene.serves(&[&POOL_KEY, &new_key]).await;
    scene.verify(&new_key.token(&id_claims())).await.unwrap();
    scene.verify(&POOL_KEY.token(&id_claims())).await.unwrap();
    assert_eq!(scene.fetches().await, 1);
}

#[tokio::test]
async fn a_key_that_the_pool_withdrew_goes_with_the_next_fetch() {
    let scene = Scene::new().await;
    scene.serves(&[&POOL_KEY]).await;
    scene.verify(&POOL_KEY.token(&id_claims())).await.unwrap();
    let new_key = new_key();
    scene.serves(&[&new_key]).await;
    scene.verify(&new_key.token(&id_claims())).await.unwrap();
    assert_eq!(scene.verify(&POOL_KEY.token(&id_claims())).await.unwrap_err().code(), "UnknownKey");
}

#[tokio::test]
async fn an_unknown_key_costs_one_fetch_and_then_none_for_ten_seconds() {
    let scene = Scene::new().await;
    scene.serves(&[&POOL_KEY]).await;
    let genuine = POOL_KEY.token(&id_claims());
    scene.verify(&genuine).await.unwrap();
    assert_eq!(scene.fetches().await, 1);

    for (moved, expected) in [(0, 2), (0, 2), (9, 2), (1, 3), (0, 3), (10, 4)] {
        scene.clock_goes_on(moved);
        // Another invented id each time: the pause is for all of them.
        let invented = SigningKey::generate(&format!("invented {expected} {moved}"));
        let error = scene.verify(&invented.token(&id_claims())).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.code(), error.retryable()),
            (ErrorKind::TokenInvalid, "UnknownKey", true)
        );
        assert!(error.message().contains("invented") && error.hint().is_some());
        assert_eq!(scene.fetches().await, expected);
        scene.verify(&genuine).await.unwrap();
    }
    assert_eq!(scene.fetches().await, 4);
}

#[tokio::test]
async fn a_clock_that_was_set_back_does_not_prolong_the_pause() {
    let scene = Scene::new().await;
    scene.serves(&[&POOL_KEY]).await;
    let new_key = new_key();
    scene.verify(&new_key.token(&id_claims())).await.unwrap_err();
    scene.seconds.store(NOW - 3600, Ordering::SeqCst);
    scene.serves(&[&POOL_KEY, &new_key]).await;
    scene.verify(&new_key.token(&id_claims())).await.unwrap();
}

#[tokio::test]
async fn an_outage_takes_no_key_away_and_is_not_asked_about_at_every_token() {
    let scene = Scene::new().await;
    scene.serves(&[&POOL_KEY]).await;
    let genuine = POOL_KEY.token(&id_claims());
    scene.verify(&genuine).await.unwrap();

    scene.answers(outage()).await;
    let new_key = new_key();
    let of_new_key = new_key.token(&id_claims());
    for (moved, expected) in [(0, 1), (0, 1), (1, 2), (0, 2)] {
        scene.clock_goes_on(moved);
        // Nobody knows whether the token is genuine: the failure is the server's, not the token's.
        assert_eq!(scene.verify(&of_new_key).await.unwrap_err().kind(), ErrorKind::Service);
        assert_eq!(scene.fetches().await, expected);
        scene.verify(&genuine).await.unwrap();
    }

    scene.serves(&[&POOL_KEY, &new_key]).await;
    scene.clock_goes_on(1);
    scene.verify(&of_new_key).await.unwrap();
}

#[tokio::test]
async fn keys_are_good_for_an_hour_and_a_withdrawn_one_is_refused_after_it() {
    let scene = Scene::new().await;
    scene.serves(&[&POOL_KEY]).await;
    let of_pool_key = POOL_KEY.token(&id_claims());
    scene.verify(&of_pool_key).await.unwrap();

    let new_key = new_key();
    scene.serves(&[&new_key]).await;
    scene.clock_goes_on(3599);
    assert!(scene.verifier.verify_with_known_keys(&of_pool_key, at(NOW)).unwrap().is_ok());
    scene.verifier.verify(&of_pool_key, Some(at(NOW))).await.unwrap();
    assert_eq!(scene.fetches().await, 0);

    scene.clock_goes_on(1);
    // The time of verification is the caller's: it does not make the keys any younger.
    assert!(scene.verifier.verify_with_known_keys(&of_pool_key, at(NOW)).is_none());
    let many = scene.verifier.verify_many_with_known_keys(&[&of_pool_key], at(NOW));
    assert!(many[0].is_none());
    for _ in 0..3 {
        let error = scene.verifier.verify(&of_pool_key, Some(at(NOW))).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::TokenInvalid, "UnknownKey"));
    }
    assert_eq!(scene.fetches().await, 1);
    // What that fetch brought is at hand.
    let of_new_key = new_key.token(&id_claims());
    assert!(scene.verifier.verify_with_known_keys(&of_new_key, at(NOW)).unwrap().is_ok());
}

#[tokio::test]
async fn a_key_that_stays_is_fetched_anew_once_an_hour() {
    let scene = Scene::new().await;
    scene.serves(&[&POOL_KEY]).await;
    let token = POOL_KEY.token(&id_claims());
    for (moved, expected) in [(0, 1), (3599, 1), (1, 2), (3599, 2), (1, 3), (100_000, 4)] {
        scene.clock_goes_on(moved);
        for _ in 0..2 {
            scene.verifier.verify(&token, Some(at(NOW))).await.unwrap();
            assert_eq!(scene.fetches().await, expected, "{moved} s later");
        }
    }
}

#[tokio::test]
async fn an_outage_when_keys_are_too_old_leaves_them_and_costs_no_request_per_token() {
    let scene = Scene::new().await;
    scene.serves(&[&POOL_KEY]).await;
    let genuine = POOL_KEY.token(&id_claims());
    let verify = || scene.verifier.verify(&genuine, Some(at(NOW)));
    verify().await.unwrap();

    scene.answers(outage()).await;
    for (moved, expected) in [(3600, 1), (0, 1), (9, 1), (1, 2), (0, 2)] {
        scene.clock_goes_on(moved);
        for _ in 0..3 {
            verify().await.unwrap();
        }
        assert_eq!(scene.fetches().await, expected);
        // No need to wait for a fetch that is not made now.
        assert!(scene.verifier.verify_with_known_keys(&genuine, at(NOW)).unwrap().is_ok());
    }
    let answers = scene.verifier.verify_many(&vec![&genuine; 40], Some(at(NOW))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(scene.fetches().await, 2);
    // A token whose key is not at hand is no reason to wait that long.
    let new_key = new_key();
    scene.clock_goes_on(1);
    assert_eq!(scene.verify(&new_key.token(&id_claims())).await.unwrap_err().kind(), ErrorKind::Service);
    assert_eq!(scene.fetches().await, 3);

    scene.serves(&[&new_key]).await;
    scene.clock_goes_on(10);
    assert_eq!(verify().await.unwrap_err().code(), "UnknownKey");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once_share_one_fetch_of_keys_that_are_too_old() {
    for withdrawn in [true, false] {
        let scene = Arc::new(Scene::new().await);
        scene.serves(&[&POOL_KEY]).await;
        let token = POOL_KEY.token(&id_claims());
        scene.verifier.verify(&token, Some(at(NOW))).await.unwrap();

        let next = if withdrawn { new_key().jwks() } else { POOL_KEY.jwks() };
        let slow = ResponseTemplate::new(200).set_body_json(next).set_delay(Duration::from_millis(200));
        scene.answers(slow).await;
        scene.clock_goes_on(3600);
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..50 {
            let (scene, token) = (Arc::clone(&scene), token.clone());
            tasks.spawn(async move { scene.verifier.verify(&token, Some(at(NOW))).await });
        }
        for outcome in tasks.join_all().await {
            assert_eq!(outcome.is_err(), withdrawn);
        }
        assert_eq!(scene.fetches().await, 1);
    }
}

#[tokio::test]
async fn a_clock_that_was_set_back_does_not_keep_old_keys_young() {
    let scene = Scene::new().await;
    scene.serves(&[&POOL_KEY]).await;
    let token = POOL_KEY.token(&id_claims());
    scene.verify(&token).await.unwrap();
    scene.seconds.store(NOW - 3600, Ordering::SeqCst);
    assert!(scene.verifier.verify_with_known_keys(&token, at(NOW)).is_none());
    scene.serves(&[&new_key()]).await;
    assert_eq!(scene.verify(&token).await.unwrap_err().code(), "UnknownKey");
}

#[tokio::test]
async fn keys_that_were_given_do_not_grow_old() {
    let scene = Scene::new().await;
    let verifier = scene.cognito.verifier(id_options()).unwrap();
    let token = POOL_KEY.token(&id_claims());
    for moved in [0, 3600, 1_000_000] {
        scene.clock_goes_on(moved);
        assert!(verifier.verify_with_known_keys(&token, at(NOW)).unwrap().is_ok());
        verifier.verify(&token, Some(at(NOW))).await.unwrap();
    }
}

#[tokio::test]
async fn an_answer_that_is_no_key_set_is_a_failed_fetch() {
    for (answer, code) in [
        (ResponseTemplate::new(200).set_body_json(json!({"keys": []})), "InvalidJwks"),
        (ResponseTemplate::new(200).set_body_json(json!([])), "InvalidJwks"),
        (
            ResponseTemplate::new(200).set_body_json(json!({"keys": [{"kty": "EC", "kid": "a"}]})),
            "InvalidJwks",
        ),
        (
            ResponseTemplate::new(200).set_body_string("<html>sign in to the network</html>"),
            "InvalidResponse",
        ),
        (ResponseTemplate::new(200).set_body_string(""), "InvalidResponse"),
        (ResponseTemplate::new(200).set_body_string("[".repeat(100_000)), "InvalidResponse"),
        (ResponseTemplate::new(200).set_body_string("x".repeat(2 * 1024 * 1024)), "ResponseTooLarge"),
        (ResponseTemplate::new(302).insert_header("location", "https://example.com/"), "UnexpectedStatus"),
    ] {
        let scene = Scene::new().await;
        scene.serves(&[&POOL_KEY]).await;
        let genuine = POOL_KEY.token(&id_claims());
        scene.verify(&genuine).await.unwrap();
        scene.answers(answer).await;
        let error = scene.verify(&new_key().token(&id_claims())).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Service, code), "{error}");
        assert!(error.hint().is_some());
        scene.verify(&genuine).await.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_ends_at_the_time_limit() {
    let scene = Scene::new().await;
    scene.answers(ResponseTemplate::new(200).set_delay(Duration::from_secs(600))).await;
    let url = format!("{}/{POOL}/.well-known/jwks.json", scene.server.uri());
    let options = fetching_options().with_jwks_url(url).with_timeout(Duration::from_millis(200));
    let verifier = Verifier::new(options).unwrap();
    let token = POOL_KEY.token(&id_claims());
    let both = tokio::join!(verifier.verify(&token, None), verifier.verify(&token, None));
    for outcome in [both.0, both.1] {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::RequestTimeout);
    }
}

#[tokio::test]
async fn a_malformed_or_foreign_token_is_no_reason_to_fetch() {
    let scene = Scene::new().await;
    scene.serves(&[&POOL_KEY]).await;
    let payload = super::signing::part(&id_claims());
    for header in
        [json!({"alg": "none", "kid": "a"}), json!({"alg": "HS256", "kid": "a"}), json!({"alg": "RS256"})]
    {
        let token = format!("{}.{payload}.c2ln", super::signing::part(&header));
        assert_eq!(scene.verify(&token).await.unwrap_err().kind(), ErrorKind::TokenInvalid);
    }
    let header = super::signing::part(&json!({"alg": "RS256", "kid": "a"}));
    for token in
        ["one.dot".to_owned(), format!("{header}.{payload}=.c2ln"), format!("{header}.{payload}.c2l+")]
    {
        assert_eq!(scene.verify(&token).await.unwrap_err().code(), "MalformedToken");
    }
    assert_eq!(scene.fetches().await, 0);
}

#[tokio::test]
async fn a_token_of_another_pool_is_no_reason_to_fetch() {
    let scene = Scene::new().await;
    scene.serves(&[&POOL_KEY]).await;
    let another = super::with(id_claims(), "iss", json!(ISSUER.replace("AbCdEfGhI", "ZyXwVuTsR")));
    for payload in [another, super::without(id_claims(), "iss")] {
        let token = new_key().token(&payload);
        let error = scene.verify(&token).await.unwrap_err();
        assert!(matches!(error.code(), "InvalidIssuer" | "MissingClaim"), "{error}");
        // Whoever does not wait hears the same.
        let known = scene.verifier.verify_with_known_keys(&token, at(NOW)).unwrap();
        assert_eq!(known.unwrap_err().code(), error.code());
    }
    assert_eq!(scene.fetches().await, 0);
}

#[tokio::test]
async fn the_keys_come_from_where_the_verifier_was_told_whatever_the_token_says() {
    let scene = Scene::new().await;
    scene.serves(&[&POOL_KEY]).await;
    let forger = new_key();
    let elsewhere = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(200).set_body_json(forger.jwks()))
        .mount(&elsewhere)
        .await;
    let header =
        json!({"alg": "RS256", "kid": forger.key_id, "jku": elsewhere.uri(), "x5u": elsewhere.uri()});
    let theirs = super::with(id_claims(), "iss", json!(elsewhere.uri()));
    for (payload, code) in [(id_claims(), "UnknownKey"), (theirs, "InvalidIssuer")] {
        let error = scene.verify(&forger.token_with_header(&header, &payload)).await.unwrap_err();
        assert_eq!(error.code(), code);
    }
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_keys_of_a_given_issuer_are_below_it() {
    for slash in ["", "/"] {
        let server = MockServer::start().await;
        let issuer = format!("{}/pool{slash}", server.uri());
        Mock::given(path("/pool/.well-known/jwks.json"))
            .respond_with(ResponseTemplate::new(200).set_body_json(POOL_KEY.jwks()))
            .mount(&server)
            .await;
        let options = VerifierOptions::new().with_client_id(CLIENT).with_issuer(&issuer);
        let verifier = Verifier::new(options).unwrap();
        let token = POOL_KEY.token(&super::with(id_claims(), "iss", json!(issuer)));
        verifier.verify(&token, Some(at(NOW))).await.unwrap();
        let foreign = POOL_KEY.token(&super::with(id_claims(), "iss", json!(ISSUER)));
        assert_eq!(verifier.verify(&foreign, Some(at(NOW))).await.unwrap_err().code(), "InvalidIssuer");
    }
}

#[tokio::test]
async fn many_tokens_get_an_answer_each_in_their_order_and_fetch_no_more_than_one_by_one() {
    let scene = Scene::new().await;
    scene.serves(&[&POOL_KEY]).await;
    let stranger = new_key();
    let token_of = |number: usize| {
        let mut claims = id_claims();
        claims["sub"] = format!("user {number}").into();
        match number % 10 {
            3 => stranger.token(&claims),
            7 => "not a token".to_owned(),
            _ => POOL_KEY.token(&claims),
        }
    };
    let tokens: Vec<String> = (0..100).map(token_of).collect();
    let known = scene.verifier.verify_many_with_known_keys(&tokens, at(NOW));
    assert!(known.iter().enumerate().all(|(number, answer)| answer.is_some() == (number % 10 == 7)));
    for _ in 0..2 {
        let answers = scene.verifier.verify_many(&tokens, None).await;
        assert_eq!(answers.len(), tokens.len());
        for (number, answer) in answers.into_iter().enumerate() {
            match number % 10 {
                3 => assert_eq!(answer.unwrap_err().code(), "UnknownKey"),
                7 => assert_eq!(answer.unwrap_err().code(), "MalformedToken"),
                _ => assert_eq!(answer.unwrap()["sub"], format!("user {number}")),
            }
        }
        // The first token's, and one more that did not bring the stranger's key.
        assert_eq!(scene.fetches().await, 2);
    }
    let none: [&str; 0] = [];
    assert!(scene.verifier.verify_many(&none, None).await.is_empty());
}

#[tokio::test]
async fn while_the_keys_cannot_be_had_many_tokens_share_one_failure() {
    let scene = Scene::new().await;
    scene.answers(outage()).await;
    let tokens = vec![POOL_KEY.token(&id_claims()); 40];
    let answers = scene.verifier.verify_many(&tokens, None).await;
    assert!(answers.iter().all(|answer| answer.as_ref().unwrap_err().kind() != ErrorKind::TokenInvalid));
    assert_eq!((answers.len(), scene.fetches().await), (40, 1));
}
