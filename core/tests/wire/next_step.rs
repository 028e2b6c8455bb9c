//! The next step that an error names, where a session has no sign-in to go on with.

use std::path::Path;
use std::time::Duration;

use cognitoken::{
    ClientValues, Cognito, Environment, Error, ErrorKind, Session, SessionRequest, SignInRequest,
};

use super::cognito::{ALIAS, CLIENT, PASSWORD, refusal, tokens};
use super::outcome::Done as _;
use super::process::{STARTED_HERE, command_of, text};
use super::profiles::profile;
use super::service::Service;

/// The folder of the tokens, below the one that stands for every folder of the user.
const TOKENS: &str = if cfg!(windows) {
    "cognitoken/data/tokens"
} else if cfg!(target_os = "macos") {
    "Library/Application Support/cognitoken/tokens"
} else {
    "cognitoken/tokens"
};

fn session(environment: Environment, password: Option<&str>) -> Session {
    let client = ClientValues { timeout: Some(Duration::from_secs(10)), ..ClientValues::default() };
    let password = password.map(Into::into);
    let sign_in = SignInRequest { password, client, ..SignInRequest::new(environment.clone()) };
    Cognito::new().session(SessionRequest { sign_in, ..SessionRequest::new(environment) }).unwrap()
}

async fn error_of(session: &Session) -> Error {
    session.id_token().await.map(|_| ()).unwrap_err()
}

#[tokio::test]
async fn a_job_whose_refresh_token_is_over_names_the_command_with_its_profile() {
    let folder = tempfile::tempdir().unwrap();
    let over = refusal("NotAuthorizedException", "Refresh Token has expired");
    let service = Service::that_says([tokens(), over]).await;
    let work = Environment::empty().with_profile("work", profile(&service, folder.path()));

    let error = error_of(&session(work.clone(), None)).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "MissingValue"));
    let hint = error.hint().unwrap();
    assert!(
        hint.contains("Sign in once with `cognitoken login --profile work`, or give the password"),
        "{hint}"
    );

    session(work.clone(), Some(PASSWORD)).sign_in().await.done().unwrap();
    let error = error_of(&session(work, None)).await;
    assert_eq!(error.kind(), ErrorKind::Authentication);
    let hint = error.hint().unwrap();
    assert!(
        hint.ends_with("sign in again. A person does that with `cognitoken login --profile work`."),
        "{hint}"
    );
}

#[tokio::test]
async fn without_a_profile_the_store_has_to_be_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let over = refusal("NotAuthorizedException", "Refresh Token has been revoked");
    let service = Service::that_says([tokens(), over]).await;
    let store = format!("file:{}", folder.path().join("tokens").display());
    let variables = [
        ("COGNITO_CLIENT_ID", CLIENT),
        ("COGNITO_USER_NAME", ALIAS),
        ("COGNITO_ENDPOINT", &service.endpoint()),
        ("COGNITO_STORE", &store),
    ];
    let environment = Environment::from_pairs(variables, "").unwrap();
    session(environment.clone(), Some(PASSWORD)).sign_in().await.done().unwrap();
    let hint = error_of(&session(environment, None)).await.hint().unwrap().to_owned();
    let command =
        format!("A person does that with `cognitoken login --username {ALIAS}` and the same store.");
    assert!(hint.ends_with(&command), "{hint}");
}

#[tokio::test]
async fn a_sign_in_that_is_lost_in_memory_needs_no_command() {
    let over = refusal("NotAuthorizedException", "Refresh Token has expired");
    let service = Service::that_says([tokens(), over]).await;
    let endpoint = service.endpoint();
    let variables =
        [("COGNITO_CLIENT_ID", CLIENT), ("COGNITO_USER_NAME", ALIAS), ("COGNITO_ENDPOINT", &endpoint)];
    let session = session(Environment::from_pairs(variables, "").unwrap(), Some(PASSWORD));
    let tokens = session.sign_in().await.done().unwrap();
    let other = self::session(Environment::from_pairs(variables, "").unwrap(), None);
    other.keep((*tokens).clone()).await.unwrap();
    let error = error_of(&other).await;
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert!(!error.hint().unwrap_or_default().contains("cognitoken login"), "{error:?}");
}

/// The work of the other process: a session in memory, with what it finds and no password.
#[tokio::test]
#[ignore = "run by the test below, in a process of its own"]
async fn asks_its_memory() {
    if std::env::var_os(STARTED_HERE).is_some() {
        let error = error_of(&session(Environment::read().unwrap(), None)).await;
        panic!("{} {error}\n{}", error.code(), error.hint().unwrap_or("no hint"));
    }
}

/// Returns the error of a session in memory, of a user with this folder for everything.
fn asked(folder: &Path, variables: &[(&str, &str)]) -> String {
    let mut command = command_of("next_step::asks_its_memory", folder, variables);
    for name in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "LOCALAPPDATA"] {
        command.env(name, folder);
    }
    text(&command.env("DBUS_SESSION_BUS_ADDRESS", "").output().unwrap())
}

#[tokio::test]
async fn a_session_in_memory_says_who_is_signed_in_in_the_users_own_store() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::that_says([tokens()]).await;
    let endpoint = service.endpoint();
    let of_client = [("COGNITO_CLIENT_ID", CLIENT), ("COGNITO_ENDPOINT", &*endpoint)];
    let said = asked(folder.path(), &of_client);
    assert!(said.contains("MissingValue nothing that fits is stored in memory"), "{said}");
    assert!(!said.contains("has a sign-in of"), "{said}");

    let tokens_folder = folder.path().join(TOKENS);
    let own = profile(&service, folder.path()).with_store(format!("file:{}", tokens_folder.display()));
    let environment = Environment::empty().with_profile("own", own);
    session(environment, Some(PASSWORD)).sign_in().await.done().unwrap();
    let found = format!("`store=\"file\"` has a sign-in of {ALIAS} (COGNITO_STORE=file).");
    for variables in [&of_client[..], &[]] {
        let said = asked(folder.path(), variables);
        assert!(said.contains(&found), "{said}");
    }
    let other = [("COGNITO_CLIENT_ID", "2example23456789"), ("COGNITO_ENDPOINT", &*endpoint)];
    assert!(!asked(folder.path(), &other).contains("has a sign-in of"));

    // A store that does not work is no failure of its own, and nothing in it changes.
    for file in std::fs::read_dir(&tokens_folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            std::fs::write(path, "damaged").unwrap();
        }
    }
    let before = std::fs::read_dir(&tokens_folder).unwrap().count();
    let said = asked(folder.path(), &of_client);
    assert!(said.contains("MissingValue") && !said.contains("has a sign-in of"), "{said}");
    assert_eq!(std::fs::read_dir(&tokens_folder).unwrap().count(), before);
}
