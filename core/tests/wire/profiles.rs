//! Profiles: the values that count where nothing else gives them, for their own client alone.

use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use cognitoken::{
    CheckState, ClientSecret, ClientValues, Cognito, Environment, ErrorKind, Password, Profile, Session,
    SessionRequest, SignInRequest, Tokens, keep_profile,
};
use serde_json::json;

use super::cognito::{
    ALIAS, CLIENT, CLIENT_SECRET, PASSWORD, POOL, USERNAME, result_with, secret_hash, tokens, tokens_of,
};
use super::doctor::named;
use super::outcome::{Done as _, sign_in};
use super::process::{STARTED_HERE, command_of, other_process, text};
use super::service::{Reply, Service};
use super::stored::result_called;

const OTHER_CLIENT: &str = "2example23456789";
const OTHER_POOL: &str = "us-east-1_Other1234";

/// A folder of stored sign-ins.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// A profile of Ada's at this service.
pub(crate) fn profile(service: &Service, folder: &Path) -> Profile {
    Profile::new()
        .with_client_id(CLIENT)
        .with_username(ALIAS)
        .with_endpoint(service.endpoint())
        .with_store(format!("file:{}", folder.join("tokens").display()))
}

fn environment(process: &[(&str, &str)], dotenv: &str, profile: Profile) -> Environment {
    Environment::from_pairs(process.iter().copied(), dotenv).unwrap().with_profile("work", profile)
}

fn request(environment: Environment) -> SignInRequest {
    SignInRequest::new(environment)
}

fn session(environment: Environment) -> Session {
    Cognito::new().session(SessionRequest::new(environment)).unwrap()
}

/// The tokens of a sign-in with a password that a person types.
async fn signed_in(environment: Environment) -> Tokens {
    let sign_in = SignInRequest { password: Some(Password::new(PASSWORD)), ..request(environment.clone()) };
    let request = SessionRequest::new(environment).with_sign_in(sign_in);
    let tokens = Cognito::new().session(request).unwrap().sign_in().await.done().unwrap();
    (*tokens).clone()
}

#[tokio::test]
async fn after_one_sign_in_the_profile_is_enough() {
    let lasting = tokens_of(&result_called(USERNAME, None));
    let (service, folder) = (Service::that_says([lasting]).await, folder());
    let profile = profile(&service, folder.path());
    let tokens = signed_in(environment(&[], "", profile.clone())).await;
    let next_day = session(environment(&[], "", profile));
    let id_token = next_day.id_token().await.done().unwrap();
    assert_eq!(id_token.expose(), tokens.id_token().unwrap().expose());
    assert_eq!(service.operations(), ["InitiateAuth"]);
    let status = next_day.status().await.unwrap();
    assert_eq!(status.profile.as_deref(), Some("work"));
    assert_eq!(status.sources["client_id"], "the profile work");
    assert_eq!(status.username.as_deref(), Some(USERNAME));
}

#[tokio::test]
async fn an_argument_a_variable_and_dotenv_come_before_the_profile() {
    let (service, folder) = (Service::unasked().await, folder());
    let profile = profile(&service, folder.path());
    for (argument, process, dotenv, expected, source) in [
        (
            Some("argued"),
            &[("COGNITO_USER_NAME", "set")][..],
            "COGNITO_USER_NAME=filed",
            "argued",
            "the argument username",
        ),
        (None, &[("COGNITO_USER_NAME", "set")], "COGNITO_USER_NAME=filed", "set", "COGNITO_USER_NAME"),
        (None, &[], "COGNITO_USER_NAME=filed", "filed", "COGNITO_USER_NAME in .env"),
        (None, &[], "", ALIAS, "the profile work"),
    ] {
        let environment = environment(process, dotenv, profile.clone());
        let mut request = request(environment.clone());
        request.username = argument.map(str::to_owned);
        let session = SessionRequest::new(environment).with_sign_in(request.clone());
        let status = Cognito::new().session(session).unwrap().status().await.unwrap();
        assert_eq!(status.sources["username"], source);
        let service = Service::that_says([tokens()]).await;
        request.client.endpoint = Some(service.endpoint());
        request.password = Some(Password::new(PASSWORD));
        sign_in(&Cognito::new(), request).await.unwrap();
        assert_eq!(service.calls()[0].parameter("USERNAME"), expected);
    }
}

