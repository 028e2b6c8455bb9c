//! Contents of a store or a bundle, which others may have written.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use cognitoken::fuzzing::{self, store_of};
use cognitoken::{ClientValues, Environment, Session, SessionRequest};

use super::requests::{CLIENT_SECRET, HOST, Service, client, environment, run};

const KEY: &str = "+/////////////////////////////////////////8=";
/// The beginning of the names of all entries of [`client`] at its service; other clients find none of them.
const NAME: &str = "416b03afad0881f96beca74e-1b";
const REFRESHED: &str = r#"{"AuthenticationResult":{"AccessToken":"a.b.c","IdToken":"d.e.f","ExpiresIn":3600},
    "access_token":"a.b.c","id_token":"d.e.f","expires_in":3600}"#;

/// A folder of this process alone; it stays behind, empty but for one entry.
static FOLDER: LazyLock<PathBuf> =
    LazyLock::new(|| tempfile::Builder::new().prefix("cognitoken-fuzz-").tempdir().expect("a folder").keep());

/// A session that never signs in by itself: what it gives out comes from what is stored.
fn session(service: &Service, environment: Environment, store: &str, client: ClientValues) -> Session {
    let mut request = SessionRequest { store: Some(store.to_owned()), ..SessionRequest::new(environment) };
    request.sign_in.client = client;
    request.may_sign_in = false;
    service.cognito.session(request).expect("a store that is known")
}

fn with_key() -> Environment {
    let variables = [("COGNITO_STORE_KEY", KEY), ("COGNITO_BUNDLE_KEY", KEY)];
    Environment::from_pairs(variables, "").expect("keys are no fault")
}

/// Any entry of a store without a key: what is refreshed from it goes nowhere in plain http, and the client secret to the
/// service of this process alone. And no entry at all counts that somebody without the key put into a store with one.
pub fn store_entry(input: &[u8]) {
    run(async {
        let mut understood = false;
        for client in [ClientValues::default(), client()] {
            let service = Service::new(REFRESHED);
            let session = session(&service, environment(), "memory", client);
            put(&session, NAME, input).await;
            let _ = session.tokens().await;
            understood |= session.take_notices().is_empty();
            let outcome = session.refresh().await;
            service.assert_asked_safely();
            for request in service.requests() {
                let ours = request.url.host_str() == Some(HOST);
                let proves = request.text.contains(CLIENT_SECRET) || request.text.contains("authorization: ");
                assert!(ours || !proves, "the client secret is sent to {}", request.url);
            }
            if let Err(error) = outcome {
                service.assert_shows_no_secret(&error);
            }
        }
        // Files take time: only for what is an entry at all.
        if understood {
            assert_refused_by_a_store_with_a_key(input).await;
        }
    });
}

async fn assert_refused_by_a_store_with_a_key(input: &[u8]) {
    let _ = std::fs::remove_dir_all(FOLDER.as_path());
    let service = Service::new(REFRESHED);
    let session =
        session(&service, with_key(), &format!("file:{}", FOLDER.display()), ClientValues::default());
    put(&session, NAME, input).await;
    let outcome = session.tokens().await;
    assert!(outcome.is_err(), "a store with a key took an entry that nobody sealed");
    assert!(service.requests().is_empty(), "what nobody sealed was sent");
}

async fn put(session: &Session, name: &str, value: &[u8]) {
    let mut lock = store_of(session).lock(name, Duration::from_secs(1)).await.expect("nobody holds it");
    lock.write(value, Duration::from_secs(3600)).await.expect("memory is there");
    lock.release().await.expect("it is ours");
}

/// No text that was made without the key is a bundle; with the key, any content is taken or refused.
pub fn bundle(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    run(async {
        let service = Service::new(REFRESHED);
        let session_of = |client| session(&service, environment(), "memory", client);
        let imported = session_of(ClientValues::default()).import(&text, &with_key()).await;
        assert!(imported.is_err(), "a bundle that nobody sealed was taken");

        let sealed = fuzzing::bundle(KEY, input).expect("a good key");
        let session = session_of(ClientValues::default());
        if session.import(&sealed, &with_key()).await.is_ok() {
            let _ = session.refresh().await;
            service.assert_asked_safely();
        }
    });
}
