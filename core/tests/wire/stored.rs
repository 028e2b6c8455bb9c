//! The choice of a stored sign-in: each value that is given narrows it, and an absent one contradicts nothing.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cognitoken::{
    ClientCredentialsRequest, ClientValues, Clock, Cognito, Environment, ErrorKind, Flow, Session,
    SessionRequest, SignInRequest, SignOut, TokenUse, Tokens,
};
use serde_json::{Value, json};

use super::cognito::{ALIAS, CLIENT, CLIENT_SECRET, PASSWORD, jwt, result_with, tokens, tokens_of};
use super::domain::{client_credentials_request, client_token};
use super::outcome::{Done as _, sign_in};
use super::service::{Reply, Service};

const OTHER_CLIENT: &str = "2example23456789";

/// The shell's folder of stored sign-ins, as commands and programs share one.
struct Shared(tempfile::TempDir);

impl Shared {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn store(&self) -> Option<String> {
        let folder: &Path = self.0.path();
        Some(format!("file:{}", folder.join("tokens").display()))
    }

    /// A session of another process, with these variables and no arguments.
    fn session(&self, process: &[(&str, &str)]) -> Session {
        let environment = Environment::from_pairs(process.iter().copied(), "").unwrap();
        let request = SessionRequest { store: self.store(), ..SessionRequest::new(environment) };
        Cognito::new().session(request).unwrap()
    }

    async fn signs_in(&self, service: &Service, client_id: &str, username: &str) {
        let client = ClientValues {
            client_id: Some(client_id.into()),
            endpoint: Some(service.endpoint()),
            ..ClientValues::default()
        };
        let sign_in = SignInRequest {
            username: Some(username.into()),
            password: Some(PASSWORD.into()),
            client,
            ..SignInRequest::new(Environment::empty())
        };
        let request =
            SessionRequest { sign_in, store: self.store(), ..SessionRequest::new(Environment::empty()) };
        Cognito::new().session(request).unwrap().sign_in().await.done().unwrap();
    }

    async fn finds(&self, process: &[(&str, &str)]) -> Result<Option<String>, cognitoken::Error> {
        let status = self.session(process).status().await?;
        Ok(status.username.filter(|_| status.signed_in))
    }
}

/// Tokens of a user that live long.
fn tokens_called(username: &str, email: Option<&str>) -> Reply {
    tokens_of(&result_called(username, email))
}

pub(crate) fn result_called(username: &str, email: Option<&str>) -> Value {
    let mut claims = json!({"sub": username, "cognito:username": username, "token_use": "id", "exp": 4_102_444_800_u32,
        "iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"});
    claims.as_object_mut().unwrap().extend(email.map(|email| ("email".to_owned(), json!(email))));
    let mut result = result_with("IdToken", json!(jwt(&claims)));
    let access = json!({"username": username, "token_use": "access", "exp": 4_102_444_800_u32});
    result["AccessToken"] = json!(jwt(&access));
    result
}

#[tokio::test]
async fn a_region_or_an_address_that_is_not_given_contradicts_nothing() {
    let (shared, service) = (Shared::new(), Service::that_says([tokens_called("ada", None)]).await);
    shared.signs_in(&service, CLIENT, "ada").await;
    let endpoint = service.endpoint();
    for process in [
        &[][..],
        &[("COGNITO_CLIENT_ID", CLIENT)],
        &[("COGNITO_CLIENT_ID", CLIENT), ("AWS_REGION", "eu-west-1")],
        &[("AWS_REGION", "eu-west-1")],
        &[("COGNITO_CLIENT_ID", CLIENT), ("COGNITO_USER_NAME", "ada")],
        &[("COGNITO_CLIENT_ID", CLIENT), ("COGNITO_USER_POOL_ID", "us-east-1_AbCdEfGhI")],
        &[("COGNITO_CLIENT_ID", CLIENT), ("COGNITO_REGION", "us-east-1")],
        &[("COGNITO_ENDPOINT", &endpoint)],
    ] {
        assert_eq!(shared.finds(process).await.unwrap().as_deref(), Some("ada"), "{process:?}");
        let tokens = shared.session(process).tokens().await.done().unwrap();
        assert_eq!(tokens.summary().username.as_deref(), Some("ada"), "{process:?}");
    }
    for process in [
        ("COGNITO_CLIENT_ID", OTHER_CLIENT),
        ("COGNITO_USER_NAME", "grace"),
        ("COGNITO_USER_POOL_ID", "us-east-1_Other"),
        ("COGNITO_REGION", "eu-west-1"),
        ("COGNITO_ENDPOINT", "http://127.0.0.1:1"),
    ] {
        assert_eq!(shared.finds(&[process]).await.unwrap(), None, "{process:?}");
    }
}

