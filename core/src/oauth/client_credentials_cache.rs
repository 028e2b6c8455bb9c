//! A cache of the tokens of app clients: AWS bills every token.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use tracing::{debug, info};
use url::Url;

use crate::cache::{Cache, Cached};
use crate::clock::{Clock, milliseconds_since, unix_seconds};
use crate::digest::sha256;
use crate::error::Result;
use crate::http::{CallBudget, host_of};
use crate::secret::ClientSecret;
use crate::tokens::Tokens;

/// The longest time before its expiry that a token is no longer returned: it still has to be sent and checked.
const LONGEST_MARGIN: Duration = Duration::from_secs(60);

/// The divisor of a token's life that shortens the margin of a short-lived token.
const MARGIN_OF_LIFE: u32 = 10;

/// The request that a cached token belongs to.
#[derive(PartialEq, Eq, Hash)]
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
    cache: Arc<Cache<Key, Tokens>>,
}

fn cached(tokens: Tokens, server_time: SystemTime, now: SystemTime) -> Cached<Tokens> {
    let left = tokens.expires_at_seconds().saturating_sub(unix_seconds(server_time));
    let left = Duration::from_secs(u64::try_from(left).unwrap_or(0));
    Cached::new(tokens, now, left, LONGEST_MARGIN.min(left / MARGIN_OF_LIFE))
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
        let started = Instant::now();
        let mut turn = self.cache.turn(key, clock.now(), budget, &host).await?;
        let is_good =
            |cached: &&Cached<Tokens>| cached.is_fresh(clock.now()) && Some(cached.value.sent()) != refused;
        if let Some(good) = turn.as_ref().filter(is_good) {
            let waited_milliseconds = milliseconds_since(started);
            debug!(target: "cognitoken::oauth", host, waited_milliseconds, "using cached client token");
            return Ok(good.value.clone());
        }
        *turn = None;
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
        *turn = Some(cached(tokens.clone(), server_time, clock.now()));
        Ok(tokens)
    }
}

impl fmt::Debug for ClientCredentialsCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ClientCredentialsCache")
    }
}
