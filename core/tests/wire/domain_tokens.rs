//! Tokens that the domain issued: refreshed and revoked there, not at the API.

use cognitoken::{
    ClientAuthentication, Cognito, Environment, ErrorKind, SessionRequest, SignOut, SsoRequest, Tokens,
};
use serde_json::json;

use super::cognito::{CLIENT, CLIENT_SECRET, REFRESH_TOKEN, access_token, jwt};
use super::domain::{CODE, fields, form, oauth_error, sso_request, start, token_answer_with};
use super::outcome::Done as _;
use super::service::{Call, Reply, Service};

/// Signs in on the page of a domain that goes on with these replies.
async fn signed_in(
    replies: impl IntoIterator<Item = Reply>,
    change: impl FnOnce(SsoRequest) -> SsoRequest,
) -> (Service, Tokens) {
    // The nonce is known only once the attempt is made; a client that asks for no ID token needs none.
    let first = Reply::json(
        200,
        &json!({"access_token": access_token(), "refresh_token": REFRESH_TOKEN, "expires_in": 3600,
            "token_type": "Bearer"}),
    );
    let service = Service::that_says([first].into_iter().chain(replies)).await;
    let request = sso_request(&service).with_scopes(["reports/read"]);
    let started = start(change(request)).await;
    started.attempt.paste_handle().accept(&started.link.query()).unwrap();
    let tokens = started.attempt.wait().await.unwrap();
    (service, tokens)
}

fn with_secret(mut request: SsoRequest) -> SsoRequest {
    request.client.client_secret = Some(CLIENT_SECRET.into());
    request
}

#[tokio::test]
async fn they_are_refreshed_at_the_token_endpoint() {
    let fresh = jwt(&json!({"sub": "sub-of-ada", "exp": 1_700_007_200}));
    let mut answer = token_answer_with(&fresh);
    answer.as_object_mut().unwrap().remove("refresh_token");
    let (service, tokens) = signed_in([Reply::json(200, &answer)], |request| request).await;
    let second = Cognito::new().refresh_tokens(&tokens).await.unwrap();
    let call = &service.calls()[1];
    assert_eq!(call.start, "POST /oauth2/token HTTP/1.1");
    assert_eq!(
        form(call),
        fields([("grant_type", "refresh_token"), ("refresh_token", REFRESH_TOKEN), ("client_id", CLIENT)])
    );
    assert_eq!(second.id_token().unwrap().expose(), fresh);
    assert_eq!(second.refresh_token().unwrap().expose(), REFRESH_TOKEN);
}

#[tokio::test]
async fn a_client_with_a_secret_proves_itself_there_too() {
    let answer = Reply::json(200, &token_answer_with(&jwt(&json!({}))));
    let (service, tokens) = signed_in([answer, Reply::text(200, "text/plain", "")], with_secret).await;
    let cognito = Cognito::new();
    let fresh = cognito.refresh_tokens(&tokens).await.unwrap();
    cognito.revoke_tokens(&fresh).await.unwrap();
    let calls = service.calls();
    for call in &calls {
        assert!(call.header("authorization").unwrap().starts_with("Basic "));
        assert!(!form(call).contains_key("client_id") && !form(call).contains_key("client_secret"));
    }
    assert_eq!(calls.len(), 3);
}

#[tokio::test]
async fn a_rotated_refresh_token_takes_the_place_of_the_old() {
    let mut answer = token_answer_with(&jwt(&json!({})));
    answer["refresh_token"] = json!("the-next-one");
    let (_, tokens) = signed_in([Reply::json(200, &answer)], |request| request).await;
    let second = Cognito::new().refresh_tokens(&tokens).await.unwrap();
    assert_eq!(second.refresh_token().unwrap().expose(), "the-next-one");
}

#[tokio::test]
async fn a_refresh_is_tried_again_after_a_passing_fault() {
    let answer = Reply::json(200, &token_answer_with(&jwt(&json!({}))));
    let (service, tokens) = signed_in([Reply::Reset, answer], |request| request).await;
    Cognito::new().refresh_tokens(&tokens).await.unwrap();
    assert_eq!(service.calls().len(), 3);
}

#[tokio::test]
async fn a_refresh_token_that_is_no_longer_good_asks_for_a_new_sign_in() {
    let (_, tokens) = signed_in([oauth_error(400, "invalid_grant", "")], |request| request).await;
    let error = Cognito::new().refresh_tokens(&tokens).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, "invalid_grant"));
    assert!(error.hint().unwrap().contains("sign in again"), "{error:?}");
}

