//! Answers that are not Cognito's, and a network that fails: a typed error that says where, in bounded time and memory.

use std::time::Duration;

use cognitoken::{ClientValues, Cognito, Error, ErrorKind, SignInRequest};
use serde_json::{Value, json};

use super::cognito::{
    PASSWORD, access_token, request, result_with, srp_request, tokens, tokens_of, warm_cognito,
};
use super::outcome::sign_in;
use super::ports::free_port;
use super::service::{Reply, Service};
use super::srp_server::{MODULUS, SrpServer};

/// The error at a service that answers this once; asking again would be seen.
async fn error_of(reply: Reply) -> Error {
    let service = Service::that_says([reply]).await;
    let error = sign_in(&Cognito::new(), request(&service)).await.unwrap_err();
    assert_eq!(service.operations(), ["InitiateAuth"], "{error}");
    let host = format!("127.0.0.1:{}", service.port());
    assert!(error.message().contains(&host), "{error}");
    assert!(error.hint().is_some());
    error
}

#[tokio::test]
async fn what_is_not_json_is_named_for_what_it_is() {
    for (body, expected) in [
        ("<html><body>Please log in</body></html>", "text/html"),
        ("", "an empty body"),
        ("{\"AuthenticationResult\": {\"AccessTok", "text/html"),
        ("null", "text/html"),
        ("[]", "text/html"),
        ("\u{feff}{}", "text/html"),
        ("5", "text/html"),
    ] {
        let error = error_of(Reply::text(200, "text/html", body)).await;
        assert_eq!((error.kind(), error.code()), (ErrorKind::Service, "InvalidResponse"), "{body}");
        assert!(error.message().contains(expected), "{error}");
        assert!(!error.retryable());
    }
}

#[tokio::test]
async fn values_of_the_wrong_type_are_refused() {
    for wrong in [
        json!({"AuthenticationResult": "tokens"}),
        json!({"AuthenticationResult": {}}),
        json!({"AuthenticationResult": [access_token()]}),
        json!({"AuthenticationResult": {"AccessToken": 5}}),
        json!({"AuthenticationResult": {"AccessToken": access_token(), "ExpiresIn": "soon"}}),
        json!({"AuthenticationResult": {"AccessToken": access_token(), "ExpiresIn": -5}}),
        json!({"ChallengeName": 5}),
        json!({"ChallengeName": "SMS_MFA", "ChallengeParameters": "none"}),
        json!({"ChallengeName": "SMS_MFA", "Session": {}}),
    ] {
        let error = error_of(Reply::json(200, &wrong)).await;
        assert_eq!((error.kind(), error.code()), (ErrorKind::Service, "InvalidResponse"), "{wrong}");
    }
}

#[tokio::test]
async fn an_answer_that_answers_nothing_is_an_error() {
    for empty in
        [json!({}), json!({"ChallengeName": null}), json!({"ChallengeName": ""}), json!({"Session": "s"})]
    {
        let service = Service::that_says([Reply::json(200, &empty)]).await;
        let error = sign_in(&Cognito::new(), request(&service)).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Service, "InvalidResponse"), "{empty}");
    }
}

#[tokio::test]
async fn deep_nesting_ends_in_an_error_or_is_passed_over() {
    let depth = 300_000;
    let deep = |name: &str| {
        let nest = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        Reply::text(
            200,
            "application/json",
            &format!("{{\"{name}\": {nest}, \"ChallengeName\": \"SMS_MFA\"}}"),
        )
    };
    for name in ["ChallengeParameters", "AuthenticationResult", "Session"] {
        assert_eq!(error_of(deep(name)).await.code(), "InvalidResponse");
    }
    let service = Service::that_says([deep("SomethingNew")]).await;
    let error = sign_in(&Cognito::new(), request(&service)).await.unwrap_err();
    assert!(matches!(error.code(), "InvalidResponse" | "SMS_MFA"), "{error:?}");

    let nest = format!("{{\"__type\": \"X\", \"a\": {}", "[".repeat(depth));
    assert_eq!(error_of(Reply::text(400, "application/json", &nest)).await.code(), "InvalidResponse");
}

#[tokio::test]
async fn an_answer_is_read_to_a_limit_and_no_further() {
    let error = error_of(Reply::Endless(64 * 1024 * 1024)).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::Service, "ResponseTooLarge"));
    // An answer below the limit is read, however long.
    let long = result_with("RefreshToken", json!("r".repeat(900_000)));
    let service = Service::that_says([tokens_of(&long)]).await;
    sign_in(&Cognito::new(), request(&service)).await.unwrap();
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_fault_of_the_network() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"AuthenticationResult\"".to_vec();
    let service = Service::that_says((0..50).map(|_| Reply::Raw(head.clone()))).await;
    // Within the usual time limit, which no number of attempts comes near.
    let error = sign_in(&warm_cognito().await, request(&service)).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Network, "ConnectionLost"));
    assert!(error.retryable() && error.message().contains("127.0.0.1"));
}

#[tokio::test]
async fn what_is_not_http_is_a_fault_of_the_network() {
    let service = Service::that_says((0..50).map(|_| Reply::Raw(b"220 smtp ready\r\n".to_vec()))).await;
    let error = sign_in(&warm_cognito().await, request(&service)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Network);
}

