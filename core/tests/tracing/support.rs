//! The facts that a support case needs are in the log.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use cognitoken::{Cognito, Environment, Session, SessionRequest, Verifier, VerifierOptions};
use serde_json::json;

use super::cognito::{
    CLIENT, POOL, REQUEST_ID, challenge, cognito_at, jwt, refusal, request, result, srp_request, throttled,
    tokens, tokens_of, wrong_password,
};
use super::collector;
use super::outcome::{Done as _, challenge_to, sign_in};
use super::service::{Reply, Service};
use super::signing::SigningKey;
use super::srp_server::SrpServer;

/// The lines that have all of these parts, in this order.
#[track_caller]
fn line(parts: &[&str]) -> String {
    let lines = collector::own_lines();
    let has_all = |line: &&String| {
        let mut rest = line.as_str();
        parts.iter().all(|part| match rest.split_once(part) {
            Some((_, after)) => {
                rest = after;
                true
            }
            None => false,
        })
    };
    let found = lines.iter().find(has_all).cloned();
    found.unwrap_or_else(|| panic!("no line with {parts:?} among:\n{}", lines.join("\n")))
}

fn host(service: &Service) -> String {
    format!("host=127.0.0.1:{} ", service.port())
}

/// The targets are what a filter is written with.
#[test]
fn every_target_is_documented() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let documentation = std::fs::read_to_string(source.join("lib.rs")).unwrap();
    let mut targets = BTreeSet::new();
    let mut folders = vec![source];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let rests = text.split("target: \"").skip(1);
            targets.extend(rests.map(|rest| rest.split('"').next().unwrap().to_owned()));
        }
    }
    assert!(targets.len() > 5, "{targets:?}");
    for target in &targets {
        assert!(
            documentation.contains(&format!("//! | `{target}` |")),
            "{target} is not in the section Logging"
        );
    }
    assert_eq!(documentation.matches("//! | `cognitoken::").count(), targets.len());
}

#[tokio::test]
async fn a_request_that_is_tried_again_says_why_and_which_try_it_is() {
    collector::install();
    let service = Service::that_says([throttled(), tokens()]).await;
    sign_in(&Cognito::new(), request(&service)).await.unwrap();
    let host = host(&service);
    let id = format!("request_id={REQUEST_ID}");
    line(&["event TRACE cognitoken::http", "operation=InitiateAuth", &host, "attempt=1"]);
    line(&[
        "event DEBUG cognitoken::http",
        "operation=InitiateAuth",
        &host,
        "attempt=1",
        "status=400",
        &id,
        "milliseconds=",
    ]);
    line(&[
        "event DEBUG cognitoken::http",
        "retrying request",
        "operation=InitiateAuth",
        "attempt=2",
        "reason=TooManyRequestsException",
        "kind=Throttled",
        &id,
        "pause_milliseconds=",
    ]);
    line(&["event DEBUG cognitoken::http", "operation=InitiateAuth", &host, "attempt=2", "status=200"]);
    line(&["span DEBUG cognitoken::sign_in", "sign_in", "flow="]);
    line(&["event INFO cognitoken::sign_in", "signed in", "expires_at="]);
}

#[tokio::test]
async fn a_refusal_shows_its_code_and_its_request_and_a_challenge_its_name() {
    collector::install();
    let service = Service::that_says([wrong_password()]).await;
    sign_in(&Cognito::new(), request(&service)).await.unwrap_err();
    let id = format!("request_id={REQUEST_ID}");
    line(&[
        "event INFO cognitoken::sign_in",
        "sign-in failed",
        "code=NotAuthorizedException",
        "kind=Authentication",
        &id,
    ]);
    line(&[
        "event DEBUG cognitoken::http",
        "request failed",
        "attempt=1",
        "code=NotAuthorizedException",
        &id,
        "retryable=false",
    ]);

    let ada = SrpServer::of_ada();
    let service =
        Service::that_says([ada.challenge(), ada.if_proved(challenge("SMS_MFA", &json!({})))]).await;
    challenge_to(&Cognito::new(), srp_request(&service)).await;
    line(&["event DEBUG cognitoken::sign_in", "challenge=PASSWORD_VERIFIER"]);
    line(&["event INFO cognitoken::sign_in", "challenge to be answered", "challenge=SMS_MFA"]);
}

#[tokio::test]
async fn a_connection_that_breaks_off_and_a_clock_that_is_off_are_seen() {
    collector::install();
    let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(1_700_000_300));
    let service = Service::that_says([Reply::Reset, tokens().with_header("date", &date)]).await;
    sign_in(&cognito_at(1_700_000_000), request(&service)).await.unwrap();
    let host = host(&service);
    line(&[
        "event DEBUG cognitoken::http",
        "no response",
        &host,
        "attempt=1",
        "code=ConnectionLost",
        "milliseconds=",
    ]);
    line(&["event DEBUG cognitoken::http", &host, "attempt=2", "status=200", "clock_offset=300"]);
}

