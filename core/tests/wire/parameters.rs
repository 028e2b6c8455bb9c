//! Parameters beside those that have an argument: what they are sent with, and which are refused.

use cognitoken::{ClientCredentialsRequest, Cognito, Environment, Error, ErrorKind, SessionRequest};

use super::domain::{client_credentials_request, client_token, form};
use super::outcome::Done as _;
use super::service::Service;

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
