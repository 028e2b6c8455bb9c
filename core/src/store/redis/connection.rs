//! The connection to the server: made when it is first needed, once more when it broke, anew in a forked child.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, Cmd, ErrorKind as Fault, FromRedisValue, RedisError, RedisResult, cmd,
};
use tokio::time::{Instant, timeout};

use crate::address;
use crate::error::{Error, ErrorKind, Result};
use crate::per_process::PerProcess;

/// How long the server may take to answer, and to be reached.
const LIMIT: Duration = Duration::from_secs(5);

/// How many keys one step of a search looks at.
const SCAN_STEP: usize = 1000;

/// How many steps a search takes at most: a million keys.
const MOST_STEPS: usize = 1000;

/// How many app clients may share a server, and how many sign-ins one of them may have there.
const MOST_CLIENTS: usize = 1000;
const MOST_NAMES: usize = 10_000;

/// A connection that is shared by everything that is cloned from it.
#[derive(Clone)]
pub(super) struct Connection {
    client: Client,
    /// The server without user and password.
    place: Arc<str>,
    slots: Arc<PerProcess<Slot>>,
}

/// The connection of one process.
#[derive(Default)]
struct Slot {
    /// Held for a moment only.
    made: std::sync::Mutex<Made>,
    /// Held by whoever makes a connection.
    making: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Made {
    connection: Option<MultiplexedConnection>,
    /// Which connection it is, counted from 1.
    number: u64,
    failure: Option<(Instant, Error)>,
}

impl Slot {
    fn newer_than(&self, gone: u64) -> Option<(u64, MultiplexedConnection)> {
        let made = self.made();
        made.connection.clone().filter(|_| made.number > gone).map(|connection| (made.number, connection))
    }

    fn keep(&self, connection: MultiplexedConnection) {
        let mut made = self.made();
        let number = made.number + 1;
        *made = Made { connection: Some(connection), number, failure: None };
    }

    fn note_failure(&self, error: Error) {
        self.made().failure = Some((Instant::now(), error));
    }

    /// What the attempt of somebody else ended with, where it ended after `since`.
    fn failure_since(&self, since: Instant) -> Option<Error> {
        let made = self.made();
        made.failure.as_ref().filter(|(ended, _)| *ended >= since).map(|(_, error)| error.clone())
    }

    fn made(&self) -> MutexGuard<'_, Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connection {
    pub(super) fn open(url: &str) -> Result<Self> {
        let client = Client::open(url).map_err(|_| invalid())?;
        Ok(Self { client, place: address::shown(url).into(), slots: Arc::default() })
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
        for _ in 0..MOST_STEPS {
            let mut step = cmd("SCAN");
            step.arg(cursor).arg("MATCH").arg(pattern).arg("COUNT").arg(SCAN_STEP);
            let (next, keys): (u64, Vec<String>) = self.ask(&step).await?;
            found.extend(keys);
            if found.len() > MOST_CLIENTS {
                return Err(self.too_much(&format!("holds sign-ins of more than {MOST_CLIENTS} app clients")));
            }
            if next == 0 {
                // One that was moved about on the server while it was searched may have come twice.
                found.sort_unstable();
                found.dedup();
                return Ok(found);
            }
            cursor = next;
        }
        Err(self.too_much(&format!("was not searched through within {MOST_STEPS} steps")))
    }

    /// The members of a set.
    pub(super) async fn members(&self, set: &str) -> Result<Vec<String>> {
        let members: Vec<String> = self.ask(cmd("SMEMBERS").arg(set)).await?;
        if members.len() > MOST_NAMES {
            return Err(self.too_much(&format!("lists more than {MOST_NAMES} sign-ins of one app client")));
        }
        Ok(members)
    }

    /// Runs something on the connection. All that this store sends may be sent twice: where the connection turns out
    /// to be gone, it is made anew, once. It may be dropped at any time.
    pub(super) async fn run<T, F>(&self, request: impl Fn(MultiplexedConnection) -> F) -> Result<T>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let slot = self.slot();
        let mut gone = 0;
        if let Some((number, connection)) = slot.newer_than(gone) {
            match request(connection).await {
                Err(fault) if is_gone(&fault) => gone = number,
                outcome => return outcome.map_err(|fault| self.failed(&fault)),
            }
        }
        let connection = self.connect(slot, gone).await?;
        request(connection).await.map_err(|fault| self.failed(&fault))
    }

    /// A connection that is newer than the one that is gone. One task makes it, and the others wait for it, or for its
    /// failure.
    async fn connect(&self, slot: &Slot, gone: u64) -> Result<MultiplexedConnection> {
        let since = Instant::now();
        let Ok(_making) = timeout(LIMIT, slot.making.lock()).await else {
            let why = format!("it did not answer within {} s", LIMIT.as_secs());
            return Err(self.unreachable(&why));
        };
        if let Some((_, connection)) = slot.newer_than(gone) {
            return Ok(connection);
        }
        if let Some(error) = slot.failure_since(since) {
            return Err(error);
        }
        let limits = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(LIMIT))
            .set_response_timeout(Some(LIMIT));
        match self.client.get_multiplexed_async_connection_with_config(&limits).await {
            Ok(connection) => {
                slot.keep(connection.clone());
                Ok(connection)
            }
            Err(fault) => {
                let error = self.failed(&fault);
                slot.note_failure(error.clone());
                Err(error)
            }
        }
    }

    fn slot(&self) -> &Slot {
        // A child must not speak on its parent's socket, nor wait for a lock that its parent's thread held.
        let made: Result<&Slot, Infallible> = self.slots.get_or_make(|_| Ok(Slot::default()));
        match made {
            Ok(slot) => slot,
            Err(never) => match never {},
        }
    }

    fn failed(&self, fault: &RedisError) -> Error {
        if fault.kind() == Fault::AuthenticationFailed || fault.code() == Some("NOAUTH") {
            return self
                .error("StoreRefused", "it does not accept who asks")
                .with_hint("Check the user and the password in the URL of the store (COGNITO_STORE).");
        }
        self.unreachable(fault.detail().unwrap_or(fault.category()))
    }

    fn unreachable(&self, why: &str) -> Error {
        self.error("StoreUnreachable", why)
            .with_hint("Check that the server runs, that this machine reaches it, and its memory and rights.")
            .with_retryable(true)
    }

    fn error(&self, code: &'static str, why: &str) -> Error {
        Error::new(ErrorKind::Store, code, format!("the store {} failed: {why}", self.place))
    }

    fn too_much(&self, complaint: &str) -> Error {
        let message = format!("the store {} {complaint}", self.place);
        Error::new(ErrorKind::Store, "StoreTooLarge", message).with_hint(
            "Give the app client (COGNITO_CLIENT_ID) and the region, or keep tokens in a redis database of their own.",
        )
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
