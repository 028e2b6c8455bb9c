//! Challenges: what each is answered with, on the wire, and what an answer leads to.

use std::collections::BTreeMap;

use cognitoken::{Answer, ErrorKind, Flow, SignInRequest};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::asked::{Asked, raw, user_auth};
use super::cognito::{
    CLIENT, SESSION, USERNAME, challenge, challenge_in, refusal, request, secret_hash, tokens, with_secret,
};

fn attributes(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn a_code_goes_where_its_challenge_wants_it() {
    for (name, field) in [
        ("SMS_MFA", "SMS_MFA_CODE"),
        ("SMS_OTP", "SMS_OTP_CODE"),
        ("EMAIL_OTP", "EMAIL_OTP_CODE"),
        ("SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA_CODE"),
    ] {
        let asked = Asked::by(name, json!({"USER_ID_FOR_SRP": USERNAME}), [tokens()]).await;
        asked.finish(Answer::text(" 123 456\n")).await;
        assert_eq!(
            asked.sent(),
            json!({
                "ChallengeName": name,
                "ClientId": CLIENT,
                "Session": SESSION,
                "ChallengeResponses": {"USERNAME": USERNAME, field: "123456"},
            })
        );
    }
}

#[tokio::test]
async fn the_secret_hash_goes_over_the_name_that_the_challenge_told() {
    let told = challenge("SMS_MFA", &json!({"USER_ID_FOR_SRP": USERNAME}));
    let asked = Asked::at([told, tokens()], |service| with_secret(request(service))).await;
    asked.finish(Answer::text("123456")).await;
    let expected =
        json!({"USERNAME": USERNAME, "SMS_MFA_CODE": "123456", "SECRET_HASH": secret_hash(USERNAME)});
    assert_eq!(asked.responses(), expected);
}

#[tokio::test]
async fn a_wrong_code_leaves_the_challenge_as_it_is() {
    let wrong = refusal("CodeMismatchException", "Invalid code or auth state for the user.");
    let asked = Asked::by("SMS_MFA", json!({}), [wrong, tokens()]).await;
    let error = asked.respond(Answer::text("000000")).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, "CodeMismatchException"));
    assert!(error.hint().unwrap().contains("answer again") && !error.retryable());
    assert!(asked.challenge.still_waits_after(&error));
    assert_eq!(asked.service.calls().len(), 2);
    asked.finish(Answer::text("123456")).await;
    assert_eq!(asked.sent()["Session"], SESSION);
}

#[tokio::test]
async fn a_challenge_that_is_over_says_to_start_again() {
    let over = refusal("NotAuthorizedException", "Invalid session for the user, session is expired.");
    let asked = Asked::by("SMS_MFA", json!({}), [over]).await;
    let error = asked.respond(Answer::text("123456")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert!(error.hint().unwrap().contains("start it again"));
    assert!(!asked.challenge.still_waits_after(&error));
}

#[tokio::test]
async fn an_empty_answer_is_refused_before_anything_is_sent() {
    for name in [
        "SMS_MFA",
        "SELECT_MFA_TYPE",
        "CUSTOM_CHALLENGE",
        "NEW_PASSWORD_REQUIRED",
        "WEB_AUTHN",
        "PASSWORD",
        "PASSWORD_SRP",
    ] {
        let asked = Asked::at([challenge(name, &json!({}))], |service| user_auth(request(service))).await;
        for answer in [Answer::default(), Answer::text(""), Answer::text(" \n")] {
            assert_eq!(asked.refuses(answer).await.code(), "InvalidAnswer");
        }
    }
}

fn new_password_required() -> Value {
    json!({
        "USER_ID_FOR_SRP": USERNAME,
        "requiredAttributes": "[\"userAttributes.given_name\",\"family_name\"]",
        "userAttributes": "{\"email\":\"ada@example.org\"}",
    })
}

#[tokio::test]
async fn a_new_password_goes_with_the_attributes_that_the_pool_wants() {
    let expected = json!({
        "USERNAME": USERNAME,
        "NEW_PASSWORD": "a new one",
        "userAttributes.given_name": "Ada",
        "userAttributes.family_name": "Lovelace",
    });
    let given = attributes(&[("given_name", "Ada"), ("family_name", "Lovelace")]);
    let prefixed =
        attributes(&[("userAttributes.given_name", "Ada"), ("userAttributes.family_name", "Lovelace")]);
    let half_raw = Answer {
        new_password: Some("a new one".into()),
        attributes: attributes(&[("given_name", "Ada")]),
        ..raw(&[("userAttributes.family_name", "Lovelace")])
    };
    let all_but_attributes_raw =
        Answer { attributes: given.clone(), ..raw(&[("NEW_PASSWORD", "a new one")]) };
    for answer in [
        Answer::new_password("a new one", given.clone()),
        Answer::new_password("a new one", prefixed),
        Answer { attributes: given, ..Answer::text("a new one") },
        half_raw,
        all_but_attributes_raw,
    ] {
        let asked = Asked::by("NEW_PASSWORD_REQUIRED", new_password_required(), [tokens()]).await;
        assert_eq!(asked.challenge.required_attributes(), ["given_name", "family_name"]);
        asked.finish(answer).await;
        assert_eq!(asked.responses(), expected);
    }
}

#[tokio::test]
async fn a_new_password_without_its_attributes_is_refused_by_their_names() {
    let asked = Asked::by("NEW_PASSWORD_REQUIRED", new_password_required(), [tokens()]).await;
    let error = asked.refuses(Answer::new_password("a new one", attributes(&[("given_name", "Ada")]))).await;
    assert!(error.message().contains("family_name") && !error.message().contains("given_name"), "{error}");
    let empty = Answer::new_password("", attributes(&[("given_name", "Ada"), ("family_name", "Lovelace")]));
    asked.refuses(empty).await;
}

#[tokio::test]
async fn a_new_password_that_the_pool_refuses_leaves_the_challenge_as_it_is() {
    let codes = ["InvalidPasswordException", "PasswordHistoryPolicyViolationException"];
    let refusals = codes.map(|code| refusal(code, "Password does not conform to policy"));
    let asked = Asked::by("NEW_PASSWORD_REQUIRED", json!({}), refusals.into_iter().chain([tokens()])).await;
    for code in codes {
        let error = asked.respond(Answer::new_password("refused", BTreeMap::new())).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, code));
        assert!(asked.challenge.still_waits_after(&error) && error.hint().is_some());
    }
    asked.finish(Answer::new_password("long enough now", BTreeMap::new())).await;
}

