//! The flow that a sign-in takes, which never becomes another one.

use cognitoken::{Cognito, ErrorKind, Flow, SignInRequest};
use serde_json::json;

use super::cognito::{
    ALIAS, PASSWORD, SESSION, challenge, refusal, request, secret_hash, srp_request, tokens, with_secret,
    wrong_password,
};
use super::outcome::{challenge_to, sign_in};
use super::service::Service;
use super::srp_server::SrpServer;

fn by(flow: Flow, request: SignInRequest) -> SignInRequest {
    SignInRequest { flow, ..request }
}

fn without_password(request: SignInRequest) -> SignInRequest {
    SignInRequest { password: None, ..request }
}

#[test]
fn the_flows_have_the_names_that_the_documentation_gives_them() {
    for (name, flow) in [
        ("auto", Flow::Auto),
        ("srp", Flow::Srp),
        ("password", Flow::Password),
        ("custom", Flow::Custom),
        ("user_auth", Flow::UserAuth),
    ] {
        assert_eq!(name.parse::<Flow>().unwrap(), flow);
    }
    for wrong in ["", "SRP", "USER_SRP_AUTH", "admin"] {
        let error = wrong.parse::<Flow>().unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "InvalidFlow"));
        assert!(error.hint().unwrap().contains("\"srp\""));
    }
}

#[tokio::test]
async fn auto_is_srp_where_the_pool_is_known_and_the_password_otherwise() {
    for (knows_pool, expected) in [(true, "USER_SRP_AUTH"), (false, "USER_PASSWORD_AUTH")] {
        let service = Service::that_says([wrong_password()]).await;
        let request = if knows_pool { srp_request(&service) } else { request(&service) };
        sign_in(&Cognito::new(), request).await.unwrap_err();
        assert_eq!(service.calls()[0].body()["AuthFlow"], expected);
    }
}

#[tokio::test]
async fn an_explicit_flow_is_the_one_that_is_taken() {
    for (flow, expected) in [
        (Flow::Password, "USER_PASSWORD_AUTH"),
        (Flow::Srp, "USER_SRP_AUTH"),
        (Flow::Custom, "CUSTOM_AUTH"),
        (Flow::UserAuth, "USER_AUTH"),
    ] {
        let service = Service::that_says([wrong_password()]).await;
        sign_in(&Cognito::new(), by(flow, srp_request(&service))).await.unwrap_err();
        assert_eq!(service.calls()[0].body()["AuthFlow"], expected);
    }
}

#[tokio::test]
async fn a_refused_srp_sign_in_ends_there() {
    let refusals = [
        ("InvalidParameterException", "USER_SRP_AUTH is not enabled for the client."),
        ("NotAuthorizedException", "Incorrect username or password."),
        ("UserNotFoundException", "User does not exist."),
    ];
    for flow in [Flow::Auto, Flow::Srp] {
        for (code, message) in refusals {
            let service = Service::that_says([refusal(code, message)]).await;
            let error = sign_in(&Cognito::new(), by(flow, srp_request(&service))).await.unwrap_err();
            assert_eq!(error.code(), code);
            assert_eq!(service.operations(), ["InitiateAuth"]);

            let ada = SrpServer::of_ada();
            let service = Service::that_says([ada.challenge(), refusal(code, message)]).await;
            let error = sign_in(&Cognito::new(), by(flow, srp_request(&service))).await.unwrap_err();
            assert_eq!(error.code(), code);
            assert_eq!(service.operations(), ["InitiateAuth", "RespondToAuthChallenge"]);
            assert!(service.calls().iter().all(|call| !call.text.contains(PASSWORD)));
        }
    }
}

