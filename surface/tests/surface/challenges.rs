//! The conversation in which challenges are answered.

use cognitoken::{Challenge, Error, ErrorKind};
use cognitoken_surface::{
    Conversation, Failure, MOST_ATTEMPTS, Next, Object, Outcome, Output, Person, Question, answered,
};
use serde_json::json;

use crate::bag::Bag;
use crate::door::{Service, call, tokens};

fn challenge_of(outcome: Outcome) -> Challenge {
    match outcome {
        Err(Failure::Unanswered(challenge)) => challenge,
        other => panic!("{other:?}"),
    }
}

fn asked(service: &Service, name: &str, parameters: serde_json::Value) -> Outcome {
    let challenge = json!({"ChallengeName": name, "Session": "s", "ChallengeParameters": parameters});
    service.answer("InitiateAuth", json!({}), 200, challenge);
    call("login", &service.values().with("password", "secret").with("flow", "password")).outcome
}

fn respond(challenge: &Challenge, answer: &str) -> Outcome {
    let object = Object::Challenge(std::sync::Arc::new(challenge.clone()));
    call("challenge.respond", &Bag::default().with_object("self", object).with("answer", answer)).outcome
}

fn mismatch(service: &Service, code: &str) {
    service.answer(
        "RespondToAuthChallenge",
        json!({"ChallengeResponses": {"SMS_MFA_CODE": code}}),
        400,
        json!({"__type": "CodeMismatchException", "message": "Invalid code"}),
    );
}

/// Answers with these codes, one after the other.
struct Typing {
    codes: std::vec::IntoIter<&'static str>,
    refused: usize,
}

impl Person for Typing {
    type Failure = Failure;

    fn answer(&mut self, challenge: &Challenge) -> Result<Outcome, Failure> {
        Ok(respond(challenge, self.codes.next().expect("asked too often")))
    }

    fn refused(&mut self, error: &Error) {
        assert_eq!(error.code(), "CodeMismatchException");
        self.refused += 1;
    }
}

#[test]
fn a_person_may_mistype_and_answers_the_same_challenge_again() {
    let service = Service::start();
    let outcome = asked(&service, "SMS_MFA", json!({}));
    mismatch(&service, "1");
    service.answer(
        "RespondToAuthChallenge",
        json!({"ChallengeResponses": {"SMS_MFA_CODE": "2"}}),
        200,
        tokens(),
    );
    let mut person = Typing { codes: vec!["1", "2"].into_iter(), refused: 0 };
    assert!(matches!(answered(&mut person, outcome), Ok(Output::Object(Object::Tokens(_)))));
    assert_eq!(person.refused, 1);
}

#[test]
fn a_person_is_asked_a_limited_number_of_times() {
    let service = Service::start();
    let outcome = asked(&service, "SMS_MFA", json!({}));
    mismatch(&service, "1");
    let mut person = Typing { codes: vec!["1"; MOST_ATTEMPTS].into_iter(), refused: 0 };
    match answered(&mut person, outcome) {
        Err(Failure::StillWaits(error, _)) => assert_eq!(error.code(), "CodeMismatchException"),
        other => panic!("{other:?}"),
    }
    assert_eq!(person.refused, MOST_ATTEMPTS - 1);
}

#[test]
fn a_program_that_answers_wrongly_is_not_asked_again() {
    let service = Service::start();
    let challenge = challenge_of(asked(&service, "SMS_MFA", json!({})));
    mismatch(&service, "1");
    let mut conversation = Conversation::with_a_program();
    assert!(matches!(conversation.after(Err(Failure::Unanswered(challenge.clone()))), Next::Ask(_)));
    assert!(matches!(conversation.after(respond(&challenge, "1")), Next::Failed(Failure::StillWaits(..))));
}

#[test]
fn another_error_ends_the_conversation() {
    let error = Error::new(ErrorKind::Network, "ConnectionFailed", "gone");
    let next = Conversation::with_a_person().after(Err(error.into()));
    assert!(matches!(next, Next::Failed(Failure::Error(_))));
}

#[test]
fn a_code_is_hidden_and_a_new_password_is_asked_twice() {
    let service = Service::start();
    let question = Question::of(&challenge_of(asked(&service, "SMS_MFA", json!({}))));
    assert!(question.is_hidden && !question.is_asked_twice, "{question:?}");
    let service = Service::start();
    let parameters = json!({"requiredAttributes": "[\"userAttributes.name\"]", "userAttributes": "{}"});
    let question = Question::of(&challenge_of(asked(&service, "NEW_PASSWORD_REQUIRED", parameters)));
    assert!(question.is_hidden && question.is_asked_twice, "{question:?}");
    assert_eq!(question.attributes.len(), 1, "{question:?}");
}

#[test]
fn a_question_names_the_host_and_cannot_control_the_terminal() {
    let service = Service::start();
    let parameters =
        json!({"CODE_DELIVERY_DESTINATION": "\u{1b}[31m+1***", "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS"});
    let question = Question::of(&challenge_of(asked(&service, "SMS_MFA", parameters)));
    assert!(question.prompt.starts_with("127.0.0.1:"), "{}", question.prompt);
    assert!(question.prompt.contains("asks (its words)"), "{}", question.prompt);
    assert!(!question.prompt.contains('\u{1b}'), "{}", question.prompt);
}

#[test]
fn a_missing_value_is_asked_for_once_and_of_a_person_alone() {
    let service = Service::start();
    for (parameter, values) in [
        ("password", service.values().with("flow", "password")),
        ("username", service.values().with("flow", "password").with("username", "")),
        ("client_id", service.values().with("flow", "password").with("client_id", "")),
    ] {
        let lacking = || call("login", &values).outcome;
        let mut person = Conversation::with_a_person();
        let Next::AskMissing(missing, error) = person.after(lacking()) else { panic!("{parameter}") };
        assert_eq!((missing.parameter, error.lacks()), (parameter, Some(parameter)));
        assert_eq!(missing.is_hidden, parameter == "password");
        assert!(matches!(person.after(lacking()), Next::Failed(_)));
        assert!(matches!(Conversation::with_a_program().after(lacking()), Next::Failed(_)));
    }
}