#[tokio::test]
async fn another_client_takes_nothing_from_the_profile() {
    let (service, folder) = (Service::unasked().await, folder());
    let profile = profile(&service, folder.path()).with_user_pool_id(POOL);
    let other_client = ClientValues::default().with_client_id(OTHER_CLIENT);
    let other_pool = ClientValues::default().with_client_id(CLIENT).with_user_pool_id(OTHER_POOL);
    for (process, dotenv, client) in [
        (&[][..], "", other_client.clone()),
        (&[], "", other_pool),
        (&[("COGNITO_CLIENT_ID", OTHER_CLIENT)], "", ClientValues::default()),
        (&[], "COGNITO_CLIENT_ID=2example23456789", ClientValues::default()),
    ] {
        let environment = environment(process, dotenv, profile.clone());
        let request = SignInRequest { client, ..request(environment.clone()) };
        let error = sign_in(&Cognito::new(), request.clone()).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "MissingValue"));
        assert_eq!(error.lacks(), Some("username"), "{error}");
        let session = Cognito::new().session(SessionRequest::new(environment).with_sign_in(request)).unwrap();
        assert_eq!(session.place(), "memory");
        assert_eq!(session.status().await.unwrap().profile, None);
    }
    assert!(service.calls().is_empty());
}

#[tokio::test]
async fn two_pools_with_one_client_id_are_told_apart_by_their_profiles() {
    let folder = folder();
    let (one, other) = (Service::that_says([tokens()]).await, Service::that_says([tokens()]).await);
    let profiles = [profile(&one, folder.path()), profile(&other, folder.path())];
    for profile in &profiles {
        signed_in(environment(&[], "", profile.clone())).await;
    }
    for profile in profiles {
        let status = session(environment(&[], "", profile)).status().await.unwrap();
        assert!(status.signed_in);
    }
    let neither = Profile::new()
        .with_client_id(CLIENT)
        .with_store(format!("file:{}", folder.path().join("tokens").display()));
    let error = session(environment(&[], "", neither)).status().await.unwrap_err();
    assert_eq!(error.code(), "SeveralIdentities");
}

#[tokio::test]
async fn a_host_of_dotenv_does_not_count_beside_a_profile_with_secrets_of_its_own() {
    let (service, stranger, folder) =
        (Service::that_says([tokens()]).await, Service::unasked().await, folder());
    let profile = profile(&service, folder.path());
    let dotenv = format!("COGNITO_ENDPOINT={}", stranger.endpoint());
    // A typed password.
    signed_in(environment(&[], &dotenv, profile.clone())).await;
    assert!(stranger.calls().is_empty());
    // A client secret that the profile keeps in its store.
    let mut with_secret = profile;
    with_secret.has_client_secret = true;
    let dotenv = format!("{dotenv}\nCOGNITO_PASSWORD=theirs");
    let error = sign_in(&Cognito::new(), request(environment(&[], &dotenv, with_secret))).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "MissingValue"), "{error}");
    assert!(error.message().contains("the client secret of the profile work"), "{error}");
    assert!(stranger.calls().is_empty());
}

#[tokio::test]
async fn what_is_believed_is_not_dotenvs_where_a_profile_answers() {
    let (service, folder) = (Service::unasked().await, folder());
    let dotenv = "COGNITO_ID_TOKEN=theirs\nCOGNITO_PASSWORD=theirs\nCOGNITO_USER_NAME=theirs";
    let session = session(environment(&[], dotenv, profile(&service, folder.path())));
    let error = session.id_token().await.done().unwrap_err();
    assert_ne!(error.code(), "InvalidToken", "{error}");
}

