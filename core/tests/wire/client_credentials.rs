//! Tokens for a client itself: what is sent, what is kept, and under which names it is refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cognitoken::binding::unix_seconds;
use cognitoken::{
    ClientAuthentication, ClientCredentialsRequest, ClientValues, Clock, Cognito, Environment, Error,
    ErrorKind, Tokens,
};
use serde_json::json;

use super::cognito::{CLIENT, CLIENT_SECRET};
use super::domain::{client_credentials_request, client_token, fields, form, oauth_error};
use super::service::{Reply, Service};

/// Asks once, of a service that goes on with these replies.
async fn ask(replies: impl IntoIterator<Item = Reply>) -> (Service, Result<Tokens, Error>) {
    let service = Service::that_says(replies).await;
    let outcome = Cognito::new().client_credentials(client_credentials_request(&service)).await;
    (service, outcome)
}

async fn refused(reply: Reply) -> Error {
    ask([reply]).await.1.unwrap_err()
}

#[tokio::test]
async fn the_client_proves_itself_in_the_header() {
    let service = Service::that_says([client_token("a")]).await;
    let request = client_credentials_request(&service).with_scopes(["reports/read", "reports/write"]);
    Cognito::new().client_credentials(request).await.unwrap();
    let call = &service.calls()[0];
    assert_eq!(call.start, "POST /oauth2/token HTTP/1.1");
    assert_eq!(call.header("content-type"), Some("application/x-www-form-urlencoded"));
    let expected = format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{CLIENT_SECRET}")));
    assert_eq!(call.header("authorization"), Some(expected.as_str()));
    assert_eq!(
        form(call),
        fields([("grant_type", "client_credentials"), ("scope", "reports/read reports/write")])
    );
}

#[tokio::test]
async fn or_in_the_body_and_never_both_ways() {
    let service = Service::that_says([client_token("a")]).await;
    let request = client_credentials_request(&service).with_client_authentication(ClientAuthentication::Body);
    Cognito::new().client_credentials(request).await.unwrap();
    let call = &service.calls()[0];
    assert_eq!(call.header("authorization"), None);
    let expected =
        [("grant_type", "client_credentials"), ("client_id", CLIENT), ("client_secret", CLIENT_SECRET)];
    assert_eq!(form(call), fields(expected));
}

/// `+` reads as itself to AWS and as `%2B` to RFC 6749: the header would say one or the other.
#[tokio::test]
async fn what_a_header_would_say_in_two_ways_goes_into_the_body() {
    let client_with = |client_id: &str, secret: &str| (client_id.to_owned(), secret.to_owned());
    for (client_id, secret) in
        [client_with(CLIENT, "a+secret+of+aws"), client_with("1exa+mple", CLIENT_SECRET)]
    {
        let service = Service::that_says([client_token("a")]).await;
        let mut request = client_credentials_request(&service);
        request.client.client_id = Some(client_id.clone());
        request.client.client_secret = Some(secret.as_str().into());
        Cognito::new().client_credentials(request).await.unwrap();
        let call = &service.calls()[0];
        assert_eq!(call.header("authorization"), None);
        let expected = [
            ("grant_type", "client_credentials"),
            ("client_id", client_id.as_str()),
            ("client_secret", secret.as_str()),
        ];
        assert_eq!(form(call), fields(expected));
    }
}

#[tokio::test]
async fn the_token_is_an_access_token_alone() {
    let (_, outcome) = ask([client_token("the-access-token")]).await;
    let tokens = outcome.unwrap();
    assert!(tokens.id_token().is_none() && tokens.refresh_token().is_none());
    assert_eq!(tokens.authorization(), "Bearer the-access-token");
    assert_eq!((tokens.token_type(), tokens.expires_in().as_secs()), ("Bearer", 3600));
    assert!(!tokens.summary().refreshable);
    let error = Cognito::new().refresh_tokens(&tokens).await.unwrap_err();
    assert_eq!(error.code(), "NoRefreshToken");
    assert!(error.hint().unwrap().contains("client_credentials"));
    Cognito::new().revoke_tokens(&tokens).await.unwrap();
    assert!(!format!("{tokens:?}").contains("the-access-token"));
}

#[tokio::test]
async fn its_end_is_told_by_the_service_s_clock() {
    let reply = client_token("a").with_header("date", "Tue, 14 Nov 2023 22:13:20 GMT");
    let (_, outcome) = ask([reply]).await;
    assert_eq!(unix_seconds(outcome.unwrap().expires_at()), 1_700_000_000 + 3600);
}

