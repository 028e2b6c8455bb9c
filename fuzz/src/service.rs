//! Answers of a service: the API's JSON and its errors, challenges, the values of SRP, the domain's endpoints.

use std::collections::BTreeMap;

use cognitoken::{
    AccountRequest, Answer, AwsCredentialsRequest, Challenge, ClientAuthentication, ClientCredentialsRequest,
    ClientValues, Error, Flow, RefreshRequest, SessionRequest, SignInRequest, Step, Tokens, TotpSecret,
};

use super::requests::{
    ANSWER, HOST, PASSWORD, POOL, REFRESH_TOKEN, Service, assert_no_control_characters, client, environment,
    run,
};

fn sign_in_request(flow: Flow) -> SignInRequest {
    SignInRequest {
        password: Some(PASSWORD.into()),
        client: ClientValues { user_pool_id: Some(POOL.to_owned()), ..client() },
        flow,
        totp_secret: Some(TotpSecret::new("JBSWY3DPEHPK3PXP")),
        remember_device: true,
        ..SignInRequest::new(environment())
    }
}

/// Asserts of a call that it went to the service alone, and that its outcome shows no secret.
fn check(service: &Service, outcome: &Result<Tokens, Error>) {
    service.assert_asked_only(HOST);
    match outcome {
        Ok(tokens) => assert_shows_no_token(tokens),
        Err(error) => service.assert_shows_no_secret(error),
    }
}

fn assert_shows_no_token(tokens: &Tokens) {
    let shown = format!("{tokens:?}");
    // A shorter one, or the name of a field, may be anywhere.
    let token = Some(tokens.access_token().expose()).filter(|token| token.len() > 20 && token.contains('.'));
    assert!(token.is_none_or(|token| !shown.contains(token)), "Debug shows the access token");
}

/// Any answers to a sign-in with the password, to a refresh and to a forgotten password.
pub fn api_answers(input: &[u8]) {
    let input = String::from_utf8_lossy(input);
    run(async {
        let service = Service::new(&input);
        let outcome = service.cognito.sign_in(sign_in_request(Flow::Password)).await.and_then(Step::or_error);
        check(&service, &outcome);

        let service = Service::new(&input);
        let request = RefreshRequest {
            refresh_token: Some(REFRESH_TOKEN.into()),
            client: client(),
            ..RefreshRequest::new(environment())
        };
        check(&service, &service.cognito.refresh(request).await);

        let service = Service::new(&input);
        let request = AccountRequest { client: client(), ..AccountRequest::new(environment()) };
        if let Err(error) = service.cognito.forgot_password(request).await {
            service.assert_shows_no_secret(&error);
        }
    });
}

/// Any answers to a sign-in by SRP: whatever the service asks for, the password is not sent.
pub fn srp_answers(input: &[u8]) {
    let input = String::from_utf8_lossy(input);
    run(async {
        let service = Service::new(&input);
        let outcome = service.cognito.sign_in(sign_in_request(Flow::Srp)).await.and_then(Step::or_error);
        service.assert_never_sent(PASSWORD);
        check(&service, &outcome);
    });
}

/// Any challenge, answered in every way there is until the script ends.
pub fn challenges(input: &[u8]) {
    let input = String::from_utf8_lossy(input);
    let attributes = BTreeMap::from([("given_name".to_owned(), "Ada".to_owned())]);
    let answers = BTreeMap::from([("ANSWER".to_owned(), ANSWER.to_owned().into())]);
    for answer in [
        Answer::text(ANSWER),
        Answer::new_password(ANSWER, attributes),
        Answer { answers, ..Answer::default() },
        Answer::default(),
    ] {
        run(respond_to_all(&input, &answer));
    }
}

async fn respond_to_all(input: &str, answer: &Answer) {
    let service = Service::new(input);
    let request = SignInRequest { password: None, totp_secret: None, ..sign_in_request(Flow::UserAuth) };
    let mut asked = match service.cognito.sign_in(request).await {
        Ok(Step::Challenge(challenge)) => {
            service.assert_shows_no_secret(&challenge.clone().into());
            Some(challenge)
        }
        Ok(_) => None,
        Err(error) => return service.assert_shows_no_secret(&error),
    };
    for _ in 0..16 {
        let Some(challenge) = asked.take() else { return };
        let answer = match challenge.choices().first() {
            Some(choice) if answer.answer.is_some() => Answer::text(choice.as_str()),
            _ => answer.clone(),
        };
        assert_shown_safely(&challenge);
        match service.cognito.respond(&challenge, answer).await {
            Ok(Step::Challenge(next)) => asked = Some(next),
            Ok(Step::Done(tokens)) => assert_shows_no_token(&tokens),
            Err(error) => service.assert_shows_no_secret(&error),
        }
        service.assert_asked_only(HOST);
    }
}

/// The words that a prompt shows.
fn assert_shown_safely(challenge: &Challenge) {
    let _ = (challenge.required_attributes(), challenge.username(), challenge.totp_setup());
    assert_no_control_characters(&format!("{challenge:?}"));
}

/// Any answers of the token endpoint.
pub fn domain_answers(input: &[u8]) {
    let input = String::from_utf8_lossy(input);
    for authentication in [ClientAuthentication::Basic, ClientAuthentication::Body] {
        run(ask_domain(&input, authentication));
    }
}

async fn ask_domain(input: &str, authentication: ClientAuthentication) {
    let service = Service::new(input);
    let request = ClientCredentialsRequest::new(environment())
        .with_client(client())
        .with_domain("auth.example.com")
        .with_client_authentication(authentication);
    match service.cognito.client_credentials(request).await {
        Ok(tokens) => assert_shows_no_token(&tokens),
        Err(error) => service.assert_shows_no_secret(&error),
    }
    service.assert_asked_only("auth.example.com");
}

/// The host of the identity pool.
const IDENTITY_HOST: &str = "cognito-identity.us-east-1.amazonaws.com";

/// A successful sign-in.
const SIGN_IN: &str = include_str!("../corpus/api_answers/tokens");

/// Any answers of an identity pool, to a user who has signed in.
pub fn identity_pool_answers(input: &[u8]) {
    let input = String::from_utf8_lossy(input);
    run(async {
        let service = Service::new(&format!("{SIGN_IN}\n---\n{input}"));
        let request = SessionRequest::new(environment()).with_sign_in(sign_in_request(Flow::Password));
        let session = service.cognito.session(request).expect("a store in memory is no fault");
        let request = AwsCredentialsRequest::new("us-east-1:12345678-dcba-1234-abcd-1234567890ab");
        match session.aws_credentials(&request).await.and_then(Step::or_error) {
            Ok(credentials) => {
                let shown = format!("{credentials:?}");
                for secret in [credentials.secret_access_key().expose(), credentials.session_token().expose()]
                {
                    // A shorter one may be anywhere.
                    assert!(secret.len() < 20 || !shown.contains(secret), "Debug shows a secret");
                }
            }
            Err(error) => {
                service.assert_shows_no_secret(&error);
                let sent = session.fresh().and_then(|tokens| tokens.id_token().cloned());
                let sent = sent.expect("the sign-in succeeded");
                assert!(!format!("{error:?}").contains(sent.expose()), "an error shows the ID token");
            }
        }
        for request in service.requests().iter().skip(1) {
            assert_eq!(request.url.host_str(), Some(IDENTITY_HOST), "a request goes to {}", request.url);
        }
    });
}
