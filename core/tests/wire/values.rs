//! The sources of values, and a value that is missing or wrong: an error that names it, and nothing sent.

use std::time::Duration;

use cognitoken::{ClientValues, Cognito, Environment, Error, ErrorKind, Flow, SignInRequest};
use serde_json::json;

use super::cognito::{ALIAS, CLIENT, CLIENT_SECRET, PASSWORD, request, secret_hash, tokens, wrong_password};
use super::outcome::sign_in;
use super::service::Service;

/// The outcome of a sign-in from these variables, this `.env` and no argument at all.
async fn from_environment(process: &[(&str, &str)], dotenv: &str) -> cognitoken::Result<cognitoken::Tokens> {
    let environment = Environment::from_pairs(process.iter().copied(), dotenv)?;
    sign_in(&Cognito::new(), SignInRequest::new(environment)).await
}

#[tokio::test]
async fn everything_can_come_from_the_environment() {
    let service = Service::that_says([tokens()]).await;
    let process = [
        ("COGNITO_USER_NAME", ALIAS),
        ("COGNITO_PASSWORD", PASSWORD),
        ("COGNITO_CLIENT_ID", CLIENT),
        ("COGNITO_CLIENT_SECRET", CLIENT_SECRET),
        ("COGNITO_ENDPOINT", &service.endpoint()),
    ];
    from_environment(&process, "").await.unwrap();
    let expected = json!({"USERNAME": ALIAS, "PASSWORD": PASSWORD, "SECRET_HASH": secret_hash(ALIAS)});
    assert_eq!(service.calls()[0].body()["AuthParameters"], expected);
}

#[tokio::test]
async fn everything_can_come_from_the_documented_file() {
    let service = Service::that_says([tokens()]).await;
    let dotenv = format!(
        "# security.txt\nCOGNITO_USER_NAME=\"{ALIAS}\"\nCOGNITO_PASSWORD=\"{PASSWORD}\"\n\
         COGNITO_CLIENT_ID=\"{CLIENT}\"\nCOGNITO_ENDPOINT=\"{}\"\n",
        service.endpoint()
    );
    from_environment(&[], &dotenv).await.unwrap();
    assert_eq!(
        service.calls()[0].body(),
        json!({
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": CLIENT,
            "AuthParameters": {"USERNAME": ALIAS, "PASSWORD": PASSWORD},
        })
    );
}

#[tokio::test]
async fn an_argument_wins_over_the_environment_and_that_over_the_file() {
    let process = [("COGNITO_USER_NAME", "from-process"), ("COGNITO_CLIENT_ID", "fromprocess")];
    let dotenv = "COGNITO_USER_NAME=from-file\nCOGNITO_CLIENT_ID=fromfile\nCOGNITO_PASSWORD=from-file";
    for (argument, expected_name) in [(Some("from-argument"), "from-argument"), (None, "from-process")] {
        let service = Service::that_says([tokens()]).await;
        let client = ClientValues { endpoint: Some(service.endpoint()), ..ClientValues::default() };
        let request = SignInRequest {
            username: argument.map(str::to_owned),
            client,
            ..SignInRequest::new(Environment::from_pairs(process, dotenv).unwrap())
        };
        sign_in(&Cognito::new(), request).await.unwrap();
        let body = service.calls()[0].body();
        assert_eq!(body["AuthParameters"], json!({"USERNAME": expected_name, "PASSWORD": "from-file"}));
        assert_eq!(body["ClientId"], "fromprocess");
    }
}

#[tokio::test]
async fn an_empty_argument_is_an_absent_one() {
    let service = Service::that_says([tokens()]).await;
    let process = [
        ("COGNITO_USER_NAME", ALIAS),
        ("COGNITO_PASSWORD", PASSWORD),
        ("COGNITO_CLIENT_ID", CLIENT),
        ("COGNITO_ENDPOINT", &service.endpoint()),
        ("COGNITO_REGION", ""),
    ];
    let request = SignInRequest {
        username: Some(" ".into()),
        password: Some("".into()),
        client: ClientValues {
            client_id: Some(String::new()),
            client_secret: Some(" \n".into()),
            region: Some(String::new()),
            user_pool_id: Some("\t".into()),
            endpoint: Some(String::new()),
            timeout: None,
        },
        ..SignInRequest::new(Environment::from_pairs(process, "").unwrap())
    };
    sign_in(&Cognito::new(), request).await.unwrap();
    let expected = json!({"USERNAME": ALIAS, "PASSWORD": PASSWORD});
    assert_eq!(service.calls()[0].body()["AuthParameters"], expected);
}

