//! Refusals as a user sees them: kind, Cognito's own code, message, next step, the request's id.

use cognitoken::{Cognito, Error, ErrorKind};
use serde_json::json;

use super::cognito::{CLIENT, REQUEST_ID, challenge, refusal, request, tokens};
use super::outcome::{challenge_to, sign_in};
use super::service::{Reply, Service};

/// The error that a sign-in ends with at a service that answers this and nothing else.
async fn error_of(reply: Reply) -> Error {
    let service = Service::that_says([reply]).await;
    let error = sign_in(&Cognito::new(), request(&service)).await.unwrap_err();
    assert_eq!(service.operations(), ["InitiateAuth"], "{error}");
    error
}

async fn refused(code: &str, message: &str) -> Error {
    error_of(refusal(code, message)).await
}

#[tokio::test]
async fn the_code_is_found_wherever_the_service_puts_it() {
    let message = json!({"message": "no"});
    let replies = [
        Reply::json(400, &message).with_header("x-amzn-errortype", "UserNotFoundException"),
        Reply::json(400, &message)
            .with_header("X-Amzn-ErrorType", "UserNotFoundException:http://internal.amazon.com/"),
        Reply::json(400, &json!({"code": "UserNotFoundException", "message": "no"})),
        Reply::json(400, &json!({"__type": "UserNotFoundException", "message": "no"})),
        Reply::json(400, &json!({"__type": "com.amazonaws.cognito#UserNotFoundException", "message": "no"})),
        Reply::json(400, &json!({"__type": "a.b#UserNotFoundException:http://x,more", "Message": "no"})),
        // The header goes before the body, and `code` before `__type`.
        Reply::json(400, &json!({"__type": "Another", "message": "no"}))
            .with_header("x-amzn-errortype", "UserNotFoundException"),
        Reply::json(400, &json!({"__type": "Another", "code": "UserNotFoundException", "message": "no"})),
        // One that says nothing is none.
        Reply::json(400, &json!({"__type": "UserNotFoundException", "code": 5, "message": "no"}))
            .with_header("x-amzn-errortype", ""),
        Reply::json(400, &json!({"__type": "UserNotFoundException", "code": " ", "message": "no"})),
    ];
    for (index, reply) in replies.into_iter().enumerate() {
        let error = error_of(reply).await;
        assert_eq!(error.code(), "UserNotFoundException", "{index}");
        assert_eq!((error.kind(), error.message()), (ErrorKind::Authentication, "no"), "{index}");
    }
}

#[tokio::test]
async fn the_error_is_told_in_the_service_s_words_with_the_id_of_the_request() {
    let error = refused("NotAuthorizedException", "Incorrect username or password.").await;
    assert_eq!(error.to_string(), "Incorrect username or password.");
    assert_eq!(error.request_id(), Some(REQUEST_ID));
    let capitals =
        error_of(Reply::json(400, &json!({"__type": "NotAuthorizedException", "Message": "No."}))).await;
    assert_eq!((capitals.message(), capitals.request_id()), ("No.", None));
    let wordless = error_of(Reply::json(400, &json!({"__type": "NotAuthorizedException"}))).await;
    assert!(!wordless.message().is_empty());
}

#[tokio::test]
async fn each_code_is_of_its_kind_and_says_what_to_do() {
    use ErrorKind::{Authentication, PasswordResetRequired, Service, Throttled, UserNotConfirmed};
    for (code, kind) in [
        ("NotAuthorizedException", Authentication),
        ("UserNotFoundException", Authentication),
        ("PasswordResetRequiredException", PasswordResetRequired),
        ("UserNotConfirmedException", UserNotConfirmed),
        ("CodeMismatchException", Authentication),
        ("ExpiredCodeException", Authentication),
        ("EnableSoftwareTokenMFAException", Authentication),
        ("InvalidPasswordException", Authentication),
        ("PasswordHistoryPolicyViolationException", Authentication),
        ("UserLambdaValidationException", Authentication),
        ("ForbiddenException", Authentication),
        ("LimitExceededException", Throttled),
        ("TooManyFailedAttemptsException", Throttled),
        ("ResourceNotFoundException", Service),
        ("UnexpectedLambdaException", Service),
    ] {
        let error = refused(code, "The service's words.").await;
        assert_eq!((error.kind(), error.code()), (kind, code));
        assert!(error.hint().is_some_and(|hint| !hint.is_empty()), "{code}");
        assert!(!error.retryable(), "{code}");
    }
}

#[tokio::test]
async fn a_code_that_nobody_knows_yet_passes_through() {
    let error = refused("TeapotException", "I am one.").await;
    assert_eq!(
        (error.kind(), error.code(), error.message()),
        (ErrorKind::Service, "TeapotException", "I am one.")
    );
    assert_eq!(error.request_id(), Some(REQUEST_ID));
}