#[tokio::test]
async fn one_of_the_factors_is_chosen_and_then_answered() {
    let choices = json!({"MFAS_CAN_CHOOSE": "[\"SMS_MFA\",\"SOFTWARE_TOKEN_MFA\"]"});
    let replies = [challenge_in("second", "SMS_MFA", &json!({"CODE_DELIVERY_DESTINATION": "+1"})), tokens()];
    let asked = Asked::by("SELECT_MFA_TYPE", choices, replies).await;
    assert_eq!(asked.challenge.choices(), ["SMS_MFA", "SOFTWARE_TOKEN_MFA"]);
    let error = asked.refuses(Answer::text("EMAIL_OTP")).await;
    assert!(error.message().contains("SMS_MFA, SOFTWARE_TOKEN_MFA"));

    let asked = asked.go_on(Answer::text("SMS_MFA")).await;
    assert_eq!(asked.responses()["ANSWER"], "SMS_MFA");
    assert_eq!(asked.challenge.name(), "SMS_MFA");
    asked.finish(Answer::text("123456")).await;
    assert_eq!(asked.sent()["Session"], "second");
}

#[tokio::test]
async fn a_choice_that_the_service_did_not_list_is_its_own_affair() {
    let asked = Asked::by("SELECT_MFA_TYPE", json!({}), [tokens()]).await;
    assert!(asked.challenge.choices().is_empty());
    asked.finish(Answer::text("EMAIL_OTP")).await;
}

#[tokio::test]
async fn the_pool_s_own_questions_are_answered_round_by_round() {
    let question =
        |session: &str, text: &str| challenge_in(session, "CUSTOM_CHALLENGE", &json!({"question": text}));
    let replies = [
        question("one", "colour?"),
        question("two", "colour, again?"),
        question("three", "number?"),
        tokens(),
    ];
    let asked = Asked::at(replies, |service| SignInRequest {
        flow: Flow::Custom,
        password: None,
        ..request(service)
    })
    .await;
    let asked = asked.go_on(Answer::text("red")).await;
    assert_eq!(asked.challenge.parameters()["question"], "colour, again?");
    let asked = asked.go_on(Answer::text("blue")).await;
    asked.finish(Answer::text(" 5 ")).await;
    let sent: Vec<_> = asked.service.calls()[1..]
        .iter()
        .map(|call| (call.body()["Session"].clone(), call.parameter("ANSWER")))
        .collect();
    assert_eq!(
        sent,
        [(json!("one"), json!("red")), (json!("two"), json!("blue")), (json!("three"), json!(" 5 "))]
    );
}

#[tokio::test]
async fn an_unknown_challenge_takes_a_raw_map() {
    let asked = Asked::by("RETINA_SCAN", json!({}), [tokens()]).await;
    let error = asked.refuses(Answer::text("look")).await;
    assert!(error.message().contains("RETINA_SCAN") && error.hint().unwrap().contains("answers"));
    asked.finish(raw(&[("RETINA", "brown"), ("USERNAME", "other")])).await;
    assert_eq!(asked.responses(), json!({"USERNAME": "other", "RETINA": "brown"}));
    assert_eq!(asked.sent()["Session"], SESSION);
}

#[tokio::test]
async fn a_raw_map_wins_over_what_we_would_send() {
    let asked =
        Asked::at([challenge("SMS_MFA", &json!({})), tokens()], |service| with_secret(request(service)))
            .await;
    let answer = Answer {
        answer: Some(Zeroizing::new("123456".into())),
        ..raw(&[("SMS_MFA_CODE", "654321"), ("USERNAME", "ada")])
    };
    asked.finish(answer).await;
    let expected = json!({"USERNAME": "ada", "SMS_MFA_CODE": "654321", "SECRET_HASH": secret_hash("ada")});
    assert_eq!(asked.responses(), expected);
}
