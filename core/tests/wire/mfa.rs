//! Authenticator apps: codes made alone, and an app set up in the middle of a sign-in.

use cognitoken::{Answer, Challenge, Cognito, Environment, Error, ErrorKind, SignInRequest, Step};
use serde_json::{Value, json};

use super::cognito::{
    ALIAS, CLIENT, POOL, SESSION, USERNAME, challenge, challenge_in, cognito_at, refusal, request,
    srp_request, tokens,
};
use super::outcome::{challenge_to, sign_in};
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
        sign_in(&cognito_at(ours), with_app(request(&service))).await.unwrap();
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
    sign_in(&cognito_at(1_111_111_109), request).await.unwrap();
    assert_eq!(service.calls()[1].parameter("SOFTWARE_TOKEN_MFA_CODE"), "081804");
}

#[tokio::test]
async fn a_refused_code_is_not_made_again() {
    let wrong = refusal("CodeMismatchException", "Invalid code received for user");
    let service = Service::that_says([asks_for_code(), wrong, asks_for_code()]).await;
    let error = sign_in(&cognito_at(1_111_111_109), with_app(request(&service))).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, "CodeMismatchException"));
    assert_eq!(service.operations(), ["InitiateAuth", "RespondToAuthChallenge"]);
    // Nobody typed it: what is wrong is the secret or another app's.
    assert!(error.hint().unwrap().contains("COGNITO_TOTP_SECRET"), "{:?}", error.hint());
}

#[tokio::test]
async fn an_address_of_the_app_is_a_secret_too() {
    let service = Service::that_says([asks_for_code(), tokens()]).await;
    let address =
        format!("otpauth://totp/AWS:ada?secret={SECRET}&issuer=AWS&digits=8&period=30&algorithm=SHA1");
    let environment = Environment::from_pairs([("COGNITO_TOTP_SECRET", address)], "").unwrap();
    let request = SignInRequest { environment, ..request(&service) };
    sign_in(&cognito_at(1_111_111_109), request).await.unwrap();
    assert_eq!(service.calls()[1].parameter("SOFTWARE_TOKEN_MFA_CODE"), "07081804");
}

fn used_before() -> Reply {
    refusal("ExpiredCodeException", "Your software token has already been used once.")
}

/// The service's clock is a second before the next code, and stays there.
#[tokio::test]
async fn a_code_that_another_sign_in_has_used_is_followed_by_the_next_one() {
    let service = Service::that_says([asks_for_code(), used_before(), tokens()]).await;
    sign_in(&cognito_at(1_111_111_109), with_app(request(&service))).await.unwrap();
    let codes: Vec<Value> =
        service.calls()[1..].iter().map(|call| call.parameter("SOFTWARE_TOKEN_MFA_CODE")).collect();
    assert_eq!(codes, ["081804", "050471"]);
    assert!(service.calls()[1..].iter().all(|call| call.body()["Session"] == SESSION));
}

#[tokio::test]
async fn the_next_code_is_not_waited_for_beyond_the_time_limit() {
    // 1 111 111 111 is a second after a new code, and 29 before the next one.
    let asks =
        challenge("SOFTWARE_TOKEN_MFA", &json!({})).with_header("date", "Fri, 18 Mar 2005 01:58:31 GMT");
    let service = Service::that_says([asks, used_before()]).await;
    let mut request = with_app(request(&service));
    request.client.timeout = Some(std::time::Duration::from_secs(20));
    let error = sign_in(&cognito_at(1_111_111_111), request).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, "ExpiredCodeException"));
    assert!(error.retryable() && error.hint().unwrap().contains("`timeout`"), "{:?}", error.hint());
    assert_eq!(service.operations(), ["InitiateAuth", "RespondToAuthChallenge"]);
}

#[tokio::test]
async fn a_session_that_did_not_wait_for_the_next_code_is_begun_again() {
    let over = refusal("NotAuthorizedException", "Invalid session for the user.");
    let service = Service::that_says([asks_for_code(), used_before(), over, asks_for_code(), tokens()]).await;
    sign_in(&cognito_at(1_111_111_109), with_app(request(&service))).await.unwrap();
    assert_eq!(service.operations()[3..], ["InitiateAuth", "RespondToAuthChallenge"]);
}

#[tokio::test]
async fn a_job_that_knows_the_secret_chooses_the_app() {
    let listed = |name: &str, parameter: &str| {
        challenge(name, &json!({parameter: "[\"SMS_MFA\",\"SOFTWARE_TOKEN_MFA\"]"}))
    };
    let beside = challenge("SELECT_CHALLENGE", &json!({}))
        .edited(|body| body["AvailableChallenges"] = json!(["EMAIL_OTP", "SOFTWARE_TOKEN_MFA"]));
    for choice in [
        listed("SELECT_MFA_TYPE", "MFAS_CAN_CHOOSE"),
        listed("SELECT_CHALLENGE", "AVAILABLE_CHALLENGES"),
        beside,
    ] {
        let service = Service::that_says([choice, asks_for_code(), tokens()]).await;
        sign_in(&cognito_at(1_111_111_109), with_app(request(&service))).await.unwrap();
        assert_eq!(service.calls()[1].parameter("ANSWER"), "SOFTWARE_TOKEN_MFA");
        assert_eq!(service.calls()[2].parameter("SOFTWARE_TOKEN_MFA_CODE"), "081804");
    }
}

