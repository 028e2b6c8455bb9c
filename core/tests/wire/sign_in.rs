//! Signing in: what each request says, to the letter, and what a user has afterwards.

use cognitoken::binding::unix_seconds;
use cognitoken::{Cognito, Error, ErrorKind};
use serde_json::json;

use super::cognito::{
    ALIAS, CLIENT, EXPIRES_AT, PASSWORD, REFRESH_TOKEN, SESSION, USERNAME, access_token, challenge,
    cognito_at, id_token, jwt, request, result, result_with, secret_hash, srp_request, tokens, tokens_of,
    with_secret,
};
use super::outcome::{challenge_to, sign_in};
use super::service::Service;
use super::srp_server::{SECRET_BLOCK, SrpServer};

#[tokio::test]
async fn a_password_goes_out_as_the_api_wants_it() {
    let service = Service::that_says([tokens()]).await;
    sign_in(&Cognito::new(), request(&service)).await.unwrap();

    let [call] = service.calls().try_into().ok().unwrap();
    assert_eq!(call.start, "POST / HTTP/1.1");
    assert_eq!(call.header("content-type"), Some("application/x-amz-json-1.1"));
    assert_eq!(call.header("x-amz-target"), Some("AWSCognitoIdentityProviderService.InitiateAuth"));
    assert_eq!(
        call.body(),
        json!({
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": CLIENT,
            "AuthParameters": {"USERNAME": ALIAS, "PASSWORD": PASSWORD},
        })
    );
    assert!(call.header("authorization").is_none() && call.header("cookie").is_none());
}

#[tokio::test]
async fn a_client_secret_adds_its_hash_over_the_name_that_was_typed() {
    let service = Service::that_says([tokens()]).await;
    sign_in(&Cognito::new(), with_secret(request(&service))).await.unwrap();
    let expected = json!({"USERNAME": ALIAS, "PASSWORD": PASSWORD, "SECRET_HASH": secret_hash(ALIAS)});
    assert_eq!(service.calls()[0].body()["AuthParameters"], expected);
}

#[tokio::test]
async fn the_tokens_are_those_that_the_service_sent() {
    let service = Service::that_says([tokens()]).await;
    let tokens = sign_in(&Cognito::new(), request(&service)).await.unwrap();
    assert_eq!(tokens.id_token().unwrap().expose(), id_token());
    assert_eq!(tokens.access_token().expose(), access_token());
    assert_eq!(tokens.refresh_token().unwrap().expose(), REFRESH_TOKEN);
    assert_eq!(tokens.authorization(), format!("Bearer {}", id_token()));
    assert_eq!(
        (tokens.token_type(), tokens.expires_in().as_secs(), unix_seconds(tokens.expires_at())),
        ("Bearer", 3600, EXPIRES_AT)
    );
    assert_eq!(tokens.claims().unwrap()["email"], ALIAS);
    assert_eq!(tokens.to_response(), json!({"AuthenticationResult": result(), "ChallengeParameters": {}}));

    let summary = tokens.summary();
    assert_eq!((summary.who.as_deref(), summary.username.as_deref()), (Some(ALIAS), Some(USERNAME)));
    assert_eq!((summary.client_id.as_str(), summary.refreshable), (CLIENT, true));
}

#[tokio::test]
async fn an_access_token_alone_is_enough() {
    let service = Service::that_says([tokens_of(&json!({"AccessToken": access_token()}))]).await;
    let tokens = sign_in(&Cognito::new(), request(&service)).await.unwrap();
    assert!(tokens.id_token().is_none() && tokens.refresh_token().is_none());
    assert_eq!(tokens.authorization(), format!("Bearer {}", access_token()));
    assert_eq!((tokens.token_type(), unix_seconds(tokens.expires_at())), ("Bearer", EXPIRES_AT));
    assert!(!tokens.summary().refreshable);
}

#[tokio::test]
async fn tokens_that_are_no_jwt_expire_by_the_clock_of_the_service() {
    let opaque = json!({"AccessToken": "opaque", "ExpiresIn": 300});
    let date = "Tue, 14 Nov 2023 22:13:20 GMT"; // 1_700_000_000
    for ours in [1_700_000_000 - 86_400, 1_700_000_000, 1_700_000_000 + 86_400] {
        let service = Service::that_says([tokens_of(&opaque).with_header("date", date)]).await;
        let tokens = sign_in(&cognito_at(ours), request(&service)).await.unwrap();
        assert_eq!(unix_seconds(tokens.expires_at()), 1_700_000_300);
        assert_eq!(tokens.summary().username.as_deref(), Some(ALIAS));
        assert_eq!(tokens.claims().unwrap_err().kind(), ErrorKind::TokenInvalid);
    }
}

