//! Challenges: what each is answered with, on the wire, and what an answer leads to.

use std::collections::BTreeMap;

use cognitoken::{Answer, Challenge, Error, ErrorKind, Flow, SignInRequest, Step, Transport, sign_in};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::cognito::{
    CLIENT, PASSWORD, SESSION, USERNAME, challenge, challenge_in, refusal, request, secret_hash, srp_request,
    tokens, with_secret,
};
use super::service::{Reply, Service};
use super::srp_server::SrpServer;

/// A sign-in that has got as far as a challenge.
struct Asked {
    service: Service,
    transport: Transport,
    challenge: Challenge,
}

impl Asked {
    async fn at(
        replies: impl IntoIterator<Item = Reply>,
        prepare: impl FnOnce(&Service) -> SignInRequest,
    ) -> Self {
        let service = Service::that_says(replies).await;
        let transport = Transport::new();
        let error = sign_in(&transport, prepare(&service)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ChallengeRequired, "{error}");
        let challenge = error.challenge().unwrap().clone();
        Self { service, transport, challenge }
    }

    /// This challenge first, then these replies.
    async fn by(name: &str, parameters: Value, replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::at([challenge(name, &parameters)].into_iter().chain(replies), request).await
    }

    async fn respond(&self, answer: Answer) -> Result<Step, Error> {
        self.challenge.respond(&self.transport, answer).await
    }

    /// Answers, and gives the tokens that end it.
    async fn finish(&self, answer: Answer) {
        match self.respond(answer).await.unwrap() {
            Step::Tokens(tokens) => assert_eq!(tokens.summary().username.as_deref(), Some(USERNAME)),
            Step::Challenge(challenge) => panic!("{challenge:?}"),
        }
    }

    /// The challenge that an answer leads to.
    async fn go_on(self, answer: Answer) -> Self {
        match self.respond(answer).await.unwrap() {
            Step::Challenge(challenge) => Self { challenge, ..self },
            Step::Tokens(tokens) => panic!("{tokens:?}"),
        }
    }

    /// The body of the last request.
    fn sent(&self) -> Value {
        self.service.calls().last().unwrap().body()
    }

    fn responses(&self) -> Value {
        self.sent()["ChallengeResponses"].clone()
    }

    /// An answer that is refused before anything is sent.
    async fn refuses(&self, answer: Answer) -> Error {
        let before = self.service.calls().len();
        let error = self.respond(answer).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        assert!(error.hint().is_some());
        assert_eq!(self.service.calls().len(), before, "{error}");
        error
    }
}

fn attributes(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn raw(pairs: &[(&str, &str)]) -> Answer {
    let answers = pairs.iter().map(|(name, value)| ((*name).to_owned(), Zeroizing::new((*value).to_owned())));
    Answer { answers: answers.collect(), ..Answer::default() }
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
    let refused =
        refusal("InvalidPasswordException", "Password does not conform to policy: Password not long enough");
    let asked = Asked::by("NEW_PASSWORD_REQUIRED", json!({}), [refused, tokens()]).await;
    let error = asked.respond(Answer::new_password("short", BTreeMap::new())).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, "InvalidPasswordException"));
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

fn select_challenge(choices: &[&str]) -> Reply {
    let choices = json!(choices);
    challenge("SELECT_CHALLENGE", &json!({})).edited(move |body| body["AvailableChallenges"] = choices)
}

fn user_auth(request: SignInRequest) -> SignInRequest {
    SignInRequest { flow: Flow::UserAuth, preferred_challenge: Some("WEB_AUTHN".into()), ..request }
}

const ALL: [&str; 5] = ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"];

#[tokio::test]
async fn choosing_a_code_leads_to_the_challenge_for_it() {
    let replies = [select_challenge(&ALL), challenge_in("second", "EMAIL_OTP", &json!({})), tokens()];
    let asked = Asked::at(replies, |service| user_auth(request(service))).await;
    assert_eq!(asked.challenge.choices(), ALL);
    let asked = asked.go_on(Answer::text("EMAIL_OTP")).await;
    assert_eq!(asked.service.calls()[1].parameter("ANSWER"), "EMAIL_OTP");
    asked.finish(Answer::text("12345678")).await;
    assert_eq!(asked.responses()["EMAIL_OTP_CODE"], "12345678");
}

