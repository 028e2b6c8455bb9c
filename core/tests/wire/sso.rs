//! Signing in on the pool's page: the link, the way back, the redemption of the code, the page at the end.

use std::net::{Ipv6Addr, SocketAddr};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cognitoken::{
    ClientValues, Cognito, Environment, Error, ErrorKind, LogoutRequest, SsoRequest, Tokens, logout_url,
};
use serde_json::json;
use tokio::net::TcpListener;

use super::cognito::{CLIENT, CLIENT_SECRET, REFRESH_TOKEN, USERNAME, jwt};
use super::domain::{
    Attempt, CODE, Link, assert_closed, fields, form, oauth_error, say_at, sso_request, start, token_answer,
    token_answer_with, visit,
};
use super::ports::free_port;
use super::service::{Reply, Service};

/// A domain whose first answer is made once the link is known.
async fn at_domain(answer: impl FnOnce(&Link) -> Reply) -> (Service, Attempt) {
    at_domain_with(answer, |request| request).await
}

async fn at_domain_with(
    answer: impl FnOnce(&Link) -> Reply,
    change: impl FnOnce(SsoRequest) -> SsoRequest,
) -> (Service, Attempt) {
    let (sender, receiver) = std::sync::mpsc::channel();
    let later = Reply::by(move |_| receiver.recv().unwrap());
    let service = Service::that_says([later]).await;
    let started = start(change(sso_request(&service))).await;
    sender.send(answer(&started.link)).unwrap();
    (service, started)
}

/// The browser comes back; what it is shown, and what the caller gets.
async fn come_back(started: Attempt) -> (String, Result<Tokens, Error>) {
    let Attempt { attempt, link, port } = started;
    let waiting = tokio::spawn(attempt.wait());
    let page = visit(port, &format!("/?{}", link.query())).await;
    (page, waiting.await.unwrap())
}

#[tokio::test]
async fn the_link_says_all_that_the_page_needs() {
    let service = Service::unasked().await;
    let request = sso_request(&service)
        .with_identity_provider("Google")
        .with_login_hint("ada@example.org")
        .with_lang("de")
        .with_prompt("login")
        .with_scopes(["openid", "reports/read"]);
    let Attempt { attempt, link, port } = start(request).await;
    assert!(
        attempt.authorize_url().as_str().starts_with(&format!("{}/oauth2/authorize?", service.endpoint()))
    );
    let mut said = link.fields().clone();
    for (name, length) in [("state", 43), ("nonce", 43), ("code_challenge", 43)] {
        assert_eq!(said.remove(name).unwrap().len(), length);
    }
    let redirect_uri = format!("http://localhost:{port}/");
    assert_eq!(attempt.redirect_uri(), redirect_uri);
    assert_eq!(
        said,
        fields([
            ("response_type", "code"),
            ("client_id", CLIENT),
            ("redirect_uri", &redirect_uri),
            ("scope", "openid reports/read"),
            ("code_challenge_method", "S256"),
            ("identity_provider", "Google"),
            ("login_hint", "ada@example.org"),
            ("lang", "de"),
            ("prompt", "login"),
        ])
    );
}

#[tokio::test]
async fn what_is_not_asked_for_is_not_in_the_link_and_no_two_links_are_alike() {
    let service = Service::unasked().await;
    let (first, second) = (start(sso_request(&service)).await, start(sso_request(&service)).await);
    assert_eq!(first.link.get("scope"), "openid email profile");
    assert!(!first.link.fields().contains_key("identity_provider"));
    assert!(!first.link.fields().contains_key("client_secret"));
    for name in ["state", "nonce", "code_challenge"] {
        assert_ne!(first.link.get(name), second.link.get(name), "{name}");
    }
    for shown in [format!("{:?}", first.attempt), format!("{:?}", first.attempt.paste_handle())] {
        assert!(!shown.contains(first.link.get("state")), "{shown}");
    }
}

#[tokio::test]
async fn the_browser_comes_back_and_the_code_becomes_tokens() {
    let (service, started) = at_domain(Link::tokens).await;
    let (port, challenge) = (started.port, started.link.get("code_challenge").to_owned());
    let (page, outcome) = come_back(started).await;

    let tokens = outcome.unwrap();
    assert_eq!(tokens.refresh_token().unwrap().expose(), REFRESH_TOKEN);
    assert_eq!(tokens.summary().username.as_deref(), Some(USERNAME));
    assert!(tokens.authorization().contains(tokens.id_token().unwrap().expose()));
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    assert!(page.contains("You are signed in.") && page.contains("You can close this window."), "{page}");
    assert_closed(port).await;

    let call = &service.calls()[0];
    assert_eq!((call.start.as_str(), call.header("authorization")), ("POST /oauth2/token HTTP/1.1", None));
    let mut sent = form(call);
    let verifier = sent.remove("code_verifier").unwrap();
    assert_eq!(URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes())), challenge);
    assert_eq!(
        sent,
        fields([
            ("grant_type", "authorization_code"),
            ("code", CODE),
            ("redirect_uri", &format!("http://localhost:{port}/")),
            ("client_id", CLIENT),
        ])
    );
    for secret in [CODE, &verifier, REFRESH_TOKEN] {
        assert!(!page.contains(secret));
    }
}