fn session(service: &Service, folder: &std::path::Path) -> Session {
    let mut opened = SessionRequest::new(Environment::empty());
    (opened.sign_in, opened.store) = (request(service), Some(format!("file:{}", folder.display())));
    Cognito::new().session(opened).unwrap()
}

#[tokio::test]
async fn a_refresh_says_why_and_a_store_what_was_done_in_it() {
    collector::install();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("the-tokens-of-this-test");
    let place = format!("place=file:{}", folder.display());
    // They expired in 2023.
    let service = Service::that_says([tokens(), tokens_of(&fresh()), tokens_of(&fresh())]).await;
    session(&service, &folder).tokens().await.done().unwrap();
    line(&["event DEBUG cognitoken::store", "store opened", &place]);
    line(&[
        "event DEBUG cognitoken::session",
        "starting anew",
        "demand=a fresh token",
        "begins_with=a sign-in",
    ]);
    line(&["event DEBUG cognitoken::store", "lock acquired", &place, "entry=", "milliseconds="]);
    line(&["event DEBUG cognitoken::store", "entry written", &place, "entry=", "written=Stored"]);

    let later = session(&service, &folder);
    later.tokens().await.done().unwrap();
    line(&["span DEBUG cognitoken::session", "acquire", "demand=a fresh token"]);
    line(&[
        "event DEBUG cognitoken::session",
        "refreshing stored sign-in",
        "demand=a fresh token",
        "seconds_left=-",
        "entry=",
    ]);
    line(&["event TRACE cognitoken::store", "entry read", &place, "entry=", "is_stored=true"]);
    line(&["event INFO cognitoken::renewal", "tokens refreshed", "expires_at=4102444800"]);

    later.refresh().await.done().unwrap();
    line(&[
        "event DEBUG cognitoken::session",
        "refreshing stored sign-in",
        "demand=a token other than the current one",
        "seconds_left=",
    ]);
    session(&service, &folder).tokens().await.done().unwrap();
    line(&["event DEBUG cognitoken::session", "using stored tokens", "entry="]);
}

#[tokio::test]
async fn a_stored_sign_in_that_is_lost_says_by_which_refusal() {
    collector::install();
    let folder = tempfile::tempdir().unwrap();
    let lost = refusal("NotAuthorizedException", "Refresh Token has been revoked");
    let service = Service::that_says([tokens(), lost, tokens_of(&fresh())]).await;
    for _ in 0..2 {
        session(&service, &folder.path().join("tokens")).tokens().await.done().unwrap();
    }
    let id = format!("request_id={REQUEST_ID}");
    let code = "code=NotAuthorizedException";
    line(&["event INFO cognitoken::renewal", "refresh failed", code, &id, "refresh_token_lost=true"]);
    line(&["event INFO cognitoken::session", "stored sign-in removed", "entry=", code, &id]);
}

#[tokio::test]
async fn calls_that_share_a_refresh_say_so() {
    collector::install();
    let service = Service::that_says([tokens(), tokens_of(&fresh())]).await;
    let cognito = Cognito::new();
    let tokens = sign_in(&cognito, request(&service)).await.unwrap();
    let (one, other) = tokio::join!(cognito.refresh_tokens(&tokens), cognito.refresh_tokens(&tokens));
    assert!(one.is_ok() && other.is_ok());
    line(&["event DEBUG cognitoken::renewal", "another call's refresh", "waited_milliseconds="]);
}

#[tokio::test]
async fn a_notice_is_a_warning_and_a_fetch_of_keys_has_its_reason() {
    collector::install();
    let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(1_000_000_000));
    let service = Service::that_says([tokens().with_header("date", &date)]).await;
    let cognito = cognito_at(1_700_000_000);
    sign_in(&cognito, request(&service)).await.unwrap();
    let notices = cognito.take_notices();
    line(&["event WARN cognitoken::notices", &notices[0]]);

    let key = SigningKey::generate("key");
    let service = Service::that_says([Reply::json(200, &key.jwks())]).await;
    let options = VerifierOptions::new()
        .with_user_pool_id(POOL)
        .with_client_id(CLIENT)
        .with_jwks_url(service.endpoint());
    let token = key
        .token(&json!({"sub": "ada", "iss": format!("https://cognito-idp.us-east-1.amazonaws.com/{POOL}"),
        "aud": CLIENT, "token_use": "id", "exp": 4_102_444_800_i64}));
    Verifier::new(options).unwrap().verify(&token, None).await.unwrap();
    line(&[
        "event DEBUG cognitoken::verifier",
        "key set fetched",
        "reason=the key id is not known",
        "keys=1",
        "milliseconds=",
    ]);
    assert!(!collector::own_lines().iter().any(|line| line.contains("ada")));
}

fn fresh() -> serde_json::Value {
    let claims = |token_use: &str| {
        jwt(&json!({"cognito:username": super::cognito::USERNAME, "username": super::cognito::USERNAME,
            "token_use": token_use, "exp": 4_102_444_800_i64, "iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"}))
    };
    let mut result = result();
    (result["IdToken"], result["AccessToken"]) = (json!(claims("id")), json!(claims("access")));
    result
}
