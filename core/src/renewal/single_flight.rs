//! Refreshes under way: one at a time for one refresh token, and the tokens of those whose caller stopped waiting.

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

/// How many refreshes are remembered whose tokens nobody has taken: the oldest go first.
const MOST_UNCLAIMED: usize = 100;

/// The refreshes of one process by the refresh token that they replace; whatever is cloned from it shares them.
///
/// With rotation on, the service tells a new refresh token once. So the tokens of a refresh whose caller stopped waiting
/// stay here, for the next caller with the same refresh token.
#[derive(Clone, Default)]
pub(crate) struct Refreshes {
    slots: Arc<PerProcess<Slots>>,
}

/// Who asks for a refresh.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Somebody with tokens: calls at the same moment are one.
    WithTokens,
    /// Somebody with a refresh token alone, who may mean each call.
    WithRefreshToken,
}

/// A hash: the refresh token itself is not kept here.
type Key = [u8; 32];

type Slots = Mutex<HashMap<Key, Arc<Slot>>>;

#[derive(Default)]
struct Slot {
    /// Held by the refresh that is under way.
    turn: Arc<tokio::sync::Mutex<()>>,
    /// How many callers wait for what comes.
    waiting: AtomicUsize,
    outcome: Mutex<Outcome>,
}

#[derive(Default)]
struct Outcome {
    /// How many refreshes have succeeded.
    landed: u64,
    tokens: Option<Tokens>,
    /// Since when the tokens wait for a caller.
    unclaimed_since: Option<Instant>,
}

impl Refreshes {
    /// The tokens of an earlier refresh of this token that nobody has taken, of one that is under way, or of `refresh`.
    /// That goes on to its end when the time of `budget`, which is the caller's, is over. Where others wait for the one
    /// that is under way, it is shared only with who holds the same tokens.
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

    /// Forgets what nobody uses or waits for.
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
        let (started, seen) = (Instant::now(), locked(&self.outcome).landed);
        let waiting = Waiting::new(self);
        // Tried and taken in one step: of two callers that come at the same moment, one has the turn.
        let turn = match Arc::clone(&self.turn).try_lock_owned() {
            Ok(turn) => Some(turn),
            Err(_) if caller == Caller::WithRefreshToken && waiting.others() > 0 => None,
            Err(_) => Some(Arc::clone(&self.turn).lock_owned().await),
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
                locked(&slot.outcome).land(tokens.clone());
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

/// A caller who waits.
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
    fn land(&mut self, tokens: Tokens) {
        *self = Self { landed: self.landed + 1, tokens: Some(tokens), unclaimed_since: Some(Instant::now()) };
    }

    /// What nobody has taken yet, or what came while the caller waited for its turn.
    fn take_newer_than(&mut self, seen: u64) -> Option<Tokens> {
        let unclaimed = self.unclaimed_since.take().is_some();
        self.tokens.clone().filter(|_| unclaimed || self.landed > seen)
    }
}

fn key(config: &ClientConfig, refresh_token: &RefreshToken) -> Key {
    let whose = [config.endpoint.as_str(), "\n", &config.client_id, "\n", refresh_token.expose()];
    *sha256(&whose.map(str::as_bytes))
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Refreshes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Refreshes")
    }
}
