//! Values that say who signs in and where, and the file that a folder may bring along.

use cognitoken::{
    ClientCredentialsRequest, ClientValues, Cognito, Environment, Region, SessionRequest, SignInRequest,
    UserPoolId,
};

use super::requests::{
    CLIENT_ID, CLIENT_SECRET, HOST, PASSWORD, Service, assert_no_control_characters, client, environment, run,
};

/// A `.env` gives values to our variables alone, its errors repeat none of them, and it never says where the password
/// of somebody else goes.
pub fn dotenv(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let of_the_process =
        [("COGNITO_PASSWORD", PASSWORD), ("COGNITO_CLIENT_ID", CLIENT_ID), ("AWS_REGION", "us-east-1")];
    let environment = match Environment::from_pairs(of_the_process, text) {
        Ok(environment) => environment,
        Err(error) => return assert_repeats_no_value(error.message()),
    };
    let names = format!("{environment:?}");
    for name in names.split('"').skip(1).step_by(2) {
        let ours = ["COGNITO_", "AWS_", "APLOS_"].iter().any(|start| name.starts_with(start));
        assert!(ours && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'), "{name:?}");
    }
    run(assert_password_stays(text));
    // Where nothing but `.env` names a region or a pool, the password may follow it there.
    if ["REGION", "POOL"].iter().any(|name| text.contains(name)) {
        return;
    }
    run(async {
        let service = Service::new("{}");
        let request = SignInRequest { username: Some("ada".to_owned()), ..SignInRequest::new(environment) };
        let _ = service.cognito.sign_in(request).await;
        service.assert_asked_only(HOST);
    });
}

/// A password from elsewhere is not sent to a client that `.env` alone names.
async fn assert_password_stays(text: &str) {
    let service = Service::new("{}");
    let environment = Environment::from_pairs([("COGNITO_USER_NAME", "ada")], text).expect("read before");
    let request = SignInRequest { password: Some(PASSWORD.into()), ..SignInRequest::new(environment) };
    let _ = service.cognito.sign_in(request).await;
    service.assert_never_sent(PASSWORD);
}

/// `line 7 of .env: the value of COGNITO_PASSWORD cannot be read`, and nothing else.
fn assert_repeats_no_value(message: &str) {
    let words = message.strip_prefix("line ").and_then(|rest| rest.split_once(" of .env: the value of "));
    let Some((line, rest)) = words else { panic!("another message: {message:?}") };
    let Some(name) = rest.strip_suffix(" cannot be read") else { panic!("another message: {message:?}") };
    assert!(line.bytes().all(|byte| byte.is_ascii_digit()), "{message:?}");
    assert!(name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'), "{message:?}");
}

/// Any values, one a line: nothing goes out in plain http to another machine, or to a host that nobody named.
pub fn config(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let mut lines = text.split('\n').map(|line| Some(line.to_owned()).filter(|line| !line.is_empty()));
    let mut next = || lines.next().flatten();
    let (client_id, region, user_pool_id, endpoint) = (next(), next(), next(), next());
    let (domain, store) = (next(), next());
    for value in [&region, &user_pool_id].into_iter().flatten() {
        round_trips(value);
    }
    let client_id = Some(client_id.unwrap_or_else(|| CLIENT_ID.to_owned()));
    let values = ClientValues { client_id, region, user_pool_id, endpoint, ..client() };
    run(async {
        let service = Service::new("{}");
        let request = SignInRequest {
            password: Some(PASSWORD.into()),
            client: values.clone(),
            ..SignInRequest::new(environment())
        };
        let error = service.cognito.sign_in(request).await.expect_err("an empty answer has no tokens");
        assert_no_control_characters(error.message());
        service.assert_asked_safely();
        if values.endpoint.is_none() {
            assert_asked_under(&service, "cognito-idp.");
        }

        let service = Service::new("{}");
        let named_whole = domain.as_ref().is_some_and(|domain| domain.contains(['.', ':']));
        let mut request = ClientCredentialsRequest::new(environment()).with_client(values);
        request.domain = domain;
        let error = service.cognito.client_credentials(request).await.expect_err("no tokens");
        assert_no_control_characters(error.message());
        assert!(!error.message().contains(CLIENT_SECRET));
        service.assert_asked_safely();
        if !named_whole {
            let suffix = |request: cognitoken::fuzzing::SentRequest| {
                request.url.host_str().is_some_and(|host| host.ends_with(".amazoncognito.com"))
            };
            assert!(service.requests().into_iter().all(suffix), "a prefix leads away from Cognito");
        }
    });
    // Opening touches nothing; a keyring or a server would be asked by the first call.
    let request = SessionRequest { store, ..SessionRequest::new(environment()) };
    if let Err(error) = Cognito::new().session(request) {
        assert_no_control_characters(error.message());
    }
}

fn round_trips(value: &str) {
    if let Ok(region) = Region::parse(value) {
        assert_eq!(region.as_str(), value.trim());
    }
    if let Ok(id) = UserPoolId::parse(value) {
        assert_eq!(id.to_string(), value.trim());
        assert_eq!(format!("{}_{}", id.region(), id.name()), id.to_string());
    }
}

fn assert_asked_under(service: &Service, start: &str) {
    const SUFFIXES: [&str; 6] = [
        ".amazonaws.com",
        ".amazonaws.com.cn",
        ".amazonaws.eu",
        ".c2s.ic.gov",
        ".sc2s.sgov.gov",
        ".csp.hci.ic.gov",
    ];
    for request in service.requests() {
        let host = request.url.host_str().unwrap_or_default();
        let known = SUFFIXES.iter().any(|suffix| host.ends_with(suffix)) || host.ends_with(".cloud.adc-e.uk");
        assert!(host.starts_with(start) && known, "a request goes to {host}");
    }
}
