//! What a support case needs is in the log.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use cognitoken::{Cognito, Environment, Session, SessionRequest};
use serde_json::json;

use super::cognito::{
    REQUEST_ID, challenge, cognito_at, jwt, request, result, srp_request, throttled, tokens, tokens_of,
    wrong_password,
};
use super::collector;
use super::outcome::{Done as _, challenge_to, sign_in};
use super::service::{Reply, Service};
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
        "tried again",
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
        "not signed in",
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
    line(&["event INFO cognitoken::sign_in", "waits", "challenge=SMS_MFA"]);
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
        "not answered",
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
    line(&["event DEBUG cognitoken::store", "store is open", &place]);
    line(&[
        "event DEBUG cognitoken::session",
        "begins anew",
        "demand=a fresh token",
        "begins_with=a sign-in",
    ]);
    line(&["event DEBUG cognitoken::store", "lock was taken", &place, "entry=", "milliseconds="]);
    line(&["event DEBUG cognitoken::store", "entry was written", &place, "entry=", "written=Stored"]);

    let later = session(&service, &folder);
    later.tokens().await.done().unwrap();
    line(&["span DEBUG cognitoken::session", "acquire", "demand=a fresh token"]);
    line(&[
        "event DEBUG cognitoken::session",
        "is refreshed",
        "demand=a fresh token",
        "seconds_left=-",
        "entry=",
    ]);
    line(&["event TRACE cognitoken::store", "entry was read", &place, "entry=", "is_stored=true"]);
    line(&["event INFO cognitoken::renewal", "tokens were refreshed", "expires_at=4102444800"]);

    later.refresh().await.done().unwrap();
    line(&[
        "event DEBUG cognitoken::session",
        "is refreshed",
        "demand=another token than the one at hand",
        "seconds_left=",
    ]);
    session(&service, &folder).tokens().await.done().unwrap();
    line(&["event DEBUG cognitoken::session", "stored tokens are used", "entry="]);
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
