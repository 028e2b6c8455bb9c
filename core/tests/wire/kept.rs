//! A challenge that another process goes on with.

use cognitoken::{Answer, Clock, Cognito, Environment, PendingChallenges, SignInRequest, Step};
use serde_json::json;

use super::cognito::{
    ALIAS, CLIENT_SECRET, PASSWORD, SESSION, USERNAME, challenge, request, secret_hash, tokens, with_secret,
};
use super::outcome::challenge_to;
use super::service::{Reply, Service};

/// Signs in as far as SMS_MFA, keeps that in a folder, and gives the text of what is kept.
async fn kept(service: &Service, folder: &std::path::Path) -> String {
    let request: SignInRequest = with_secret(request(service));
    let asked = challenge_to(&Cognito::new(), request).await;
    PendingChallenges::new(folder, Clock::system()).keep(&asked).await.unwrap();
    let text = text_of(folder);
    assert!(!text.is_empty());
    text
}

fn text_of(folder: &std::path::Path) -> String {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

fn asks_for_code() -> Reply {
    challenge("SMS_MFA", &json!({"USER_ID_FOR_SRP": USERNAME}))
}

/// The challenge as a process with these variables finds it.
async fn found(
    folder: &std::path::Path,
    variables: &[(&str, &str)],
) -> cognitoken::Result<cognitoken::Challenge> {
    let environment = Environment::from_pairs(variables.iter().copied(), "").unwrap();
    PendingChallenges::new(folder, Clock::system()).find(None, None, &environment).await
}

#[tokio::test]
async fn the_other_process_answers_as_the_first_would_have() {
    let service = Service::that_says([asks_for_code(), tokens()]).await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("challenges");
    let text = kept(&service, &folder).await;
    assert!(!text.contains(PASSWORD) && !text.contains(CLIENT_SECRET), "{text}");

    let error = found(&folder, &[]).await.unwrap_err();
    assert!(error.message().contains("COGNITO_CLIENT_SECRET"), "{error}");
    let challenge = found(&folder, &[("COGNITO_CLIENT_SECRET", CLIENT_SECRET)]).await.unwrap();
    let step = Cognito::new().respond(&challenge, Answer::text("123456")).await.unwrap();
    assert!(matches!(step, Step::Done(_)));
    let body = service.calls()[1].body();
    assert_eq!(body["Session"], SESSION);
    let expected =
        json!({"USERNAME": USERNAME, "SMS_MFA_CODE": "123456", "SECRET_HASH": secret_hash(USERNAME)});
    assert_eq!(body["ChallengeResponses"], expected);
}

/// The second process does not send its password to the host that the first one signed in at.
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
    let challenge = found(&folder, &ours).await.unwrap();
    let step = Cognito::new().respond(&challenge, Answer::text("123456")).await.unwrap();
    let Step::Challenge(asked) = step else { panic!("{step:?}") };
    assert_eq!(asked.name(), "PASSWORD");
    assert!(service.calls().iter().all(|call| !call.text.contains("nobody else's")));
}

const KEY: &str = "0101010101010101010101010101010101010101010101010101010101010101";

#[tokio::test]
async fn with_a_key_a_challenge_is_sealed_and_only_sealed_ones_are_believed() {
    let service = Service::that_says([asks_for_code(), asks_for_code()]).await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("challenges");
    let keyed =
        Environment::from_pairs([("COGNITO_STORE_KEY", KEY), ("COGNITO_CLIENT_SECRET", CLIENT_SECRET)], "")
            .unwrap();
    let pending = || PendingChallenges::new(&folder, Clock::system()).sealed(&keyed).unwrap();

    let plain = kept(&service, &folder).await;
    assert!(plain.contains(SESSION));
    let error = pending().find(None, None, &keyed).await.unwrap_err();
    assert_eq!(error.code(), "NoChallenge");
    assert!(error.hint().unwrap().contains("COGNITO_STORE_KEY"), "{error}");
    assert_eq!(text_of(&folder), plain, "it stays where it is");

    let asked = challenge_to(&Cognito::new(), with_secret(request(&service))).await;
    let challenge = &asked;
    pending().keep(challenge).await.unwrap();
    let sealed = text_of(&folder);
    assert!(!sealed.contains(SESSION) && !sealed.contains(USERNAME), "{sealed}");
    assert_eq!(pending().find(None, None, &keyed).await.unwrap().name(), "SMS_MFA");

    let error = found(&folder, &[("COGNITO_CLIENT_SECRET", CLIENT_SECRET)]).await.unwrap_err();
    assert_eq!(error.code(), "WrongKey");
    assert_eq!(text_of(&folder), sealed);
    pending().forget(challenge).unwrap();
    assert_eq!(text_of(&folder), "");
}

#[tokio::test]
async fn what_is_over_or_damaged_is_cleared_away_and_what_a_later_version_wrote_stays() {
    let service = Service::that_says([asks_for_code()]).await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("challenges");
    kept(&service, &folder).await;
    for (name, text) in [("later.json", r#"{"version":99,"other":1}"#), ("damaged.json", "{")] {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
    }
    let secret = [("COGNITO_CLIENT_SECRET", CLIENT_SECRET)];
    assert!(found(&folder, &secret).await.is_ok());
    assert!(folder.join("later.json").exists() && !folder.join("damaged.json").exists());

    let later = Clock::from_fn(|| std::time::SystemTime::now() + std::time::Duration::from_secs(16 * 60));
    let environment = Environment::from_pairs(secret, "").unwrap();
    let error = PendingChallenges::new(&folder, later).find(None, None, &environment).await.unwrap_err();
    assert_eq!(error.code(), "NoChallenge");
    assert_eq!(text_of(&folder), r#"{"version":99,"other":1}"#);
}
