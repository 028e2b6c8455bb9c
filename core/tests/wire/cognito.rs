//! Answers of Cognito, and requests of our users.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use cognitoken::{ClientValues, Clock, Cognito, Environment, SignInRequest};
use serde_json::{Value, json};

use super::outcome::sign_in;
use super::service::{Reply, Service};

/// The alias that the user types.
pub(crate) const ALIAS: &str = "ada@example.org";
/// The user's name in the pool.
pub(crate) const USERNAME: &str = "a2c2e290-6d0f-4a08-a5ca-f0162935f3a6";
pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const CLIENT: &str = "1example23456789";
pub(crate) const CLIENT_SECRET: &str = "s3cr3t-0f-the-app-client";
pub(crate) const POOL: &str = "us-east-1_AbCdEfGhI";
pub(crate) const SESSION: &str = "the-session-that-ties-the-answers";
pub(crate) const REFRESH_TOKEN: &str = "the-refresh-token";
pub(crate) const REQUEST_ID: &str = "11111111-2222-3333-4444-555555555555";
/// The expiry of our tokens, in seconds since 1970.
pub(crate) const EXPIRES_AT: i64 = 1_700_003_600;

/// A sign-in of Ada's at this service.
pub(crate) fn request(service: &Service) -> SignInRequest {
    SignInRequest {
        username: Some(ALIAS.into()),
        password: Some(PASSWORD.into()),
        client: client(service),
        ..SignInRequest::new(Environment::empty())
    }
}

pub(crate) fn client(service: &Service) -> ClientValues {
    ClientValues {
        client_id: Some(CLIENT.into()),
        endpoint: Some(service.endpoint()),
        ..ClientValues::default()
    }
}

/// A sign-in by SRP.
pub(crate) fn srp_request(service: &Service) -> SignInRequest {
    let request = request(service);
    SignInRequest { client: ClientValues { user_pool_id: Some(POOL.into()), ..request.client }, ..request }
}

/// The same request of a client that has a secret.
pub(crate) fn with_secret(request: SignInRequest) -> SignInRequest {
    let client_secret = Some(CLIENT_SECRET.into());
    SignInRequest { client: ClientValues { client_secret, ..request.client }, ..request }
}

/// A cognito that has had its first request: the HTTP client and the certificates it reads take their time once, and
/// are no part of a short time limit.
pub(crate) async fn warm_cognito() -> Cognito {
    let service = Service::that_says([tokens()]).await;
    let cognito = Cognito::new();
    sign_in(&cognito, request(&service)).await.unwrap();
    cognito
}

/// A cognito whose clock stands still at this many seconds since 1970.
pub(crate) fn cognito_at(unix_seconds: u64) -> Cognito {
    let moment = std::time::UNIX_EPOCH + std::time::Duration::from_secs(unix_seconds);
    Cognito::builder().clock(Clock::from_fn(move || moment)).build()
}

/// SECRET_HASH as AWS describes it, written out once more.
pub(crate) fn secret_hash(username: &str) -> String {
    use aws_lc_rs::hmac;
    let key = hmac::Key::new(hmac::HMAC_SHA256, CLIENT_SECRET.as_bytes());
    STANDARD.encode(hmac::sign(&key, format!("{username}{CLIENT}").as_bytes()))
}

/// A token that says this; nobody in these tests looks at its signature.
pub(crate) fn jwt(payload: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2lnbmF0dXJl", part(&json!({"kid": "a/b+c=", "alg": "RS256"})), part(payload))
}

pub(crate) fn id_token() -> String {
    jwt(&json!({"sub": "sub-of-ada", "cognito:username": USERNAME, "email": ALIAS, "aud": CLIENT,
        "iss": format!("https://cognito-idp.us-east-1.amazonaws.com/{POOL}"), "token_use": "id", "exp": EXPIRES_AT}))
}

pub(crate) fn access_token() -> String {
    jwt(&json!({"sub": "sub-of-ada", "username": USERNAME, "client_id": CLIENT, "token_use": "access",
        "exp": EXPIRES_AT}))
}

/// An AuthenticationResult with all three tokens.
pub(crate) fn result() -> Value {
    json!({"AccessToken": access_token(), "ExpiresIn": 3600, "IdToken": id_token(), "RefreshToken": REFRESH_TOKEN,
        "TokenType": "Bearer"})
}

/// The result with one of its fields changed; null takes it out.
pub(crate) fn result_with(name: &str, value: Value) -> Value {
    let mut result = result();
    if value.is_null() {
        result.as_object_mut().unwrap().remove(name).unwrap();
    } else {
        result[name] = value;
    }
    result
}

pub(crate) fn tokens() -> Reply {
    tokens_of(&result())
}

pub(crate) fn tokens_of(result: &Value) -> Reply {
    Reply::json(200, &json!({"AuthenticationResult": result, "ChallengeParameters": {}}))
}

/// A challenge with a session.
pub(crate) fn challenge(name: &str, parameters: &Value) -> Reply {
    challenge_in(SESSION, name, parameters)
}

pub(crate) fn challenge_in(session: &str, name: &str, parameters: &Value) -> Reply {
    Reply::json(200, &json!({"ChallengeName": name, "ChallengeParameters": parameters, "Session": session}))
}

/// A refusal as Cognito words one.
pub(crate) fn refusal(code: &str, message: &str) -> Reply {
    Reply::json(400, &json!({"__type": code, "message": message})).with_header("x-amzn-requestid", REQUEST_ID)
}

pub(crate) fn wrong_password() -> Reply {
    refusal("NotAuthorizedException", "Incorrect username or password.")
}

pub(crate) fn throttled() -> Reply {
    refusal("TooManyRequestsException", "Rate exceeded")
}