/// Whoever answers in the service's place must not be handed the password by asking for it.
#[tokio::test]
async fn a_challenge_for_the_password_itself_is_not_answered_in_a_flow_that_never_sends_it() {
    for flow in [Flow::Auto, Flow::Srp, Flow::Custom, Flow::UserAuth] {
        let ada = SrpServer::of_ada();
        for replies in [
            vec![challenge("PASSWORD", &json!({}))],
            vec![ada.challenge(), ada.if_proved(challenge("PASSWORD", &json!({})))],
        ] {
            let service = Service::that_says(replies).await;
            let error = sign_in(&Cognito::new(), by(flow, srp_request(&service))).await.unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::ChallengeRequired, "PASSWORD"), "{flow:?}");
            assert!(service.calls().iter().all(|call| !call.text.contains(PASSWORD)), "{flow:?}");
            assert_eq!(service.unsaid(), 0);
        }
    }
}

#[tokio::test]
async fn srp_without_a_pool_says_which_value_is_missing() {
    let service = Service::unasked().await;
    let error = sign_in(&Cognito::new(), by(Flow::Srp, request(&service))).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "MissingValue"));
    assert!(error.message().contains("COGNITO_USER_POOL_ID"));
    assert!(service.calls().is_empty());
}

#[tokio::test]
async fn custom_starts_with_srp_where_password_and_pool_are_known() {
    let ada = SrpServer::of_ada();
    let riddle = challenge("CUSTOM_CHALLENGE", &json!({"riddle": "what walks on four legs?"}));
    let service = Service::that_says([ada.challenge(), ada.if_proved(riddle)]).await;
    let asked = challenge_to(&Cognito::new(), by(Flow::Custom, srp_request(&service))).await;
    assert_eq!(
        (asked.name(), asked.parameters()["riddle"].as_str()),
        ("CUSTOM_CHALLENGE", "what walks on four legs?")
    );
    assert_eq!(asked.question(), "riddle: what walks on four legs?");

    let first = &service.calls()[0];
    let expected = json!({"USERNAME": ALIAS, "CHALLENGE_NAME": "SRP_A", "SRP_A": first.parameter("SRP_A")});
    assert_eq!(first.body()["AuthParameters"], expected);
}

#[tokio::test]
async fn custom_does_without_a_password() {
    let service = Service::that_says([challenge("CUSTOM_CHALLENGE", &json!({}))]).await;
    let request = without_password(by(Flow::Custom, with_secret(srp_request(&service))));
    let error = sign_in(&Cognito::new(), request).await.unwrap_err();
    assert_eq!(error.code(), "CUSTOM_CHALLENGE");
    let expected = json!({"USERNAME": ALIAS, "SECRET_HASH": secret_hash(ALIAS)});
    assert_eq!(service.calls()[0].body()["AuthParameters"], expected);
}

#[tokio::test]
async fn user_auth_prefers_srp_and_proves_the_password() {
    let ada = SrpServer::of_ada();
    let service = Service::that_says([ada.challenge(), ada.if_proved(tokens())]).await;
    sign_in(&Cognito::new(), by(Flow::UserAuth, srp_request(&service))).await.unwrap();
    let first = &service.calls()[0];
    let expected =
        json!({"USERNAME": ALIAS, "PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": first.parameter("SRP_A")});
    assert_eq!(first.body()["AuthParameters"], expected);
}