#[tokio::test]
async fn names_and_client_secrets_lose_the_white_space_around_them() {
    let pasted = |text: &str| format!(" \t{text}\r\n");
    for by_argument in [true, false] {
        let service = Service::that_says([tokens()]).await;
        let values = [
            ("COGNITO_USER_NAME", ALIAS),
            ("COGNITO_CLIENT_ID", CLIENT),
            ("COGNITO_CLIENT_SECRET", CLIENT_SECRET),
            ("COGNITO_ENDPOINT", &service.endpoint()),
        ];
        let values = values.map(|(name, value)| (name, pasted(value)));
        let process = values.clone().into_iter().filter(|_| !by_argument);
        let environment = Environment::from_pairs(process.chain([("COGNITO_PASSWORD", PASSWORD.into())]), "");
        let mut request = SignInRequest::new(environment.unwrap());
        if by_argument {
            let [username, client_id, client_secret, endpoint] = values.map(|(_, value)| value);
            request.username = Some(username);
            request.client.client_id = Some(client_id);
            request.client.client_secret = Some(client_secret.into());
            request.client.endpoint = Some(endpoint);
        }
        sign_in(&Cognito::new(), request).await.unwrap();
        let expected = json!({"USERNAME": ALIAS, "PASSWORD": PASSWORD, "SECRET_HASH": secret_hash(ALIAS)});
        assert_eq!(service.calls()[0].body()["AuthParameters"], expected);
    }
}

#[tokio::test]
async fn a_password_goes_out_exactly_as_it_was_given() {
    for password in [" leading and trailing ", "p\u{e4}ssw\u{f6}rd \u{1f511}", "\\\"${HOME}\u{0}\n", "x"] {
        let service = Service::that_says([tokens()]).await;
        let given = SignInRequest { password: Some(password.into()), ..request(&service) };
        sign_in(&Cognito::new(), given).await.unwrap();
        assert_eq!(service.calls()[0].parameter("PASSWORD"), password);
    }
}