#[tokio::test]
async fn a_choice_without_the_app_goes_to_a_person() {
    let choice = challenge("SELECT_MFA_TYPE", &json!({"MFAS_CAN_CHOOSE": "[\"SMS_MFA\",\"EMAIL_OTP\"]"}));
    let service = Service::that_says([choice]).await;
    let asked = challenge_to(&cognito_at(1_111_111_109), with_app(request(&service))).await;
    let error = Error::from(asked.clone());
    assert_eq!(error.code(), "SELECT_MFA_TYPE");
}

#[tokio::test]
async fn a_second_request_for_a_code_goes_to_a_person() {
    let service = Service::that_says([asks_for_code(), asks_for_code()]).await;
    let asked = challenge_to(&cognito_at(1_111_111_109), with_app(request(&service))).await;
    let error = Error::from(asked.clone());
    assert_eq!((error.kind(), error.code()), (ErrorKind::ChallengeRequired, "SOFTWARE_TOKEN_MFA"));
}

#[tokio::test]
async fn a_secret_that_is_none_is_an_error_that_names_its_variable() {
    let service = Service::that_says([asks_for_code()]).await;
    let request = SignInRequest { totp_secret: Some("not base32!".into()), ..request(&service) };
    let error = sign_in(&Cognito::new(), request).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "InvalidTotpSecret"));
    assert!(error.hint().unwrap().contains("COGNITO_TOTP_SECRET") && !error.message().contains("base32!"));
}

#[tokio::test]
async fn a_job_answers_a_code_that_is_asked_for_after_a_person_s_answer() {
    let replies = [challenge("NEW_PASSWORD_REQUIRED", &json!({})), asks_for_code(), tokens()];
    let service = Service::that_says(replies).await;
    let cognito = cognito_at(1_111_111_109);
    let asked = challenge_to(&cognito, with_app(request(&service))).await;
    let step = cognito.respond(&asked, Answer::text("a new password")).await.unwrap();
    assert!(matches!(step, Step::Done(_)));
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

async fn set_up(replies: impl IntoIterator<Item = Reply>) -> (Service, Cognito, Challenge) {
    let service = Service::that_says([mfa_setup(), secret_code()].into_iter().chain(replies)).await;
    let cognito = Cognito::new();
    let asked = challenge_to(&cognito, srp_request_by_password(&service)).await;
    (service, cognito, asked)
}

/// The pool is known, and so can be shown in the app.
fn srp_request_by_password(service: &Service) -> SignInRequest {
    SignInRequest { flow: cognitoken::Flow::Password, ..srp_request(service) }
}

#[tokio::test]
async fn an_app_is_set_up_with_a_secret_and_shows_a_code() {
    let (service, cognito, asked) = set_up([verified("SUCCESS"), tokens()]).await;
    assert_eq!(asked.name(), "MFA_SETUP");
    assert_eq!(service.calls()[1].operation(), "AssociateSoftwareToken");
    assert_eq!(service.calls()[1].body(), json!({"Session": SESSION}));
    let setup = asked.totp_setup().unwrap();
    assert_eq!(setup.secret().expose(), SECRET);
    assert_eq!(
        setup.uri().expose(),
        format!("otpauth://totp/{POOL}:{USERNAME}?secret={SECRET}&issuer={POOL}")
    );

    let step = cognito.respond(&asked, Answer::text("123 456")).await.unwrap();
    assert!(matches!(step, Step::Done(_)));
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
    let (service, cognito, asked) = set_up(replies).await;
    for expected in ["EnableSoftwareTokenMFAException", "CodeMismatchException"] {
        let error = cognito.respond(&asked, Answer::text("000000")).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, expected));
        assert!(error.hint().unwrap().contains("code"), "{expected}");
    }
    assert!(matches!(cognito.respond(&asked, Answer::text("123456")).await.unwrap(), Step::Done(_)));
    let sessions: Vec<Value> =
        service.calls()[2..5].iter().map(|call| call.body()["Session"].clone()).collect();
    assert_eq!(sessions, ["second"; 3]);
}

#[tokio::test]
async fn where_no_app_can_be_set_up_none_is_offered() {
    let only_sms = challenge("MFA_SETUP", &json!({"MFAS_CAN_SETUP": "[\"SMS_MFA\"]"}));
    let service = Service::that_says([only_sms]).await;
    let asked = challenge_to(&Cognito::new(), request(&service)).await;
    assert!(asked.totp_setup().is_none());
    assert_eq!((asked.choices(), service.operations().len()), (vec!["SMS_MFA".to_owned()], 1));
}

