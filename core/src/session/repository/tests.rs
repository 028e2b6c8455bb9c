//! Sign-ins that are accepted from a store, and those that are not.

use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::config::ClientAuthentication;
use crate::config::{Environment, SecretsInUse};

const NAME: &str = "client-user";
const LIMIT: Duration = Duration::from_secs(20);
const KEY: &str = "0101010101010101010101010101010101010101010101010101010101010101";

fn values(process: &[(&str, &str)]) -> Values {
    let environment = Environment::from_pairs(process.iter().copied(), "").unwrap();
    Values::new(&environment, SecretsInUse::default())
}

fn keyed() -> Values {
    values(&[("COGNITO_STORE_KEY", KEY)])
}

fn stored_sign_in() -> Value {
    json!({
        "identity": {
            "service": "https://cognito-idp.eu-west-1.amazonaws.com/", "client_id": "client", "user_pool_id": null,
            "user": {"name": "ada", "signed_in_as": ["ada"], "shown": "ada"}, "scopes": null, "seed": null,
        },
        "tokens": {
            "id_token": "id", "access_token": "access", "refresh_token": "refresh", "token_type": "Bearer",
            "expires_in": 3600, "expires_at": 1_800_003_600, "issued_at": 1_800_000_000,
        },
        "origin": {
            "username": "ada", "has_client_secret": false, "only_the_older_refresh": false, "device": null,
            "domain": {"base": "https://auth.example.com/", "authentication": ClientAuthentication::Basic},
        },
        "clock_offset": null,
    })
}

fn place_in(folder: &tempfile::TempDir) -> StorePlace {
    StorePlace::parse(&format!("file:{}", folder.path().join("tokens").display())).unwrap()
}

/// Puts a sign-in without a seal into the store.
async fn plant(store: &dyn TokenStore, sign_in: &Value) -> Vec<u8> {
    let envelope = json!({"version": 1, "entry": sign_in}).to_string().into_bytes();
    let mut lock = store.lock(NAME, LIMIT).await.unwrap();
    lock.write(&envelope, LIMIT).await.unwrap();
    lock.release().await.unwrap();
    envelope
}

async fn a_keyed_store_believes_sealed_entries_alone(place: &StorePlace) {
    let repository = Repository::open(place, &keyed()).unwrap();
    for version in [1, 2] {
        let envelope = json!({"version": version, "entry": stored_sign_in()}).to_string();
        let mut lock = repository.store().lock(NAME, LIMIT).await.unwrap();
        lock.write(envelope.as_bytes(), LIMIT).await.unwrap();
        lock.release().await.unwrap();
        assert!(repository.read(NAME).await.unwrap().is_none());
        assert!(repository.find(None, &Wanted::default()).await.unwrap().is_none());
        assert_eq!(repository.store().read(NAME).await.unwrap().unwrap().as_slice(), envelope.as_bytes());
        assert!(repository.store().leftovers("").await.unwrap().is_empty(), "it is where it was");
    }
    let notices = repository.take_notices();
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(notices[0].contains("not sealed") && notices[0].contains("Sign in again"), "{notices:?}");

    let mine: StoredSignIn = serde_json::from_value(stored_sign_in()).unwrap();
    let mut lock = repository.store().lock(NAME, LIMIT).await.unwrap();
    repository.write(NAME, &mine, &mut *lock).await.unwrap();
    lock.release().await.unwrap();
    assert!(repository.read(NAME).await.unwrap().is_some());
    let stored = repository.store().read(NAME).await.unwrap().unwrap();
    assert!(!String::from_utf8_lossy(&stored).contains("refresh"));
}

#[tokio::test]
async fn a_keyed_folder_believes_sealed_entries_alone() {
    let folder = tempfile::tempdir().unwrap();
    a_keyed_store_believes_sealed_entries_alone(&place_in(&folder)).await;
}

#[cfg(feature = "redis")]
#[tokio::test]
async fn a_redis_server_is_believed_for_sealed_entries_alone() {
    let Some(server) = crate::store::RedisServer::start().await else { return };
    a_keyed_store_believes_sealed_entries_alone(&StorePlace::parse(&server.url()).unwrap()).await;
}

#[tokio::test]
async fn a_folder_without_a_key_takes_what_is_not_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let place = place_in(&folder);
    let repository = Repository::open(&place, &values(&[])).unwrap();
    plant(repository.store(), &stored_sign_in()).await;
    assert!(repository.read(NAME).await.unwrap().is_some());
    assert!(repository.take_notices().is_empty());
}

#[tokio::test]
async fn an_entry_that_leads_elsewhere_or_holds_foreign_characters_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let place = place_in(&folder);
    let repository = Repository::open(&place, &values(&[])).unwrap();
    for (pointer, value) in [
        ("/identity/service", "http://evil.example/"),
        ("/identity/service", "https://ada:secret@evil.example/"),
        ("/identity/service", "nonsense"),
        ("/origin/domain/base", "http://evil.example/"),
        ("/origin/domain/base", "https://ada:secret@evil.example/"),
        ("/origin/domain/base", "https://evil.example/path"),
        ("/origin/domain/base", "file:///etc/passwd"),
        ("/tokens/id_token", "id\r\nX-Evil: 1"),
        ("/tokens/access_token", "access\u{1b}[31m"),
        ("/tokens/refresh_token", "r\u{e9}fresh"),
        ("/tokens/access_token", "acc ess"),
    ] {
        let mut damaged = stored_sign_in();
        *damaged.pointer_mut(pointer).unwrap() = json!(value);
        plant(repository.store(), &damaged).await;
        assert!(repository.read(NAME).await.unwrap().is_none(), "{pointer}: {value}");
        let notices = repository.take_notices();
        assert!(notices.len() == 1 && notices[0].contains("is damaged"), "{notices:?}");
    }
    for (pointer, value) in [
        ("/identity/service", json!("http://127.0.0.1:4566/")),
        ("/origin/domain/base", json!("http://localhost:4566/")),
        ("/origin/domain", Value::Null),
        ("/tokens/id_token", Value::Null),
    ] {
        let mut sound = stored_sign_in();
        *sound.pointer_mut(pointer).unwrap() = value;
        plant(repository.store(), &sound).await;
        assert!(repository.read(NAME).await.unwrap().is_some(), "{pointer}");
    }
}
