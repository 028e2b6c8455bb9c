//! Tokens for a client itself.

use cognitoken::{
    ClientAuthentication, ClientCredentialsRequest, ClientValues, Cognito, Environment, ErrorKind, TokenUse,
};

use super::server::{client, given, is_there, verified};

fn request() -> ClientCredentialsRequest {
    let client = client(&given("M2M_CLIENT_ID"));
    let client = ClientValues { client_secret: Some(given("M2M_CLIENT_SECRET").into()), ..client };
    let request = ClientCredentialsRequest::new(Environment::empty()).with_client(client);
    request.with_domain(given("DOMAIN")).with_scopes([given("SCOPE")])
}

#[tokio::test]
async fn a_client_gets_a_genuine_access_token_by_either_authentication() {
    if !is_there("client credentials") {
        return;
    }
    for authentication in [ClientAuthentication::Basic, ClientAuthentication::Body] {
        let request = request().with_client_authentication(authentication);
        let tokens = Cognito::new().client_credentials(request).await.unwrap();
        assert!(tokens.id_token().is_none() && tokens.refresh_token().is_none());
        let claims =
            verified(tokens.access_token().expose(), &given("M2M_CLIENT_ID"), TokenUse::Access).await;
        assert_eq!(claims["scope"], given("SCOPE"));
    }
}

#[tokio::test]
async fn a_kept_token_is_the_same_token() {
    if !is_there("client credentials, kept") {
        return;
    }
    let cognito = Cognito::new();
    let first = cognito.client_credentials(request()).await.unwrap();
    let second = cognito.client_credentials(request()).await.unwrap();
    assert_eq!(first.access_token().expose(), second.access_token().expose());
    let elsewhere = Cognito::new().client_credentials(request()).await.unwrap();
    assert_ne!(first.access_token().expose(), elsewhere.access_token().expose());
}

#[tokio::test]
async fn refusals_have_the_names_that_the_service_gives_them() {
    if !is_there("client credentials, refused") {
        return;
    }
    let scope = |name: &str| request().with_scopes([name]);
    let mut wrong_secret = request();
    wrong_secret.client.client_secret = Some("wrong".into());
    for (request, code, kind) in [
        (wrong_secret, "invalid_client", ErrorKind::Authentication),
        (scope("nobody/knows"), "invalid_scope", ErrorKind::Service),
        (scope("reports/write"), "invalid_grant", ErrorKind::Authentication),
    ] {
        let error = Cognito::new().client_credentials(request).await.unwrap_err();
        assert_eq!((error.code(), error.kind()), (code, kind), "{error:?}");
        assert!(error.hint().is_some());
    }
}
