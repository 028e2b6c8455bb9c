//! The answers of the services of the flows, which repeat what they were sent.

use cognitoken::{ClientValues, SignInRequest};
use serde_json::{Value, json};

use super::cognito::{CLIENT, PASSWORD, POOL, USERNAME, challenge_in, jwt};
use super::secrets::secret;
use super::service::{Call, Reply, Service};

pub(crate) const DEVICE: &str = "us-east-1_627477ae-3631-4248-bed9-d2e934100372";
pub(crate) const GROUP: &str = "-FDRunwQv";
pub(crate) const TOTP_SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
pub(crate) const FAR_FUTURE: i64 = 4_102_444_800;

/// A refusal in which the service repeats the whole request, wherever there is room, and tells the client's secret.
pub(crate) fn echo(code: &'static str) -> Reply {
    Reply::by(move |call: &Call| {
        let message = format!("Refused: {} {}", call.text, secret("client"));
        let parameter = |name: &str| call.parameter(name).as_str().unwrap_or("none").to_owned();
        let id = if call.text.starts_with('{') { parameter("PASSWORD") } else { secret("client") };
        Reply::json(
            400,
            &json!({"__type": code, "message": message, "error": code, "error_description": call.text}),
        )
        .with_header("x-amzn-requestid", &id)
    })
}

/// A refusal whose name is a secret that was sent.
pub(crate) fn named_by_a_secret() -> Reply {
    Reply::json(400, &json!({"__type": secret("client"), "message": secret("client")}))
}

pub(crate) fn unavailable() -> Reply {
    Reply::text(503, "text/html", "<html>Service Unavailable</html>")
}

pub(crate) fn token(name: &str, expires_at: i64) -> String {
    jwt(
        &json!({"username": USERNAME, "cognito:username": USERNAME, "token_use": name, "aud": CLIENT, "client_id": CLIENT,
        "exp": expires_at, "jti": secret(name)}),
    )
}

pub(crate) fn result_until(expires_at: i64) -> Value {
    json!({"AccessToken": token("access", expires_at), "IdToken": token("id", expires_at),
        "RefreshToken": secret("refresh"), "ExpiresIn": 3600, "TokenType": "Bearer"})
}

pub(crate) fn issued(result: &Value) -> Reply {
    Reply::json(200, &json!({"AuthenticationResult": result, "ChallengeParameters": {}}))
}

pub(crate) fn tokens() -> Reply {
    issued(&result_until(FAR_FUTURE))
}

pub(crate) fn tokens_with_new_device() -> Reply {
    let mut result = result_until(FAR_FUTURE);
    result["NewDeviceMetadata"] = json!({"DeviceKey": DEVICE, "DeviceGroupKey": GROUP});
    issued(&result)
}

pub(crate) fn challenge(name: &str, parameters: &Value) -> Reply {
    challenge_in(&secret("session"), name, parameters)
}

pub(crate) fn nothing() -> Reply {
    Reply::json(200, &json!({}))
}

pub(crate) fn request(service: &Service) -> SignInRequest {
    let mut request = super::cognito::request(service);
    request.password = Some(secret("password").into());
    request.client.client_secret = Some(secret("client").into());
    request
        .with_parameters([("ACCESS_TOKEN", secret("step-up"))])
        .with_client_metadata([("private", secret("metadata"))])
}

pub(crate) fn srp_request(service: &Service) -> SignInRequest {
    let mut request = request(service);
    request.password = Some(PASSWORD.into());
    request.client.user_pool_id = Some(POOL.into());
    request
}

pub(crate) fn request_client(service: &Service) -> ClientValues {
    request(service).client
}