#[tokio::test]
async fn a_refresh_goes_to_the_place_that_the_sign_in_was_at() {
    let replies = [tokens_called("ada", None), tokens_called("ada", None)];
    let (shared, service) = (Shared::new(), Service::that_says(replies).await);
    shared.signs_in(&service, CLIENT, "ada").await;
    let session = shared.session(&[("COGNITO_CLIENT_ID", CLIENT), ("AWS_REGION", "eu-west-1")]);
    session.refresh().await.done().unwrap();
    assert_eq!(service.operations(), ["InitiateAuth", "GetTokensFromRefreshToken"]);
}

#[tokio::test]
async fn the_hint_names_what_tells_the_stored_apart() {
    let (shared, service) =
        (Shared::new(), Service::that_says([tokens_called("ada", None), tokens_called("ada", None)]).await);
    shared.signs_in(&service, CLIENT, "ada").await;
    shared.signs_in(&service, OTHER_CLIENT, "ada").await;
    let error = shared.finds(&[]).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "SeveralIdentities"));
    assert_eq!(error.hint().unwrap(), "Choose one: give client_id (COGNITO_CLIENT_ID).");
    // As the hint says.
    assert!(shared.finds(&[("COGNITO_CLIENT_ID", CLIENT)]).await.unwrap().is_some());
}

#[tokio::test]
async fn the_hint_names_the_place_where_that_is_the_difference() {
    let shared = Shared::new();
    let (here, there) = (
        Service::that_says([tokens_called("ada", None)]).await,
        Service::that_says([tokens_called("ada", None)]).await,
    );
    for service in [&here, &there] {
        shared.signs_in(service, CLIENT, "ada").await;
    }
    let error = shared.finds(&[("COGNITO_CLIENT_ID", CLIENT)]).await.unwrap_err();
    assert!(error.hint().unwrap().contains("COGNITO_ENDPOINT"), "{error:?}");
    assert!(error.message().contains(&here.endpoint()), "{error}");
    let endpoint = there.endpoint();
    assert!(shared.finds(&[("COGNITO_ENDPOINT", &endpoint)]).await.unwrap().is_some());
}

#[tokio::test]
async fn names_in_another_case_find_their_sign_in() {
    for (typed, called, email, asked, found) in [
        ("ada", "ada", None, "Ada", true),
        ("Ada", "ada", None, "ADA", true),
        ("Ada@Example.org", "uuid", None, "ada@example.org", true),
        ("ada", "uuid", Some("Ada@Example.org"), "ada@example.org", true),
        // The pool gave the name back with its capital: it may know another user without.
        ("Ada", "Ada", None, "ada", false),
        ("ada", "ada", None, "adam", false),
    ] {
        let (shared, service) = (Shared::new(), Service::that_says([tokens_called(called, email)]).await);
        shared.signs_in(&service, CLIENT, typed).await;
        let who = shared.finds(&[("COGNITO_USER_NAME", asked)]).await.unwrap();
        assert_eq!(who.is_some(), found, "{typed} is {called}; asked for {asked}");
    }
}

#[tokio::test]
async fn the_same_name_in_the_same_case_comes_first() {
    let replies = [tokens_called("Ada", None), tokens_called("ada", None)];
    let (shared, service) = (Shared::new(), Service::that_says(replies).await);
    for name in ["Ada", "ada"] {
        shared.signs_in(&service, CLIENT, name).await;
    }
    for name in ["Ada", "ada"] {
        assert_eq!(shared.finds(&[("COGNITO_USER_NAME", name)]).await.unwrap().as_deref(), Some(name));
    }
}

