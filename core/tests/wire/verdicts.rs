//! Refusals whose words say more than their names.

use cognitoken::{
    AccountRequest, Answer, ClientValues, Cognito, Environment, Error, ErrorKind, Flow, Password,
    RefreshRequest, SignInRequest, Tokens,
};
use serde_json::{Value, json};

use super::cognito::{
    ALIAS, POOL, REFRESH_TOKEN, challenge, client, refusal, request, result_with, srp_request, tokens,
    tokens_of, wrong_password,
};
use super::outcome::{challenge_to, sign_in};
use super::service::{Reply, Service};
use super::srp_server::SrpServer;

async fn refused(code: &str, message: &str) -> Error {
    let service = Service::that_says([refusal(code, message)]).await;
    sign_in(&Cognito::new(), request(&service)).await.unwrap_err()
}

fn hint(error: &Error) -> &str {
    error.hint().unwrap_or_default()
}

/// A service that answers the sign-in, and the refresh with these.
async fn refreshed(replies: impl IntoIterator<Item = Reply>) -> (Service, Result<Tokens, Error>) {
    let service = Service::that_says([tokens()].into_iter().chain(replies)).await;
    let cognito = Cognito::new();
    let tokens = sign_in(&cognito, request(&service)).await.unwrap();
    let outcome = cognito.refresh_tokens(&tokens).await;
    (service, outcome)
}

fn fresh() -> Reply {
    tokens_of(&result_with("RefreshToken", Value::Null))
}

#[tokio::test]
async fn what_is_not_about_the_password_does_not_blame_it() {
    for (message, expected) in [
        ("Temporary password has expired and must be reset by an administrator.", "administrator"),
        ("User account has expired, it must be reset by an administrator.", "administrator"),
        ("Unable to login because of security reasons.", "threat protection"),
        ("A client attempted to write unauthorized attribute", "WriteAttributes"),
        ("User is disabled.", "disabled"),
        ("Invalid session for the user, session can only be used once.", "start it again"),
        ("Access Token does not have required scopes", "aws.cognito.signin.user.admin"),
        ("Words of tomorrow.", "owner"),
    ] {
        let error = refused("NotAuthorizedException", message).await;
        assert_eq!((error.kind(), error.message()), (ErrorKind::Authentication, message));
        assert!(hint(&error).contains(expected), "{message}: {error:?}");
        assert!(!hint(&error).contains("COGNITO_PASSWORD"), "{message}: {error:?}");
    }
}

#[tokio::test]
async fn the_own_text_of_a_trigger_is_not_taken_for_cognito_s() {
    for text in
        ["our secret garden is closed", "secret hash", "flow not enabled", "Invalid Refresh Token", "captcha"]
    {
        let message = format!("PreAuthentication failed with error {text}.");
        let error = refused("UserLambdaValidationException", &message).await;
        assert!(hint(&error).contains("Lambda"), "{error:?}");
    }
    let error = refused("InvalidParameterException", "The secret of life was not found").await;
    assert_eq!(error.hint(), None);
}

#[tokio::test]
async fn a_secret_too_many_is_not_a_secret_too_few() {
    for (message, expected) in [
        ("Client 1x is configured with secret but SECRET_HASH was not received", "give client_secret"),
        ("SecretHash does not match for the client: 1x", "give client_secret"),
        ("Client 1x is not configured for secret but secret was received", "leave client_secret"),
    ] {
        for code in ["NotAuthorizedException", "InvalidParameterException"] {
            assert!(hint(&refused(code, message).await).contains(expected), "{code} {message}");
        }
    }
}

/// The words are judged as they came: neither cut to a length nor freed of what was sent in secret.
#[tokio::test]
async fn words_decide_wherever_they_stand_in_a_long_message() {
    let long = format!("{} User is disabled.", "x".repeat(5_000));
    let error = refused("NotAuthorizedException", &long).await;
    assert!(!error.message().contains("disabled") && hint(&error).contains("disabled"), "{error:?}");

    // The password is a word of the message: shown it is not, and understood it is.
    let service = Service::that_says([refusal("NotAuthorizedException", "User is disabled.")]).await;
    let request = SignInRequest { password: Some("disabled".into()), ..request(&service) };
    let error = sign_in(&Cognito::new(), request).await.unwrap_err();
    assert_eq!(error.message(), "User is [redacted].");
    assert!(hint(&error).contains("administrator"), "{error:?}");
}

#[tokio::test]
async fn what_is_the_pool_s_affair_has_a_hint_of_its_own() {
    let mut hints = Vec::new();
    for code in [
        "FeatureUnavailableInTierException",
        "OperationNotEnabledException",
        "UnsupportedOperationException",
        "InvalidUserPoolConfigurationException",
        "CodeDeliveryFailureException",
        "InvalidSmsRoleAccessPolicyException",
        "InvalidEmailRoleAccessPolicyException",
        "MFAMethodNotFoundException",
        "SoftwareTokenMFANotFoundException",
    ] {
        let error = refused(code, "The service's words.").await;
        assert!(!error.retryable() && !hint(&error).is_empty(), "{error:?}");
        hints.push(hint(&error).to_owned());
    }
    let trust = refused("InvalidSmsRoleTrustRelationshipException", "no").await;
    assert_eq!(trust.hint(), Some(hints[5].as_str()));
    let count = hints.len();
    hints.sort();
    hints.dedup();
    assert_eq!(hints.len(), count);
    assert!(hints.iter().all(|hint| !hint.contains("COGNITO_PASSWORD")));
}

