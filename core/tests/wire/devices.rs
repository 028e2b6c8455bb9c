//! Devices that a pool remembers: made known, proved later, forgotten.

use cognitoken::{
    Cognito, Device, Environment, ErrorKind, RefreshRequest, SessionRequest, SignInRequest, Tokens,
};
use serde_json::{Value, json};

use super::cognito::{
    CLIENT, REFRESH_TOKEN, USERNAME, access_token, challenge, client, jwt, refusal, request, result,
    result_with, secret_hash, srp_request, tokens, tokens_of, with_secret,
};
use super::outcome::{Done as _, sign_in};
use super::service::{Call, Reply, Service};
use super::srp_server::{SECRET_BLOCK, SrpServer};

const KEY: &str = "us-east-1_627477ae-3631-4248-bed9-d2e934100372";
const GROUP: &str = "-FDRunwQv";

fn device() -> Device {
    Device::new(KEY, GROUP, "the device's own password".into())
}

fn from_device(request: SignInRequest) -> SignInRequest {
    SignInRequest { device: Some(device()), ..request }
}

fn remembering(request: SignInRequest) -> SignInRequest {
    SignInRequest { remember_device: true, ..request }
}

fn with_new_device() -> Reply {
    let metadata = json!({"DeviceKey": KEY, "DeviceGroupKey": GROUP});
    let mut result = result();
    result["NewDeviceMetadata"] = metadata;
    tokens_of(&result)
}

fn confirmed(user_confirmation_necessary: bool) -> Reply {
    Reply::json(200, &json!({"UserConfirmationNecessary": user_confirmation_necessary}))
}

/// Signs in and makes the device known; the service goes on with these replies.
async fn known_device(replies: impl IntoIterator<Item = Reply>) -> (Service, Tokens) {
    let service = Service::that_says([with_new_device(), confirmed(false)].into_iter().chain(replies)).await;
    let tokens = sign_in(&Cognito::new(), remembering(request(&service))).await.unwrap();
    (service, tokens)
}

#[tokio::test]
async fn a_new_device_is_made_known_where_that_is_asked_for() {
    let (service, tokens) = known_device([]).await;
    assert_eq!(service.operations(), ["InitiateAuth", "ConfirmDevice"]);
    let body = service.calls()[1].body();
    assert_eq!((&body["AccessToken"], &body["DeviceKey"]), (&json!(access_token()), &json!(KEY)));
    assert!(body["DeviceName"].as_str().unwrap().starts_with("cognitoken/"));
    let device = tokens.device().unwrap();
    assert_eq!((device.key(), device.group_key()), (KEY, GROUP));
    assert!(!service.calls()[1].text.contains(device.password().expose()));
}

#[tokio::test]
async fn a_pool_that_leaves_it_to_its_users_is_told_to_remember() {
    let service =
        Service::that_says([with_new_device(), confirmed(true), Reply::text(200, "text/plain", "")]).await;
    sign_in(&Cognito::new(), remembering(request(&service))).await.unwrap();
    assert_eq!(service.operations()[1..], ["ConfirmDevice", "UpdateDeviceStatus"]);
    assert_eq!(
        service.calls()[2].body(),
        json!({"AccessToken": access_token(), "DeviceKey": KEY, "DeviceRememberedStatus": "remembered"})
    );
}

#[tokio::test]
async fn a_device_is_not_made_known_unasked() {
    let service = Service::that_says([with_new_device()]).await;
    let tokens = sign_in(&Cognito::new(), request(&service)).await.unwrap();
    assert_eq!(service.operations(), ["InitiateAuth"]);
    assert!(tokens.device().is_none());
}

/// The service's side of the device, by what it was told when the device was made known.
fn server_of(confirmation: &Call) -> SrpServer {
    SrpServer::of_device(GROUP, KEY, confirmation)
}

