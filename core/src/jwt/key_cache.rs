//! Where a verifier's keys come from, and when they are fetched again.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use url::Url;

use super::jwks::{KeySet, PublicKey, parse_key_set};
use super::refusal::{invalid, shown};
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, Transport};

/// After a fetch that did not bring the key: tokens with invented key ids must not become requests to the pool.
const PAUSE_AFTER_UNKNOWN_KEY: Duration = Duration::from_secs(10);

/// After a fetch that failed, its own retries included: long enough not to hammer a service that is down, short enough
/// to be back soon after it.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// The keys of one user pool. They are fetched when a token first names one that is not here, and then kept: Cognito
/// announces a new key under a new id, and a failed fetch takes nothing away.
pub(super) struct KeyCache {
    source: Source,
    state: RwLock<State>,
    /// Held by whoever fetches: one fetch is in flight at a time, and those who wait for it share what it brought.
    turn: tokio::sync::Mutex<()>,
}

enum Source {
    /// The keys were given; nothing is fetched.
    Given,
    Url(Url),
}

#[derive(Default)]
struct State {
    keys: KeySet,
    /// How many fetches came to an end, well or not.
    fetches: u64,
    pause: Option<Pause>,
}

/// A time in which no fetch is made.
struct Pause {
    since: SystemTime,
    length: Duration,
    /// Why the last fetch failed; `None` where it worked and did not bring the key.
    failure: Option<Error>,
}

impl KeyCache {
    /// Exactly these keys.
    pub(super) fn given(document: &Value) -> Result<Self> {
        let keys = parse_key_set(document).map_err(|reason| {
            Error::new(ErrorKind::Config, "InvalidJwks", format!("the JWKS given cannot be used: {reason}"))
                .with_hint("Give the JSON document found at <issuer>/.well-known/jwks.json.")
        })?;
        Ok(Self::new(Source::Given, keys))
    }

    /// The keys found at this address.
    pub(super) fn fetched_from(url: Url) -> Self {
        Self::new(Source::Url(url), KeySet::new())
    }

    fn new(source: Source, keys: KeySet) -> Self {
        let state = State { keys, ..State::default() };
        Self { source, state: RwLock::new(state), turn: tokio::sync::Mutex::new(()) }
    }

    /// The key of this id; `None` where only a fetch can tell.
    pub(super) fn known(&self, key_id: &str) -> Result<Option<Arc<PublicKey>>> {
        let key = self.read().keys.get(key_id).cloned();
        match (&self.source, key) {
            (Source::Given, None) => Err(unknown_key(key_id)),
            (_, key) => Ok(key),
        }
    }

    /// The key of this id, fetched unless it came in the meantime.
    pub(super) async fn fetch(
        &self,
        key_id: &str,
        transport: &Transport,
        limit: Duration,
    ) -> Result<Arc<PublicKey>> {
        let Source::Url(url) = &self.source else { return Err(unknown_key(key_id)) };
        let budget = CallBudget::new(limit);
        let fetches_before = {
            let state = self.read();
            state.refuse_during_pause(key_id, transport.clock().now())?;
            state.fetches
        };
        let Ok(_turn) = tokio::time::timeout_at(budget.deadline(), self.turn.lock()).await else {
            return Err(budget.exceeded(url.host_str().unwrap_or("the key server")));
        };
        {
            let state = self.read();
            if let Some(key) = state.keys.get(key_id) {
                return Ok(Arc::clone(key));
            }
            if state.fetches != fetches_before {
                return Err(state.refusal(key_id));
            }
        }
        let outcome =
            transport.get_json(url, &budget).await.and_then(|document| read_fetched(&document, url));
        self.write().settle(key_id, outcome, transport.clock().now())
    }

    // A panic elsewhere cannot leave the state half-written: each write puts whole values in place.
    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn refuse_during_pause(&self, key_id: &str, now: SystemTime) -> Result<()> {
        let Some(pause) = &self.pause else { return Ok(()) };
        // A clock that was set back ends the pause, or it could last for years.
        let is_over = now.duration_since(pause.since).map_or(true, |passed| passed >= pause.length);
        if is_over { Ok(()) } else { Err(self.refusal(key_id)) }
    }

    /// What whoever did not get the key from the last fetch is told.
    fn refusal(&self, key_id: &str) -> Error {
        let failure = self.pause.as_ref().and_then(|pause| pause.failure.clone());
        failure.unwrap_or_else(|| unknown_key(key_id).with_retryable(true))
    }

    /// Takes in what a fetch brought. Only new keys take the place of old ones, never a failure.
    fn settle(&mut self, key_id: &str, outcome: Result<KeySet>, now: SystemTime) -> Result<Arc<PublicKey>> {
        self.fetches += 1;
        let (length, failure) = match outcome {
            Ok(keys) => {
                self.keys = keys;
                (PAUSE_AFTER_UNKNOWN_KEY, None)
            }
            Err(failure) => (PAUSE_AFTER_FAILURE, Some(failure)),
        };
        if let Some(key) = self.keys.get(key_id) {
            self.pause = None;
            return Ok(Arc::clone(key));
        }
        self.pause = Some(Pause { since: now, length, failure });
        Err(self.refusal(key_id))
    }
}

impl fmt::Debug for KeyCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = match &self.source {
            Source::Given => "given",
            Source::Url(url) => url.as_str(),
        };
        formatter.debug_struct("KeyCache").field("source", &source).finish_non_exhaustive()
    }
}

fn read_fetched(document: &Value, url: &Url) -> Result<HashMap<String, Arc<PublicKey>>> {
    parse_key_set(document).map_err(|reason| {
        let host = url.host_str().unwrap_or("the key server");
        Error::new(
            ErrorKind::Service,
            "InvalidJwks",
            format!("the JWKS from {host} cannot be used: {reason}"),
        )
        .with_hint("Check the user pool id, or the address in COGNITO_JWKS_URL.")
    })
}

fn unknown_key(key_id: &str) -> Error {
    let message =
        format!("no key of the user pool has the token's key id (kid) {}", shown(&Value::from(key_id)));
    invalid("UnknownKey", message)
        .with_hint("The token is from another user pool; compare COGNITO_USER_POOL_ID.")
}