#[tokio::test]
async fn a_refused_flow_names_what_its_owner_can_add() {
    for (flow, setting) in [
        (Flow::Password, "ALLOW_USER_PASSWORD_AUTH"),
        (Flow::Srp, "ALLOW_USER_SRP_AUTH"),
        (Flow::Custom, "ALLOW_CUSTOM_AUTH"),
        (Flow::UserAuth, "ALLOW_USER_AUTH"),
    ] {
        for code in ["InvalidParameterException", "NotAuthorizedException"] {
            let service = Service::that_says([refusal(code, "Auth flow not enabled for this client")]).await;
            let request = SignInRequest { flow, ..srp_request(&service) };
            let error = sign_in(&Cognito::new(), request).await.unwrap_err();
            assert!(hint(&error).contains(setting), "{error:?}");
            assert!(!error.retryable());
        }
    }
    let service = Service::that_says([refusal(
        "InvalidParameterException",
        "Custom auth lambda trigger is not configured",
    )])
    .await;
    let request = SignInRequest { flow: Flow::Custom, ..request(&service) };
    assert!(hint(&sign_in(&Cognito::new(), request).await.unwrap_err()).contains("triggers"));
}

#[tokio::test]
async fn a_proof_that_is_refused_names_the_pool_that_it_was_made_with() {
    let ada = SrpServer::of_ada();
    let service = Service::that_says([ada.challenge(), wrong_password()]).await;
    let error = sign_in(&Cognito::new(), srp_request(&service)).await.unwrap_err();
    assert!(hint(&error).contains(POOL) && hint(&error).contains("COGNITO_PASSWORD"), "{error:?}");
    // A password that was sent needs no pool.
    let service = Service::that_says([wrong_password()]).await;
    let error = sign_in(&Cognito::new(), request(&service)).await.unwrap_err();
    assert!(!hint(&error).contains("COGNITO_USER_POOL_ID"), "{error:?}");
}

#[tokio::test]
async fn a_refusal_names_white_space_at_the_ends_of_the_password_and_shows_nothing_of_it() {
    for (password, is_white) in [
        ("hunter2\n", true),
        (" hunter2", true),
        ("\u{a0}hunter2", true),
        ("hunter2\u{feff}", true),
        ("hunter 2", false),
    ] {
        let ada = SrpServer::of_ada();
        let proof = Service::that_says([ada.challenge(), wrong_password()]).await;
        let sent = Service::that_says([wrong_password()]).await;
        let asked = Service::that_says([challenge("PASSWORD", &json!({})), wrong_password()]).await;
        let with = |request: SignInRequest| SignInRequest { password: Some(password.into()), ..request };
        let cognito = Cognito::new();
        let mut errors = vec![
            sign_in(&cognito, with(srp_request(&proof))).await.unwrap_err(),
            sign_in(&cognito, with(request(&sent))).await.unwrap_err(),
        ];
        let choice = SignInRequest { flow: Flow::UserAuth, password: None, ..request(&asked) };
        let question = challenge_to(&cognito, choice).await;
        errors.push(cognito.respond(&question, Answer::text(password)).await.unwrap_err());
        for error in errors {
            assert_eq!(
                hint(&error).contains("begins or ends with white space"),
                is_white,
                "{password:?} {error:?}"
            );
            assert!(!format!("{error} {error:?}").contains("hunter"), "{error:?}");
        }
    }
    // A refusal of something else has nothing to say about it.
    let service = Service::that_says([refusal("NotAuthorizedException", "User is disabled.")]).await;
    let request = SignInRequest { password: Some(" hunter2".into()), ..request(&service) };
    assert!(!hint(&sign_in(&Cognito::new(), request).await.unwrap_err()).contains("white space"));
}

#[tokio::test]
async fn a_new_password_that_the_pool_does_not_take_is_looked_at_too() {
    for refused in [
        refusal("InvalidParameterException", "Value at 'password' failed to satisfy constraint"),
        refusal("InvalidPasswordException", "Password did not conform with policy"),
    ] {
        let service = Service::that_says([refused]).await;
        let account = AccountRequest {
            username: Some(ALIAS.into()),
            client: client(&service),
            ..AccountRequest::new(Environment::empty())
        };
        let new_password = Password::new("n3w-password ");
        let outcome = Cognito::new().confirm_forgot_password(account, "123456", &new_password).await;
        assert!(hint(&outcome.unwrap_err()).contains("white space"));
    }
}