#[tokio::test]
async fn the_age_of_the_refresh_token_is_that_of_the_one_that_counts() {
    let folder = folder();
    let refreshed = result_with("RefreshToken", json!("another"));
    let same = {
        let mut result = refreshed.clone();
        result.as_object_mut().unwrap().remove("RefreshToken");
        result
    };
    let at = |reply: Reply, moment: u64| {
        let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(moment));
        reply.with_header("Date", &date)
    };
    let now = UNIX_EPOCH.elapsed().unwrap().as_secs();
    let service = Service::that_says([
        at(tokens(), now),
        at(tokens_of(&same), now + 100),
        at(tokens_of(&refreshed), now + 200),
    ])
    .await;
    let environment = environment(&[], "", profile(&service, folder.path()));
    signed_in(environment.clone()).await;
    let age = async || {
        let status = session(environment.clone()).status().await.unwrap();
        status.refresh_token_issued_at.unwrap().duration_since(UNIX_EPOCH).unwrap().as_secs()
    };
    let signed_in_at = age().await;
    session(environment.clone()).refresh().await.done().unwrap();
    assert_eq!(age().await, signed_in_at, "the refresh token is the same");
    session(environment.clone()).refresh().await.done().unwrap();
    assert!(age().await >= signed_in_at + 150, "the service sent another one");
}

#[tokio::test]
async fn doctor_names_the_profile_and_what_it_gives() {
    let (service, folder) = (Service::unasked().await, folder());
    let profile = profile(&service, folder.path());
    let check = async |client: ClientValues| {
        let sign_in = SignInRequest { client, ..request(environment(&[], "", profile.clone())) };
        let request = SessionRequest::new(Environment::empty()).with_sign_in(sign_in);
        let checks = Cognito::new().doctor(&request, false).await;
        (named(&checks, "profile").clone(), named(&checks, "not set").clone())
    };
    let (found, _) = check(ClientValues::default()).await;
    assert_eq!(found.state, CheckState::Good);
    for word in ["work", "COGNITO_CLIENT_ID", "COGNITO_USER_NAME", "COGNITO_ENDPOINT", "COGNITO_STORE"] {
        assert!(found.finding.contains(word), "{found:?}");
    }
    let (unused, absent) = check(ClientValues::default().with_client_id(OTHER_CLIENT)).await;
    assert_eq!(unused.state, CheckState::Note);
    assert!(
        unused.finding.contains("another client") && absent.finding.contains("COGNITO_USER_NAME"),
        "{unused:?}"
    );
}

/// A home of a user, with the file of profiles.
struct Home(tempfile::TempDir);

impl Home {
    fn new(profiles: &str) -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        let folder = home.profiles();
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("config.toml"), profiles).unwrap();
        home.close(&folder);
        home
    }

    #[cfg(unix)]
    fn close(&self, folder: &Path) {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).unwrap();
        std::fs::set_permissions(folder.join("config.toml"), std::fs::Permissions::from_mode(0o600)).unwrap();
    }

    #[cfg(not(unix))]
    fn close(&self, _folder: &Path) {}

    fn config(&self) -> PathBuf {
        self.0.path().join("config")
    }

    /// The folder of the file of profiles.
    fn profiles(&self) -> PathBuf {
        self.config().join(if cfg!(windows) { "cognitoken/config" } else { "cognitoken" })
    }

    /// The variables that make this the home of a process.
    fn variables(&self) -> [(&'static str, String); 3] {
        let (config, home) = (self.config().display().to_string(), self.0.path().display().to_string());
        [("XDG_CONFIG_HOME", config.clone()), ("LOCALAPPDATA", config), ("HOME", home)]
    }

    /// The output of a sign-in of another process in this home.
    async fn signs_in(&self, dotenv: &str, variables: &[(&str, &str)]) -> (bool, String) {
        let project = tempfile::tempdir().unwrap();
        std::fs::write(project.path().join(".env"), dotenv).unwrap();
        let own = self.variables();
        let own = own.iter().map(|(name, value)| (*name, value.as_str()));
        let variables: Vec<(&str, &str)> = own.chain(variables.iter().copied()).collect();
        let output = other_process(project.path(), &variables).await;
        (output.status.success(), text(&output))
    }
}

fn with_two_profiles(service: &Service) -> String {
    let endpoint = service.endpoint();
    format!(
        "profile = \"work\"\n[profiles.work]\nclient_id = \"{CLIENT}\"\nusername = \"ada\"\nendpoint = \"{endpoint}\"\n\
         [profiles.play]\nclient_id = \"{CLIENT}\"\nusername = \"bob\"\nendpoint = \"{endpoint}\"\n"
    )
}