#[tokio::test]
async fn choosing_the_password_sends_it_along() {
    let beside =
        Answer { answer: Some(Zeroizing::new("PASSWORD".into())), ..raw(&[("PASSWORD", "typed now")]) };
    let as_new = Answer { new_password: Some("typed now".into()), ..Answer::text("PASSWORD") };
    for (answer, knows_password, expected) in [
        (Answer::text("PASSWORD"), true, PASSWORD),
        (beside, false, "typed now"),
        (as_new, false, "typed now"),
    ] {
        let asked = Asked::at([select_challenge(&ALL), tokens()], |service| {
            let mut request = user_auth(request(service));
            request.password = request.password.filter(|_| knows_password);
            request
        })
        .await;
        asked.finish(answer).await;
        let responses = asked.responses();
        assert_eq!((&responses["ANSWER"], &responses["PASSWORD"]), (&json!("PASSWORD"), &json!(expected)));
    }
}

#[tokio::test]
async fn choosing_srp_proves_the_password() {
    for knows_password in [true, false] {
        let ada = SrpServer::of_ada();
        let replies = [select_challenge(&ALL), ada.challenge(), ada.if_proved(tokens())];
        let asked = Asked::at(replies, |service| {
            let mut request = user_auth(srp_request(service));
            request.password = request.password.filter(|_| knows_password);
            request
        })
        .await;
        let new_password = (!knows_password).then(|| PASSWORD.into());
        asked.finish(Answer { new_password, ..Answer::text("PASSWORD_SRP") }).await;
        let chosen = &asked.service.calls()[1];
        let expected = json!({"USERNAME": "ada@example.org", "ANSWER": "PASSWORD_SRP", "SRP_A": chosen.parameter("SRP_A")});
        assert_eq!(chosen.body()["ChallengeResponses"], expected);
        assert!(asked.service.calls().iter().all(|call| !call.text.contains(PASSWORD)));
    }
}

#[tokio::test]
async fn a_password_that_nobody_knows_cannot_be_chosen() {
    let asked = Asked::at([select_challenge(&ALL)], |service| SignInRequest {
        password: None,
        ..user_auth(srp_request(service))
    })
    .await;
    for choice in ["PASSWORD", "PASSWORD_SRP"] {
        assert_eq!(asked.refuses(Answer::text(choice)).await.code(), "InvalidAnswer");
    }
    // Without the pool there is nothing to prove it to.
    let asked = Asked::at([select_challenge(&ALL)], |service| user_auth(request(service))).await;
    assert!(asked.refuses(Answer::text("PASSWORD_SRP")).await.message().contains("COGNITO_USER_POOL_ID"));
}

#[tokio::test]
async fn a_person_may_send_the_password_where_the_service_asks_for_it() {
    let replies = [challenge("PASSWORD", &json!({})), tokens()];
    let asked = Asked::at(replies, |service| user_auth(request(service))).await;
    asked.finish(Answer::text(PASSWORD)).await;
    assert_eq!(asked.responses()["PASSWORD"], PASSWORD);
}

#[tokio::test]
async fn a_person_may_prove_the_password_where_the_service_asks_for_it() {
    let ada = SrpServer::of_ada();
    let replies = [challenge("PASSWORD_SRP", &json!({})), ada.challenge(), ada.if_proved(tokens())];
    let asked =
        Asked::at(replies, |service| SignInRequest { password: None, ..user_auth(srp_request(service)) })
            .await;
    asked.finish(Answer::text(PASSWORD)).await;
    assert!(asked.service.calls().iter().all(|call| !call.text.contains(PASSWORD)));
}

#[tokio::test]
async fn a_passkey_answers_with_the_authenticator_s_json() {
    let options = json!({"CREDENTIAL_REQUEST_OPTIONS": "{\"challenge\":\"AAAA\"}"});
    let asked = Asked::by("WEB_AUTHN", options, [tokens()]).await;
    asked.finish(Answer::text("{\"id\":\"x\"}")).await;
    assert_eq!(asked.responses()["CREDENTIAL"], "{\"id\":\"x\"}");
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