/// A request that a service which must not be asked would answer.
async fn refused(change: impl FnOnce(&mut SignInRequest)) -> Error {
    let service = Service::that_says([wrong_password()]).await;
    let mut request = request(&service);
    change(&mut request);
    let error = sign_in(&Cognito::new(), request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    assert!(service.calls().is_empty(), "{error}");
    assert!(!error.retryable() && error.hint().is_some() && error.request_id().is_none());
    error
}

#[tokio::test]
async fn a_missing_value_names_its_variable() {
    let errors = [
        ("COGNITO_USER_NAME", refused(|request| request.username = None).await),
        ("COGNITO_USER_NAME", refused(|request| request.username = Some("  ".into())).await),
        ("COGNITO_PASSWORD", refused(|request| request.password = None).await),
        ("COGNITO_PASSWORD", refused(|request| request.password = Some("".into())).await),
        ("COGNITO_CLIENT_ID", refused(|request| request.client.client_id = None).await),
        ("COGNITO_USER_POOL_ID", refused(|request| request.flow = Flow::Srp).await),
    ];
    for (variable, error) in errors {
        assert_eq!(error.code(), "MissingValue");
        let asked = match variable {
            "COGNITO_USER_NAME" => Some("username"),
            "COGNITO_PASSWORD" => Some("password"),
            "COGNITO_CLIENT_ID" => Some("client_id"),
            _ => None,
        };
        assert_eq!(error.lacks(), asked, "{error}");
        assert!(error.message().contains(variable) && error.hint().unwrap().contains(variable), "{error}");
    }
}

#[tokio::test]
async fn a_malformed_value_is_refused_by_name_and_never_shown() {
    const WRONG: &str = "hunter2 in the wrong place";
    let wrong = || Some(WRONG.to_owned());
    let errors = [
        ("InvalidClientId", "COGNITO_CLIENT_ID", refused(|request| request.client.client_id = wrong()).await),
        ("InvalidUserPoolId", "COGNITO_USER_POOL_ID", refused(|r| r.client.user_pool_id = wrong()).await),
        ("InvalidRegion", "COGNITO_REGION", refused(|request| request.client.region = wrong()).await),
        ("InvalidUrl", "COGNITO_ENDPOINT", refused(|request| request.client.endpoint = wrong()).await),
    ];
    for (code, variable, error) in errors {
        assert_eq!(error.code(), code);
        let told = format!("{} {}", error.message(), error.hint().unwrap());
        assert!(told.contains(variable), "{told}");
        assert!(!told.contains("hunter2") && !format!("{error:?}").contains("hunter2"), "{told}");
    }
    let long = refused(|request| request.client.client_id = Some("a".repeat(129))).await;
    assert_eq!(long.code(), "InvalidClientId");
}

#[tokio::test]
async fn plain_http_beyond_this_machine_is_refused() {
    for endpoint in ["http://cognito-idp.us-east-1.amazonaws.com", "http://10.0.0.1:4566", "http://0.0.0.0"] {
        let error = refused(|request| request.client.endpoint = Some(endpoint.into())).await;
        assert_eq!(error.code(), "InsecureUrl");
    }
}

#[tokio::test]
async fn malformed_values_are_refused_before_a_discovery_too() {
    for (name, value, code) in [
        ("COGNITO_USER_POOL_ID", "no-pool", "InvalidUserPoolId"),
        ("COGNITO_CLIENT_ID", "no client", "InvalidClientId"),
        ("COGNITO_REGION", "nowhere", "InvalidRegion"),
    ] {
        let service = Service::unasked().await;
        let process = [
            ("COGNITO_USER_NAME", ALIAS),
            ("COGNITO_PASSWORD", PASSWORD),
            ("APLOS_API_URL", &service.endpoint()),
            (name, value),
        ];
        let error = from_environment(&process, "").await.unwrap_err();
        assert_eq!(error.code(), code);
        assert!(service.calls().is_empty());
    }
}

/// The host that a sign-in turns to: a time limit of nothing ends it before it gets there, and names it.
async fn host(region: Option<&str>, user_pool_id: Option<&str>, environment: &[(&str, &str)]) -> String {
    let request = SignInRequest {
        username: Some(ALIAS.into()),
        password: Some(PASSWORD.into()),
        client: ClientValues {
            client_id: Some(CLIENT.into()),
            region: region.map(str::to_owned),
            user_pool_id: user_pool_id.map(str::to_owned),
            timeout: Some(Duration::ZERO),
            ..ClientValues::default()
        },
        ..SignInRequest::new(Environment::from_pairs(environment.iter().copied(), "").unwrap())
    };
    let error = sign_in(&Cognito::new(), request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RequestTimeout);
    error.message().split(' ').next().unwrap().to_owned()
}

#[tokio::test]
async fn the_region_decides_on_the_host() {
    let region = |name: &'static str| [(name, "eu-west-1")];
    assert_eq!(host(None, None, &[]).await, "cognito-idp.us-east-1.amazonaws.com");
    assert_eq!(host(None, Some("sa-east-1_AbC"), &[]).await, "cognito-idp.sa-east-1.amazonaws.com");
    assert_eq!(host(Some("ap-south-1"), None, &[]).await, "cognito-idp.ap-south-1.amazonaws.com");
    assert_eq!(host(Some("cn-north-1"), None, &[]).await, "cognito-idp.cn-north-1.amazonaws.com.cn");
    // The region of the machine says nothing about a pool that is known; one that is given is a replica's.
    let pool = Some("sa-east-1_AbC");
    let machine = [("AWS_REGION", "eu-west-1"), ("AWS_DEFAULT_REGION", "nowhere")];
    assert_eq!(host(None, pool, &machine).await, "cognito-idp.sa-east-1.amazonaws.com");
    let of_environment = [("COGNITO_USER_POOL_ID", "sa-east-1_AbC"), ("AWS_REGION", "eu-west-1")];
    assert_eq!(host(None, None, &of_environment).await, "cognito-idp.sa-east-1.amazonaws.com");
    assert_eq!(host(None, pool, &region("COGNITO_REGION")).await, "cognito-idp.eu-west-1.amazonaws.com");
    assert_eq!(host(Some("us-west-2"), pool, &machine).await, "cognito-idp.us-west-2.amazonaws.com");
    for name in ["COGNITO_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"] {
        assert_eq!(host(None, None, &region(name)).await, "cognito-idp.eu-west-1.amazonaws.com");
        assert_eq!(host(Some("us-west-2"), None, &region(name)).await, "cognito-idp.us-west-2.amazonaws.com");
    }
}