#[tokio::test]
async fn a_session_answers_for_the_tokens_that_it_was_given() {
    let shared = Shared::new();
    let service = Service::that_says([
        tokens_called("grace", None),
        tokens_called("ada", None),
        Reply::json(200, &json!({})),
    ])
    .await;
    shared.signs_in(&service, CLIENT, "grace").await;
    let cognito = Cognito::new();
    let adas = sign_in(&cognito, super::cognito::request(&service)).await.unwrap();

    // Two are stored then, and a refresh token that is neither's is set.
    for process in [&[][..], &[("COGNITO_REFRESH_TOKEN", "seed")]] {
        let session = shared.session(process);
        session.keep(adas.clone()).await.unwrap();
        let status = session.status().await.unwrap();
        assert_eq!((status.signed_in, status.username.as_deref()), (true, Some("ada")), "{process:?}");
    }
    let session = shared.session(&[]);
    session.keep(adas).await.unwrap();
    assert_eq!(session.sign_out(false).await.unwrap(), SignOut::Revoked);
    assert_eq!(shared.finds(&[]).await.unwrap().as_deref(), Some("grace"));
}

#[tokio::test]
async fn tokens_of_a_region_that_the_session_was_not_told_are_kept() {
    let (shared, service) = (Shared::new(), Service::that_says([tokens()]).await);
    let cognito = Cognito::new();
    let tokens = sign_in(&cognito, super::cognito::request(&service)).await.unwrap();
    shared.session(&[("COGNITO_CLIENT_ID", CLIENT)]).keep(tokens.clone()).await.unwrap();
    let other = shared.session(&[("COGNITO_CLIENT_ID", OTHER_CLIENT)]);
    assert_eq!(other.keep(tokens).await.unwrap_err().code(), "OtherClient");
}

fn of_the_client(shared: &Shared, credentials: ClientCredentialsRequest) -> Session {
    let request = SessionRequest {
        client_credentials: Some(credentials),
        token_use: TokenUse::Access,
        store: shared.store(),
        ..SessionRequest::new(Environment::empty())
    };
    Cognito::new().session(request).unwrap()
}

#[tokio::test]
async fn a_clients_own_token_is_found_as_a_users_is_and_asked_for_once() {
    let shared = Shared::new();
    let domain = Service::that_says([client_token("a"), client_token("b")]).await;
    for _ in 0..2 {
        // Another process each time: nothing is remembered but what is stored.
        let session = of_the_client(&shared, client_credentials_request(&domain));
        session.tokens().await.done().unwrap();
    }
    assert_eq!(domain.calls().len(), 1, "each token is billed");
    let endpoint = domain.endpoint();
    let process = [
        ("COGNITO_CLIENT_ID", CLIENT),
        ("COGNITO_CLIENT_SECRET", CLIENT_SECRET),
        ("COGNITO_DOMAIN", &endpoint),
    ];
    for process in [&[][..], &process[..1], &process] {
        let session = shared.session(process);
        assert_eq!(session.authorization().await.done().unwrap(), "Bearer a", "{process:?}");
        assert_eq!(session.sent_token().await.done().unwrap(), "a");
        assert!(session.status().await.unwrap().signed_in);
    }
    // What a token is replaced with is asked for as the stored one was.
    let session = shared.session(&process);
    assert_eq!(session.replace("a").await.done().unwrap(), "Bearer b");
    assert_eq!(domain.calls().len(), 2);
    assert_eq!(session.sign_out(false).await.unwrap(), SignOut::Local);
    assert!(!shared.session(&[]).status().await.unwrap().signed_in);
}

#[tokio::test]
async fn a_secret_of_mine_goes_to_no_domain_that_only_the_store_names() {
    let shared = Shared::new();
    let domain = Service::that_says([client_token("a")]).await;
    of_the_client(&shared, client_credentials_request(&domain)).tokens().await.done().unwrap();
    let session = shared.session(&[("COGNITO_CLIENT_ID", CLIENT), ("COGNITO_CLIENT_SECRET", CLIENT_SECRET)]);
    let error = session.replace("a").await.done().unwrap_err();
    assert_eq!(error.code(), "UntrustedHost");
    assert!(error.hint().unwrap().contains("COGNITO_DOMAIN"), "{error:?}");
    assert_eq!(domain.calls().len(), 1);
}