#[tokio::test]
async fn a_client_with_a_secret_proves_itself_in_the_header() {
    let (service, started) = at_domain_with(Link::tokens, |mut request| {
        request.client.client_secret = Some(CLIENT_SECRET.into());
        request
    })
    .await;
    assert!(!started.attempt.authorize_url().as_str().contains(CLIENT_SECRET));
    come_back(started).await.1.unwrap();
    let call = &service.calls()[0];
    assert!(call.header("authorization").unwrap().starts_with("Basic "));
    assert!(!form(call).contains_key("client_id"));
}

#[tokio::test]
async fn an_id_token_of_another_sign_in_is_refused() {
    for answer in [
        token_answer(Some("another-nonce")),
        token_answer(None),
        Reply::json(200, &json!({"access_token": "a", "token_type": "Bearer", "expires_in": 3600})),
    ] {
        let (_, started) = at_domain(|_| answer).await;
        let (page, outcome) = come_back(started).await;
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::TokenInvalid, "NonceMismatch"));
        assert!(page.contains("Signing in failed.") && !page.contains("You are signed in"), "{page}");
    }
    let (_, started) = at_domain(|_| Reply::json(200, &token_answer_with("not-a-jwt"))).await;
    assert_eq!(come_back(started).await.1.unwrap_err().kind(), ErrorKind::TokenInvalid);
}

#[tokio::test]
async fn without_openid_there_is_no_id_token_and_none_is_missed() {
    let answer = Reply::json(200, &json!({"access_token": jwt(&json!({"sub": "ada"})), "expires_in": 60}));
    let (_, started) = at_domain_with(|_| answer, |request| request.with_scopes(["reports/read"])).await;
    let tokens = come_back(started).await.1.unwrap();
    assert!(tokens.id_token().is_none());
    assert_eq!(tokens.token_type(), "Bearer");
}

#[tokio::test]
async fn a_code_that_is_refused_is_told_to_caller_and_browser() {
    let (_, started) =
        at_domain(|_| oauth_error(400, "invalid_grant", &format!("<b>{CODE}</b> was used"))).await;
    let (page, outcome) = come_back(started).await;
    let error = outcome.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, "invalid_grant"));
    assert_eq!(error.message(), "<b>[redacted]</b> was used");
    assert!(error.hint().unwrap().contains("sign in again"));
    assert!(page.starts_with("HTTP/1.1 400 ") && page.contains("Signing in failed."), "{page}");
    assert!(page.contains("&lt;b&gt;[redacted]&lt;/b&gt;"), "{page}");
}

#[tokio::test]
async fn a_code_is_not_sent_again_after_a_fault_on_its_way() {
    for fault in [Reply::Reset, Reply::text(503, "text/html", "away"), oauth_error(500, "server_error", "")] {
        let (service, started) = at_domain(|_| fault).await;
        let (page, outcome) = come_back(started).await;
        assert!(outcome.is_err());
        assert!(page.contains("Signing in failed."), "{page}");
        assert_eq!(service.calls().len(), 1);
    }
}

#[tokio::test]
async fn a_service_that_is_busy_has_not_taken_the_code_yet() {
    let busy = Reply::text(429, "text/plain", "slow down");
    let (sender, receiver) = std::sync::mpsc::channel();
    let later = Reply::by(move |_| receiver.recv().unwrap());
    let service = Service::that_says([busy, later]).await;
    let started = start(sso_request(&service)).await;
    sender.send(started.link.tokens()).unwrap();
    come_back(started).await.1.unwrap();
}

#[tokio::test]
async fn the_page_waits_for_the_redemption_and_so_does_no_one_longer_than_the_limit() {
    let (_, started) =
        at_domain_with(|_| Reply::Silence, |request| request.with_timeout(Duration::from_millis(1500))).await;
    let (page, outcome) = come_back(started).await;
    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::RequestTimeout);
    assert!(page.contains("Signing in failed.") && page.contains("did not answer within"), "{page}");
}

#[tokio::test]
async fn a_person_who_never_comes_back_is_waited_for_no_longer_than_said() {
    let service = Service::unasked().await;
    let request = sso_request(&service).with_timeout(Duration::from_millis(50));
    let Attempt { attempt, port, .. } = start(request).await;
    let error = attempt.wait().await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::RequestTimeout, "RequestTimeout"));
    assert!(error.message().contains("0.05 s"), "{error}");
    assert!(error.hint().unwrap().contains(&format!("http://localhost:{port}/")));
    assert_closed(port).await;
}

#[tokio::test]
async fn giving_up_closes_the_port() {
    let service = Service::unasked().await;
    let Attempt { attempt, port, .. } = start(sso_request(&service)).await;
    let waiting = tokio::spawn(attempt.wait());
    // The listener answers: it is up.
    assert!(visit(port, "/elsewhere").await.contains("404"));
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    assert_closed(port).await;

    let Attempt { attempt, port, .. } = start(sso_request(&service)).await;
    drop(attempt);
    assert_closed(port).await;
}

