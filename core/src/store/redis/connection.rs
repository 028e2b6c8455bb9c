//! The connection to the server: made when it is first needed, once more when it broke, anew in a forked child.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, Cmd, ErrorKind as Fault, FromRedisValue, RedisError, RedisResult, cmd,
};
use tokio::sync::Mutex;
use url::Url;

use crate::error::{Error, ErrorKind, Result};
use crate::per_process::PerProcess;

/// How long the server may take to answer, and to be reached.
const LIMIT: Duration = Duration::from_secs(5);

/// How many keys one step of a search looks at.
const SCAN_STEP: usize = 1000;

/// A connection that is shared by everything that is cloned from it.
#[derive(Clone)]
pub(super) struct Connection {
    client: Client,
    /// The server without user and password.
    place: Arc<str>,
    slots: Arc<PerProcess<Slot>>,
}

type Slot = Mutex<Option<MultiplexedConnection>>;

impl Connection {
    pub(super) fn open(url: &str) -> Result<Self> {
        let client = Client::open(url).map_err(|_| invalid())?;
        let mut shown = Url::parse(url).map_err(|_| invalid())?;
        // These fail for URLs that cannot have them.
        let _ = shown.set_username("").and_then(|()| shown.set_password(None));
        shown.set_query(None);
        Ok(Self { client, place: shown.as_str().into(), slots: Arc::default() })
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// Sends one command.
    pub(super) async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T> {
        self.run(|mut connection| async move { command.query_async(&mut connection).await }).await
    }

    /// The keys that fit a pattern.
    pub(super) async fn keys(&self, pattern: &str) -> Result<Vec<String>> {
        let mut found = Vec::new();
        let mut cursor = 0_u64;
        loop {
            let mut step = cmd("SCAN");
            step.arg(cursor).arg("MATCH").arg(pattern).arg("COUNT").arg(SCAN_STEP);
            let (next, keys): (u64, Vec<String>) = self.ask(&step).await?;
            found.extend(keys);
            if next == 0 {
                return Ok(found);
            }
            cursor = next;
        }
    }

    /// Runs something on the connection. All that this store sends may be sent twice: where the connection turns out
    /// to be gone, it is made anew, once.
    pub(super) async fn run<T, F>(&self, request: impl Fn(MultiplexedConnection) -> F) -> Result<T>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let mut slot = self.slot().lock().await;
        if let Some(connection) = slot.clone() {
            drop(slot);
            match request(connection).await {
                Err(fault) if is_gone(&fault) => slot = self.slot().lock().await,
                outcome => return outcome.map_err(|fault| self.failed(&fault)),
            }
        }
        let limits = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(LIMIT))
            .set_response_timeout(Some(LIMIT));
        let connecting = self.client.get_multiplexed_async_connection_with_config(&limits);
        let connection = connecting.await.map_err(|fault| self.failed(&fault))?;
        *slot = Some(connection.clone());
        drop(slot);
        request(connection).await.map_err(|fault| self.failed(&fault))
    }

    fn slot(&self) -> &Slot {
        // A child must not speak on its parent's socket, nor wait for a lock that its parent's thread held.
        let made: Result<&Slot, Infallible> = self.slots.get_or_make(|_| Ok(Mutex::new(None)));
        match made {
            Ok(slot) => slot,
            Err(never) => match never {},
        }
    }

    fn failed(&self, fault: &RedisError) -> Error {
        let refused = fault.kind() == Fault::AuthenticationFailed || fault.code() == Some("NOAUTH");
        let (code, why, hint) = if refused {
            let hint = "Check the user and the password in the URL of the store (COGNITO_STORE).";
            ("StoreRefused", "it does not accept who asks".to_owned(), hint)
        } else {
            let hint = "Check that the server runs, that this machine reaches it, and its memory and rights.";
            let why = fault.detail().map_or_else(|| fault.category().to_owned(), str::to_owned);
            ("StoreUnreachable", why, hint)
        };
        Error::new(ErrorKind::Store, code, format!("the store {} failed: {why}", self.place))
            .with_hint(hint)
            .with_retryable(!refused)
    }
}

fn is_gone(fault: &RedisError) -> bool {
    fault.is_io_error() || fault.is_connection_dropped() || fault.is_unrecoverable_error()
}

/// The URL is not shown: it may hold a password.
fn invalid() -> Error {
    Error::new(ErrorKind::Config, "InvalidStore", "the URL of the redis store is malformed")
        .with_hint("Give redis://<host>:<port>/<database> or rediss://... (COGNITO_STORE).")
}

impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Connection").field(&self.place).finish()
    }
}
