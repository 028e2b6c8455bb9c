//! Faults that are tried again, faults that never are, and the end of the attempts.

use std::time::Duration;

use cognitoken::{Cognito, Error, ErrorKind, SignInRequest};
use serde_json::json;

use super::cognito::{
    challenge, refusal, request, srp_request, throttled, tokens, warm_cognito, wrong_password,
};
use super::outcome::{challenge_to, sign_in};
use super::service::{Reply, Service};
use super::srp_server::SrpServer;

fn within(seconds: f64, mut request: SignInRequest) -> SignInRequest {
    request.client.timeout = Some(Duration::from_secs_f64(seconds));
    request
}

fn unavailable() -> Reply {
    Reply::text(503, "text/html", "<html>Service Unavailable</html>")
}

fn internal_error() -> Reply {
    Reply::json(500, &json!({"__type": "InternalErrorException", "message": "Oops"}))
}

async fn error_after(replies: impl IntoIterator<Item = Reply>) -> (Error, Vec<String>) {
    let service = Service::that_says(replies).await;
    let error = sign_in(&Cognito::new(), request(&service)).await.unwrap_err();
    (error, service.operations())
}

#[tokio::test]
async fn a_busy_service_is_asked_again() {
    let service = Service::that_says([throttled(), throttled(), throttled(), tokens()]).await;
    sign_in(&Cognito::new(), request(&service)).await.unwrap();
    assert_eq!(service.operations(), ["InitiateAuth"; 4]);
}

#[tokio::test]
async fn a_service_that_fails_is_asked_again() {
    for fault in [
        internal_error(),
        unavailable(),
        Reply::json(400, &json!({"__type": "InternalErrorException"})),
        Reply::text(502, "text/plain", ""),
        Reply::text(429, "text/html", "<html>slow down</html>"),
        Reply::json(429, &json!({"__type": "ThrottlingException"})),
        Reply::Reset,
        Reply::Raw(Vec::new()),
        Reply::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"Authentication".to_vec()),
    ] {
        let service = Service::that_says([fault, tokens()]).await;
        sign_in(&Cognito::new(), request(&service)).await.unwrap();
        assert_eq!(service.operations(), ["InitiateAuth"; 2]);
    }
}

#[tokio::test]
async fn a_service_that_stays_busy_is_left_with_its_own_word() {
    let service = Service::that_says((0..50).map(|_| throttled())).await;
    let error = sign_in(&Cognito::new(), request(&service)).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Throttled, "TooManyRequestsException"));
    assert!(error.retryable() && error.hint().is_some());
    assert_eq!(service.operations().len(), 6);
}

#[tokio::test]
async fn a_429_without_words_is_throttling() {
    let pages = (0..50).map(|_| Reply::text(429, "text/html", "<html>").with_header("retry-after", "3600"));
    let (error, operations) = error_after(pages).await;
    assert_eq!((error.kind(), operations.len()), (ErrorKind::Throttled, 1));
    assert!(error.retryable());
}

#[tokio::test]
async fn a_refusal_is_final() {
    for (code, message) in [
        ("NotAuthorizedException", "Incorrect username or password."),
        ("UserNotFoundException", "User does not exist."),
        ("LimitExceededException", "Attempt limit exceeded, please try after some time."),
        ("TooManyFailedAttemptsException", "Too many failed attempts."),
        ("PasswordResetRequiredException", "Password reset required for the user"),
        ("ResourceNotFoundException", "User pool client does not exist."),
    ] {
        let (error, operations) = error_after([refusal(code, message), tokens()]).await;
        assert_eq!((error.code(), operations.len()), (code, 1));
        assert!(!error.retryable());
    }
    // The limit of one user's attempts stays one, whatever status it comes with.
    let limit =
        Reply::json(429, &json!({"__type": "LimitExceededException", "message": "Attempt limit exceeded"}));
    let (error, operations) = error_after([limit, tokens()]).await;
    assert_eq!((error.kind(), error.retryable(), operations.len()), (ErrorKind::Throttled, false, 1));
}

