//! A user's own account: what each operation sends, and how it ends.

use cognitoken::{
    AccountRequest, ClientValues, Cognito, Environment, ErrorKind, Password, SignInRequest, Tokens,
};
use serde_json::{Value, json};

use super::cognito::{
    ALIAS, CLIENT, CLIENT_SECRET, PASSWORD, REFRESH_TOKEN, access_token, client, refusal, request,
    result_with, secret_hash, throttled, tokens, tokens_of, with_secret,
};
use super::outcome::sign_in;
use super::service::{Reply, Service};

fn account(service: &Service) -> AccountRequest {
    AccountRequest {
        username: Some(ALIAS.into()),
        client: client(service),
        ..AccountRequest::new(Environment::empty())
    }
}

fn with_client_secret(request: AccountRequest) -> AccountRequest {
    let client = ClientValues { client_secret: Some(CLIENT_SECRET.into()), ..request.client };
    AccountRequest { client, ..request }
}

fn delivery() -> Reply {
    let details = json!({"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"});
    Reply::json(200, &json!({"CodeDeliveryDetails": details}))
}

fn nothing() -> Reply {
    Reply::json(200, &json!({}))
}

#[tokio::test]
async fn a_forgotten_password_is_answered_with_where_the_code_went() {
    let service = Service::that_says([delivery(), delivery()]).await;
    let cognito = Cognito::new();
    let sent = cognito.forgot_password(account(&service)).await.unwrap();
    assert_eq!(
        (sent.destination.as_deref(), sent.delivery_medium.as_deref(), sent.attribute_name.as_deref()),
        (Some("a***@e***"), Some("EMAIL"), Some("email"))
    );
    cognito.forgot_password(with_client_secret(account(&service))).await.unwrap();
    let calls = service.calls();
    assert_eq!(calls[0].operation(), "ForgotPassword");
    assert_eq!(calls[0].body(), json!({"ClientId": CLIENT, "Username": ALIAS}));
    assert_eq!(
        calls[1].body(),
        json!({"ClientId": CLIENT, "Username": ALIAS, "SecretHash": secret_hash(ALIAS)})
    );
}

#[tokio::test]
async fn a_new_password_is_chosen_with_the_code() {
    let service = Service::that_says([nothing()]).await;
    let new_password = Password::new(" a new one ");
    Cognito::new().confirm_forgot_password(account(&service), " 123456\n", &new_password).await.unwrap();
    let call = &service.calls()[0];
    assert_eq!(call.operation(), "ConfirmForgotPassword");
    let expected = json!({"ClientId": CLIENT, "Username": ALIAS, "ConfirmationCode": "123456", "Password": " a new one "});
    assert_eq!(call.body(), expected);
}

#[tokio::test]
async fn a_sign_up_is_confirmed_with_its_code_and_the_code_sent_again() {
    let service = Service::that_says([delivery(), nothing()]).await;
    let cognito = Cognito::new();
    let sent = cognito.resend_confirmation_code(account(&service)).await.unwrap();
    assert_eq!(sent.delivery_medium.as_deref(), Some("EMAIL"));
    cognito.confirm_sign_up(with_client_secret(account(&service)), "123456").await.unwrap();
    let calls = service.calls();
    assert_eq!(calls[0].operation(), "ResendConfirmationCode");
    assert_eq!(calls[0].body(), json!({"ClientId": CLIENT, "Username": ALIAS}));
    assert_eq!(calls[1].operation(), "ConfirmSignUp");
    assert_eq!(
        calls[1].body(),
        json!({"ClientId": CLIENT, "Username": ALIAS, "ConfirmationCode": "123456", "SecretHash": secret_hash(ALIAS)})
    );
}

#[tokio::test]
async fn a_missing_value_sends_nothing() {
    let service = Service::that_says([nothing()]).await;
    let cognito = Cognito::new();
    let nobody = AccountRequest { username: None, ..account(&service) };
    let error = cognito.forgot_password(nobody).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Config && error.message().contains("COGNITO_USER_NAME"));
    let password = Password::new("a new one");
    for error in [
        cognito.confirm_forgot_password(account(&service), " ", &password).await.unwrap_err(),
        cognito.confirm_forgot_password(account(&service), "123456", &Password::new("")).await.unwrap_err(),
        cognito.confirm_sign_up(account(&service), "").await.unwrap_err(),
    ] {
        assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "MissingValue"));
        assert!(error.hint().is_some());
    }
    assert!(service.calls().is_empty());
}