#[tokio::test]
async fn a_known_device_proves_itself_in_the_place_of_a_code() {
    let (first, known) = known_device([]).await;
    let confirmation = &first.calls()[1];
    let (ada, laptop) = (SrpServer::of_ada(), server_of(confirmation));
    let replies = [
        ada.challenge(),
        ada.if_proved(challenge("DEVICE_SRP_AUTH", &json!({"USERNAME": USERNAME}))),
        laptop.challenge_with("DEVICE_PASSWORD_VERIFIER", json!({"USERNAME": USERNAME, "DEVICE_KEY": KEY})),
        laptop.if_proved(tokens()),
    ];
    let service = Service::that_says(replies).await;
    let request = SignInRequest { device: known.device().cloned(), ..with_secret(srp_request(&service)) };
    let tokens = sign_in(&Cognito::new(), request).await.unwrap();
    assert_eq!(tokens.device().unwrap().key(), KEY);

    let calls = service.calls();
    assert_eq!(calls[0].parameter("DEVICE_KEY"), KEY);
    // AWS wants the device's key in every answer of a sign-in from it.
    assert_eq!(calls[1].parameter("DEVICE_KEY"), KEY);
    let hash = secret_hash(USERNAME);
    let expected = json!({"USERNAME": USERNAME, "DEVICE_KEY": KEY, "SRP_A": calls[2].parameter("SRP_A"), "SECRET_HASH": hash});
    assert_eq!(calls[2].body()["ChallengeResponses"], expected);
    let expected = json!({
        "USERNAME": USERNAME,
        "DEVICE_KEY": KEY,
        "PASSWORD_CLAIM_SECRET_BLOCK": SECRET_BLOCK,
        "PASSWORD_CLAIM_SIGNATURE": calls[3].parameter("PASSWORD_CLAIM_SIGNATURE"),
        "TIMESTAMP": calls[3].parameter("TIMESTAMP"),
        "SECRET_HASH": hash,
    });
    assert_eq!(calls[3].body()["ChallengeResponses"], expected);
    assert_ne!(calls[0].parameter("SRP_A"), calls[2].parameter("SRP_A"));
}

#[tokio::test]
async fn another_device_s_password_does_not_pass() {
    let (first, _known) = known_device([]).await;
    let laptop = server_of(&first.calls()[1]);
    let replies = [
        challenge("DEVICE_SRP_AUTH", &json!({})),
        laptop.challenge_with("DEVICE_PASSWORD_VERIFIER", json!({"USERNAME": USERNAME})),
        laptop.if_proved(tokens()),
    ];
    let service = Service::that_says(replies).await;
    let error = sign_in(&Cognito::new(), from_device(request(&service))).await.unwrap_err();
    assert_eq!((error.kind(), service.unsaid()), (ErrorKind::Authentication, 0));
}

#[tokio::test]
async fn a_forgotten_device_is_dropped_and_the_sign_in_done_once_without_it() {
    for (code, message) in [
        ("ResourceNotFoundException", "Device does not exist."),
        ("NotAuthorizedException", "Device does not exist."),
        ("InvalidParameterException", "Invalid device key given."),
    ] {
        let service = Service::that_says([refusal(code, message), tokens()]).await;
        let tokens = sign_in(&Cognito::new(), from_device(request(&service))).await.unwrap();
        assert_eq!(service.operations(), ["InitiateAuth"; 2]);
        assert_eq!(service.calls()[0].parameter("DEVICE_KEY"), KEY);
        assert_eq!(service.calls()[1].parameter("DEVICE_KEY"), Value::Null);
        assert!(tokens.device().is_none());

        // Once: the second time it is no longer about the device.
        let service = Service::that_says([refusal(code, message), refusal(code, message)]).await;
        let error = sign_in(&Cognito::new(), from_device(request(&service))).await.unwrap_err();
        assert_eq!((error.code(), service.operations().len()), (code, 2));
    }
}

#[tokio::test]
async fn a_refusal_that_is_not_about_the_device_is_final() {
    let refused = refusal("NotAuthorizedException", "Incorrect username or password.");
    let service = Service::that_says([refused, tokens()]).await;
    sign_in(&Cognito::new(), from_device(request(&service))).await.unwrap_err();
    assert_eq!(service.operations(), ["InitiateAuth"]);
}

#[tokio::test]
async fn a_refresh_names_the_device() {
    let without = || tokens_of(&result_with("RefreshToken", Value::Null));
    let replies = [without(), refusal("UnknownOperationException", ""), without()];
    let (service, tokens) = known_device(replies).await;
    let cognito = Cognito::new();
    let second = cognito.refresh_tokens(&tokens).await.unwrap();
    cognito.refresh_tokens(&second).await.unwrap();
    let calls = service.calls();
    assert_eq!(calls[2].body(), json!({"RefreshToken": REFRESH_TOKEN, "ClientId": CLIENT, "DeviceKey": KEY}));
    let expected = json!({"REFRESH_TOKEN": REFRESH_TOKEN, "DEVICE_KEY": KEY});
    assert_eq!(calls[4].body()["AuthParameters"], expected);
    assert_eq!(second.device().unwrap().key(), KEY);
}

