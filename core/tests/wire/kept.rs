//! A challenge that another process goes on with.

use cognitoken::{Answer, Clock, Environment, PendingChallenges, SignInRequest, Step, Transport, sign_in};
use serde_json::json;

use super::cognito::{
    ALIAS, CLIENT_SECRET, PASSWORD, SESSION, USERNAME, challenge, request, secret_hash, tokens, with_secret,
};
use super::service::{Reply, Service};

/// Signs in as far as SMS_MFA, keeps that in a folder, and gives the text of what is kept.
async fn kept(service: &Service, folder: &std::path::Path) -> String {
    let request: SignInRequest = with_secret(request(service));
    let error = sign_in(&Transport::new(), request).await.unwrap_err();
    PendingChallenges::new(folder, Clock::system()).keep(error.challenge().unwrap()).unwrap();
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(!files.is_empty());
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

fn asks_for_code() -> Reply {
    challenge("SMS_MFA", &json!({"USER_ID_FOR_SRP": USERNAME}))
}

/// The challenge as a process with these variables finds it.
fn found(folder: &std::path::Path, variables: &[(&str, &str)]) -> cognitoken::Result<cognitoken::Challenge> {
    let environment = Environment::from_pairs(variables.iter().copied(), "").unwrap();
    PendingChallenges::new(folder, Clock::system()).find(None, None, &environment)
}

#[tokio::test]
async fn the_other_process_answers_as_the_first_would_have() {
    let service = Service::that_says([asks_for_code(), tokens()]).await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("challenges");
    let text = kept(&service, &folder).await;
    assert!(!text.contains(PASSWORD) && !text.contains(CLIENT_SECRET), "{text}");

    let error = found(&folder, &[]).unwrap_err();
    assert!(error.message().contains("COGNITO_CLIENT_SECRET"), "{error}");
    let challenge = found(&folder, &[("COGNITO_CLIENT_SECRET", CLIENT_SECRET)]).unwrap();
    let step = challenge.respond(&Transport::new(), Answer::text("123456")).await.unwrap();
    assert!(matches!(step, Step::Tokens(_)));
    let body = service.calls()[1].body();
    assert_eq!(body["Session"], SESSION);
    let expected =
        json!({"USERNAME": USERNAME, "SMS_MFA_CODE": "123456", "SECRET_HASH": secret_hash(USERNAME)});
    assert_eq!(body["ChallengeResponses"], expected);
}

/// Where the first process signed in is its own affair; the password of the second is not to go there by itself.
#[tokio::test]
async fn the_password_of_the_other_process_is_not_sent_unasked() {
    let service = Service::that_says([asks_for_code(), challenge("PASSWORD", &json!({}))]).await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("challenges");
    kept(&service, &folder).await;
    let ours = [
        ("COGNITO_CLIENT_SECRET", CLIENT_SECRET),
        ("COGNITO_USER_NAME", ALIAS),
        ("COGNITO_PASSWORD", "ours, and nobody else's"),
    ];
    let challenge = found(&folder, &ours).unwrap();
    let step = challenge.respond(&Transport::new(), Answer::text("123456")).await.unwrap();
    let Step::Challenge(asked) = step else { panic!("{step:?}") };
    assert_eq!(asked.name(), "PASSWORD");
    assert!(service.calls().iter().all(|call| !call.text.contains("nobody else's")));
}