#[tokio::test]
async fn a_code_that_the_new_app_makes_is_asked_for_afterwards_where_the_pool_wants_it() {
    let asks_on = challenge_in("fourth", "SOFTWARE_TOKEN_MFA", &json!({}));
    let (service, cognito, asked) = set_up([verified("SUCCESS"), asks_on, tokens()]).await;
    let step = cognito.respond(&asked, Answer::text("123456")).await.unwrap();
    let Step::Challenge(asked) = step else { panic!("{step:?}") };
    assert_eq!((asked.name(), asked.username()), ("SOFTWARE_TOKEN_MFA", USERNAME));
    assert!(matches!(cognito.respond(&asked, Answer::text("654321")).await.unwrap(), Step::Done(_)));
    assert_eq!(service.calls()[4].body()["Session"], "fourth");
    assert_ne!(asked.username(), ALIAS);
}

async fn offered(ways: &[&str], replies: impl IntoIterator<Item = Reply>) -> (Service, Cognito, Challenge) {
    let offer = challenge("MFA_SETUP", &json!({"MFAS_CAN_SETUP": json!(ways).to_string()}));
    let service = Service::that_says([offer].into_iter().chain(replies)).await;
    let cognito = Cognito::new();
    let asked = challenge_to(&cognito, request(&service)).await;
    (service, cognito, asked)
}

fn asks_for_mailed_code() -> Reply {
    challenge_in("second", "EMAIL_OTP", &json!({"CODE_DELIVERY_DESTINATION": "a***@e***"}))
}

#[tokio::test]
async fn where_only_e_mail_can_be_set_up_the_address_is_asked_for() {
    let (service, cognito, asked) = offered(&["EMAIL_OTP"], [asks_for_mailed_code(), tokens()]).await;
    assert!(
        asked.totp_setup().is_none() && asked.question().contains("E-mail address"),
        "{}",
        asked.question()
    );
    let refused = cognito.respond(&asked, Answer::text("123456")).await.unwrap_err();
    assert_eq!((refused.code(), service.calls().len()), ("InvalidAnswer", 1));
    assert!(asked.still_waits_after(&refused));
    let step = cognito.respond(&asked, Answer::text(" ada@example.org ")).await.unwrap();
    assert_eq!(
        service.calls()[1].body(),
        json!({
            "ChallengeName": "MFA_SETUP",
            "ClientId": CLIENT,
            "Session": SESSION,
            "ChallengeResponses": {"USERNAME": ALIAS, "EMAIL": "ada@example.org"},
        })
    );
    let Step::Challenge(asked) = step else { panic!("{step:?}") };
    assert!(matches!(cognito.respond(&asked, Answer::text("1234")).await.unwrap(), Step::Done(_)));
}

#[tokio::test]
async fn where_an_app_or_e_mail_can_be_set_up_the_user_is_asked_which() {
    let both = ["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"];
    let (service, cognito, asked) = offered(&both, [asks_for_mailed_code()]).await;
    assert_eq!(service.operations(), ["InitiateAuth"]);
    assert!(asked.question().ends_with("SOFTWARE_TOKEN_MFA, EMAIL_OTP"), "{}", asked.question());
    for wrong in ["SMS_MFA", "123456", "@"] {
        assert_eq!(cognito.respond(&asked, Answer::text(wrong)).await.unwrap_err().code(), "InvalidAnswer");
    }
    let Step::Challenge(address) = cognito.respond(&asked, Answer::text("EMAIL_OTP")).await.unwrap() else {
        panic!("nothing was set up yet")
    };
    assert_eq!((address.name(), address.choices()), ("MFA_SETUP", vec!["EMAIL_OTP".to_owned()]));
    cognito.respond(&address, Answer::text("ada@example.org")).await.unwrap();
    assert_eq!(service.calls()[1].parameter("EMAIL"), "ada@example.org");

    // The address at once says which, too.
    let with_attribute = Answer {
        attributes: [("email".to_owned(), "ada@example.org".to_owned())].into(),
        ..Answer::text("EMAIL_OTP")
    };
    for answer in [Answer::text("ada@example.org"), with_attribute] {
        let (service, cognito, asked) = offered(&both, [asks_for_mailed_code()]).await;
        cognito.respond(&asked, answer).await.unwrap();
        assert_eq!(service.calls()[1].parameter("EMAIL"), "ada@example.org");
    }
}

#[tokio::test]
async fn choosing_the_app_sets_one_up() {
    let replies = [secret_code(), verified("SUCCESS"), tokens()];
    let (service, cognito, asked) = offered(&["EMAIL_OTP", "SOFTWARE_TOKEN_MFA"], replies).await;
    let Step::Challenge(setup) = cognito.respond(&asked, Answer::text("SOFTWARE_TOKEN_MFA")).await.unwrap()
    else {
        panic!("nothing was set up yet")
    };
    assert_eq!(setup.totp_setup().unwrap().secret().expose(), SECRET);
    assert!(matches!(cognito.respond(&setup, Answer::text("123456")).await.unwrap(), Step::Done(_)));
    assert_eq!(
        service.operations()[1..],
        ["AssociateSoftwareToken", "VerifySoftwareToken", "RespondToAuthChallenge"]
    );
    let sessions: Vec<Value> =
        service.calls()[1..].iter().map(|call| call.body()["Session"].clone()).collect();
    assert_eq!(sessions, [SESSION, "second", "third"]);
}
