//! Tokens of clients, kept for their life: the domain's owner pays for each.

use std::collections::HashMap;
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

/// A token is given out no later than this before it expires: it still has to travel and to be checked.
const LONGEST_MARGIN: Duration = Duration::from_secs(60);

/// Which part of its life a short-lived token is left with at the most.
const MARGIN_OF_LIFE: u32 = 10;

/// What a kept token belongs to.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    token_endpoint: Url,
    client_id: String,
    scopes: Vec<String>,
    // Whoever does not know the secret gets no token, kept or not. The secret itself is not kept here.
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
        Self { token_endpoint, client_id: client_id.to_owned(), scopes, secret_hash }
    }
}

/// The tokens kept; whatever is cloned from it shares them.
#[derive(Clone, Default)]
pub(crate) struct ClientCredentialsCache {
    slots: Arc<PerProcess<Slots>>,
}

type Slots = Mutex<HashMap<Key, Arc<Slot>>>;

/// Locked for as long as somebody asks, so that the others wait for the answer and do not ask as well.
type Slot = tokio::sync::Mutex<Option<Kept>>;

struct Kept {
    tokens: Tokens,
    since: SystemTime,
    until: SystemTime,
}

impl Kept {
    fn new(tokens: Tokens, server_time: SystemTime, now: SystemTime) -> Self {
        let left = tokens.expires_at().saturating_sub(unix_seconds(server_time));
        let left = Duration::from_secs(u64::try_from(left).unwrap_or(0));
        let margin = LONGEST_MARGIN.min(left / MARGIN_OF_LIFE);
        // By our own clock from here on: how far the service's is away from it no longer matters.
        let until = now.checked_add(left - margin).unwrap_or(now);
        Self { tokens, since: now, until }
    }

    /// A clock that was set back says nothing about how old a token is.
    fn is_good(&self, now: SystemTime) -> bool {
        self.since <= now && now < self.until
    }
}

impl ClientCredentialsCache {
    /// The token kept under this key unless it is the refused one, or what `ask` gives: tokens, and the service's clock when it gave them.
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
        let Ok(mut kept) = tokio::time::timeout_at(budget.deadline(), slot.lock()).await else {
            return Err(budget.exceeded(&host));
        };
        let is_good = |kept: &&Kept| kept.is_good(clock.now()) && Some(kept.tokens.sent()) != refused;
        if let Some(good) = kept.as_ref().filter(is_good) {
            let waited_milliseconds = milliseconds_since(started);
            debug!(target: "cognitoken::oauth", host, waited_milliseconds, "kept token of the client is used");
            return Ok(good.tokens.clone());
        }
        *kept = None;
        let asked = ask.await;
        match &asked {
            Ok((tokens, _)) => info!(
                target: "cognitoken::oauth",
                host, expires_at = tokens.expires_at(), "token of the client was issued"
            ),
            Err(error) => info!(
                target: "cognitoken::oauth",
                host,
                code = error.code(),
                kind = ?error.kind(),
                request_id = error.request_id(),
                "token of the client was not issued"
            ),
        }
        let (tokens, server_time) = asked?;
        *kept = Some(Kept::new(tokens.clone(), server_time, clock.now()));
        Ok(tokens)
    }

    fn slot(&self, key: Key, now: SystemTime) -> Arc<Slot> {
        let mut slots = self.slots.own().lock().unwrap_or_else(PoisonError::into_inner);
        // What nobody uses and holds no good token goes: the tokens of a long life would pile up.
        slots.retain(|_, slot| {
            Arc::strong_count(slot) > 1
                || slot.try_lock().is_ok_and(|kept| kept.as_ref().is_some_and(|kept| kept.is_good(now)))
        });
        Arc::clone(slots.entry(key).or_default())
    }
}

impl fmt::Debug for ClientCredentialsCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ClientCredentialsCache")
    }
}