#[tokio::test]
async fn they_are_revoked_at_the_domain_with_what_it_documents() {
    let (service, tokens) = signed_in([Reply::text(200, "text/plain", "")], |request| request).await;
    Cognito::new().revoke_tokens(&tokens).await.unwrap();
    let call = &service.calls()[1];
    assert_eq!(call.start, "POST /oauth2/revoke HTTP/1.1");
    assert_eq!(form(call), fields([("token", REFRESH_TOKEN), ("client_id", CLIENT)]));
}

#[tokio::test]
async fn a_revocation_that_is_refused_says_so_without_the_token() {
    let echo = format!("Revocation is off for {REFRESH_TOKEN}");
    let (_, tokens) = signed_in([oauth_error(400, "invalid_request", &echo)], |request| request).await;
    let error = Cognito::new().revoke_tokens(&tokens).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Service, "invalid_request"));
    assert_eq!(error.message(), "Revocation is off for [redacted]");
    assert!(error.hint().unwrap().contains("EnableTokenRevocation"));
}

#[tokio::test]
async fn the_code_is_in_no_later_request() {
    let answer = Reply::json(200, &token_answer_with(&jwt(&json!({}))));
    let (service, tokens) = signed_in([answer], |request| request).await;
    Cognito::new().refresh_tokens(&tokens).await.unwrap();
    assert_eq!(form(&service.calls()[0])["code"], CODE);
    assert!(!service.calls()[1].text.contains("code"));
}

/// As each request shows it: the id and the secret in the form, and no header.
fn proves_itself_in_the_body(call: &Call) -> bool {
    let form = form(call);
    call.header("authorization").is_none()
        && form.get("client_id").is_some_and(|id| id == CLIENT)
        && form.get("client_secret").is_some_and(|secret| secret == CLIENT_SECRET)
}

#[tokio::test]
async fn a_client_that_proves_itself_in_the_body_does_so_ever_after() {
    let folder = tempfile::tempdir().unwrap();
    let answer = || {
        Reply::json(200, &token_answer_with(&jwt(&json!({"cognito:username": "ada", "exp": 1_700_007_200}))))
    };
    let revoked = || Reply::text(200, "text/plain", "");
    let replies = [answer(), revoked(), answer(), revoked()];
    let (service, tokens) = signed_in(replies, |request| {
        with_secret(request).with_client_authentication(ClientAuthentication::Body)
    })
    .await;
    let cognito = Cognito::new();
    let fresh = cognito.refresh_tokens(&tokens).await.unwrap();
    cognito.revoke_tokens(&fresh).await.unwrap();

    // Another process, which is told the domain and the secret, and not how the client proves itself.
    let endpoint = service.endpoint();
    let variables = [
        ("COGNITO_CLIENT_ID", CLIENT),
        ("COGNITO_CLIENT_SECRET", CLIENT_SECRET),
        ("COGNITO_DOMAIN", &endpoint),
    ];
    let environment = Environment::from_pairs(variables, "").unwrap();
    let session = || {
        let store = format!("file:{}", folder.path().join("tokens").display());
        Cognito::new().session(SessionRequest::new(environment.clone()).with_store(store)).unwrap()
    };
    session().keep(fresh).await.unwrap();
    session().refresh().await.done().unwrap();
    assert_eq!(session().sign_out(false).await.unwrap(), SignOut::Revoked);
    let calls = service.calls();
    let starts: Vec<&str> = calls.iter().map(|call| call.start.split(' ').nth(1).unwrap()).collect();
    assert_eq!(
        starts,
        ["/oauth2/token", "/oauth2/token", "/oauth2/revoke", "/oauth2/token", "/oauth2/revoke"]
    );
    for call in &calls {
        assert!(proves_itself_in_the_body(call), "{}", call.start);
    }
}

/// The domain issues the tokens; the operations on the account are the API's, wherever that is.
#[tokio::test]
async fn the_endpoint_of_the_client_is_where_the_api_is_called() {
    let api = Service::that_says([Reply::json(200, &json!({}))]).await;
    let (_, tokens) = signed_in([], |mut request| {
        request.client =
            request.client.clone().with_endpoint(api.endpoint()).with_user_pool_id("eu-west-1_AbCdEfGhI");
        request
    })
    .await;
    let client = tokens.client();
    assert_eq!(client.endpoint, Some(format!("{}/", api.endpoint())));
    assert_eq!(client.user_pool_id.as_deref(), Some("eu-west-1_AbCdEfGhI"));
    Cognito::new().sign_out_everywhere(&tokens).await.unwrap();
    assert_eq!(api.operations(), ["GlobalSignOut"]);
}