/// A refresh token alone, of a pool that remembers devices.
#[tokio::test]
async fn a_refresh_that_starts_from_a_token_names_its_device() {
    let key_alone =
        |request: RefreshRequest| RefreshRequest { device_key: Some(format!(" {KEY}\n")), ..request };
    let whole = |request: RefreshRequest| RefreshRequest { device: Some(device()), ..request };
    let of_environment = |request: RefreshRequest| RefreshRequest {
        environment: Environment::from_pairs([("COGNITO_DEVICE_KEY", KEY)], "").unwrap(),
        ..request
    };
    let ways: [&dyn Fn(RefreshRequest) -> RefreshRequest; 3] = [&key_alone, &whole, &of_environment];
    for way in ways {
        let service = Service::that_says([tokens(), tokens()]).await;
        let request = RefreshRequest {
            refresh_token: Some(format!("{REFRESH_TOKEN}\n").into()),
            client: client(&service),
            ..RefreshRequest::new(Environment::empty())
        };
        let cognito = Cognito::new();
        let first = cognito.refresh(way(request)).await.unwrap();
        cognito.refresh_tokens(&first).await.unwrap();
        for call in service.calls() {
            let expected = json!({"RefreshToken": REFRESH_TOKEN, "ClientId": CLIENT, "DeviceKey": KEY});
            assert_eq!(call.body(), expected);
        }
    }
}

#[tokio::test]
async fn a_session_that_starts_from_a_token_names_its_device() {
    for from_environment in [true, false] {
        let service = Service::that_says([tokens(), tokens()]).await;
        let variables = from_environment.then_some(("COGNITO_DEVICE_KEY", KEY));
        let environment = Environment::from_pairs(variables, "").unwrap();
        let mut opened = SessionRequest::new(environment);
        opened.refresh_token = Some(REFRESH_TOKEN.into());
        opened.device_key = (!from_environment).then(|| KEY.to_owned());
        opened.sign_in.client = client(&service);
        let session = Cognito::new().session(opened).unwrap();
        session.tokens().await.done().unwrap();
        session.refresh().await.done().unwrap();
        let keys: Vec<Value> = service.calls().iter().map(|call| call.body()["DeviceKey"].clone()).collect();
        assert_eq!(keys, [KEY, KEY]);
    }
}

/// A pool that tracks devices refuses a refresh without the key, whether the device is remembered or not.
#[tokio::test]
async fn a_refresh_names_a_device_that_nobody_asked_to_remember() {
    let in_metadata = with_new_device();
    let access = jwt(&json!({"username": USERNAME, "device_key": KEY}));
    let in_token = tokens_of(&result_with("AccessToken", json!(access)));
    for first in [in_metadata, in_token] {
        let service = Service::that_says([first, tokens(), tokens()]).await;
        let cognito = Cognito::new();
        let signed_in = sign_in(&cognito, request(&service)).await.unwrap();
        let second = cognito.refresh_tokens(&signed_in).await.unwrap();
        cognito.refresh_tokens(&second).await.unwrap();
        for call in &service.calls()[1..] {
            assert_eq!(call.body()["DeviceKey"], KEY);
        }
    }
}

#[tokio::test]
async fn a_refresh_goes_on_without_a_device_that_was_forgotten() {
    let forgotten = refusal("ResourceNotFoundException", "Device does not exist.");
    let (service, tokens) = known_device([forgotten, tokens()]).await;
    let second = Cognito::new().refresh_tokens(&tokens).await.unwrap();
    assert_eq!(service.operations()[2..], ["GetTokensFromRefreshToken"; 2]);
    assert_eq!(service.calls()[3].body(), json!({"RefreshToken": REFRESH_TOKEN, "ClientId": CLIENT}));
    assert!(second.device().is_none());
}

#[tokio::test]
async fn tokens_are_not_lost_with_a_device_that_could_not_be_made_known() {
    let refused = refusal("InvalidParameterException", "Invalid verifier.");
    let service = Service::that_says([with_new_device(), refused, tokens()]).await;
    let cognito = Cognito::new();
    let tokens = sign_in(&cognito, remembering(request(&service))).await.unwrap();
    assert!(tokens.device().is_none());
    cognito.refresh_tokens(&tokens).await.unwrap();
    assert_eq!(service.operations(), ["InitiateAuth", "ConfirmDevice", "GetTokensFromRefreshToken"]);
}

#[tokio::test]
async fn a_refresh_that_is_refused_for_want_of_a_device_says_so() {
    let refused = refusal("NotAuthorizedException", "Invalid Refresh Token.");
    let service = Service::that_says([with_new_device(), refused]).await;
    let cognito = Cognito::new();
    let tokens = sign_in(&cognito, request(&service)).await.unwrap();
    let error = cognito.refresh_tokens(&tokens).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert!(error.hint().unwrap().contains("remember_device"));
}
