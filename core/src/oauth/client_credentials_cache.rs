//! A cache of the tokens of app clients: AWS bills every token.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tracing::{debug, info};
use url::Url;

use crate::clock::{Clock, milliseconds_since, unix_seconds};
use crate::digest::sha256;
use crate::error::Result;
use crate::http::{CallBudget, host_of};
use crate::per_process::PerProcess;
use crate::secret::ClientSecret;
use crate::tokens::Tokens;
use crate::waits::{WaitingFor, waiting_for};

/// The longest time before its expiry that a token is no longer returned: it still has to be sent and checked.
const LONGEST_MARGIN: Duration = Duration::from_secs(60);

/// The divisor of a token's life that shortens the margin of a short-lived token.
const MARGIN_OF_LIFE: u32 = 10;

/// The request that a cached token belongs to.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    token_endpoint: Url,
    client_id: String,
    scopes: Vec<String>,
    parameters: BTreeMap<String, String>,
    client_metadata: BTreeMap<String, String>,
    // A caller with another secret gets no cached token. The secret itself is not stored.
    secret_hash: [u8; 32],
}

impl Key {
    pub(super) fn new(
        token_endpoint: Url,
        client_id: &str,
        client_secret: &ClientSecret,
        scopes: &[String],
    ) -> Self {
        let mut scopes = scopes.to_vec();
        scopes.sort_unstable();
        scopes.dedup();
        let secret_hash = *sha256(&[client_secret.expose().as_bytes()]);
        Self {
            token_endpoint,
            client_id: client_id.to_owned(),
            scopes,
            parameters: BTreeMap::new(),
            client_metadata: BTreeMap::new(),
            secret_hash,
        }
    }

    /// Adds the parameters and the values for the pool's triggers, on either of which the token may depend.
    pub(super) fn with(
        self,
        parameters: BTreeMap<String, String>,
        client_metadata: BTreeMap<String, String>,
    ) -> Self {
        Self { parameters, client_metadata, ..self }
    }
}

/// The cached tokens, shared by all clones.
#[derive(Clone, Default)]
pub(crate) struct ClientCredentialsCache {
    slots: Arc<PerProcess<Slots>>,
}

type Slots = Mutex<HashMap<Key, Arc<Slot>>>;

/// Locked during a request, so that concurrent callers wait for its answer instead of sending their own.
type Slot = tokio::sync::Mutex<Option<Cached>>;

struct Cached {
    tokens: Tokens,
    since: SystemTime,
    until: SystemTime,
}

impl Cached {
    fn new(tokens: Tokens, server_time: SystemTime, now: SystemTime) -> Self {
        let left = tokens.expires_at_seconds().saturating_sub(unix_seconds(server_time));
        let left = Duration::from_secs(u64::try_from(left).unwrap_or(0));
        let margin = LONGEST_MARGIN.min(left / MARGIN_OF_LIFE);
        // From here on only this machine's clock counts: its difference from the service's is in `left`.
        let until = now.checked_add(left - margin).unwrap_or(now);
        Self { tokens, since: now, until }
    }

    /// After the clock was set back, the age of a token is unknown.
    fn is_good(&self, now: SystemTime) -> bool {
        self.since <= now && now < self.until
    }
}

impl ClientCredentialsCache {
    /// Returns the token cached under this key unless it is the refused one. Otherwise awaits `ask`, which returns tokens
    /// and the time by the service's clock when they were issued.
    pub(super) async fn get_or_ask(
        &self,
        key: Key,
        refused: Option<&str>,
        clock: &Clock,
        budget: &CallBudget,
        ask: impl Future<Output = Result<(Tokens, SystemTime)>>,
    ) -> Result<Tokens> {
        let host = host_of(&key.token_endpoint);
        let slot = self.slot(key, clock.now());
        let started = Instant::now();
        let waiting = waiting_for(|| WaitingFor::AnotherCall);
        let Ok(mut cached) = tokio::time::timeout_at(budget.deadline(), slot.lock()).await else {
            return Err(budget.exceeded(&host));
        };
        drop(waiting);
        let is_good = |cached: &&Cached| cached.is_good(clock.now()) && Some(cached.tokens.sent()) != refused;
        if let Some(good) = cached.as_ref().filter(is_good) {
            let waited_milliseconds = milliseconds_since(started);
            debug!(target: "cognitoken::oauth", host, waited_milliseconds, "using cached client token");
            return Ok(good.tokens.clone());
        }
        *cached = None;
        let asked = ask.await;
        match &asked {
            Ok((tokens, _)) => info!(
                target: "cognitoken::oauth",
                host, expires_at = tokens.expires_at_seconds(), "client token issued"
            ),
            Err(error) => info!(
                target: "cognitoken::oauth",
                host,
                code = error.code(),
                kind = ?error.kind(),
                request_id = error.request_id(),
                "client token request failed"
            ),
        }
        let (tokens, server_time) = asked?;
        *cached = Some(Cached::new(tokens.clone(), server_time, clock.now()));
        Ok(tokens)
    }

    fn slot(&self, key: Key, now: SystemTime) -> Arc<Slot> {
        let mut slots = self.slots.own().lock().unwrap_or_else(PoisonError::into_inner);
        // Slots that are not in use and hold no valid token are dropped, or they would accumulate.
        slots.retain(|_, slot| {
            Arc::strong_count(slot) > 1
                || slot
                    .try_lock()
                    .is_ok_and(|cached| cached.as_ref().is_some_and(|cached| cached.is_good(now)))
        });
        Arc::clone(slots.entry(key).or_default())
    }
}

impl fmt::Debug for ClientCredentialsCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ClientCredentialsCache")
    }
}