#[tokio::test]
async fn a_password_that_cannot_be_forgotten_says_why() {
    for (code, message, expected) in [
        (
            "InvalidParameterException",
            "Cannot reset password for the user as there is no registered/verified email or \
          phone_number",
            "administrator",
        ),
        (
            "NotAuthorizedException",
            "User password cannot be reset in the current state.",
            "temporary password",
        ),
        ("CodeDeliveryFailureException", "no", "could not be delivered"),
    ] {
        let service = Service::that_says([refusal(code, message)]).await;
        let account = AccountRequest {
            username: Some(ALIAS.into()),
            client: client(&service),
            ..AccountRequest::new(Environment::empty())
        };
        let error = Cognito::new().forgot_password(account).await.unwrap_err();
        assert!(hint(&error).contains(expected), "{error:?}");
    }
}

#[tokio::test]
async fn a_challenge_waits_after_a_wrong_code_and_not_after_its_session_ended() {
    for (code, message, waits) in [
        ("CodeMismatchException", "Invalid code received for user", true),
        ("ForbiddenException", "Request not allowed due to WAF block", true),
        ("InvalidPasswordException", "Password did not conform with policy", true),
        ("LimitExceededException", "Attempt limit exceeded", true),
        ("CodeMismatchException", "Invalid session provided", false),
        ("NotAuthorizedException", "Invalid session for the user.", false),
        ("ExpiredCodeException", "Your software token has already been used once.", false),
    ] {
        let service = Service::that_says([challenge("SMS_MFA", &json!({})), refusal(code, message)]).await;
        let cognito = Cognito::new();
        let asked = challenge_to(&cognito, request(&service)).await;
        let error = cognito.respond(&asked, Answer::text("123456")).await.unwrap_err();
        assert_eq!(asked.still_waits_after(&error), waits, "{code} {message}");
        assert_eq!(
            hint(&error).contains("still waits"),
            code == "CodeMismatchException" && waits,
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_service_that_does_not_know_the_newer_refresh_is_asked_the_older_at_once() {
    let api =
        |status, code: &str, message: &str| Reply::json(status, &json!({"__type": code, "message": message}));
    let definite = [
        api(400, "UnknownOperationException", ""),
        api(500, "Unsupported", "The operation is not supported"),
        api(501, "InternalFailure", "The get_tokens_from_refresh_token action has not been implemented"),
        api(500, "InternalFailure", "API action not yet implemented"),
        api(501, "NotYetImplemented", ""),
        api(400, "InvalidAction", "Unknown Cognito target"),
    ];
    for reply in definite {
        let (service, outcome) = refreshed([reply, fresh(), fresh()]).await;
        Cognito::new().refresh_tokens(&outcome.unwrap()).await.unwrap();
        assert_eq!(service.operations()[1..], ["GetTokensFromRefreshToken", "InitiateAuth", "InitiateAuth"]);
    }
    let pages = [
        Reply::text(500, "text/html", "<title>NotImplementedError // Werkzeug Debugger</title>"),
        Reply::text(500, "application/octet-stream", " <!DOCTYPE HTML><html></html>"),
        Reply::text(404, "text/html", "<html>not found</html>"),
        Reply::text(501, "text/html", ""),
    ];
    for page in pages {
        let (service, outcome) = refreshed([page, fresh()]).await;
        outcome.unwrap();
        assert_eq!(service.operations()[1..], ["GetTokensFromRefreshToken", "InitiateAuth"]);
    }
}

#[tokio::test]
async fn a_page_that_was_a_passing_fault_does_not_change_the_operation() {
    let page = || Reply::text(500, "text/html", "<html>");
    let off = refusal("InvalidParameterException", "Auth flow not enabled for this client");
    let (service, outcome) = refreshed([page(), off, page(), fresh(), fresh()]).await;
    Cognito::new().refresh_tokens(&outcome.unwrap()).await.unwrap();
    let newer = "GetTokensFromRefreshToken";
    assert_eq!(service.operations()[1..], [newer, "InitiateAuth", newer, newer, newer]);

    // What the service's own operation fails with is no reason to ask the other one.
    let failed = Reply::json(500, &json!({"__type": "InternalErrorException", "message": "Oops"}));
    let away = Reply::text(503, "text/html", "<html>");
    let wordless = Reply::text(500, "text/plain", "oops");
    let (service, outcome) = refreshed([failed, away, wordless, fresh()]).await;
    outcome.unwrap();
    assert_eq!(service.operations()[1..], [newer; 4]);
}

#[tokio::test]
async fn an_invalid_refresh_token_without_a_device_says_that_the_pool_may_remember_devices() {
    let bare = |service: &Service| RefreshRequest {
        refresh_token: Some(REFRESH_TOKEN.into()),
        client: ClientValues { ..client(service) },
        ..RefreshRequest::new(Environment::empty())
    };
    for (message, is_doubtful) in [
        ("Invalid Refresh Token.", true),
        ("Invalid Refresh Token", true),
        ("Refresh Token has expired", false),
        ("Refresh Token has been revoked", false),
    ] {
        let service = Service::that_says([refusal("NotAuthorizedException", message)]).await;
        let error = Cognito::new().refresh(bare(&service)).await.unwrap_err();
        assert!(hint(&error).contains("sign in again"), "{error:?}");
        assert_eq!(hint(&error).contains("remembers devices"), is_doubtful, "{error:?}");
    }
}
