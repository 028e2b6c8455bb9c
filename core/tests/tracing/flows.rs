//! The flows of a user: signing in, challenges, devices, tokens, the account.

use std::collections::BTreeMap;

use cognitoken::{AccountRequest, Answer, Cognito, Environment, Flow, PendingChallenges, RefreshRequest};
use serde_json::json;

use super::cognito::{ALIAS, PASSWORD, USERNAME, cognito_at};
use super::outcome::{challenge_to, sign_in};
use super::replies::{
    DEVICE, FAR_FUTURE, GROUP, TOTP_SECRET, challenge, echo, issued, named_by_a_secret, nothing, request,
    request_client, result_until, srp_request, tokens, tokens_with_new_device, unavailable,
};
use super::secrets::{MARK, Secrets, secret};
use super::service::{Reply, Service};
use super::srp_server::{SECRET_BLOCK, SrpServer};

/// At this time of RFC 6238 its code is 081804.
const TOTP_TIME: u64 = 1_111_111_109;

/// By password and by SRP, after faults that pass, and refused.
pub(crate) async fn signs_in(secrets: &mut Secrets) {
    for value in [PASSWORD, SECRET_BLOCK] {
        secrets.add(value);
    }
    let ada = SrpServer::of_ada();
    let cognito = Cognito::new();
    let service = Service::that_says([unavailable(), Reply::Reset, tokens()]).await;
    sign_in(&cognito, request(&service)).await.unwrap();
    secrets.add_sent_to(&service);

    let service = Service::that_says([ada.challenge(), ada.if_proved(tokens())]).await;
    sign_in(&cognito, srp_request(&service)).await.unwrap();
    secrets.add_sent_to(&service);

    for refusal in [echo("NotAuthorizedException"), echo("TeapotException"), named_by_a_secret()] {
        let service = Service::that_says([refusal]).await;
        sign_in(&cognito, request(&service)).await.unwrap_err();
        secrets.add_sent_to(&service);
    }
    // A password that has the form of a request's id.
    let service = Service::that_says([echo("NotAuthorizedException")]).await;
    let mut request = request(&service);
    request.password = Some(format!("{MARK}-like-an-id").into());
    sign_in(&cognito, request).await.unwrap_err();

    let service = Service::that_says([ada.challenge(), echo("NotAuthorizedException")]).await;
    sign_in(&cognito, srp_request(&service)).await.unwrap_err();
    secrets.add_sent_to(&service);
}

/// Codes, a new password, the pool's own question, an app that is set up; and those that are kept for another process.
pub(crate) async fn answers_challenges(secrets: &mut Secrets) {
    secrets.add(TOTP_SECRET);
    let asks_for_code = challenge("SOFTWARE_TOKEN_MFA", &json!({"USER_ID_FOR_SRP": USERNAME}));
    let service = Service::that_says([asks_for_code, tokens()]).await;
    let mut with_app = request(&service);
    with_app.totp_secret = Some(TOTP_SECRET.into());
    sign_in(&cognito_at(TOTP_TIME), with_app).await.unwrap();
    secrets.add("081804");
    secrets.add_sent_to(&service);

    let cognito = Cognito::new();
    let new_password =
        Answer::new_password(secret("new"), BTreeMap::from([("name".to_owned(), secret("name"))]));
    for (name, answer) in [
        ("SMS_MFA", Answer::text(secret("code"))),
        ("CUSTOM_CHALLENGE", Answer::text(secret("answer"))),
        ("NEW_PASSWORD_REQUIRED", new_password),
    ] {
        for last in [tokens(), echo("CodeMismatchException")] {
            let service =
                Service::that_says([challenge(name, &json!({"private": secret("parameter")})), last]).await;
            let mut request = srp_request(&service);
            request.flow = Flow::Custom;
            let asked = challenge_to(&cognito, request).await;
            let answer = answer.clone().with_client_metadata([("more", secret("more-metadata"))]);
            let _ = cognito.respond(&asked, answer).await;
            secrets.add_sent_to(&service);
        }
    }
    // A challenge that is named by what was sent.
    let service = Service::that_says([challenge(&secret("password"), &json!({}))]).await;
    cognito.sign_in(request(&service)).await.unwrap_err();

    let app = Reply::json(200, &json!({"SecretCode": secret("app"), "Session": secret("second-session")}));
    let setup = challenge("MFA_SETUP", &json!({"MFAS_CAN_SETUP": "[\"SOFTWARE_TOKEN_MFA\"]"}));
    let verified = Reply::json(200, &json!({"Status": "SUCCESS", "Session": secret("third-session")}));
    let service = Service::that_says([setup, app, verified, tokens()]).await;
    let asked = challenge_to(&cognito, request(&service)).await;
    cognito.respond(&asked, Answer::text(secret("code"))).await.unwrap();
    secrets.add_sent_to(&service);
    for name in ["second-session", "third-session", "parameter"] {
        secrets.add(secret(name));
    }

    let folder = tempfile::tempdir().unwrap();
    let service = Service::that_says([challenge("SMS_MFA", &json!({}))]).await;
    let asked = challenge_to(&cognito, request(&service)).await;
    let kept = PendingChallenges::new(folder.path().join("challenges"), cognito.clock().clone());
    kept.keep(&asked).await.unwrap();
    let environment = Environment::from_pairs([("COGNITO_CLIENT_SECRET", secret("client"))], "").unwrap();
    kept.find(None, None, &environment).await.unwrap();
}

