//! Parameters beside those that have an argument: what they are sent with, and which are refused.

use std::time::Duration;

use cognitoken::{
    ClientCredentialsRequest, ClientValues, Cognito, Environment, Error, ErrorKind, SessionRequest,
    SignInRequest,
};
use serde_json::json;

use super::cognito::{ALIAS, CLIENT, challenge, refusal, request, srp_request, tokens};
use super::domain::{Attempt, client_credentials_request, client_token, form, sso_request, start};
use super::outcome::{Done as _, challenge_to, sign_in};
use super::service::{Reply, Service};
use super::srp_server::SrpServer;

const API: &str = "https://api.example.org/reports";

fn assert_names(error: &Error, name: &str, hint: &str) {
    assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "InvalidParameter"), "{error}");
    assert!(error.message().contains(&format!(" {name},")), "{error}");
    assert!(error.hint().unwrap().contains(hint), "{error:?}");
    assert!(!format!("{error:?}").contains("the-value"), "{error:?}");
}

#[tokio::test]
async fn a_token_of_the_client_is_asked_for_with_them() {
    let service = Service::that_says([client_token("a"), client_token("b")]).await;
    let cognito = Cognito::new();
    let asks = async |request: ClientCredentialsRequest| {
        cognito.client_credentials(request).await.unwrap().access_token().expose().to_owned()
    };
    let bound = || client_credentials_request(&service).with_parameters([("resource", API)]);
    assert_eq!(asks(bound()).await, "a");
    assert_eq!(asks(client_credentials_request(&service)).await, "b", "a token for another audience");
    assert_eq!(asks(bound()).await, "a");
    assert_eq!(form(&service.calls()[0])["resource"], API);
    assert!(!form(&service.calls()[1]).contains_key("resource"));
}

#[tokio::test]
async fn what_a_token_of_the_client_sets_itself_is_refused() {
    let service = Service::unasked().await;
    for (name, hint) in [
        ("grant_type", "Leave it out"),
        ("scope", "scopes"),
        ("client_id", "client_id"),
        ("client_secret", "client_secret"),
        ("aws_client_metadata", "client_metadata"),
    ] {
        let request = client_credentials_request(&service).with_parameters([(name, "the-value")]);
        assert_names(&Cognito::new().client_credentials(request).await.unwrap_err(), name, hint);
    }
    assert!(service.calls().is_empty());
}

/// A token for one audience is not another's, in a store neither; and it is asked for again as it was.
#[tokio::test]
async fn a_store_tells_the_tokens_of_one_client_apart_by_them() {
    let folder = tempfile::tempdir().unwrap();
    let place = format!("file:{}", folder.path().join("tokens").display());
    let names = ["bound", "plain", "told", "bound-again"];
    let service = Service::that_says(names.map(client_token)).await;
    let session = |request: ClientCredentialsRequest| {
        let opened = SessionRequest::new(Environment::empty()).with_client_credentials(request);
        Cognito::new().session(opened.with_store(&place)).unwrap()
    };
    let token = async |request: ClientCredentialsRequest| {
        session(request).access_token().await.done().unwrap().expose().to_owned()
    };
    let plain = || client_credentials_request(&service);
    let bound = || plain().with_parameters([("resource", API)]);
    let told = || plain().with_client_metadata([("tenant", "acme")]);
    for _ in 0..2 {
        assert_eq!(token(bound()).await, "bound");
        assert_eq!(token(plain()).await, "plain");
        assert_eq!(token(told()).await, "told");
    }
    let any = SessionRequest::new(Environment::empty()).with_store(&place);
    let error = Cognito::new().session(any).unwrap().tokens().await.done().unwrap_err();
    assert_eq!(error.code(), "SeveralIdentities");
    assert!(error.message().contains(&format!("resource={API}")), "{error}");
    assert!(!error.message().contains("acme"), "{error}");
    let hint = error.hint().unwrap();
    assert!(hint.contains("the parameters") && hint.contains("the client metadata"), "{hint}");

    session(bound()).refresh().await.done().unwrap();
    let calls = service.calls();
    assert_eq!((calls.len(), form(&calls[3])["resource"].as_str()), (4, API));
}