#[tokio::test]
async fn the_service_says_how_long_to_wait() {
    // Two seconds once fit into three, twice they do not: without the header there would be more tries in that time.
    let replies = (0..50).map(|_| unavailable().with_header("retry-after", "2"));
    let service = Service::that_says(replies).await;
    let error = sign_in(&warm_cognito().await, within(3.0, request(&service))).await.unwrap_err();
    assert_eq!(service.operations(), ["InitiateAuth"; 2]);
    assert_eq!(error.kind(), ErrorKind::Service);
}

#[tokio::test]
async fn a_wait_beyond_the_time_limit_is_not_begun() {
    for fault in [unavailable(), throttled(), internal_error()] {
        let (error, operations) = error_after([fault.with_header("retry-after", "3600"), tokens()]).await;
        assert_eq!(operations, ["InitiateAuth"]);
        assert!(error.retryable());
    }
}

#[tokio::test]
async fn a_wait_that_is_asked_for_with_a_challenge_is_kept_too() {
    let ada = SrpServer::of_ada();
    let later = unavailable().with_header("retry-after", "3600");
    let service = Service::that_says([ada.challenge(), later, ada.challenge()]).await;
    let error = sign_in(&Cognito::new(), srp_request(&service)).await.unwrap_err();
    assert_eq!(service.operations(), ["InitiateAuth", "RespondToAuthChallenge"]);
    assert!(error.retryable());
}

#[tokio::test]
async fn a_proof_that_got_lost_is_not_sent_again_but_made_anew() {
    for fault in [Reply::Reset, internal_error(), unavailable()] {
        let ada = SrpServer::of_ada();
        let replies = [ada.challenge(), fault, ada.challenge(), ada.if_proved(tokens())];
        let service = Service::that_says(replies).await;
        sign_in(&Cognito::new(), srp_request(&service)).await.unwrap();
        let calls = service.calls();
        let [first, lost, again, proved] = &calls[..] else { panic!("{:?}", service.operations()) };
        assert_eq!((again.operation(), proved.operation()), ("InitiateAuth", "RespondToAuthChallenge"));
        assert_ne!(first.parameter("SRP_A"), again.parameter("SRP_A"));
        let signature = |call: &super::service::Call| call.parameter("PASSWORD_CLAIM_SIGNATURE");
        assert_ne!(signature(lost), signature(proved));
    }
}

#[tokio::test]
async fn a_proof_that_was_turned_away_unread_is_sent_again() {
    let ada = SrpServer::of_ada();
    let service = Service::that_says([ada.challenge(), throttled(), ada.if_proved(tokens())]).await;
    sign_in(&Cognito::new(), srp_request(&service)).await.unwrap();
    assert_eq!(service.operations(), ["InitiateAuth", "RespondToAuthChallenge", "RespondToAuthChallenge"]);
}

#[tokio::test]
async fn a_refused_proof_is_not_tried_again() {
    let ada = SrpServer::of_ada();
    let service = Service::that_says([ada.challenge(), wrong_password(), ada.challenge()]).await;
    sign_in(&Cognito::new(), srp_request(&service)).await.unwrap_err();
    assert_eq!(service.operations(), ["InitiateAuth", "RespondToAuthChallenge"]);
}

#[tokio::test]
async fn a_person_s_answer_is_sent_once() {
    for fault in [Reply::Reset, internal_error(), unavailable()] {
        let service = Service::that_says([challenge("SMS_MFA", &json!({})), fault, tokens()]).await;
        let cognito = Cognito::new();
        let asked = challenge_to(&cognito, request(&service)).await;
        let error = cognito.respond(&asked, cognitoken::Answer::text("123456")).await.unwrap_err();
        assert!(error.retryable());
        assert_eq!(service.operations(), ["InitiateAuth", "RespondToAuthChallenge"]);
    }
}
