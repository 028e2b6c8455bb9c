//! The pool and the client of a verifier that is given neither: of the environment, else of the stored sign-in.

use cognitoken::{
    Cognito, Environment, ErrorKind, Expected, SessionRequest, Verifier, VerifierOptions, with_stored_client,
};

use super::cognito::{CLIENT, POOL, request, tokens_of};
use super::outcome::Done as _;
use super::service::Service;
use super::stored::result_called;

/// The options that a program ends up with in a process with these variables, whose sign-ins are in this store.
async fn options(variables: &[(&str, &str)], store: &str) -> VerifierOptions {
    let environment = Environment::from_pairs(variables.iter().copied(), "").unwrap();
    let options = VerifierOptions::new().with_environment(&environment);
    with_stored_client(options, &SessionRequest::new(environment).with_store(store)).await
}

fn named(options: &VerifierOptions) -> (Option<&str>, Option<&str>) {
    let pool = options.user_pool_ids.as_deref().map(|ids| ids[0].as_str());
    let client = match &options.client_ids {
        Some(Expected::Exactly(ids)) => Some(ids[0].as_str()),
        _ => None,
    };
    (pool, client)
}

#[tokio::test]
async fn the_environment_comes_first_then_the_stored_sign_in_and_then_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let store = format!("file:{}", folder.path().join("tokens").display());

    let nothing = options(&[], &store).await;
    assert_eq!(named(&nothing), (None, None));
    let error = Verifier::new(nothing).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "MissingValue"));
    assert!(error.message().contains("COGNITO_USER_POOL_ID"), "{error}");

    let service = Service::that_says([tokens_of(&result_called("ada", None))]).await;
    let session =
        SessionRequest::new(Environment::empty()).with_sign_in(request(&service)).with_store(&store);
    Cognito::new().session(session).unwrap().tokens().await.done().unwrap();
    let stored = options(&[], &store).await;
    assert_eq!(named(&stored), (Some(POOL), Some(CLIENT)));
    Verifier::new(stored).unwrap();

    let others = [("COGNITO_USER_POOL_ID", "eu-west-1_Other"), ("COGNITO_CLIENT_ID", "2example23456789")];
    let told = options(&others, &store).await;
    assert_eq!(named(&told), (Some("eu-west-1_Other"), Some("2example23456789")));
    // A sign-in at another client says nothing of this one.
    let client_alone = options(&others[1..], &store).await;
    assert_eq!(named(&client_alone), (None, Some("2example23456789")));
    Verifier::new(client_alone).unwrap_err();
}