#[tokio::test]
async fn a_silent_service_is_left_at_the_time_limit() {
    let service = Service::that_says([Reply::Silence]).await;
    let mut request = request(&service);
    request.client.timeout = Some(Duration::from_millis(250));
    let error = sign_in(&Cognito::new(), request).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::RequestTimeout, "RequestTimeout"));
    assert_eq!(error.kind().lineage(), ["request_timeout", "network"]);
    let host = format!("127.0.0.1:{}", service.port());
    assert!(error.message().contains(&host) && error.message().contains("0.25 s"), "{error}");
    assert!(error.retryable() && error.hint().unwrap().contains("timeout"));
}

#[tokio::test]
async fn the_time_limit_is_for_the_whole_call() {
    let ada = SrpServer::of_ada();
    let service = Service::that_says([Reply::Reset, ada.challenge(), Reply::Silence]).await;
    let mut request = srp_request(&service);
    request.client.timeout = Some(Duration::from_secs(2));
    let error = sign_in(&warm_cognito().await, request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RequestTimeout);
    assert_eq!(service.operations(), ["InitiateAuth", "InitiateAuth", "RespondToAuthChallenge"]);
}

/// The error of a sign-in at an address without a service, within a time limit in seconds.
async fn at(endpoint: &str, timeout: u64) -> Error {
    let service = Service::unasked().await;
    let request = request(&service);
    let client = ClientValues {
        endpoint: Some(endpoint.to_owned()),
        timeout: Some(Duration::from_secs(timeout)),
        ..request.client
    };
    sign_in(&warm_cognito().await, SignInRequest { client, ..request }).await.unwrap_err()
}

#[tokio::test]
async fn a_closed_port_is_a_connection_that_failed() {
    let address = format!("127.0.0.1:{}", free_port());
    // The retries run out before the time limit does, on a slow machine too.
    let error = at(&format!("http://{address}"), 60).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::Network, "ConnectionFailed"));
    let source = std::error::Error::source(&error).and_then(|source| source.downcast_ref::<reqwest::Error>());
    assert!(source.is_some_and(|fault| fault.is_connect() && fault.url().is_none()), "{error:?}");
    assert!(error.message().contains(&address) && error.retryable(), "{error}");
    assert!(error.hint().unwrap().contains("endpoint"));
}

#[tokio::test]
async fn a_name_that_nobody_has_is_not_resolved() {
    // RFC 6761: no name under `invalid` ever exists.
    let error = at("https://cognito.invalid", 1).await;
    assert_eq!(error.kind().lineage().last(), Some(&"network"));
    assert!(error.message().contains("cognito.invalid"), "{error}");
    // By a proxy it is the proxy that fails to resolve it, and a name server may be slow to say no.
    let proxied = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].map(std::env::var_os);
    if error.kind() == ErrorKind::Network && proxied.iter().all(Option::is_none) {
        assert_eq!(error.code(), "NameNotResolved");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Service::that_says([tokens()]).await;
        let reply = Reply::text(status, "text/html", "").with_header("location", &elsewhere.endpoint());
        let error = error_of(reply).await;
        assert_eq!((error.kind(), error.code()), (ErrorKind::Service, "InvalidResponse"));
        assert!(error.message().contains(&status.to_string()), "{error}");
        assert_eq!(elsewhere.connections(), 0);
    }
}

/// The error of a sign-in by SRP whose challenge is changed so.
async fn at_challenge(change: impl FnOnce(&mut Value) + Send + 'static) -> Error {
    let ada = SrpServer::of_ada();
    let changed = ada.challenge().edited(|body| change(&mut body["ChallengeParameters"]));
    let service = Service::that_says([changed, tokens()]).await;
    let error = sign_in(&Cognito::new(), srp_request(&service)).await.unwrap_err();
    assert_eq!(service.operations(), ["InitiateAuth"], "{error}");
    assert!(!service.calls()[0].text.contains(PASSWORD));
    error
}

#[tokio::test]
async fn a_challenge_that_would_weaken_the_proof_is_not_answered() {
    let huge = "f".repeat(1_000);
    for (name, value) in [
        ("SRP_B", "0"),
        ("SRP_B", "00000000"),
        ("SRP_B", MODULUS),
        ("SRP_B", "not hexadecimal"),
        ("SRP_B", ""),
        ("SRP_B", "-5"),
        ("SRP_B", &huge),
        ("SALT", "not hexadecimal"),
        ("SALT", &huge),
        ("SECRET_BLOCK", "not base64!"),
        ("SECRET_BLOCK", ""),
    ] {
        let value = value.to_owned();
        let error = at_challenge(move |parameters| parameters[name] = json!(value)).await;
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::Service, "InvalidChallengeParameters"),
            "{name}"
        );
        assert!(error.message().contains(name) && error.hint().is_some() && !error.retryable(), "{error}");
    }
}

#[tokio::test]
async fn a_challenge_that_lacks_a_parameter_names_it() {
    for name in ["SALT", "SRP_B", "SECRET_BLOCK", "USER_ID_FOR_SRP"] {
        for value in [None, Some(Value::Null)] {
            let error = at_challenge(move |parameters| {
                let parameters = parameters.as_object_mut().unwrap();
                parameters.remove(name);
                parameters.extend(value.map(|value| (name.to_owned(), value)));
            })
            .await;
            assert_eq!((error.kind(), error.code()), (ErrorKind::Service, "InvalidChallengeParameters"));
            assert!(
                error.message().contains(name) && error.message().contains("PASSWORD_VERIFIER"),
                "{error}"
            );
        }
    }
}