#[tokio::test]
async fn what_sends_a_message_or_uses_a_code_up_is_not_repeated_blindly() {
    for fault in [Reply::Reset, Reply::json(500, &json!({"__type": "InternalErrorException"}))] {
        let service = Service::that_says([fault, delivery()]).await;
        let error = Cognito::new().forgot_password(account(&service)).await.unwrap_err();
        assert!(error.retryable());
        assert_eq!(service.operations(), ["ForgotPassword"]);
    }
    let service = Service::that_says([throttled(), delivery()]).await;
    Cognito::new().forgot_password(account(&service)).await.unwrap();
    assert_eq!(service.operations(), ["ForgotPassword"; 2]);
}

#[tokio::test]
async fn a_wrong_code_and_too_many_requests_are_told_apart() {
    let cognito = Cognito::new();
    let service = Service::that_says([
        refusal("CodeMismatchException", "Invalid verification code provided, please try again."),
        refusal("LimitExceededException", "Attempt limit exceeded, please try after some time."),
    ])
    .await;
    let error = cognito.confirm_sign_up(account(&service), "000000").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);
    let error = cognito.forgot_password(account(&service)).await.unwrap_err();
    assert_eq!((error.kind(), error.retryable()), (ErrorKind::Throttled, false));
    assert_eq!(service.operations().len(), 2);
}

async fn signed_in(
    replies: impl IntoIterator<Item = Reply>,
    change: impl FnOnce(SignInRequest) -> SignInRequest,
) -> (Service, Tokens) {
    let service = Service::that_says([tokens()].into_iter().chain(replies)).await;
    let tokens = sign_in(&Cognito::new(), change(request(&service))).await.unwrap();
    (service, tokens)
}

#[tokio::test]
async fn a_password_is_changed_with_the_access_token() {
    let (service, tokens) = signed_in([nothing()], |request| request).await;
    Cognito::new().change_password(&tokens, &PASSWORD.into(), &"a new one".into()).await.unwrap();
    let call = &service.calls()[1];
    assert_eq!(call.operation(), "ChangePassword");
    assert_eq!(
        call.body(),
        json!({"AccessToken": access_token(), "PreviousPassword": PASSWORD, "ProposedPassword": "a new one"})
    );
}

#[tokio::test]
async fn everywhere_is_everywhere() {
    let (service, tokens) = signed_in([nothing()], |request| request).await;
    Cognito::new().sign_out_everywhere(&tokens).await.unwrap();
    let call = &service.calls()[1];
    assert_eq!(call.operation(), "GlobalSignOut");
    assert_eq!(call.body(), json!({"AccessToken": access_token()}));
}

#[tokio::test]
async fn a_refresh_token_is_revoked_with_the_secret_as_it_is_and_an_empty_answer() {
    let empty = || Reply::text(200, "application/x-amz-json-1.1", "");
    let (service, tokens) = signed_in([empty(), nothing()], with_secret).await;
    Cognito::new().revoke_tokens(&tokens).await.unwrap();
    Cognito::new().revoke_tokens(&tokens).await.unwrap();
    let call = &service.calls()[1];
    assert_eq!(call.operation(), "RevokeToken");
    assert_eq!(
        call.body(),
        json!({"Token": REFRESH_TOKEN, "ClientId": CLIENT, "ClientSecret": CLIENT_SECRET})
    );

    let (service, tokens) = signed_in([empty()], |request| request).await;
    Cognito::new().revoke_tokens(&tokens).await.unwrap();
    assert_eq!(service.calls()[1].body(), json!({"Token": REFRESH_TOKEN, "ClientId": CLIENT}));
}

#[tokio::test]
async fn without_a_refresh_token_there_is_nothing_to_revoke() {
    let service = Service::that_says([tokens_of(&result_with("RefreshToken", Value::Null))]).await;
    let cognito = Cognito::new();
    let tokens = sign_in(&cognito, request(&service)).await.unwrap();
    cognito.revoke_tokens(&tokens).await.unwrap();
    assert_eq!(service.operations(), ["InitiateAuth"]);
}
