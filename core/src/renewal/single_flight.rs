//! The refreshes under way: one at a time for each refresh token, and the tokens of those whose caller stopped waiting.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::{Instant, timeout_at};
use tracing::debug;

use crate::config::ClientConfig;
use crate::digest::sha256;
use crate::error::Result;
use crate::http::{CallBudget, Transport};
use crate::per_process::PerProcess;
use crate::secret::RefreshToken;
use crate::tokens::Tokens;
use crate::waits::{WaitingFor, waiting_for};

/// The greatest number of refreshes whose unclaimed tokens are kept: the oldest are dropped first.
const MOST_UNCLAIMED: usize = 100;

/// The refreshes of one process, by the refresh token that they replace. Clones share them.
///
/// With rotation on, the service sends a new refresh token once. So the tokens of a refresh whose caller stopped
/// waiting are kept for the next caller with the same refresh token.
#[derive(Clone, Default)]
pub(crate) struct Refreshes {
    slots: Arc<PerProcess<Slots>>,
}

/// The kind of caller that asks for a refresh.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// A caller with tokens: calls at the same moment share one refresh.
    WithTokens,
    /// A caller with a refresh token alone: each call may be meant as one of its own.
    WithRefreshToken,
}

/// A hash of the client and the refresh token, which itself is not kept here.
type Key = [u8; 32];

type Slots = Mutex<HashMap<Key, Arc<Slot>>>;

#[derive(Default)]
struct Slot {
    /// Held by the refresh that is under way.
    turn: Arc<tokio::sync::Mutex<()>>,
    /// The number of callers that wait for the tokens.
    waiting: AtomicUsize,
    outcome: Mutex<Outcome>,
}

#[derive(Default)]
struct Outcome {
    /// The number of refreshes that have succeeded.
    completed: u64,
    tokens: Option<Tokens>,
    /// The time since when the tokens wait for a caller.
    unclaimed_since: Option<Instant>,
}

impl Refreshes {
    /// Returns the unclaimed tokens of an earlier refresh of this token, or those of one under way, or those of
    /// `refresh`, which goes on to its end if the time of `budget`, the caller's, is over before. A refresh under way
    /// that others wait for is shared only among callers with tokens.
    pub(crate) async fn join(
        &self,
        transport: &Transport,
        caller: Caller,
        config: &ClientConfig,
        refresh_token: &RefreshToken,
        budget: &CallBudget,
        refresh: impl Future<Output = Result<Tokens>> + Send + 'static,
    ) -> Result<Tokens> {
        let slot = self.slot(key(config, refresh_token));
        let joined = timeout_at(budget.deadline(), slot.join(transport, caller, refresh)).await;
        drop(slot);
        self.tidy();
        joined.unwrap_or_else(|_elapsed| Err(budget.exceeded(&crate::http::host_of(&config.endpoint))))
    }

    fn slot(&self, key: Key) -> Arc<Slot> {
        Arc::clone(locked(self.slots.own()).entry(key).or_default())
    }

    /// Drops the slots that nobody uses or waits for.
    fn tidy(&self) {
        let mut slots = locked(self.slots.own());
        let since = |slot: &Arc<Slot>| locked(&slot.outcome).unclaimed_since;
        slots.retain(|_, slot| Arc::strong_count(slot) > 1 || since(slot).is_some());
        while slots.values().filter(|slot| since(slot).is_some()).count() > MOST_UNCLAIMED {
            let waiting = slots.iter().filter_map(|(key, slot)| Some((since(slot)?, *key)));
            let Some((_, oldest)) = waiting.min() else { return };
            slots.remove(&oldest);
        }
    }
}

impl Slot {
    async fn join(
        self: &Arc<Self>,
        transport: &Transport,
        caller: Caller,
        refresh: impl Future<Output = Result<Tokens>> + Send + 'static,
    ) -> Result<Tokens> {
        let (started, seen) = (Instant::now(), locked(&self.outcome).completed);
        let waiting = Waiting::new(self);
        // Tried and taken in one step: of two callers that come at the same moment, one has the turn.
        let turn = match Arc::clone(&self.turn).try_lock_owned() {
            Ok(turn) => Some(turn),
            Err(_) if caller == Caller::WithRefreshToken && waiting.others() > 0 => None,
            Err(_) => {
                let _waiting = waiting_for(|| WaitingFor::AnotherCall);
                Some(Arc::clone(&self.turn).lock_owned().await)
            }
        };
        if turn.is_some()
            && let Some(tokens) = locked(&self.outcome).take_newer_than(seen)
        {
            debug!(
                target: "cognitoken::renewal",
                waited_milliseconds = started.elapsed().as_millis(), "using the tokens of another call's refresh"
            );
            return Ok(tokens);
        }
        let slot = Arc::clone(self);
        let refreshed = transport.must_finish().run(async move {
            let refreshed = refresh.await;
            if let Ok(tokens) = &refreshed {
                locked(&slot.outcome).complete(tokens.clone());
            }
            drop(turn);
            refreshed
        });
        let refreshed = refreshed.await?;
        if refreshed.is_ok() {
            locked(&self.outcome).unclaimed_since = None;
        }
        refreshed
    }
}

/// A waiting caller, which is counted.
struct Waiting<'a>(&'a Slot);

impl<'a> Waiting<'a> {
    fn new(slot: &'a Slot) -> Self {
        slot.waiting.fetch_add(1, Ordering::AcqRel);
        Self(slot)
    }

    fn others(&self) -> usize {
        self.0.waiting.load(Ordering::Acquire).saturating_sub(1)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Outcome {
    fn complete(&mut self, tokens: Tokens) {
        *self = Self {
            completed: self.completed + 1,
            tokens: Some(tokens),
            unclaimed_since: Some(Instant::now()),
        };
    }

    /// Returns the tokens that nobody has claimed yet, or that came while the caller waited for its turn.
    fn take_newer_than(&mut self, seen: u64) -> Option<Tokens> {
        let unclaimed = self.unclaimed_since.take().is_some();
        self.tokens.clone().filter(|_| unclaimed || self.completed > seen)
    }
}

fn key(config: &ClientConfig, refresh_token: &RefreshToken) -> Key {
    let parts = [config.endpoint.as_str(), "\n", &config.client_id, "\n", refresh_token.expose()];
    *sha256(&parts.map(str::as_bytes))
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Refreshes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Refreshes")
    }
}