#[tokio::test]
async fn the_chosen_profile_answers_and_a_variable_names_another() {
    let service = Service::that_says([tokens(), tokens(), tokens()]).await;
    let home = Home::new(&with_two_profiles(&service));
    let password = ("COGNITO_PASSWORD", PASSWORD);
    for (dotenv, variables) in [
        ("", &[password][..]),
        ("", &[password, ("COGNITO_PROFILE", " play ")]),
        ("COGNITO_PROFILE=play\nCOGNITO_PASSWORD=theirs", &[]),
    ] {
        let (is_good, said) = home.signs_in(dotenv, variables).await;
        assert!(is_good, "{said}");
    }
    let users: Vec<_> = service.calls().iter().map(|call| call.parameter("USERNAME")).collect();
    assert_eq!(users, ["ada", "bob", "bob"]);
}

#[tokio::test]
async fn a_password_of_mine_is_not_sent_to_a_profile_that_dotenv_names() {
    let service = Service::unasked().await;
    let home = Home::new(&with_two_profiles(&service));
    let (is_good, said) = home.signs_in("COGNITO_PROFILE=play", &[("COGNITO_PASSWORD", PASSWORD)]).await;
    assert!(!is_good && said.contains("Untrusted"), "{said}");
    assert!(service.calls().is_empty());
}

#[tokio::test]
async fn a_profile_that_is_named_has_to_be_there() {
    let service = Service::unasked().await;
    let home = Home::new(&with_two_profiles(&service));
    for (name, code) in [("rest", "ProfileNotFound"), ("../work", "InvalidProfile")] {
        let (is_good, said) = home.signs_in("", &[("COGNITO_PROFILE", name)]).await;
        assert!(!is_good && said.contains(code), "{said}");
    }
    let (_, said) = home.signs_in("", &[("COGNITO_PROFILE", "rest")]).await;
    assert!(said.contains("The profiles are work, play. "), "{said}");
    let damaged = Home::new("[profiles.default]\nclient_id = \n");
    let (is_good, said) = damaged.signs_in("", &[]).await;
    assert!(!is_good && said.contains("ProfilesUnusable") && said.contains("line 2"), "{said}");
}

/// The work of another process: it keeps a profile with a client secret.
#[tokio::test]
#[ignore = "run by a test of this file, in a process of its own"]
async fn keeps_a_profile() {
    let Some(endpoint) = std::env::var_os(STARTED_HERE).and(std::env::var("TEST_ENDPOINT").ok()) else {
        return;
    };
    let profile = Profile::new().with_client_id(CLIENT).with_username(ALIAS).with_endpoint(endpoint);
    let client_secret = ClientSecret::new(CLIENT_SECRET);
    let environment = Environment::read_without_profile().unwrap();
    keep_profile("default", profile, Some(client_secret), &environment).await.unwrap();
}

#[tokio::test]
async fn a_client_secret_that_was_kept_is_used_the_next_day() {
    let service = Service::that_says([tokens()]).await;
    let home = Home::new("# mine\n");
    let (own, endpoint) = (home.variables(), service.endpoint());
    let mut variables: Vec<(&str, &str)> = own.iter().map(|(name, value)| (*name, value.as_str())).collect();
    variables.push(("TEST_ENDPOINT", &endpoint));
    let mut keeps = command_of("profiles::keeps_a_profile", home.0.path(), &variables);
    let kept = tokio::task::spawn_blocking(move || keeps.output().unwrap()).await.unwrap();
    assert!(kept.status.success(), "{}", text(&kept));
    let file = std::fs::read_to_string(home.profiles().join("config.toml")).unwrap();
    assert!(file.starts_with("# mine\n") && file.contains("has_client_secret = true"), "{file}");
    assert!(!file.contains(CLIENT_SECRET));
    let (is_good, said) = home.signs_in("", &[("COGNITO_PASSWORD", PASSWORD)]).await;
    assert!(is_good, "{said}");
    assert_eq!(service.calls()[0].parameter("SECRET_HASH"), secret_hash(ALIAS));
}
