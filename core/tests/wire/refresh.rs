//! New tokens from a refresh token: what is sent, which token is kept, and which operation a service knows.

use cognitoken::binding::unix_seconds;
use cognitoken::{ClientValues, Cognito, Environment, ErrorKind, RefreshRequest, SignInRequest, Tokens};
use serde_json::{Value, json};

use super::cognito::{
    CLIENT, CLIENT_SECRET, REFRESH_TOKEN, USERNAME, access_token, client, jwt, refusal, request, result,
    result_with, secret_hash, throttled, tokens, tokens_of, with_secret,
};
use super::outcome::sign_in;
use super::service::{Reply, Service};

/// Signs in at a service that goes on with these replies.
async fn signed_in(
    replies: impl IntoIterator<Item = Reply>,
    change: impl FnOnce(SignInRequest) -> SignInRequest,
) -> (Service, Tokens) {
    let service = Service::that_says([tokens()].into_iter().chain(replies)).await;
    let tokens = sign_in(&Cognito::new(), change(request(&service))).await.unwrap();
    (service, tokens)
}

/// A result as it comes without rotation.
fn without_refresh_token() -> Reply {
    tokens_of(&result_with("RefreshToken", Value::Null))
}

fn unknown_operation() -> Reply {
    refusal("UnknownOperationException", "")
}

#[tokio::test]
async fn a_refresh_token_goes_out_as_the_api_wants_it() {
    let (service, tokens) = signed_in([without_refresh_token()], |request| request).await;
    Cognito::new().refresh_tokens(&tokens).await.unwrap();
    let call = &service.calls()[1];
    assert_eq!(call.operation(), "GetTokensFromRefreshToken");
    assert_eq!(call.body(), json!({"RefreshToken": REFRESH_TOKEN, "ClientId": CLIENT}));
}

#[tokio::test]
async fn a_client_secret_goes_along_as_it_is() {
    let (service, tokens) = signed_in([without_refresh_token()], with_secret).await;
    Cognito::new().refresh_tokens(&tokens).await.unwrap();
    assert_eq!(
        service.calls()[1].body(),
        json!({"RefreshToken": REFRESH_TOKEN, "ClientId": CLIENT, "ClientSecret": CLIENT_SECRET})
    );
}

#[tokio::test]
async fn the_old_refresh_token_is_kept_where_no_other_comes() {
    let fresh = jwt(&json!({"sub": "sub-of-ada", "exp": 1_700_007_200}));
    let reply = tokens_of(&json!({"AccessToken": access_token(), "IdToken": fresh, "ExpiresIn": 3600}));
    let (service, tokens) = signed_in([reply, without_refresh_token()], |request| request).await;
    let cognito = Cognito::new();
    let second = cognito.refresh_tokens(&tokens).await.unwrap();
    assert_eq!(second.refresh_token().unwrap().expose(), REFRESH_TOKEN);
    assert_eq!(
        (second.id_token().unwrap().expose(), unix_seconds(second.expires_at())),
        (fresh.as_str(), 1_700_007_200)
    );
    cognito.refresh_tokens(&second).await.unwrap();
    assert_eq!(service.calls()[2].body()["RefreshToken"], REFRESH_TOKEN);
}

#[tokio::test]
async fn a_new_refresh_token_takes_the_place_of_the_old() {
    let rotated = tokens_of(&result_with("RefreshToken", json!("the-next-one")));
    let (service, tokens) = signed_in([rotated, without_refresh_token()], |request| request).await;
    let cognito = Cognito::new();
    let second = cognito.refresh_tokens(&tokens).await.unwrap();
    assert_eq!(second.refresh_token().unwrap().expose(), "the-next-one");
    assert_eq!(tokens.refresh_token().unwrap().expose(), REFRESH_TOKEN);
    cognito.refresh_tokens(&second).await.unwrap();
    assert_eq!(service.calls()[2].body()["RefreshToken"], "the-next-one");
}

#[tokio::test]
async fn a_service_that_knows_only_the_older_operation_is_asked_that_way_from_then_on() {
    for unknown in
        ["UnknownOperationException", "InvalidAction", "com.amazon.coral.service#UnknownOperationException"]
    {
        let replies = [
            refusal(unknown, "?"),
            without_refresh_token(),
            without_refresh_token(),
            without_refresh_token(),
        ];
        let (service, tokens) = signed_in(replies, |request| request).await;
        let cognito = Cognito::new();
        let second = cognito.refresh_tokens(&tokens).await.unwrap();
        cognito.refresh_tokens(&second).await.unwrap();
        cognito.refresh_tokens(&tokens).await.unwrap();
        assert_eq!(
            service.operations(),
            ["InitiateAuth", "GetTokensFromRefreshToken", "InitiateAuth", "InitiateAuth", "InitiateAuth"]
        );
        let expected = json!({
            "AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": CLIENT, "AuthParameters": {"REFRESH_TOKEN": REFRESH_TOKEN},
        });
        assert_eq!(service.calls()[2].body(), expected);
    }
}