#[tokio::test]
async fn the_same_question_is_asked_once() {
    let service = Service::that_says([client_token("a"), client_token("b"), client_token("c")]).await;
    let cognito = Cognito::new();
    let ask = async |wanted: &[&str]| {
        let request = client_credentials_request(&service).with_scopes(wanted.iter().copied());
        cognito.clone().client_credentials(request).await.unwrap().access_token().expose().to_owned()
    };
    assert_eq!(ask(&["x/1", "x/2"]).await, "a");
    assert_eq!(ask(&["x/2", "x/1", "x/2"]).await, "a");
    assert_eq!(ask(&["x/1 x/2"]).await, "a");
    assert_eq!(ask(&["x/1"]).await, "b");
    assert_eq!(ask(&[]).await, "c");
    assert_eq!(ask(&[]).await, "c");
    assert_eq!(service.calls().len(), 3);
    assert!(!form(&service.calls()[2]).contains_key("scope"));
}

#[tokio::test]
async fn whoever_does_not_know_the_secret_gets_nothing_from_what_is_kept() {
    let wrong = oauth_error(400, "invalid_client", "");
    let service = Service::that_says([client_token("a"), wrong]).await;
    let cognito = Cognito::new();
    cognito.client_credentials(client_credentials_request(&service)).await.unwrap();
    let mut request = client_credentials_request(&service);
    request.client.client_secret = Some("another-secret".into());
    let error = cognito.client_credentials(request).await.unwrap_err();
    assert_eq!(error.code(), "invalid_client");
    let again = cognito.client_credentials(client_credentials_request(&service)).await.unwrap();
    assert_eq!(again.access_token().expose(), "a");
}

#[tokio::test]
async fn those_who_ask_at_the_same_moment_share_one_request() {
    let service = Service::that_says([client_token("a")]).await;
    let cognito = Cognito::new();
    let asking: Vec<_> = (0..50)
        .map(|_| {
            let (cognito, request) = (cognito.clone(), client_credentials_request(&service));
            tokio::spawn(async move { cognito.client_credentials(request).await })
        })
        .collect();
    for asked in asking {
        assert_eq!(asked.await.unwrap().unwrap().access_token().expose(), "a");
    }
    assert_eq!(service.calls().len(), 1);
}

#[tokio::test]
async fn a_token_is_given_out_until_a_minute_or_a_tenth_of_its_life_before_its_end() {
    for (life, margin) in [(3600, 60), (300, 30)] {
        let reply = |name: &str| {
            Reply::json(200, &json!({"access_token": name, "expires_in": life, "token_type": "Bearer"}))
        };
        let service = Service::that_says([reply("a"), reply("b"), reply("c")]).await;
        let now = Arc::new(AtomicU64::new(0));
        let told = Arc::clone(&now);
        let clock = Clock::from_fn(move || UNIX_EPOCH + Duration::from_secs(told.load(Ordering::SeqCst)));
        let cognito = Cognito::builder().clock(clock).build();
        let ask_at = async |moment: u64| {
            now.store(moment, Ordering::SeqCst);
            let tokens = cognito.client_credentials(client_credentials_request(&service)).await.unwrap();
            tokens.access_token().expose().to_owned()
        };
        let start = 1_700_000_000;
        assert_eq!(ask_at(start).await, "a");
        assert_eq!(ask_at(start + life - margin - 1).await, "a");
        assert_eq!(ask_at(start + life - margin).await, "b");
        // Set back, the clock says nothing about the token's age.
        assert_eq!(ask_at(start).await, "c");
    }
}

#[tokio::test]
async fn a_refusal_is_not_kept() {
    let service = Service::that_says([oauth_error(400, "invalid_client", ""), client_token("a")]).await;
    let cognito = Cognito::new();
    cognito.client_credentials(client_credentials_request(&service)).await.unwrap_err();
    cognito.client_credentials(client_credentials_request(&service)).await.unwrap();
}

#[tokio::test]
async fn a_caller_who_goes_away_leaves_the_question_to_the_next() {
    let (sender, mut asked) = tokio::sync::mpsc::unbounded_channel();
    let silent = Reply::by(move |_| {
        sender.send(()).unwrap();
        Reply::Silence
    });
    let service = Service::that_says([silent, client_token("a")]).await;
    let cognito = Cognito::new();
    let request = client_credentials_request(&service);
    let (first_cognito, first_request) = (cognito.clone(), request.clone());
    let first = tokio::spawn(async move { first_cognito.client_credentials(first_request).await });
    asked.recv().await.unwrap();
    first.abort();
    let tokens = cognito.client_credentials(request).await.unwrap();
    assert_eq!(tokens.access_token().expose(), "a");
}

#[tokio::test]
async fn whoever_waits_for_another_s_answer_waits_no_longer_than_their_own_limit() {
    let (sender, mut asked) = tokio::sync::mpsc::unbounded_channel();
    let silent = Reply::by(move |_| {
        sender.send(()).unwrap();
        Reply::Silence
    });
    let service = Service::that_says([silent]).await;
    let cognito = Cognito::new();
    let request = client_credentials_request(&service);
    let (first_cognito, first_request) = (cognito.clone(), request.clone());
    let first = tokio::spawn(async move { first_cognito.client_credentials(first_request).await });
    asked.recv().await.unwrap();
    let mut impatient = request;
    impatient.client.timeout = Some(Duration::from_millis(20));
    let error = cognito.client_credentials(impatient).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RequestTimeout);
    assert!(!first.is_finished());
    first.abort();
}

