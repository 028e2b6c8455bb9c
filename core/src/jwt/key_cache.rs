//! The keys of one user pool, and when they are fetched again.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;
use tracing::debug;

use super::jwks::{KeySet, PublicKey, parse_key_set};
use super::key_source::KeySource;
use super::token_errors::{invalid, shown};
use crate::clock::{Clock, milliseconds_since};
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, Transport};
use crate::waits::{WaitingFor, waiting_for};

/// The age from which a key set is fetched again before its keys are used: a key that the pool withdrew is accepted no
/// longer than this.
const LONGEST_AGE: Duration = Duration::from_secs(60 * 60);

/// The time limit of a fetch that renews a key set while the key is at hand: an outage should not delay calls for long.
const RENEWAL_LIMIT: Duration = Duration::from_secs(5);

/// The pause after a fetch without the key: tokens with invented key ids must not become requests to the pool.
const PAUSE_AFTER_UNKNOWN_KEY: Duration = Duration::from_secs(10);

/// The pause after a failed fetch: long enough not to overload a service that is down, short enough to recover soon
/// after it.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// The pause after a failed fetch for tokens whose key is at hand: they are verified with it meanwhile.
const PAUSE_AFTER_FAILED_RENEWAL: Duration = Duration::from_secs(10);

/// The keys of one user pool. They are fetched when a token first names one that is not here, and again when they are
/// an hour old. A fetched set replaces the previous one; a failed fetch leaves it as it was.
pub(super) struct KeyCache {
    source: Source,
    state: RwLock<State>,
    /// Held during a fetch: there is one at a time, and the calls that wait for it share its outcome.
    fetching: tokio::sync::Mutex<()>,
}

enum Source {
    /// The keys were given; nothing is fetched.
    Given,
    Fetched(KeySource),
}

#[derive(Default)]
struct State {
    keys: KeySet,
    /// The clock of the transport that fetched last, by which ages and pauses are measured.
    clock: Clock,
    /// The time when the keys were fetched; `None` for keys that were given.
    fetched_at: Option<SystemTime>,
    /// The number of completed fetches, successful or not.
    fetches: u64,
    pause: Option<Pause>,
}

/// A time in which no fetch is made.
struct Pause {
    since: SystemTime,
    /// The error of the last fetch; `None` if it succeeded without the key.
    failure: Option<Error>,
}

impl KeyCache {
    /// Uses exactly these keys.
    pub(super) fn given(document: &Value) -> Result<Self> {
        let keys = parse_key_set(document).map_err(|reason| {
            Error::new(ErrorKind::Config, "InvalidJwks", format!("the JWKS given cannot be used: {reason}"))
                .with_hint("Give the JSON document found at <issuer>/.well-known/jwks.json.")
        })?;
        Ok(Self::new(Source::Given, keys))
    }

    /// Fetches the keys from this source.
    pub(super) fn fetched_from(source: KeySource) -> Self {
        Self::new(Source::Fetched(source), KeySet::new())
    }

    fn new(source: Source, keys: KeySet) -> Self {
        let state = State { keys, ..State::default() };
        Self { source, state: RwLock::new(state), fetching: tokio::sync::Mutex::new(()) }
    }

    /// Returns the key with this id; `None` if it has to be fetched first.
    pub(super) fn known(&self, key_id: &str) -> Result<Option<Arc<PublicKey>>> {
        let key = self.read().usable(key_id);
        match (&self.source, key) {
            (Source::Given, None) => Err(unknown_key(key_id)),
            (_, key) => Ok(key),
        }
    }