#[tokio::test]
async fn the_next_step_fits_the_cause() {
    for (code, message, expected) in [
        ("NotAuthorizedException", "Incorrect username or password.", "COGNITO_PASSWORD"),
        ("NotAuthorizedException", "Password attempts exceeded", "wait"),
        ("NotAuthorizedException", "User is disabled.", "administrator"),
        ("NotAuthorizedException", "Invalid session for the user, session is expired.", "start it again"),
        (
            "InvalidParameterException",
            "USER_PASSWORD_AUTH flow not enabled for this client",
            "ALLOW_USER_PASSWORD_AUTH",
        ),
        ("InvalidParameterException", "USER_SRP_AUTH is not enabled for the client.", "ALLOW_USER_SRP_AUTH"),
        ("InvalidParameterException", "Initiate Auth method not supported.", "ALLOW_USER_SRP_AUTH"),
        ("NotAuthorizedException", "Auth flow not enabled for this client", "ExplicitAuthFlows"),
        (
            "NotAuthorizedException",
            "Client x is configured with secret but SECRET_HASH was not received",
            "COGNITO_CLIENT_SECRET",
        ),
        ("NotAuthorizedException", "Unable to verify secret hash for client x", "COGNITO_CLIENT_SECRET"),
        (
            "InvalidParameterException",
            "Client x is configured for secret but secret was not received",
            "COGNITO_CLIENT_SECRET",
        ),
        ("ResourceNotFoundException", "User pool client x does not exist.", "COGNITO_REGION"),
        ("NotAuthorizedException", "Access Token has been revoked", "access token"),
        ("NotAuthorizedException", "Access Token has expired", "access token"),
        ("LimitExceededException", "Attempt limit exceeded, please try after some time.", "wait"),
    ] {
        let error = refused(code, message).await;
        let hint = error.hint().unwrap_or_default();
        assert!(hint.contains(expected), "{message}: {hint}");
    }
}

#[tokio::test]
async fn a_refusal_of_the_flow_is_understood_though_it_names_the_flow() {
    // What was sent in secret is taken out of a message; the name of a flow is not secret.
    let service = Service::that_says([refusal(
        "InvalidParameterException",
        "PASSWORD_SRP is not an available challenge, and SRP_A is not wanted",
    )])
    .await;
    let mut request = super::cognito::srp_request(&service);
    request.flow = cognitoken::Flow::UserAuth;
    let error = sign_in(&Cognito::new(), request).await.unwrap_err();
    assert_eq!(error.message(), "PASSWORD_SRP is not an available challenge, and SRP_A is not wanted");
}

#[tokio::test]
async fn words_of_the_service_are_cut_to_a_length_and_hold_no_control_characters() {
    let code = format!("Code\u{1b}[31m\n{}", "x".repeat(100_000));
    let reply = Reply::json(
        400,
        &json!({"__type": code, "message": format!("\u{1b}[31m\r\n{}", "y".repeat(100_000))}),
    )
    .with_header("x-amzn-requestid", &"z".repeat(5_000));
    let error = error_of(reply).await;
    let shown = format!("{error} {error:?} {}", error.code());
    assert!(shown.len() < 4_000, "{}", shown.len());
    assert!(!error.code().contains(char::is_control) && !error.message().contains(char::is_control));
    assert!(error.request_id().is_none_or(|id| id.len() < 200));
}

#[tokio::test]
async fn a_refusal_that_is_not_in_the_api_s_form_tells_its_status() {
    for (status, body) in
        [(403, "<html>Forbidden</html>"), (404, ""), (400, "{\"message\": \"Forbidden\"}"), (418, "[]")]
    {
        let error = error_of(Reply::text(status, "text/html", body)).await;
        assert_eq!((error.kind(), error.code()), (ErrorKind::Service, "InvalidResponse"));
        assert!(
            error.message().contains(&status.to_string()) && error.message().contains("127.0.0.1"),
            "{error}"
        );
        assert!(error.hint().is_some() && !error.retryable());
    }
}

#[tokio::test]
async fn a_challenge_that_nobody_knows_yet_passes_through_with_its_parameters() {
    let parameters =
        json!({"text": "a", "number": 5, "list": ["b", 1], "map": {"c": null}, "nothing": null, "yes": true});
    let service = Service::that_says([challenge("RETINA_SCAN", &parameters)]).await;
    let asked = challenge_to(&Cognito::new(), request(&service)).await;
    let error = Error::from(asked.clone());
    assert_eq!((error.kind(), error.code()), (ErrorKind::ChallengeRequired, "RETINA_SCAN"));
    assert_eq!(asked.name(), "RETINA_SCAN");
    assert_eq!(
        json!(asked.parameters()),
        json!({"text": "a", "number": "5", "list": "[\"b\",1]", "map": "{\"c\":null}", "yes": "true"})
    );
    assert!(error.message().contains("RETINA_SCAN") && error.hint().unwrap().contains("raw map"));
}

#[tokio::test]
async fn fields_that_nobody_knows_yet_are_passed_over() {
    let reply = tokens().edited(|body| {
        body["Weather"] = json!({"deep": [[[["sunny"]]]]});
        body["AuthenticationResult"]["Color"] = json!("blue");
    });
    let service = Service::that_says([reply]).await;
    let tokens = sign_in(&Cognito::new(), request(&service)).await.unwrap();
    assert_eq!(tokens.summary().client_id, CLIENT);
}

#[tokio::test]
async fn an_empty_challenge_parameters_or_none_is_the_same() {
    for parameters in [json!({}), json!(null)] {
        let service = Service::that_says([challenge("SMS_MFA", &parameters)]).await;
        let asked = challenge_to(&Cognito::new(), request(&service)).await;
        assert!(asked.parameters().is_empty());
    }
}
