//! A session whose tokens are in a store of the caller's own: the example of `TokenStore`, word for word.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cognitoken::{
    Cognito, Environment, Error, ErrorKind, Session, SessionRequest, SignInRequest, StoreFuture, StoreLock,
    TokenStore, Written, Zeroizing,
};

use super::cognito::{request, tokens_of};
use super::outcome::Done as _;
use super::service::Service;
use super::stored::result_called;

const KEY: &str = "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f";

#[derive(Default)]
pub(crate) struct MapStore {
    values: Arc<Mutex<BTreeMap<String, Zeroizing<Vec<u8>>>>>,
    locks: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

// By hand: a derived one would show the values.
impl std::fmt::Debug for MapStore {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("MapStore")
    }
}

impl TokenStore for MapStore {
    fn place(&self) -> String {
        "a map".to_owned()
    }

    fn is_shared(&self) -> bool {
        false
    }

    fn names<'a>(&'a self, prefix: &'a str) -> StoreFuture<'a, Vec<String>> {
        Box::pin(async move {
            let values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
            Ok(values.keys().filter(|name| name.starts_with(prefix)).cloned().collect())
        })
    }

    fn read<'a>(&'a self, name: &'a str) -> StoreFuture<'a, Option<Zeroizing<Vec<u8>>>> {
        Box::pin(
            async move { Ok(self.values.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()) },
        )
    }

    fn set_aside<'a>(&'a self, name: &'a str) -> StoreFuture<'a, String> {
        Box::pin(async move {
            let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
            let aside = format!("damaged:{name}");
            if let Some(value) = values.remove(name) {
                values.insert(aside.clone(), value);
            }
            Ok(aside)
        })
    }

    fn lock<'a>(&'a self, name: &'a str, limit: Duration) -> StoreFuture<'a, Box<dyn StoreLock>> {
        Box::pin(async move {
            let lock = {
                let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
                Arc::clone(locks.entry(name.to_owned()).or_default())
            };
            let guard = tokio::time::timeout(limit, lock.lock_owned()).await.map_err(|_elapsed| {
                Error::new(ErrorKind::Store, "LockTimeout", "another task is using the stored sign-in")
                    .with_retryable(true)
            })?;
            let (name, values) = (name.to_owned(), Arc::clone(&self.values));
            Ok(Box::new(MapLock { name, values, _guard: guard }) as Box<dyn StoreLock>)
        })
    }
}

struct MapLock {
    name: String,
    values: Arc<Mutex<BTreeMap<String, Zeroizing<Vec<u8>>>>>,
    // Dropping it releases the lock.
    _guard: tokio::sync::OwnedMutexGuard<()>,
}

impl std::fmt::Debug for MapLock {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("MapLock").field("name", &self.name).finish_non_exhaustive()
    }
}

// A process that dies takes its values with it, so that no note of what has begun is needed.
impl StoreLock for MapLock {
    fn was_left_unfinished(&self) -> bool {
        false
    }

    fn begin(&mut self) -> StoreFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn end(&mut self) -> StoreFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn write<'a>(&'a mut self, value: &'a [u8], _lifetime: Duration) -> StoreFuture<'a, Written> {
        Box::pin(async move {
            let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
            values.insert(self.name.clone(), Zeroizing::new(value.to_vec()));
            Ok(Written::Stored)
        })
    }

    fn remove(&mut self) -> StoreFuture<'_, bool> {
        Box::pin(async move {
            let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
            Ok(values.remove(&self.name).is_some())
        })
    }
}

impl MapStore {
    /// All that is stored, as text.
    fn text(&self) -> String {
        let values = self.values.lock().unwrap();
        values.values().map(|value| String::from_utf8_lossy(value).into_owned()).collect()
    }
}

/// A session of another program that uses this store.
fn session(service: &Service, store: &Arc<MapStore>, environment: &[(&str, &str)]) -> Session {
    let environment = Environment::from_pairs(environment.iter().copied(), "").unwrap();
    let sign_in = SignInRequest { environment: environment.clone(), ..request(service) };
    let request = SessionRequest { sign_in, ..SessionRequest::new(environment) };
    Cognito::new().session_with_store(request, Arc::clone(store) as Arc<dyn TokenStore>).unwrap()
}

#[tokio::test]
async fn a_sign_in_in_a_store_of_ones_own_is_found_by_the_next_program() {
    let store = Arc::new(MapStore::default());
    // Of the two, the store that was named counts.
    let named = [("COGNITO_STORE", "file:/nowhere")];
    let result = result_called("ada", None);
    let service = Service::that_says([tokens_of(&result)]).await;
    let tokens = session(&service, &store, &named).tokens().await.done().unwrap();
    let next = session(&service, &store, &named);
    assert_eq!(next.tokens().await.done().unwrap().access_token().expose(), tokens.access_token().expose());
    assert_eq!(service.operations(), ["InitiateAuth"]);
    assert!(store.text().contains(tokens.access_token().expose()));
    let status = next.status().await.unwrap();
    assert_eq!(status.place, "a map");
    assert!(status.protection.contains("not sealed"), "{}", status.protection);
}

#[tokio::test]
async fn the_key_of_the_environment_seals_a_store_of_ones_own() {
    let (store, keyed) = (Arc::new(MapStore::default()), [("COGNITO_STORE_KEY", KEY)]);
    let result = result_called("ada", None);
    let service = Service::that_says([tokens_of(&result), tokens_of(&result)]).await;
    let session_with_key = session(&service, &store, &keyed);
    let tokens = session_with_key.tokens().await.done().unwrap();
    assert!(!store.text().contains(tokens.access_token().expose()));
    assert!(session_with_key.status().await.unwrap().protection.contains("COGNITO_STORE_KEY"));
    session(&service, &store, &keyed).tokens().await.done().unwrap();
    assert_eq!(service.operations(), ["InitiateAuth"]);
    let error = session(&service, &store, &[]).tokens().await.done().unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Store, "WrongKey"));
}

#[test]
fn one_store_is_given_and_not_two() {
    let request = SessionRequest { store: Some("file".into()), ..SessionRequest::new(Environment::empty()) };
    let error = Cognito::new().session_with_store(request, Arc::new(MapStore::default())).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "ConflictingValues"));
    let environment = Environment::from_pairs([("COGNITO_STORE_KEY", "short")], "").unwrap();
    let request = SessionRequest::new(environment);
    let error = Cognito::new().session_with_store(request, Arc::new(MapStore::default())).unwrap_err();
    assert_eq!(error.code(), "InvalidKey");
}