#[tokio::test]
async fn a_stored_token_of_the_client_is_replaced_by_one_of_the_same_kind() {
    let folder = tempfile::tempdir().unwrap();
    let place = format!("file:{}", folder.path().join("tokens").display());
    let service = Service::that_says([client_token("first"), client_token("second")]).await;
    let request = client_credentials_request(&service)
        .with_parameters([("resource", API)])
        .with_client_metadata([("tenant", "acme")]);
    let opened = SessionRequest::new(Environment::empty()).with_client_credentials(request);
    Cognito::new().session(opened.with_store(&place)).unwrap().tokens().await.done().unwrap();

    let environment = Environment::from_pairs(
        [("COGNITO_CLIENT_SECRET", super::cognito::CLIENT_SECRET), ("COGNITO_DOMAIN", &service.endpoint())],
        "",
    )
    .unwrap();
    let any = Cognito::new().session(SessionRequest::new(environment).with_store(&place)).unwrap();
    assert_eq!(any.refresh().await.done().unwrap().access_token().expose(), "second");
    let again = form(&service.calls()[1]);
    assert_eq!((&*again["resource"], &*again["aws_client_metadata"]), (API, r#"{"tenant":"acme"}"#));
}

#[tokio::test]
async fn a_sign_in_sends_them_with_its_first_request_alone() {
    let ada = SrpServer::of_ada();
    let service = Service::that_says([ada.challenge(), ada.if_proved(tokens())]).await;
    let request = srp_request(&service).with_parameters([("TARGET_ACR_VALUES", "mfa"), ("MAX_AGE", "300")]);
    sign_in(&Cognito::new(), request).await.unwrap();
    let calls = service.calls();
    assert_eq!(calls[0].parameter("TARGET_ACR_VALUES"), "mfa");
    assert_eq!(calls[0].parameter("MAX_AGE"), "300");
    assert_eq!(calls[0].parameter("USERNAME"), ALIAS);
    assert!(!calls[1].text.contains("TARGET_ACR_VALUES"));
}

#[tokio::test]
async fn what_a_sign_in_sets_itself_is_refused() {
    let service = Service::unasked().await;
    for (name, hint) in [
        ("USERNAME", "username"),
        ("PASSWORD", "password"),
        ("SRP_A", "Leave it out"),
        ("SECRET_HASH", "client_secret"),
        ("DEVICE_KEY", "device"),
        ("PREFERRED_CHALLENGE", "preferred_challenge"),
        ("CHALLENGE_NAME", "Leave it out"),
        ("REFRESH_TOKEN", "Refresh"),
    ] {
        let request = || srp_request(&service).with_parameters([(name, "the-value")]);
        assert_names(&sign_in(&Cognito::new(), request()).await.unwrap_err(), name, hint);
        let checked = Cognito::new().check_all_but_password(&request()).await;
        assert_names(&checked.unwrap_err(), name, hint);
    }
    assert!(service.calls().is_empty());
}

#[tokio::test]
async fn an_access_token_among_them_is_a_secret() {
    const TOKEN: &str = "an-access-token.for-a-step-up";
    let echo = refusal("NotAuthorizedException", &format!("not good: {TOKEN}"));
    let named = challenge(TOKEN, &json!({}));
    let shown = challenge("CUSTOM_CHALLENGE", &json!({"echo": TOKEN}));
    let service = Service::that_says([echo, named, shown]).await;
    let request = || request(&service).with_parameters([("ACCESS_TOKEN", TOKEN), ("MAX_AGE", "300")]);
    let debug =
        format!("{:?} {:?}", request(), SessionRequest::new(Environment::empty()).with_sign_in(request()));
    assert!(debug.contains("ACCESS_TOKEN") && !debug.contains(TOKEN), "{debug}");

    let error = sign_in(&Cognito::new(), request()).await.unwrap_err();
    assert_eq!(error.message(), "not good: [redacted]");
    let error = sign_in(&Cognito::new(), request()).await.unwrap_err();
    assert!(!format!("{error:?}").contains(TOKEN), "{error:?}");
    let asked = challenge_to(&Cognito::new(), request()).await;
    assert!(!format!("{:?} {}", asked.shown_parameters(), asked.question()).contains(TOKEN));
}

/// A secret that no file holds goes nowhere that only a file names.
#[tokio::test]
async fn an_access_token_goes_to_no_host_that_only_a_file_names() {
    let stranger = Service::unasked().await;
    let dotenv = format!(
        "COGNITO_USER_NAME=ada\nCOGNITO_PASSWORD=of-the-file\nCOGNITO_ENDPOINT={}\n",
        stranger.endpoint()
    );
    let environment = Environment::from_pairs([("COGNITO_CLIENT_ID", CLIENT)], &dotenv).unwrap();
    let request = SignInRequest::new(environment)
        .with_client(ClientValues::default().with_timeout(Duration::ZERO))
        .with_parameters([("ACCESS_TOKEN", "of-mine")]);
    let cognito = Cognito::new();
    let error = sign_in(&cognito, request).await.unwrap_err();
    assert!(error.message().contains("cognito-idp.us-east-1.amazonaws.com"), "{error}");
    assert!(stranger.calls().is_empty());
    let notices = cognito.take_notices().join(" ");
    assert!(notices.contains("COGNITO_ENDPOINT"), "{notices}");
}

#[tokio::test]
async fn the_link_of_the_sign_in_page_has_them_and_the_resource_is_asked_for_again() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let service = Service::that_says([Reply::by(move |_| receiver.recv().unwrap())]).await;
    let request = sso_request(&service).with_parameters([("resource", API), ("max_age", "300")]);
    let Attempt { attempt, link, .. } = start(request).await;
    assert_eq!((link.get("resource"), link.get("max_age")), (API, "300"));
    sender.send(link.tokens()).unwrap();
    let pasted = attempt.paste_handle();
    let waiting = tokio::spawn(attempt.wait());
    pasted.accept(&link.query()).unwrap();
    waiting.await.unwrap().unwrap();
    let redeemed = form(&service.calls()[0]);
    assert_eq!(redeemed["resource"], API);
    assert!(!redeemed.contains_key("max_age"));
}

#[tokio::test]
async fn what_the_link_says_itself_is_refused() {
    let service = Service::unasked().await;
    for (name, hint) in [
        ("response_type", "Leave it out"),
        ("client_id", "client_id"),
        ("redirect_uri", "redirect_uri"),
        ("scope", "scopes"),
        ("state", "Leave it out"),
        ("nonce", "Leave it out"),
        ("code_challenge", "Leave it out"),
        ("code_challenge_method", "Leave it out"),
        ("identity_provider", "identity_provider"),
        ("idp_identifier", "idp_identifier"),
        ("login_hint", "login_hint"),
        ("lang", "lang"),
        ("prompt", "prompt"),
    ] {
        let request = sso_request(&service).with_parameters([(name, "the-value")]);
        assert_names(&Cognito::new().start_sso(request).await.unwrap_err(), name, hint);
    }
}
