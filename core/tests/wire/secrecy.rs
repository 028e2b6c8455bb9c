//! No secret is seen: not in an error, a hint or a `Debug` of anything public, though the service says all it knows.

use std::collections::BTreeMap;
use std::fmt::{Debug, Display};

use cognitoken::{
    AccountRequest, Answer, Challenge, ClientValues, Cognito, Device, Environment, Error, RefreshRequest,
    SignInRequest, Step, Tokens,
};
use serde_json::{Value, json};

use super::cognito::{CLIENT, POOL, jwt};
use super::outcome::{challenge_to, sign_in};
use super::service::{Call, Reply, Service};
use super::srp_server::SrpServer;

/// Every secret of these tests has this in it, and nothing else has.
const MARK: &str = "s3kr1t";

fn secret(name: &str) -> String {
    format!("{MARK}-{name}-0123456789")
}

/// Everything that has been shown so far.
#[derive(Default)]
struct Shown(Vec<String>);

impl Shown {
    fn debug(&mut self, value: &impl Debug) {
        self.0.push(format!("{value:?}"));
        self.0.push(format!("{value:#?}"));
    }

    fn display(&mut self, value: impl Display) {
        self.0.push(value.to_string());
    }

    fn error(&mut self, error: &Error) {
        self.debug(error);
        self.display(error);
        self.display(error.code());
        self.display(error.hint().unwrap_or_default());
        self.display(error.request_id().unwrap_or_default());
        let mut cause = std::error::Error::source(error);
        while let Some(inner) = cause {
            self.debug(&inner.to_string());
            cause = inner.source();
        }
    }

    fn challenge(&mut self, challenge: &Challenge) {
        self.debug(challenge);
        self.display(challenge.name());
        self.display(challenge.username());
        self.debug(&challenge.totp_setup());
        self.error(&challenge.clone().into());
    }

    fn tokens(&mut self, tokens: &Tokens) {
        self.debug(tokens);
        self.debug(&tokens.summary());
        self.debug(&(tokens.id_token(), tokens.access_token(), tokens.refresh_token(), tokens.device()));
        self.debug(&Step::Done(tokens.clone()));
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(!self.0.is_empty());
            for text in &self.0 {
                assert!(!text.contains(MARK), "{text}");
            }
        }
    }
}

/// A refusal in which the service repeats the whole request, and tells the client's secret, which it knows.
fn echo(code: &'static str) -> Reply {
    Reply::by(move |call: &Call| {
        let message = format!("Refused: {} {}", call.text, secret("client"));
        Reply::json(400, &json!({"__type": code, "message": message}))
    })
}

fn token(name: &str) -> String {
    jwt(&json!({"username": "ada", "cognito:username": "ada", "jti": secret(name)}))
}

/// Tokens whose signatures are marked too.
fn tokens() -> Reply {
    let token = |name: &str| format!("{}{}", token(name), secret(name));
    let result = json!({
        "AccessToken": token("access"),
        "IdToken": token("id"),
        "RefreshToken": secret("refresh"),
        "ExpiresIn": 3600,
    });
    Reply::json(200, &json!({"AuthenticationResult": result}))
}

fn challenge(name: &str, parameters: &Value) -> Reply {
    let parameters = parameters.clone();
    Reply::json(
        200,
        &json!({"ChallengeName": name, "ChallengeParameters": parameters, "Session": secret("session")}),
    )
}

fn client(service: &Service) -> ClientValues {
    ClientValues {
        client_id: Some(CLIENT.into()),
        client_secret: Some(secret("client").into()),
        endpoint: Some(service.endpoint()),
        ..ClientValues::default()
    }
}

fn request(service: &Service) -> SignInRequest {
    SignInRequest {
        username: Some("ada".into()),
        password: Some(secret("password").into()),
        client: client(service),
        totp_secret: Some(secret("totp").into()),
        remember_device: true,
        device: Some(Device::new("us-east-1_device", "group", secret("device").into())),
        ..SignInRequest::new(Environment::empty())
    }
}

fn by_srp(mut request: SignInRequest) -> SignInRequest {
    request.client.user_pool_id = Some(POOL.into());
    request
}

async fn refused(
    shown: &mut Shown,
    replies: Vec<Reply>,
    change: impl FnOnce(SignInRequest) -> SignInRequest,
) {
    let expected = replies.len();
    let service = Service::that_says(replies).await;
    // Without a device: a refusal that repeats its name would be taken for one of the device.
    let request = SignInRequest { device: None, ..request(&service) };
    let error = sign_in(&Cognito::new(), change(request)).await.unwrap_err();
    shown.error(&error);
    assert_eq!(service.operations().len(), expected, "{error}");
}