#[tokio::test]
async fn user_auth_sends_the_password_where_it_is_asked_to() {
    let service = Service::that_says([tokens(), tokens()]).await;
    let expected = json!({"USERNAME": ALIAS, "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD});
    let unknown_pool = by(Flow::UserAuth, request(&service));
    let preferred = Some("PASSWORD".to_owned());
    let told = SignInRequest { preferred_challenge: preferred, ..by(Flow::UserAuth, srp_request(&service)) };
    for request in [unknown_pool, told] {
        sign_in(&Cognito::new(), request).await.unwrap();
    }
    for call in service.calls() {
        assert_eq!(call.body()["AuthParameters"], expected);
    }
}

#[tokio::test]
async fn user_auth_that_prefers_the_password_answers_the_challenge_for_it() {
    let service = Service::that_says([challenge("PASSWORD", &json!({})), tokens()]).await;
    sign_in(&Cognito::new(), by(Flow::UserAuth, request(&service))).await.unwrap();
    let answer = &service.calls()[1];
    let expected = json!({"USERNAME": ALIAS, "PASSWORD": PASSWORD});
    assert_eq!(
        (&answer.body()["ChallengeResponses"], &answer.body()["Session"]),
        (&expected, &json!(SESSION))
    );
}

#[tokio::test]
async fn user_auth_proves_the_password_where_the_service_asks_for_it_later() {
    let ada = SrpServer::of_ada();
    let replies = [challenge("PASSWORD_SRP", &json!({})), ada.challenge(), ada.if_proved(tokens())];
    let service = Service::that_says(replies).await;
    let request = by(Flow::UserAuth, srp_request(&service));
    sign_in(&Cognito::new(), SignInRequest { preferred_challenge: Some("EMAIL_OTP".into()), ..request })
        .await
        .unwrap();
    let calls = service.calls();
    assert_eq!(
        calls[0].body()["AuthParameters"],
        json!({"USERNAME": ALIAS, "PREFERRED_CHALLENGE": "EMAIL_OTP"})
    );
    let expected = json!({"USERNAME": ALIAS, "SRP_A": calls[1].parameter("SRP_A")});
    assert_eq!(calls[1].body()["ChallengeResponses"], expected);
    assert_eq!(calls.len(), 3);
}

#[tokio::test]
async fn user_auth_needs_no_password_to_ask_what_there_is_to_choose() {
    let choices = json!(["EMAIL_OTP", "WEB_AUTHN"]);
    let reply =
        challenge("SELECT_CHALLENGE", &json!({})).edited(move |body| body["AvailableChallenges"] = choices);
    let service = Service::that_says([reply]).await;
    let request = without_password(by(Flow::UserAuth, request(&service)));
    let asked = challenge_to(&Cognito::new(), request).await;
    assert_eq!(service.calls()[0].body()["AuthParameters"], json!({"USERNAME": ALIAS}));
    assert_eq!(asked.choices(), ["EMAIL_OTP", "WEB_AUTHN"]);
    assert_eq!(asked.question(), "Choose one of EMAIL_OTP, WEB_AUTHN");
}

#[tokio::test]
async fn a_preferred_proof_that_cannot_be_made_is_refused_before_anything_is_sent() {
    let service = Service::unasked().await;
    let prefers = |name: &str, request| SignInRequest {
        preferred_challenge: Some(name.into()),
        ..by(Flow::UserAuth, request)
    };
    for (request, variable) in [
        (prefers("PASSWORD_SRP", request(&service)), "COGNITO_USER_POOL_ID"),
        (prefers("PASSWORD_SRP", without_password(srp_request(&service))), "COGNITO_PASSWORD"),
        (prefers("PASSWORD", without_password(request(&service))), "COGNITO_PASSWORD"),
    ] {
        let error = sign_in(&Cognito::new(), request).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "MissingValue"));
        assert!(error.message().contains(variable), "{error}");
    }
    assert!(service.calls().is_empty());
}

#[tokio::test]
async fn a_service_that_asks_round_in_circles_is_left_in_the_end() {
    let rounds = (0..40).map(|_| challenge("PASSWORD_SRP", &json!({})));
    let service = Service::that_says(rounds).await;
    let error = sign_in(&Cognito::new(), by(Flow::UserAuth, srp_request(&service))).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Service, "TooManyChallenges"));
    assert!(service.unsaid() > 20 && error.hint().is_some());
}

#[tokio::test]
async fn a_proof_that_nothing_started_is_not_made() {
    let parameters = json!({"USER_ID_FOR_SRP": "ada", "SALT": "1", "SRP_B": "2", "SECRET_BLOCK": "AA=="});
    let service = Service::that_says([challenge("PASSWORD_VERIFIER", &parameters)]).await;
    let error = sign_in(&Cognito::new(), by(Flow::Password, srp_request(&service))).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Service, "UnexpectedChallenge"));
    assert_eq!(service.operations(), ["InitiateAuth"]);
}
