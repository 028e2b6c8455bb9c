//! Tokens in the memory of this process, which are gone when it ends.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use zeroize::Zeroizing;

use super::open_store::OpenStore;
use super::sealer::Sealer;
use super::token_store::{StoreFuture, StoreLock, TokenStore, Written, lock_timeout};
use crate::config::Values as Settings;
use crate::error::Result;
use crate::per_process::PerProcess;

type Values = BTreeMap<String, Zeroizing<Vec<u8>>>;

/// The store `memory`, which is empty.
pub(super) fn open(_address: Option<&str>, _settings: &Settings) -> Result<OpenStore> {
    Ok(OpenStore::new(MemoryStore::default(), Sealer::Nothing))
}

/// A store in memory. A forked child starts with a copy of its parent's values, and neither sees what the other does
/// afterwards.
#[derive(Clone, Default)]
struct MemoryStore {
    spaces: Arc<PerProcess<Space>>,
}

/// The values and locks of one process.
#[derive(Default)]
struct Space {
    values: Arc<Mutex<Values>>,
    locks: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl MemoryStore {
    fn space(&self) -> &Space {
        self.spaces.get_or_init(Space::after_fork)
    }
}

impl Space {
    /// Values that a thread of the parent was writing at the moment of the fork are not taken over.
    fn after_fork(parent: Option<&Self>) -> Self {
        let values = parent.and_then(|space| match space.values.try_lock() {
            Ok(values) => Some(values.clone()),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner().clone()),
            Err(TryLockError::WouldBlock) => None,
        });
        Self { values: Arc::new(Mutex::new(values.unwrap_or_default())), locks: Mutex::default() }
    }

    fn values(&self) -> MutexGuard<'_, Values> {
        locked(&self.values)
    }
}

fn aside(name: &str) -> String {
    format!("{name}-damaged")
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl TokenStore for MemoryStore {
    fn place(&self) -> String {
        "memory".to_owned()
    }

    fn is_shared(&self) -> bool {
        false
    }

    fn names<'a>(&'a self, prefix: &'a str) -> StoreFuture<'a, Vec<String>> {
        Box::pin(async move {
            Ok(self.space().values().keys().filter(|name| name.starts_with(prefix)).cloned().collect())
        })
    }

    fn read<'a>(&'a self, name: &'a str) -> StoreFuture<'a, Option<Zeroizing<Vec<u8>>>> {
        Box::pin(async move { Ok(self.space().values().get(name).cloned()) })
    }

    fn set_aside<'a>(&'a self, name: &'a str) -> StoreFuture<'a, String> {
        Box::pin(async move {
            let aside = aside(name);
            let mut values = self.space().values();
            if let Some(value) = values.remove(name) {
                values.insert(aside.clone(), value);
            }
            Ok(aside)
        })
    }

    fn lock<'a>(&'a self, name: &'a str, limit: Duration) -> StoreFuture<'a, Box<dyn StoreLock>> {
        Box::pin(async move {
            let space = self.space();
            let lock = Arc::clone(locked(&space.locks).entry(name.to_owned()).or_default());
            match tokio::time::timeout(limit, lock.lock_owned()).await {
                Ok(guard) => {
                    let values = Arc::clone(&space.values);
                    Ok(Box::new(MemoryLock { values, name: name.to_owned(), _guard: guard }) as _)
                }
                Err(_) => Err(lock_timeout(&self.place(), limit)),
            }
        })
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MemoryStore")
    }
}

/// A lock that needs no note of what has begun: whoever could find the note died with it.
struct MemoryLock {
    values: Arc<Mutex<Values>>,
    name: String,
    _guard: OwnedMutexGuard<()>,
}

impl StoreLock for MemoryLock {
    fn was_left_unfinished(&self) -> bool {
        false
    }

    fn begin(&mut self) -> StoreFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn end(&mut self) -> StoreFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn write<'a>(&'a mut self, value: &'a [u8], _lifetime: Duration) -> StoreFuture<'a, Written> {
        Box::pin(async move {
            locked(&self.values).insert(self.name.clone(), Zeroizing::new(value.to_vec()));
            Ok(Written::Stored)
        })
    }

    fn remove(&mut self) -> StoreFuture<'_, bool> {
        Box::pin(async move { Ok(locked(&self.values).remove(&self.name).is_some()) })
    }

    fn clear_leftovers(&mut self) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            locked(&self.values).remove(&aside(&self.name));
            Ok(())
        })
    }
}

impl fmt::Debug for MemoryLock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MemoryLock").field("name", &self.name).finish_non_exhaustive()
    }
}