#[tokio::test]
async fn the_older_operation_gets_the_hash_over_the_user_s_own_name() {
    let (service, tokens) = signed_in([unknown_operation(), without_refresh_token()], with_secret).await;
    Cognito::new().refresh_tokens(&tokens).await.unwrap();
    let expected = json!({"REFRESH_TOKEN": REFRESH_TOKEN, "SECRET_HASH": secret_hash(USERNAME)});
    assert_eq!(service.calls()[2].body()["AuthParameters"], expected);
}

#[tokio::test]
async fn the_user_s_own_name_is_in_either_token() {
    let only_in = |id: Value, access: Value| json!({"IdToken": jwt(&id), "AccessToken": jwt(&access), "RefreshToken": "r"});
    for result in [
        only_in(json!({"cognito:username": USERNAME}), json!({})),
        only_in(json!({}), json!({"username": USERNAME})),
        only_in(json!({"cognito:username": "of-the-id-token"}), json!({"username": USERNAME})),
    ] {
        let replies = [tokens_of(&result), unknown_operation(), without_refresh_token()];
        let service = Service::that_says(replies).await;
        let cognito = Cognito::new();
        let tokens = sign_in(&cognito, with_secret(request(&service))).await.unwrap();
        cognito.refresh_tokens(&tokens).await.unwrap();
        assert_eq!(service.calls()[2].parameter("SECRET_HASH"), secret_hash(USERNAME));
    }
}

#[tokio::test]
async fn no_refusal_but_an_unknown_operation_changes_the_operation() {
    for (code, message) in [
        ("NotAuthorizedException", "Invalid Refresh Token"),
        ("InvalidParameterException", "ClientSecret"),
        ("ResourceNotFoundException", "User pool client does not exist."),
    ] {
        let (service, tokens) = signed_in([refusal(code, message)], |request| request).await;
        assert_eq!(Cognito::new().refresh_tokens(&tokens).await.unwrap_err().code(), code);
        assert_eq!(service.operations(), ["InitiateAuth", "GetTokensFromRefreshToken"]);
    }
}

#[tokio::test]
async fn a_refresh_token_that_is_no_longer_good_says_what_to_do() {
    for (code, message) in [
        ("NotAuthorizedException", "Refresh Token has been revoked"),
        ("NotAuthorizedException", "Refresh Token has expired"),
        ("NotAuthorizedException", "Invalid Refresh Token"),
        ("RefreshTokenReuseException", "Refresh token has been used"),
    ] {
        let (_service, tokens) = signed_in([refusal(code, message)], |request| request).await;
        let error = Cognito::new().refresh_tokens(&tokens).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, code));
        assert!(error.hint().unwrap().contains("sign in again"), "{message}");
        assert!(!error.retryable());
    }
}

#[tokio::test]
async fn tokens_without_a_refresh_token_say_so_and_send_nothing() {
    let service = Service::that_says([without_refresh_token()]).await;
    let cognito = Cognito::new();
    let tokens = sign_in(&cognito, request(&service)).await.unwrap();
    let error = cognito.refresh_tokens(&tokens).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, "NoRefreshToken"));
    assert_eq!(service.operations(), ["InitiateAuth"]);
}

#[tokio::test]
async fn a_refresh_is_repeated_after_a_fault_of_the_network() {
    let replies = [Reply::Reset, throttled(), without_refresh_token()];
    let (service, tokens) = signed_in(replies, |request| request).await;
    Cognito::new().refresh_tokens(&tokens).await.unwrap();
    assert_eq!(service.operations()[1..], ["GetTokensFromRefreshToken"; 3]);
}

#[tokio::test]
async fn an_answer_without_tokens_is_not_taken_for_a_refresh() {
    let reply = Reply::json(200, &json!({"ChallengeName": "SMS_MFA", "ChallengeParameters": {}}));
    let (_service, tokens) = signed_in([reply], |request| request).await;
    let error = Cognito::new().refresh_tokens(&tokens).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Service, "InvalidResponse"));
}

