//! A lock that is lent for some seconds at a time, so that it is free again when its holder dies.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use redis::cmd;
use tokio::time::{Instant, sleep};

use super::connection::Connection;
use super::keys::Keys;
use super::scripts::{RELEASE, REMOVE, RENEW, TAKE, WRITE};
use crate::digest::hex;
use crate::error::Result;
use crate::random::random_bytes;
use crate::store::token_store::{StoreFuture, StoreLock, Written, lock_timeout};

/// The pause before a held lock is requested again: the first, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// The lifetime of a note about unfinished work: far longer than anybody waits for a refresh.
const NOTE_LIFETIME: Duration = Duration::from_secs(60 * 60);

pub(super) struct Lease {
    connection: Connection,
    keys: Keys,
    /// The token that tells this lease from all others.
    token: String,
    length: Duration,
    /// The number of writes of the value when the lock was taken.
    writes: u64,
    unfinished: bool,
    released: bool,
}

impl Lease {
    pub(super) async fn take(
        connection: Connection,
        keys: Keys,
        length: Duration,
        limit: Duration,
    ) -> Result<Self> {
        let token = hex(&random_bytes::<16>()?[..]);
        let deadline = Instant::now() + limit;
        let mut pause = FIRST_PAUSE;
        loop {
            let mut take = TAKE.on([&keys.lock(), &keys.writes(), &keys.begun()]);
            take.arg(&token).arg(milliseconds(length));
            let (taken, writes, unfinished): (bool, u64, bool) = connection.ask(&take).await?;
            if taken {
                return Ok(Self { connection, keys, token, length, writes, unfinished, released: false });
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(lock_timeout(connection.place(), limit));
            }
            sleep(pause.min(left)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn renew(&self) -> Result<bool> {
        let mut renew = RENEW.on([&self.keys.lock()]);
        self.connection.ask(renew.arg(&self.token).arg(milliseconds(self.length))).await
    }
}

async fn release(connection: &Connection, lock: &str, token: &str) -> Result<bool> {
    connection.ask(RELEASE.on([lock]).arg(token)).await
}

impl StoreLock for Lease {
    fn was_left_unfinished(&self) -> bool {
        self.unfinished
    }

    fn begin(&mut self) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            let lifetime = milliseconds(NOTE_LIFETIME);
            self.connection.ask(cmd("SET").arg(self.keys.begun()).arg(1).arg("PX").arg(lifetime)).await
        })
    }

    fn end(&mut self) -> StoreFuture<'_, ()> {
        Box::pin(async move { self.connection.ask(cmd("DEL").arg(self.keys.begun())).await })
    }

    fn write<'a>(&'a mut self, value: &'a [u8], lifetime: Duration) -> StoreFuture<'a, Written> {
        Box::pin(async move {
            let keys = &self.keys;
            let mut write = WRITE.on([&keys.value(), &keys.writes(), &keys.begun(), &keys.index()]);
            write.arg(self.writes).arg(value).arg(milliseconds(lifetime)).arg(keys.name());
            let writes: u64 = self.connection.ask(&write).await?;
            if writes == 0 {
                return Ok(Written::Superseded);
            }
            self.writes = writes;
            Ok(Written::Stored)
        })
    }

    fn remove(&mut self) -> StoreFuture<'_, bool> {
        Box::pin(async move {
            let keys = &self.keys;
            let mut remove = REMOVE.on([&keys.value(), &keys.writes(), &keys.begun(), &keys.index()]);
            let removed: i64 = self.connection.ask(remove.arg(self.writes).arg(keys.name())).await?;
            self.writes += u64::from(removed >= 0);
            Ok(removed == 1)
        })
    }

    fn clear_leftovers(&mut self) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            let list = self.keys.set_aside();
            let mut keys = self.connection.members(&list).await?;
            keys.retain(|key| key.starts_with(&self.keys.damaged("")));
            self.connection.ask::<i64>(cmd("DEL").arg(self.keys.begun()).arg(&keys)).await?;
            if keys.is_empty() {
                return Ok(());
            }
            self.connection.ask::<i64>(cmd("SREM").arg(&list).arg(&keys)).await.map(drop)
        })
    }

    fn release(&mut self) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            self.released = true;
            release(&self.connection, &self.keys.lock(), &self.token).await.map(drop)
        })
    }

    fn hold(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            loop {
                sleep(self.length / 3).await;
                // A renewal that fails is no reason to stop: a write after the lease is fenced.
                let _ = self.renew().await;
            }
        })
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.released {
            return;
        }
        // Where nobody is left to send it, the lease runs out by itself.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let (connection, lock, token) = (self.connection.clone(), self.keys.lock(), self.token.clone());
            runtime.spawn(async move { release(&connection, &lock, &token).await });
        }
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Lease").field("name", &self.keys.name()).finish_non_exhaustive()
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