#[tokio::test]
async fn an_expiry_beyond_all_time_is_no_end_of_ours() {
    // Windows cannot represent such times: the nearest that is used is the first or the last of the years that people write.
    let (first, last) = if cfg!(windows) { (0, 253_402_300_799) } else { (i64::MIN, i64::MAX) };
    for (exp, expected) in [(i64::MIN, first), (i64::MAX, last), (0, 0)] {
        let token = jwt(&json!({"exp": exp}));
        let service = Service::that_says([tokens_of(&json!({"AccessToken": token}))]).await;
        let tokens = sign_in(&Cognito::new(), request(&service)).await.unwrap();
        assert_eq!(unix_seconds(tokens.expires_at()), expected);
    }
    let service = Service::that_says([tokens_of(&result_with("ExpiresIn", json!(u64::MAX)))]).await;
    let tokens = sign_in(&Cognito::new(), request(&service)).await.unwrap();
    assert_eq!((tokens.expires_in().as_secs(), unix_seconds(tokens.expires_at())), (u64::MAX, EXPIRES_AT));
}

#[tokio::test]
async fn srp_proves_the_password_and_never_sends_it() {
    let ada = SrpServer::of_ada();
    let service = Service::that_says([ada.challenge(), ada.if_proved(tokens())]).await;
    let tokens = sign_in(&cognito_at(949_374_245), srp_request(&service)).await.unwrap();
    assert_eq!(tokens.summary().username.as_deref(), Some(USERNAME));

    let [first, second] = service.calls().try_into().ok().unwrap();
    assert_eq!(
        first.body(),
        json!({
            "AuthFlow": "USER_SRP_AUTH",
            "ClientId": CLIENT,
            "AuthParameters": {"USERNAME": ALIAS, "SRP_A": first.parameter("SRP_A")},
        })
    );
    assert_eq!(
        second.body(),
        json!({
            "ChallengeName": "PASSWORD_VERIFIER",
            "ClientId": CLIENT,
            "ChallengeResponses": {
                "USERNAME": USERNAME,
                "PASSWORD_CLAIM_SECRET_BLOCK": SECRET_BLOCK,
                "PASSWORD_CLAIM_SIGNATURE": second.parameter("PASSWORD_CLAIM_SIGNATURE"),
                "TIMESTAMP": "Tue Feb 1 03:04:05 UTC 2000",
            },
        })
    );
    assert!(!first.text.contains(PASSWORD) && !second.text.contains(PASSWORD));
}

#[tokio::test]
async fn a_wrong_password_does_not_pass_the_proof() {
    let ada = SrpServer::of_ada();
    let service = Service::that_says([ada.challenge(), ada.if_proved(tokens())]).await;
    let mut request = srp_request(&service);
    request.password = Some("correct horse batterz".into());
    let error = sign_in(&Cognito::new(), request).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, "NotAuthorizedException"));
    assert_eq!(service.operations(), ["InitiateAuth", "RespondToAuthChallenge"]);
}

#[tokio::test]
async fn the_secret_hash_goes_over_the_name_of_the_very_request() {
    let ada = SrpServer::of_ada();
    let service = Service::that_says([ada.challenge(), ada.if_proved(tokens())]).await;
    sign_in(&Cognito::new(), with_secret(srp_request(&service))).await.unwrap();
    let calls = service.calls();
    assert_eq!(calls[0].parameter("USERNAME"), ALIAS);
    assert_eq!(calls[0].parameter("SECRET_HASH"), secret_hash(ALIAS));
    assert_eq!(calls[1].parameter("USERNAME"), USERNAME);
    assert_eq!(calls[1].parameter("SECRET_HASH"), secret_hash(USERNAME));
}

