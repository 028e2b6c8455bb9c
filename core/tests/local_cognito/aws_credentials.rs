//! AWS credentials of the local Cognito's identity pools.

use std::time::{Duration, SystemTime};

use cognitoken::{
    AwsCredentialsRequest, Cognito, Environment, ErrorKind, Session, SessionRequest, SignInRequest,
};

use super::server::{client, given, is_there};

fn session() -> Session {
    let sign_in = SignInRequest::new(Environment::empty())
        .with_username(given("USER_NAME"))
        .with_password(given("PASSWORD"))
        .with_client(client(&given("CLIENT_ID")));
    Cognito::new().session(SessionRequest::new(Environment::empty()).with_sign_in(sign_in)).unwrap()
}

fn request(identity_pool_id: &str) -> AwsCredentialsRequest {
    AwsCredentialsRequest::new(identity_pool_id).with_identity_endpoint(given("ENDPOINT"))
}

#[tokio::test]
async fn a_user_has_one_identity_and_credentials_until_the_sign_out() {
    if !is_there("AWS credentials") {
        return;
    }
    let (session, request) = (session(), request(&given("IDENTITY_POOL_ID")));
    let ask = async || session.aws_credentials(&request).await.unwrap().or_error().unwrap();
    let first = ask().await;
    let left = first.expires_at().duration_since(SystemTime::now()).unwrap();
    assert!(left > Duration::from_secs(3000) && left < Duration::from_secs(3700), "{left:?}");
    assert_eq!(first.region().as_str(), given("REGION"));
    assert_eq!(ask().await.access_key_id(), first.access_key_id());
    session.sign_out(false).await.unwrap();
    let later = ask().await;
    assert_ne!(later.access_key_id(), first.access_key_id());
    assert_eq!(later.identity_id(), first.identity_id());
}

#[tokio::test]
async fn a_pool_that_is_not_there_and_one_that_trusts_others_refuse() {
    if !is_there("AWS credentials, refused") {
        return;
    }
    let session = session();
    for (pool, code, kind) in [
        (given("OTHER_IDENTITY_POOL_ID"), "NotAuthorizedException", ErrorKind::Authentication),
        (
            "us-east-1:12345678-dcba-1234-abcd-1234567890ab".to_owned(),
            "ResourceNotFoundException",
            ErrorKind::Service,
        ),
    ] {
        let error = session.aws_credentials(&request(&pool)).await.unwrap_err();
        assert_eq!((error.code(), error.kind()), (code, kind), "{error:?}");
        assert!(error.hint().unwrap().contains("identity_pool_id"), "{error:?}");
    }
}