#[tokio::test]
async fn a_refresh_token_alone_is_enough_to_start_from() {
    let service = Service::that_says([without_refresh_token(), without_refresh_token()]).await;
    let cognito = Cognito::new();
    let request = RefreshRequest {
        refresh_token: Some(REFRESH_TOKEN.into()),
        client: client(&service),
        ..RefreshRequest::new(Environment::empty())
    };
    let fresh = cognito.refresh(request).await.unwrap();
    assert_eq!(fresh.summary().username.as_deref(), Some(USERNAME));
    assert_eq!(fresh.refresh_token().unwrap().expose(), REFRESH_TOKEN);
    cognito.refresh_tokens(&fresh).await.unwrap();
    assert_eq!(service.calls()[0].body(), json!({"RefreshToken": REFRESH_TOKEN, "ClientId": CLIENT}));
    assert_eq!(service.operations(), ["GetTokensFromRefreshToken"; 2]);
}

#[tokio::test]
async fn a_refresh_token_comes_from_the_environment_too() {
    let service = Service::that_says([tokens()]).await;
    let endpoint = service.endpoint();
    let pairs = [
        ("COGNITO_REFRESH_TOKEN", "from-the-environment\n"),
        ("COGNITO_CLIENT_ID", CLIENT),
        ("COGNITO_CLIENT_SECRET", CLIENT_SECRET),
        ("COGNITO_ENDPOINT", &endpoint),
    ];
    let request = RefreshRequest::new(Environment::from_pairs(pairs, "").unwrap());
    Cognito::new().refresh(request).await.unwrap();
    assert_eq!(
        service.calls()[0].body(),
        json!({"RefreshToken": "from-the-environment", "ClientId": CLIENT, "ClientSecret": CLIENT_SECRET})
    );
}

#[tokio::test]
async fn a_refresh_that_lacks_a_value_names_its_variable() {
    let service = Service::that_says([unknown_operation()]).await;
    let cognito = Cognito::new();
    let with_token = |client| RefreshRequest {
        refresh_token: Some(REFRESH_TOKEN.into()),
        client,
        ..RefreshRequest::new(Environment::empty())
    };
    let nothing = RefreshRequest { client: client(&service), ..RefreshRequest::new(Environment::empty()) };
    let no_client = with_token(ClientValues { client_id: None, ..client(&service) });
    for (request, variable) in [(nothing, "COGNITO_REFRESH_TOKEN"), (no_client, "COGNITO_CLIENT_ID")] {
        let error = cognito.refresh(request).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "MissingValue"));
        assert!(error.message().contains(variable), "{error}");
    }
    assert!(service.calls().is_empty());

    // With a secret, the older operation wants to know whose token it is.
    let secret = ClientValues { client_secret: Some(CLIENT_SECRET.into()), ..client(&service) };
    let error = cognito.refresh(with_token(secret)).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Config && error.message().contains("COGNITO_USER_NAME"), "{error}");
    assert_eq!(service.operations(), ["GetTokensFromRefreshToken"]);
}

#[tokio::test]
async fn the_older_operation_takes_the_user_name_that_is_given() {
    let service = Service::that_says([unknown_operation(), tokens_of(&result())]).await;
    let request = RefreshRequest {
        refresh_token: Some(REFRESH_TOKEN.into()),
        username: Some("ada".into()),
        client: ClientValues { client_secret: Some(CLIENT_SECRET.into()), ..client(&service) },
        ..RefreshRequest::new(Environment::empty())
    };
    Cognito::new().refresh(request).await.unwrap();
    assert_eq!(service.calls()[1].parameter("SECRET_HASH"), secret_hash("ada"));
}

#[tokio::test]
async fn a_refresh_token_alone_can_be_revoked() {
    let service = Service::that_says([Reply::text(200, "application/x-amz-json-1.1", "")]).await;
    let request = RefreshRequest {
        refresh_token: Some(REFRESH_TOKEN.into()),
        client: ClientValues { client_secret: Some(CLIENT_SECRET.into()), ..client(&service) },
        ..RefreshRequest::new(Environment::empty())
    };
    Cognito::new().revoke(request).await.unwrap();
    assert_eq!(service.operations(), ["RevokeToken"]);
    let expected = json!({"Token": REFRESH_TOKEN, "ClientId": CLIENT, "ClientSecret": CLIENT_SECRET});
    assert_eq!(service.calls()[0].body(), expected);
}