#[tokio::test]
async fn the_name_for_srp_stands_in_where_the_challenge_names_no_user() {
    for nameless in [json!({}), json!({"USERNAME": null}), json!({"USERNAME": ""})] {
        let mut parameters = nameless.clone();
        parameters["USER_ID_FOR_SRP"] = json!(USERNAME);
        let ada = SrpServer::of_ada();
        let asked = ada.challenge_with("PASSWORD_VERIFIER", parameters);
        let service = Service::that_says([asked, ada.if_proved(tokens())]).await;
        sign_in(&Cognito::new(), with_secret(srp_request(&service))).await.unwrap();
        let answer = &service.calls()[1];
        assert_eq!(answer.parameter("USERNAME"), USERNAME, "{nameless}");
        assert_eq!(answer.parameter("SECRET_HASH"), secret_hash(USERNAME), "{nameless}");
    }
}

#[tokio::test]
async fn the_proof_is_over_the_name_for_srp_and_the_answer_under_the_other() {
    let ada = SrpServer::of_ada();
    let names = json!({"USERNAME": "ada", "USER_ID_FOR_SRP": USERNAME});
    let asked = ada.challenge_with("PASSWORD_VERIFIER", names);
    let service = Service::that_says([asked, ada.if_proved(tokens())]).await;
    sign_in(&Cognito::new(), srp_request(&service)).await.unwrap();
    assert_eq!(service.calls()[1].parameter("USERNAME"), "ada");
}

#[tokio::test]
async fn the_session_is_echoed_when_one_came_and_only_then() {
    let ada = SrpServer::of_ada();
    let asked = ada.challenge().edited(|body| body["Session"] = json!(SESSION));
    let service = Service::that_says([asked, ada.if_proved(tokens())]).await;
    sign_in(&Cognito::new(), srp_request(&service)).await.unwrap();
    assert_eq!(service.calls()[1].body()["Session"], SESSION);
    // That none is sent where none came is part of `srp_proves_the_password_and_never_sends_it`.
}

#[tokio::test]
async fn the_time_in_the_proof_is_the_service_s() {
    let date = "Tue, 01 Feb 2000 03:04:05 GMT"; // 949_374_245
    for ours in [949_374_245 - 86_400, 949_374_245, 949_374_245 + 86_400] {
        let ada = SrpServer::of_ada();
        let asked = ada.challenge().with_header("date", date);
        let service = Service::that_says([asked, ada.if_proved(tokens())]).await;
        sign_in(&cognito_at(ours), srp_request(&service)).await.unwrap();
        assert_eq!(service.calls()[1].parameter("TIMESTAMP"), "Tue Feb 1 03:04:05 UTC 2000", "{ours}");
    }
}

#[tokio::test]
async fn every_attempt_makes_a_key_of_its_own() {
    let ada = SrpServer::of_ada();
    let replies = [ada.challenge(), ada.if_proved(tokens()), ada.challenge(), ada.if_proved(tokens())];
    let service = Service::that_says(replies).await;
    let cognito = Cognito::new();
    for _ in 0..2 {
        sign_in(&cognito, srp_request(&service)).await.unwrap();
    }
    assert_ne!(service.calls()[0].parameter("SRP_A"), service.calls()[2].parameter("SRP_A"));
}

#[tokio::test]
async fn a_challenge_that_nothing_answers_is_an_error_for_who_answers_nothing() {
    let parameters =
        json!({"CODE_DELIVERY_DESTINATION": "+*******1234", "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS"});
    let service = Service::that_says([challenge("SMS_MFA", &parameters)]).await;
    let asked = challenge_to(&Cognito::new(), request(&service)).await;
    let error = Error::from(asked.clone());
    assert_eq!((error.kind(), error.code()), (ErrorKind::ChallengeRequired, "SMS_MFA"));
    assert_eq!(error.kind().lineage(), ["challenge_required", "authentication"]);
    assert!(!error.retryable() && error.hint().unwrap().contains("code"));
    assert_eq!(asked.name(), "SMS_MFA");
    assert_eq!(json!(asked.parameters()), parameters);
    assert_eq!(asked.destination(), Some("+*******1234"));
    assert_eq!(asked.question(), "Code sent to +*******1234");
}

#[tokio::test]
async fn requests_to_one_service_share_a_connection() {
    let service = Service::that_says([tokens(), tokens()]).await;
    let cognito = Cognito::new();
    for _ in 0..2 {
        sign_in(&cognito, request(&service)).await.unwrap();
    }
    assert_eq!(service.connections(), 1);
}