#[tokio::test]
async fn what_a_user_holds_shows_no_secret() {
    let mut shown = Shown::default();
    let names =
        ["PASSWORD", "CLIENT_SECRET", "REFRESH_TOKEN", "TOTP_SECRET"].map(|name| format!("COGNITO_{name}"));
    let pairs: Vec<(&str, String)> = names.iter().map(|name| (name.as_str(), secret(name))).collect();
    let dotenv: String = pairs.iter().map(|(name, value)| format!("{name}=\"{value}\"\n")).collect();
    for environment in [Environment::from_pairs(pairs, ""), Environment::from_pairs([("", "")], &dotenv)] {
        let environment = environment.unwrap();
        shown.debug(&environment);
        shown.debug(&SignInRequest::new(environment.clone()));
        shown.debug(&AccountRequest::new(environment));
    }
    let service = Service::unasked().await;
    shown.debug(&request(&service));
    shown.debug(&RefreshRequest {
        refresh_token: Some(secret("refresh").into()),
        client: client(&service),
        ..RefreshRequest::new(Environment::empty())
    });
    shown.debug(&Answer::text(secret("code")));
    shown
        .debug(&Answer::new_password(secret("new"), BTreeMap::from([("a".to_owned(), secret("attribute"))])));
    shown.debug(&Cognito::new());
}

#[tokio::test]
async fn a_line_of_dotenv_that_cannot_be_read_is_not_shown() {
    let mut shown = Shown::default();
    for line in ["COGNITO_PASSWORD=\"{}", "COGNITO_PASSWORD=\"{}\" {}", "COGNITO_TOTP_SECRET='{}"] {
        let line = line.replace("{}", &secret("dotenv"));
        shown.error(&Environment::from_pairs([("", "")], &line).unwrap_err());
    }
}

#[tokio::test]
async fn values_in_the_wrong_place_are_not_shown() {
    let mut shown = Shown::default();
    let changes: [fn(&mut SignInRequest); 4] = [
        |request| request.client.client_id = Some(secret("client-id")),
        |request| request.client.user_pool_id = Some(secret("pool")),
        |request| request.client.region = Some(secret("region")),
        |request| request.client.endpoint = Some(format!("https://ada:{}@example.com", secret("endpoint"))),
    ];
    for change in changes {
        let service = Service::unasked().await;
        let mut request = request(&service);
        change(&mut request);
        shown.error(&sign_in(&Cognito::new(), request).await.unwrap_err());
    }
}

#[tokio::test]
async fn a_refusal_that_repeats_the_request_shows_no_secret() {
    let mut shown = Shown::default();
    for code in ["NotAuthorizedException", "InvalidParameterException", "TeapotException"] {
        refused(&mut shown, vec![echo(code)], |request| request).await;
        refused(&mut shown, vec![echo(code)], by_srp).await;
        let ada = SrpServer::of_ada();
        refused(&mut shown, vec![ada.challenge(), echo(code)], by_srp).await;
    }
    // What is no refusal in the API's form is never repeated.
    let page = || Reply::by(|call: &Call| Reply::text(403, &format!("text/{}", secret("type")), &call.text));
    let service = Service::that_says([page()]).await;
    let error = sign_in(&Cognito::new(), SignInRequest { totp_secret: None, ..request(&service) }).await;
    assert!(error.unwrap_err().message().contains("403"));
}

#[tokio::test]
async fn a_secret_is_known_in_the_spelling_of_json_too() {
    let mut shown = Shown::default();
    let password = format!("quote \" {MARK} back\\slash \u{7f}");
    let change = |request| SignInRequest { password: Some(password.into()), ..request };
    refused(&mut shown, vec![echo("NotAuthorizedException")], change).await;
}

#[tokio::test]
async fn a_challenge_and_its_refusals_show_no_secret() {
    let mut shown = Shown::default();
    for (name, answer) in [
        ("SMS_MFA", Answer::text(secret("code"))),
        ("CUSTOM_CHALLENGE", Answer::text(secret("answer"))),
        ("NEW_PASSWORD_REQUIRED", Answer::new_password(secret("new"), BTreeMap::new())),
        ("PASSWORD_SRP", Answer::text(secret("typed"))),
        ("WEB_AUTHN", Answer::text(secret("credential"))),
    ] {
        let replies =
            [challenge(name, &json!({"private": secret("parameter")})), echo("CodeMismatchException")];
        let service = Service::that_says(replies).await;
        let cognito = Cognito::new();
        let request = by_srp(SignInRequest { password: None, ..request(&service) });
        let request = SignInRequest { flow: cognitoken::Flow::UserAuth, ..request };
        let asked = challenge_to(&cognito, request).await;
        let error = Error::from(asked.clone());
        shown.error(&error);
        shown.challenge(&asked);
        shown.debug(&Step::<Tokens>::Challenge(asked.clone()));
        shown.error(&cognito.respond(&asked, Answer::default()).await.unwrap_err());
        let error = cognito.respond(&asked, answer).await.unwrap_err();
        assert_eq!(error.code(), "CodeMismatchException");
        shown.error(&error);
    }
}