#[tokio::test]
async fn a_port_that_is_taken_is_an_error_unless_pasting_will_do() {
    let service = Service::unasked().await;
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let request = sso_request(&service).with_redirect_uri(format!("http://localhost:{port}/"));
    let error = Cognito::new().start_sso(request.clone()).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "PortInUse"));
    assert!(error.message().contains(&format!("127.0.0.1:{port}")));
    assert!(error.hint().unwrap().contains("CallbackURLs"));

    let attempt = Cognito::new().start_sso(request.with_port_required(false)).await.unwrap();
    assert!(!attempt.listens());
}

#[tokio::test]
async fn a_browser_that_takes_localhost_for_the_ipv6_address_comes_back_too() {
    let (_, started) = at_domain(Link::tokens).await;
    let Attempt { attempt, link, port } = started;
    let waiting = tokio::spawn(attempt.wait());
    let listener = SocketAddr::from((Ipv6Addr::LOCALHOST, port));
    let request = format!("GET /?{} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n", link.query());
    let page = say_at(listener, &request).await;
    assert!(page.contains("You are signed in."), "{page}");
    waiting.await.unwrap().unwrap();
    assert_closed(port).await;
}

/// A port where a program listens at one address, and none at the other.
async fn port_taken_at(address: &str, free_at: &str) -> (TcpListener, u16) {
    loop {
        let taken = TcpListener::bind(format!("{address}:0")).await.unwrap();
        let port = taken.local_addr().unwrap().port();
        if TcpListener::bind(format!("{free_at}:{port}")).await.is_ok() {
            return (taken, port);
        }
    }
}

#[tokio::test]
async fn a_program_that_waits_for_the_browser_at_the_ipv6_address_is_an_error() {
    let service = Service::unasked().await;
    let (_taken, port) = port_taken_at("[::1]", "127.0.0.1").await;
    let request = |host: &str| sso_request(&service).with_redirect_uri(format!("http://{host}:{port}/"));
    for host in ["localhost", "[::1]"] {
        let error = Cognito::new().start_sso(request(host)).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "PortInUse"));
        assert!(error.message().contains(&format!("[::1]:{port}")), "{error}");
    }
    let pasted = request("localhost").with_port_required(false);
    assert!(!Cognito::new().start_sso(pasted).await.unwrap().listens());
    // A program elsewhere is in nobody's way.
    assert!(Cognito::new().start_sso(request("127.0.0.1")).await.unwrap().listens());
}

#[tokio::test]
async fn an_address_given_as_such_is_the_only_one_that_is_bound() {
    let service = Service::unasked().await;
    for (host, other) in [("127.0.0.1", "[::1]"), ("[::1]", "127.0.0.1")] {
        let (_taken, port) = port_taken_at(other, host).await;
        let redirect_uri = format!("http://{host}:{port}/");
        let request = sso_request(&service).with_redirect_uri(redirect_uri);
        assert!(Cognito::new().start_sso(request).await.unwrap().listens(), "{host}");
    }
}

#[tokio::test]
async fn what_contradicts_itself_or_is_missing_is_said_before_a_port_is_bound() {
    let service = Service::unasked().await;
    let port = free_port();
    let complete = sso_request(&service).with_redirect_uri(format!("http://localhost:{port}/"));
    let two_providers = complete.clone().with_identity_provider("Google").with_idp_identifier("example.org");
    let mut without_domain = complete.clone();
    without_domain.domain = None;
    for (request, code, word) in [
        (two_providers, "ConflictingValues", "idp_identifier"),
        (without_domain, "MissingValue", "COGNITO_DOMAIN"),
        (complete.clone().with_client(ClientValues::default()), "MissingValue", "COGNITO_CLIENT_ID"),
        (complete.with_redirect_uri("http://example.com/"), "InsecureUrl", "redirect URI"),
    ] {
        let error = Cognito::new().start_sso(request).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Config, code));
        assert!(error.message().contains(word), "{error}");
    }
    assert_closed(port).await;
}

#[tokio::test]
async fn the_browser_is_signed_out_at_an_address_of_the_domain() {
    let service = Service::unasked().await;
    let request = |logout_uri: &str| {
        let request = LogoutRequest::new(Environment::empty(), logout_uri);
        request.with_client(sso_request(&service).client).with_domain("my-app")
    };
    assert_eq!(
        logout_url(request("https://app.example.com/bye?a=b")).unwrap().as_str(),
        format!(
            "https://my-app.auth.us-east-1.amazoncognito.com/logout?client_id={CLIENT}&\
             logout_uri=https%3A%2F%2Fapp.example.com%2Fbye%3Fa%3Db"
        )
    );
    for (logout_uri, code) in
        [("", "MissingValue"), ("http://example.com", "InsecureUrl"), ("bye", "InvalidUrl")]
    {
        assert_eq!(logout_url(request(logout_uri)).unwrap_err().code(), code);
    }
}