    /// Fetches the key with this id, unless another call has fetched it in the meantime.
    pub(super) async fn fetch(
        &self,
        key_id: &str,
        transport: &Transport,
        limit: Duration,
    ) -> Result<Arc<PublicKey>> {
        let Source::Fetched(source) = &self.source else { return Err(unknown_key(key_id)) };
        let (budget, reason, fetches_before) = {
            let state = self.read();
            if let Some(key) = state.usable(key_id) {
                return Ok(key);
            }
            let at_hand = state.keys.contains_key(key_id);
            if state.is_paused(at_hand) {
                return Err(state.error(key_id));
            }
            let limit = if at_hand { limit.min(RENEWAL_LIMIT) } else { limit };
            let reason = if at_hand { "the keys are too old" } else { "the key id is not known" };
            (CallBudget::new(limit), reason, state.fetches)
        };
        let started = Instant::now();
        let waiting = waiting_for(|| WaitingFor::AnotherCall);
        let Ok(_fetching) = tokio::time::timeout_at(budget.deadline(), self.fetching.lock()).await else {
            let exceeded = budget.exceeded(source.host());
            return self.read().at_hand(key_id).ok_or(exceeded);
        };
        drop(waiting);
        {
            let state = self.read();
            if state.fetches != fetches_before {
                let milliseconds = milliseconds_since(started);
                debug!(target: "cognitoken::verifier", milliseconds, "using the key set that another call fetched");
                return state.at_hand(key_id).ok_or_else(|| state.error(key_id));
            }
        }
        let outcome = source.fetch(transport, &budget).await;
        let (host, milliseconds) = (source.host(), milliseconds_since(started));
        match &outcome {
            Ok(keys) => debug!(
                target: "cognitoken::verifier",
                host, reason, keys = keys.len(), milliseconds, "key set fetched"
            ),
            Err(error) => debug!(
                target: "cognitoken::verifier",
                host, reason, code = error.code(), milliseconds, "key set not fetched"
            ),
        }
        self.write().complete(key_id, outcome, transport.clock())
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
    fn at_hand(&self, key_id: &str) -> Option<Arc<PublicKey>> {
        self.keys.get(key_id).cloned()
    }

    /// Returns the key with this id unless the set has to be fetched first.
    fn usable(&self, key_id: &str) -> Option<Arc<PublicKey>> {
        self.at_hand(key_id).filter(|_| !self.is_over_age() || self.is_paused(true))
    }

    fn is_over_age(&self) -> bool {
        self.fetched_at.is_some_and(|fetched_at| self.has_passed(LONGEST_AGE, fetched_at))
    }

    /// Returns whether no fetch may be made now, for a token whose key is at hand or is not.
    fn is_paused(&self, at_hand: bool) -> bool {
        let Some(pause) = &self.pause else { return false };
        let length = match (&pause.failure, at_hand) {
            (None, _) => PAUSE_AFTER_UNKNOWN_KEY,
            (Some(_), false) => PAUSE_AFTER_FAILURE,
            (Some(_), true) => PAUSE_AFTER_FAILED_RENEWAL,
        };
        !self.has_passed(length, pause.since)
    }

    /// Returns whether this much time has passed. If the clock was set back, it has: `since` may be years ahead.
    fn has_passed(&self, length: Duration, since: SystemTime) -> bool {
        self.clock.now().duration_since(since).map_or(true, |passed| passed >= length)
    }

    /// The error of a call whose key the last fetch did not provide.
    fn error(&self, key_id: &str) -> Error {
        let failure = self.pause.as_ref().and_then(|pause| pause.failure.clone());
        failure.unwrap_or_else(|| unknown_key(key_id).with_retryable(true))
    }

    /// Stores the outcome of a fetch. A failure does not replace the keys.
    fn complete(&mut self, key_id: &str, outcome: Result<KeySet>, clock: &Clock) -> Result<Arc<PublicKey>> {
        let now = clock.now();
        self.clock = clock.clone();
        self.fetches += 1;
        let failure = match outcome {
            Ok(keys) => {
                self.keys = keys;
                self.fetched_at = Some(now);
                None
            }
            Err(failure) => Some(failure),
        };
        let key = self.at_hand(key_id);
        let is_settled = key.is_some() && failure.is_none();
        self.pause = if is_settled { None } else { Some(Pause { since: now, failure }) };
        key.ok_or_else(|| self.error(key_id))
    }
}

impl fmt::Debug for KeyCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("KeyCache");
        match &self.source {
            Source::Given => shown.field("source", &"given"),
            Source::Fetched(source) => shown.field("source", source),
        };
        shown.finish_non_exhaustive()
    }
}

fn unknown_key(key_id: &str) -> Error {
    let message =
        format!("no key of the user pool has the token's key id (kid) {}", shown(&Value::from(key_id)));
    invalid("UnknownKey", message)
        .with_hint("The token is from another user pool; compare COGNITO_USER_POOL_ID.")
}