#[tokio::test]
async fn an_app_that_is_being_set_up_shows_no_secret() {
    let mut shown = Shown::default();
    let app = Reply::json(200, &json!({"SecretCode": secret("app"), "Session": secret("second-session")}));
    let setup = challenge("MFA_SETUP", &json!({"MFAS_CAN_SETUP": "[\"SOFTWARE_TOKEN_MFA\"]"}));
    let service = Service::that_says([setup, app, echo("EnableSoftwareTokenMFAException")]).await;
    let cognito = Cognito::new();
    let asked = challenge_to(&cognito, request(&service)).await;
    let error = Error::from(asked.clone());
    shown.error(&error);
    assert_eq!(asked.totp_setup().unwrap().secret().expose(), secret("app"));
    shown.challenge(&asked);
    shown.error(&cognito.respond(&asked, Answer::text(secret("code"))).await.unwrap_err());
    assert_eq!(service.unsaid(), 0);
}

#[tokio::test]
async fn tokens_and_the_refusals_they_meet_show_no_secret() {
    let mut shown = Shown::default();
    let replies = [
        tokens(),
        echo("NotAuthorizedException"),
        echo("UnknownOperationException"),
        echo("NotAuthorizedException"),
        echo("NotAuthorizedException"),
        echo("InvalidParameterException"),
        echo("NotAuthorizedException"),
    ];
    let service = Service::that_says(replies).await;
    let cognito = Cognito::new();
    let request = SignInRequest { device: None, ..request(&service) };
    let tokens = sign_in(&cognito, request).await.unwrap();
    shown.tokens(&tokens);
    for _ in 0..2 {
        shown.error(&cognito.refresh_tokens(&tokens).await.unwrap_err());
    }
    shown.error(&cognito.revoke_tokens(&tokens).await.unwrap_err());
    shown.error(&cognito.sign_out_everywhere(&tokens).await.unwrap_err());
    let (old, new) = (secret("old").into(), secret("new").into());
    shown.error(&cognito.change_password(&tokens, &old, &new).await.unwrap_err());
    assert_eq!((service.unsaid(), service.operations().len()), (0, 7));
}

#[tokio::test]
async fn operations_on_the_account_show_no_secret() {
    let mut shown = Shown::default();
    let service = Service::that_says((0..5).map(|_| echo("NotAuthorizedException"))).await;
    let cognito = Cognito::new();
    let account = || AccountRequest {
        username: Some("ada".into()),
        client: client(&service),
        ..AccountRequest::new(Environment::empty())
    };
    let start = || RefreshRequest {
        refresh_token: Some(secret("refresh").into()),
        client: client(&service),
        ..RefreshRequest::new(Environment::empty())
    };
    shown.error(&cognito.forgot_password(account()).await.unwrap_err());
    let new = secret("new").into();
    shown.error(&cognito.confirm_forgot_password(account(), &secret("code"), &new).await.unwrap_err());
    shown.error(&cognito.confirm_sign_up(account(), &secret("code")).await.unwrap_err());
    shown.error(&cognito.refresh(start()).await.unwrap_err());
    shown.error(&cognito.revoke(start()).await.unwrap_err());
    assert_eq!(service.unsaid(), 0);
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_not_shown() {
    let mut shown = Shown::default();
    for broken in [
        format!("{{\"AuthenticationResult\": {{\"AccessToken\": \"{}\"", secret("cut-off")),
        json!({"AuthenticationResult": secret("wrong-type")}).to_string(),
        format!("<html>{}</html>", secret("html")),
    ] {
        refused(&mut shown, vec![Reply::text(200, "text/html", &broken)], |request| request).await;
    }
    let parameters = json!({"USER_ID_FOR_SRP": "ada", "SALT": secret("salt"), "SRP_B": secret("b"), "SECRET_BLOCK": "AA=="});
    refused(&mut shown, vec![challenge("PASSWORD_VERIFIER", &parameters)], by_srp).await;
    // A secret of the app that is none.
    refused(&mut shown, vec![challenge("SOFTWARE_TOKEN_MFA", &json!({}))], |request| request).await;
}
