//! Authenticator apps: codes made alone, and an app set up in the middle of a sign-in.

use cognitoken::{Answer, Environment, Error, ErrorKind, SignInRequest, Step, Transport, sign_in};
use serde_json::{Value, json};

use super::cognito::{
    ALIAS, CLIENT, POOL, SESSION, USERNAME, challenge, challenge_in, refusal, request, srp_request, tokens,
    transport_at,
};
use super::service::{Reply, Service};

/// The secret of RFC 6238, appendix B: at 1 111 111 109 seconds its code is 081804.
const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const DATE: &str = "Fri, 18 Mar 2005 01:58:29 GMT"; // 1_111_111_109

fn with_app(request: SignInRequest) -> SignInRequest {
    SignInRequest { totp_secret: Some(SECRET.into()), ..request }
}

fn asks_for_code() -> Reply {
    challenge("SOFTWARE_TOKEN_MFA", &json!({"USER_ID_FOR_SRP": USERNAME})).with_header("date", DATE)
}

#[tokio::test]
async fn a_job_that_knows_the_secret_answers_alone_by_the_service_s_clock() {
    for ours in [1_111_111_109 - 86_400, 1_111_111_109, 1_111_111_109 + 86_400] {
        let service = Service::that_says([asks_for_code(), tokens()]).await;
        sign_in(&transport_at(ours), with_app(request(&service))).await.unwrap();
        assert_eq!(
            service.calls()[1].body(),
            json!({
                "ChallengeName": "SOFTWARE_TOKEN_MFA",
                "ClientId": CLIENT,
                "Session": SESSION,
                "ChallengeResponses": {"USERNAME": USERNAME, "SOFTWARE_TOKEN_MFA_CODE": "081804"},
            })
        );
    }
}

#[tokio::test]
async fn the_secret_comes_from_the_environment_too() {
    let service = Service::that_says([asks_for_code(), tokens()]).await;
    let environment = Environment::from_pairs([("COGNITO_TOTP_SECRET", SECRET)], "").unwrap();
    let request = SignInRequest { environment, ..request(&service) };
    sign_in(&transport_at(1_111_111_109), request).await.unwrap();
    assert_eq!(service.calls()[1].parameter("SOFTWARE_TOKEN_MFA_CODE"), "081804");
}

#[tokio::test]
async fn a_refused_code_is_not_made_again() {
    let wrong = refusal("CodeMismatchException", "Invalid code received for user");
    let service = Service::that_says([asks_for_code(), wrong, asks_for_code()]).await;
    let error = sign_in(&transport_at(1_111_111_109), with_app(request(&service))).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, "CodeMismatchException"));
    assert_eq!(service.operations(), ["InitiateAuth", "RespondToAuthChallenge"]);
    // Nobody typed it: what is wrong is the secret or another app's.
    assert!(error.hint().unwrap().contains("COGNITO_TOTP_SECRET"), "{:?}", error.hint());
}

#[tokio::test]
async fn a_second_request_for_a_code_goes_to_a_person() {
    let service = Service::that_says([asks_for_code(), asks_for_code()]).await;
    let error = sign_in(&transport_at(1_111_111_109), with_app(request(&service))).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::ChallengeRequired, "SOFTWARE_TOKEN_MFA"));
}

#[tokio::test]
async fn a_secret_that_is_none_is_an_error_that_names_its_variable() {
    let service = Service::that_says([asks_for_code()]).await;
    let request = SignInRequest { totp_secret: Some("not base32!".into()), ..request(&service) };
    let error = sign_in(&Transport::new(), request).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "InvalidTotpSecret"));
    assert!(error.hint().unwrap().contains("COGNITO_TOTP_SECRET") && !error.message().contains("base32!"));
}

#[tokio::test]
async fn a_job_answers_a_code_that_is_asked_for_after_a_person_s_answer() {
    let replies = [challenge("NEW_PASSWORD_REQUIRED", &json!({})), asks_for_code(), tokens()];
    let service = Service::that_says(replies).await;
    let transport = transport_at(1_111_111_109);
    let error = sign_in(&transport, with_app(request(&service))).await.unwrap_err();
    let asked = error.challenge().unwrap();
    let step = asked.respond(&transport, Answer::text("a new password")).await.unwrap();
    assert!(matches!(step, Step::Tokens(_)));
    assert_eq!(service.calls()[2].parameter("SOFTWARE_TOKEN_MFA_CODE"), "081804");
}

fn mfa_setup() -> Reply {
    let parameters =
        json!({"MFAS_CAN_SETUP": "[\"SMS_MFA\",\"SOFTWARE_TOKEN_MFA\"]", "USER_ID_FOR_SRP": USERNAME});
    challenge("MFA_SETUP", &parameters)
}

