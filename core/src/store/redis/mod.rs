//! Tokens on a redis server, a cluster of them, or the server that sentinels name: for workers on many machines.

mod address;
mod connection;
mod faults;
mod keys;
mod lease;
mod link;
mod scripts;

use std::time::{Duration, SystemTime};

use redis::cmd;
use zeroize::Zeroizing;

use super::open_store::OpenStore;
use super::sealer::Sealer;
use super::token_store::{StoreFuture, StoreLock, TokenStore};
use crate::clock::unix_seconds;
use crate::config::Values;
use crate::error::Result;
use connection::Connection;
use keys::{Keys, index_of, name_of_damaged, set_aside_of};
use lease::Lease;
use scripts::SET_ASIDE;

/// The time for which a silent holder keeps the lock.
const LEASE: Duration = Duration::from_secs(10);

/// The store on the server of a `redis://` URL or one of its other forms.
pub(super) fn open(url: Option<&str>, values: &Values) -> Result<OpenStore> {
    let sealer = Sealer::for_server(values)?;
    Ok(OpenStore::new(RedisStore::open(url.unwrap_or_default())?, sealer))
}

/// A store on a redis server. Values come sealed; what is bound to a lease is fenced by a count of writes.
#[derive(Debug, Clone)]
pub(crate) struct RedisStore {
    connection: Connection,
    lease: Duration,
}

impl RedisStore {
    /// The server of a `redis://` URL or one of its other forms. Nothing is sent yet.
    pub(crate) fn open(url: &str) -> Result<Self> {
        Ok(Self { connection: Connection::open(url)?, lease: LEASE })
    }

    #[cfg(test)]
    fn with_lease(self, lease: Duration) -> Self {
        Self { lease, ..self }
    }
}

impl RedisStore {
    /// The sets of this prefix's client; of every client's where none is known, and few of them.
    async fn sets(&self, prefix: &str, set_of: impl Fn(&str) -> String) -> Result<Vec<String>> {
        match prefix.split_once('-') {
            Some((client, _)) => Ok(vec![set_of(client)]),
            None => self.connection.keys(&set_of("*")).await,
        }
    }
}

impl TokenStore for RedisStore {
    fn place(&self) -> String {
        self.connection.place().to_owned()
    }

    fn names<'a>(&'a self, prefix: &'a str) -> StoreFuture<'a, Vec<String>> {
        Box::pin(async move {
            let mut names = Vec::new();
            for index in self.sets(prefix, index_of).await? {
                names.extend(self.connection.members(&index).await?);
            }
            names.retain(|name| name.starts_with(prefix));
            names.sort_unstable();
            Ok(names)
        })
    }

    fn read<'a>(&'a self, name: &'a str) -> StoreFuture<'a, Option<Zeroizing<Vec<u8>>>> {
        Box::pin(async move {
            let keys = Keys::new(name);
            let value: Option<Vec<u8>> = self.connection.ask(cmd("GET").arg(keys.value())).await?;
            if value.is_none() {
                // It ran out since it was listed. A server that only reads need not forget it.
                let _ = self.connection.ask::<i64>(cmd("SREM").arg(keys.index()).arg(name)).await;
            }
            Ok(value.map(Zeroizing::new))
        })
    }

    fn set_aside<'a>(&'a self, name: &'a str) -> StoreFuture<'a, String> {
        Box::pin(async move {
            let keys = Keys::new(name);
            let aside = keys.damaged(&unix_seconds(SystemTime::now()).to_string());
            let mut set_aside = SET_ASIDE.on([&keys.value(), &aside, &keys.index(), &keys.set_aside()]);
            self.connection.ask(set_aside.arg(name)).await.map(|_: i64| format!("the key {aside}"))
        })
    }

    fn leftovers<'a>(&'a self, prefix: &'a str) -> StoreFuture<'a, Vec<String>> {
        Box::pin(async move {
            let mut names = Vec::new();
            for set in self.sets(prefix, set_aside_of).await? {
                let keys = self.connection.members(&set).await?;
                names.extend(keys.iter().filter_map(|key| name_of_damaged(key)).map(str::to_owned));
            }
            names.retain(|name| name.starts_with(prefix));
            names.sort_unstable();
            names.dedup();
            Ok(names)
        })
    }

    fn lock<'a>(&'a self, name: &'a str, limit: Duration) -> StoreFuture<'a, Box<dyn StoreLock>> {
        Box::pin(async move {
            let lease = Lease::take(self.connection.clone(), Keys::new(name), self.lease, limit).await?;
            Ok(Box::new(lease) as Box<dyn StoreLock>)
        })
    }
}

#[cfg(test)]
pub(super) mod tests;