#[tokio::test]
async fn refusals_keep_oauth_s_names() {
    for (status, name, kind, hint) in [
        (400, "invalid_client", ErrorKind::Authentication, "COGNITO_CLIENT_SECRET"),
        (401, "invalid_client", ErrorKind::Authentication, "COGNITO_CLIENT_SECRET"),
        (400, "invalid_grant", ErrorKind::Authentication, "AllowedOAuthScopes"),
        (400, "unauthorized_client", ErrorKind::Service, "AllowedOAuthFlows"),
        (400, "invalid_scope", ErrorKind::Service, "AllowedOAuthScopes"),
        (400, "unsupported_grant_type", ErrorKind::Service, "COGNITO_DOMAIN"),
        (400, "invalid_request", ErrorKind::Service, "client id"),
    ] {
        let error = refused(Reply::json(status, &json!({"error": name}))).await;
        assert_eq!((error.code(), error.kind()), (name, kind));
        assert!(error.message().contains(name) && !error.retryable(), "{error:?}");
        assert!(error.hint().unwrap().contains(hint), "{error:?}");
        let explained = refused(oauth_error(status, name, "In the service's words")).await;
        assert_eq!(explained.message(), "In the service's words");
    }
}

#[tokio::test]
async fn nothing_that_was_sent_in_secret_comes_back_in_an_error() {
    let echo = format!("no client {CLIENT} with \u{1b}[31m{CLIENT_SECRET}\r\n");
    let error = refused(oauth_error(400, "invalid_client", &echo)).await;
    assert_eq!(error.message(), format!("no client {CLIENT} with [31m[redacted]"));
    for body in [format!("<p>{CLIENT_SECRET}"), format!("{{\"error\": \"{CLIENT_SECRET} \"}}")] {
        let error = refused(Reply::text(400, "text/html", &body)).await;
        assert_eq!((error.kind(), error.code()), (ErrorKind::Service, "InvalidResponse"));
        assert!(!format!("{error} {error:?}").contains(CLIENT_SECRET));
    }
}

#[tokio::test]
async fn passing_faults_are_tried_again() {
    for fault in [
        Reply::Reset,
        Reply::text(503, "text/html", "<h1>away</h1>"),
        oauth_error(500, "server_error", ""),
        Reply::text(429, "text/plain", "slow down"),
        oauth_error(429, "invalid_request", "slow down"),
    ] {
        let (service, outcome) = ask([fault, client_token("a")]).await;
        outcome.unwrap();
        assert_eq!(service.calls().len(), 2);
    }
}

#[tokio::test]
async fn what_is_no_token_endpoint_s_answer_is_an_error() {
    for reply in [
        Reply::text(200, "text/html", "<h1>Sign in to the guest network</h1>"),
        Reply::text(200, "application/json", ""),
        Reply::json(200, &json!({"token_type": "Bearer", "id_token": "the-only-token"})),
        Reply::text(404, "text/html", "no such pool"),
        Reply::text(302, "text/html", "").with_header("location", "http://127.0.0.1:9/"),
    ] {
        let error = refused(reply).await;
        assert_eq!((error.kind(), error.code()), (ErrorKind::Service, "InvalidResponse"));
        assert!(error.hint().unwrap().contains("COGNITO_DOMAIN"), "{error:?}");
        assert!(!format!("{error:?}").contains("the-only-token"));
    }
    let error = refused(Reply::Endless(8 * 1024 * 1024)).await;
    assert_eq!(error.code(), "ResponseTooLarge");
}

#[tokio::test]
async fn everything_may_come_from_the_environment() {
    let service = Service::that_says([client_token("a")]).await;
    let environment = Environment::from_pairs(
        [
            ("COGNITO_CLIENT_ID", CLIENT),
            ("COGNITO_CLIENT_SECRET", CLIENT_SECRET),
            ("COGNITO_DOMAIN", &service.endpoint()),
        ],
        "",
    )
    .unwrap();
    Cognito::new().client_credentials(ClientCredentialsRequest::new(environment)).await.unwrap();
}

#[tokio::test]
async fn a_missing_value_is_named_before_anything_is_sent() {
    let service = Service::unasked().await;
    let complete = client_credentials_request(&service);
    let mut without_domain = complete.clone();
    without_domain.domain = None;
    let client = |change: fn(&mut ClientValues)| {
        let mut request = complete.clone();
        change(&mut request.client);
        request
    };
    for (request, variable) in [
        (without_domain, "COGNITO_DOMAIN"),
        (client(|client| client.client_id = None), "COGNITO_CLIENT_ID"),
        (client(|client| client.client_secret = None), "COGNITO_CLIENT_SECRET"),
        (client(|client| client.client_secret = Some("".into())), "COGNITO_CLIENT_SECRET"),
    ] {
        let error = Cognito::new().client_credentials(request).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "MissingValue"));
        assert!(error.message().contains(variable), "{error:?}");
    }
    assert!(service.calls().is_empty());
}