/// A device is made known, and proves itself.
pub(crate) async fn remembers_a_device(secrets: &mut Secrets) {
    let ada = SrpServer::of_ada();
    let confirmed = Reply::json(200, &json!({"UserConfirmationNecessary": true}));
    let replies = [ada.challenge(), ada.if_proved(tokens_with_new_device()), confirmed, nothing()];
    let service = Service::that_says(replies).await;
    let mut remembering = srp_request(&service);
    remembering.remember_device = true;
    let known = sign_in(&Cognito::new(), remembering).await.unwrap();
    secrets.add_sent_to(&service);
    secrets.add(known.device().unwrap().password().expose());

    let laptop = SrpServer::of_device(GROUP, DEVICE, &service.calls()[2]);
    let asked = json!({"USERNAME": USERNAME, "DEVICE_KEY": DEVICE});
    let replies = [
        ada.challenge(),
        ada.if_proved(challenge("DEVICE_SRP_AUTH", &json!({"USERNAME": USERNAME}))),
        laptop.challenge_with("DEVICE_PASSWORD_VERIFIER", asked),
        laptop.if_proved(tokens()),
    ];
    let service = Service::that_says(replies).await;
    let mut request = srp_request(&service);
    request.device = known.device().cloned();
    sign_in(&Cognito::new(), request).await.unwrap();
    secrets.add_sent_to(&service);
}

/// Refresh by both operations, rotation, revocation, a changed password, sign-out everywhere; all of them refused too.
pub(crate) async fn uses_tokens(secrets: &mut Secrets) {
    let mut rotated = result_until(FAR_FUTURE);
    rotated["RefreshToken"] = json!(secret("rotated"));
    secrets.add(secret("rotated"));
    let unknown = || Reply::json(400, &json!({"__type": "UnknownOperationException"}));
    let replies = [
        tokens(),
        unavailable(),
        issued(&rotated),
        unknown(),
        tokens(),
        nothing(),
        nothing(),
        nothing(),
        echo("NotAuthorizedException"),
        echo("NotAuthorizedException"),
        echo("InvalidParameterException"),
        echo("NotAuthorizedException"),
    ];
    let service = Service::that_says(replies).await;
    let cognito = Cognito::new();
    let first = sign_in(&cognito, request(&service)).await.unwrap();
    let second = cognito.refresh_tokens(&first).await.unwrap();
    let third = cognito.refresh_tokens(&second).await.unwrap();
    let (old, new) = (secret("old").into(), secret("new").into());
    for _ in 0..2 {
        let _ = cognito.change_password(&third, &old, &new).await;
        let _ = cognito.revoke_tokens(&third).await;
        let _ = cognito.sign_out_everywhere(&third).await;
    }
    cognito.refresh_tokens(&third).await.unwrap_err();
    assert_eq!(service.unsaid(), 0);
    secrets.add_sent_to(&service);

    let replies = [tokens(), nothing(), echo("NotAuthorizedException"), echo("NotAuthorizedException")];
    let service = Service::that_says(replies).await;
    let start = || {
        let mut request = RefreshRequest::new(Environment::empty());
        request.refresh_token = Some(secret("seed").into());
        request.client = super::cognito::client(&service);
        request.with_client_metadata([("private", secret("metadata"))])
    };
    for _ in 0..2 {
        let _ = cognito.refresh(start()).await;
        let _ = cognito.revoke(start()).await;
    }
    secrets.add_sent_to(&service);
}

/// A forgotten password and a sign-up that is confirmed.
pub(crate) async fn works_on_the_account(secrets: &mut Secrets) {
    let delivery = || {
        Reply::json(
            200,
            &json!({"CodeDeliveryDetails": {"Destination": "a***@e***", "DeliveryMedium": "EMAIL"}}),
        )
    };
    let refusals = || (0..4).map(|_| echo("NotAuthorizedException"));
    let service =
        Service::that_says([delivery(), nothing(), delivery(), nothing()].into_iter().chain(refusals()))
            .await;
    let cognito = Cognito::new();
    let account = || {
        let mut request = AccountRequest::new(Environment::empty());
        request.username = Some(ALIAS.into());
        request.client = request_client(&service);
        request.with_client_metadata([("private", secret("metadata"))])
    };
    let (code, new) = (secret("code"), secret("new").into());
    for _ in 0..2 {
        let _ = cognito.forgot_password(account()).await;
        let _ = cognito.confirm_forgot_password(account(), &code, &new).await;
        let _ = cognito.resend_confirmation_code(account()).await;
        let _ = cognito.confirm_sign_up(account(), &code).await;
    }
    assert_eq!(service.unsaid(), 0);
    secrets.add_sent_to(&service);
}