fn secret_code() -> Reply {
    Reply::json(200, &json!({"SecretCode": SECRET, "Session": "second"}))
}

fn verified(status: &str) -> Reply {
    Reply::json(200, &json!({"Status": status, "Session": "third"}))
}

async fn set_up(replies: impl IntoIterator<Item = Reply>) -> (Service, Transport, Error) {
    let service = Service::that_says([mfa_setup(), secret_code()].into_iter().chain(replies)).await;
    let transport = Transport::new();
    let error = sign_in(&transport, srp_request_by_password(&service)).await.unwrap_err();
    (service, transport, error)
}

/// The pool is known, and so can be shown in the app.
fn srp_request_by_password(service: &Service) -> SignInRequest {
    SignInRequest { flow: cognitoken::Flow::Password, ..srp_request(service) }
}

#[tokio::test]
async fn an_app_is_set_up_with_a_secret_and_shows_a_code() {
    let (service, transport, error) = set_up([verified("SUCCESS"), tokens()]).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::ChallengeRequired, "MFA_SETUP"));
    assert_eq!(service.calls()[1].operation(), "AssociateSoftwareToken");
    assert_eq!(service.calls()[1].body(), json!({"Session": SESSION}));
    let asked = error.challenge().unwrap();
    let setup = asked.totp_setup().unwrap();
    assert_eq!(setup.secret().expose(), SECRET);
    assert_eq!(
        setup.uri().expose(),
        format!("otpauth://totp/{POOL}:{USERNAME}?secret={SECRET}&issuer={POOL}")
    );

    let step = asked.respond(&transport, Answer::text("123 456")).await.unwrap();
    assert!(matches!(step, Step::Tokens(_)));
    assert_eq!(service.operations()[2..], ["VerifySoftwareToken", "RespondToAuthChallenge"]);
    assert_eq!(service.calls()[2].body(), json!({"Session": "second", "UserCode": "123456"}));
    assert_eq!(
        service.calls()[3].body(),
        json!({
            "ChallengeName": "MFA_SETUP",
            "ClientId": CLIENT,
            "Session": "third",
            "ChallengeResponses": {"USERNAME": USERNAME},
        })
    );
}

#[tokio::test]
async fn a_wrong_code_of_the_new_app_can_be_corrected() {
    let refused =
        refusal("EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA");
    let replies = [refused, verified("ERROR"), verified("SUCCESS"), tokens()];
    let (service, transport, error) = set_up(replies).await;
    let asked = error.challenge().unwrap();
    for expected in ["EnableSoftwareTokenMFAException", "CodeMismatchException"] {
        let error = asked.respond(&transport, Answer::text("000000")).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, expected));
        assert!(error.hint().unwrap().contains("code"), "{expected}");
    }
    assert!(matches!(asked.respond(&transport, Answer::text("123456")).await.unwrap(), Step::Tokens(_)));
    let sessions: Vec<Value> =
        service.calls()[2..5].iter().map(|call| call.body()["Session"].clone()).collect();
    assert_eq!(sessions, ["second"; 3]);
}

#[tokio::test]
async fn where_no_app_can_be_set_up_none_is_offered() {
    let only_sms = challenge("MFA_SETUP", &json!({"MFAS_CAN_SETUP": "[\"SMS_MFA\"]"}));
    let service = Service::that_says([only_sms]).await;
    let error = sign_in(&Transport::new(), request(&service)).await.unwrap_err();
    let asked = error.challenge().unwrap();
    assert!(asked.totp_setup().is_none());
    assert_eq!((asked.choices(), service.operations().len()), (vec!["SMS_MFA".to_owned()], 1));
}

#[tokio::test]
async fn a_code_that_the_new_app_makes_is_asked_for_afterwards_where_the_pool_wants_it() {
    let asks_on = challenge_in("fourth", "SOFTWARE_TOKEN_MFA", &json!({}));
    let (service, transport, error) = set_up([verified("SUCCESS"), asks_on, tokens()]).await;
    let step = error.challenge().unwrap().respond(&transport, Answer::text("123456")).await.unwrap();
    let Step::Challenge(asked) = step else { panic!("{step:?}") };
    assert_eq!((asked.name(), asked.username()), ("SOFTWARE_TOKEN_MFA", USERNAME));
    assert!(matches!(asked.respond(&transport, Answer::text("654321")).await.unwrap(), Step::Tokens(_)));
    assert_eq!(service.calls()[4].body()["Session"], "fourth");
    assert_ne!(asked.username(), ALIAS);
}
