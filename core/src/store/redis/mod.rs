//! Tokens on a redis server: for workers on many machines.
//!
//! All keys of one app client carry the same hash tag, so that a cluster keeps them together:
//! <https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/>.

mod connection;
mod lease;
mod scripts;

use std::time::{Duration, SystemTime};

use redis::cmd;
use zeroize::Zeroizing;

use super::token_store::{StoreFuture, StoreLock, TokenStore};
use crate::clock::unix_seconds;
use crate::error::Result;
use connection::Connection;
use lease::Lease;

/// How long a holder that says nothing keeps the lock.
const LEASE: Duration = Duration::from_secs(10);

/// What every key begins with: the library, and the number of this order of keys.
const ROOT: &str = "cognitoken:1";

/// A store on a redis server. Values come sealed; what is bound to a lease is fenced by a count of writes.
#[derive(Debug, Clone)]
pub(crate) struct RedisStore {
    connection: Connection,
    lease: Duration,
}

impl RedisStore {
    /// The server of a `redis://` or `rediss://` URL. Nothing is sent yet.
    pub(crate) fn open(url: &str) -> Result<Self> {
        Ok(Self { connection: Connection::open(url)?, lease: LEASE })
    }

    #[cfg(test)]
    fn with_lease(self, lease: Duration) -> Self {
        Self { lease, ..self }
    }
}

/// The keys that belong to one name.
#[derive(Debug, Clone)]
struct Keys {
    name: String,
}

impl Keys {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned() }
    }

    fn value(&self) -> String {
        self.key("value")
    }

    fn lock(&self) -> String {
        self.key("lock")
    }

    /// How often the value has been written: what a lock that was lost is told by.
    fn writes(&self) -> String {
        self.key("writes")
    }

    fn begun(&self) -> String {
        self.key("begun")
    }

    /// The names of all values of the same client.
    fn index(&self) -> String {
        index_of(self.client())
    }

    fn key(&self, what: &str) -> String {
        format!("{ROOT}:{{{}}}:{}:{what}", self.client(), self.name)
    }

    fn client(&self) -> &str {
        self.name.split('-').next().unwrap_or(&self.name)
    }
}

fn index_of(client: &str) -> String {
    format!("{ROOT}:{{{client}}}:names")
}

impl TokenStore for RedisStore {
    fn place(&self) -> String {
        self.connection.place().to_owned()
    }

    fn names<'a>(&'a self, prefix: &'a str) -> StoreFuture<'a, Vec<String>> {
        Box::pin(async move {
            let indexes = match prefix.split_once('-') {
                Some((client, _)) => vec![index_of(client)],
                // Only where no client is known; an index for each, and few of them.
                None => self.connection.keys(&index_of("*")).await?,
            };
            let mut names = Vec::new();
            for index in indexes {
                names.extend(self.connection.ask::<Vec<String>>(cmd("SMEMBERS").arg(&index)).await?);
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
                // It ran out since it was listed.
                self.connection.ask::<i64>(cmd("SREM").arg(keys.index()).arg(name)).await?;
            }
            Ok(value.map(Zeroizing::new))
        })
    }

    fn set_aside<'a>(&'a self, name: &'a str) -> StoreFuture<'a, String> {
        Box::pin(async move {
            let keys = Keys::new(name);
            let aside = keys.key(&format!("damaged:{}", unix_seconds(SystemTime::now())));
            self.connection.ask::<()>(cmd("RENAME").arg(keys.value()).arg(&aside)).await?;
            self.connection.ask::<i64>(cmd("SREM").arg(keys.index()).arg(name)).await?;
            Ok(format!("the key {aside}"))
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
mod tests;
