//! Passwords, proofs, codes and passkeys where the user chooses among them.

use cognitoken::{Answer, SignInRequest};
use serde_json::json;
use zeroize::Zeroizing;

use super::asked::{Asked, raw, user_auth};
use super::cognito::{ALIAS, PASSWORD, challenge, challenge_in, request, srp_request, tokens};
use super::service::Reply;
use super::srp_server::SrpServer;

fn select_challenge(choices: &[&str]) -> Reply {
    let choices = json!(choices);
    challenge("SELECT_CHALLENGE", &json!({})).edited(move |body| body["AvailableChallenges"] = choices)
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
        let expected =
            json!({"USERNAME": ALIAS, "ANSWER": "PASSWORD_SRP", "SRP_A": chosen.parameter("SRP_A")});
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