#[tokio::test]
async fn a_user_comes_before_a_client_and_a_client_is_no_user() {
    let shared = Shared::new();
    let service = Service::that_says([client_token("a"), tokens_called("ada", None)]).await;
    of_the_client(&shared, client_credentials_request(&service)).tokens().await.done().unwrap();
    assert_eq!(shared.finds(&[("COGNITO_USER_NAME", "ada")]).await.unwrap(), None);
    shared.signs_in(&service, CLIENT, "ada").await;
    assert_eq!(shared.finds(&[]).await.unwrap().as_deref(), Some("ada"));
}

#[tokio::test]
async fn a_clients_token_that_came_another_way_is_kept_as_one() {
    let shared = Shared::new();
    let domain = Service::that_says([client_token("a")]).await;
    let cognito = Cognito::new();
    let tokens: Tokens = cognito.client_credentials(client_credentials_request(&domain)).await.unwrap();
    shared.session(&[]).keep(tokens).await.unwrap();
    assert_eq!(shared.session(&[]).authorization().await.done().unwrap(), "Bearer a");
    assert_eq!(shared.finds(&[("COGNITO_USER_NAME", "ada")]).await.unwrap(), None);
}

#[tokio::test]
async fn an_api_that_refuses_a_replacement_costs_no_more_refreshes() {
    let now = SystemTime::now();
    let passed = Arc::new(AtomicU64::new(0));
    let shown = Arc::clone(&passed);
    let clock = Clock::from_fn(move || now + Duration::from_secs(shown.load(Ordering::SeqCst)));
    let cognito = Cognito::builder().clock(clock).build();
    let issued = |name: &str| {
        let iat = now.duration_since(UNIX_EPOCH).unwrap().as_secs();
        let id = jwt(&json!({"jti": name, "iat": iat, "exp": iat + 3600, "cognito:username": "ada"}));
        tokens_of(&result_with("IdToken", json!(id)))
    };
    let service = Service::that_says(["a", "b", "c"].map(issued)).await;
    let request = SessionRequest {
        sign_in: super::cognito::request(&service),
        ..SessionRequest::new(Environment::empty())
    };
    let session = cognito.session(request).unwrap();
    let first = session.authorization().await.done().unwrap();
    let second = session.replace(&first).await.done().unwrap();
    assert_ne!(second, first);
    for _ in 0..5 {
        assert_eq!(session.replace(&second).await.done().unwrap(), second);
    }
    assert_eq!(service.calls().len(), 2);
    assert_eq!(session.replace(&first).await.done().unwrap(), second, "the older one has one already");
    passed.store(31, Ordering::SeqCst);
    assert_ne!(session.replace(&second).await.done().unwrap(), second);
    assert_eq!(service.calls().len(), 3);
    // Who asks for new tokens gets them.
    service.goes_on(issued("d"));
    session.refresh().await.done().unwrap();
    assert_eq!(service.calls().len(), 4);
}

#[tokio::test]
async fn an_empty_argument_is_no_secret_of_the_sessions_either() {
    let (shared, service) = (Shared::new(), Service::that_says([tokens_called("ada", None)]).await);
    let dotenv = format!(
        "COGNITO_USER_NAME={ALIAS}\nCOGNITO_PASSWORD={PASSWORD}\nCOGNITO_CLIENT_ID={CLIENT}\nCOGNITO_ENDPOINT={}",
        service.endpoint()
    );
    let session = || {
        let environment = Environment::from_pairs([("", ""); 0], &dotenv).unwrap();
        let sign_in = SignInRequest {
            password: Some("".into()),
            totp_secret: Some(" ".into()),
            username: Some(String::new()),
            client: ClientValues { client_secret: Some("".into()), ..ClientValues::default() },
            flow: Flow::Auto,
            ..SignInRequest::new(environment.clone())
        };
        let request = SessionRequest {
            sign_in,
            refresh_token: Some(" ".into()),
            id_token: Some("".into()),
            store: shared.store(),
            ..SessionRequest::new(environment)
        };
        Cognito::new().session(request).unwrap()
    };
    for _ in 0..3 {
        session().tokens().await.done().unwrap();
    }
    assert_eq!(service.operations(), ["InitiateAuth"]);
}
