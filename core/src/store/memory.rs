//! Tokens in the memory of this process: gone when it ends.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use zeroize::Zeroizing;

use super::token_store::{StoreFuture, StoreLock, TokenStore, Written, lock_timeout};
use crate::error::Result;
use crate::per_process::PerProcess;

type Values = BTreeMap<String, Zeroizing<Vec<u8>>>;

/// A store in memory. A forked child starts with what its parent had, and from there on has its own.
#[derive(Clone, Default)]
pub(crate) struct MemoryStore {
    rooms: Arc<PerProcess<Room>>,
}

#[derive(Default)]
struct Room {
    values: Arc<Mutex<Values>>,
    locks: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl MemoryStore {
    fn room(&self) -> &Room {
        let made: Result<&Room, Infallible> = self.rooms.get_or_make(|parents| Ok(Room::after_fork(parents)));
        match made {
            Ok(room) => room,
            Err(never) => match never {},
        }
    }
}

impl Room {
    /// What a thread of the parent was writing at the moment of the fork is not taken over.
    fn after_fork(parents: Option<&Self>) -> Self {
        let values = parents.and_then(|room| match room.values.try_lock() {
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
            Ok(self.room().values().keys().filter(|name| name.starts_with(prefix)).cloned().collect())
        })
    }

    fn read<'a>(&'a self, name: &'a str) -> StoreFuture<'a, Option<Zeroizing<Vec<u8>>>> {
        Box::pin(async move { Ok(self.room().values().get(name).cloned()) })
    }

    fn set_aside<'a>(&'a self, name: &'a str) -> StoreFuture<'a, String> {
        Box::pin(async move {
            let aside = aside(name);
            let mut values = self.room().values();
            if let Some(value) = values.remove(name) {
                values.insert(aside.clone(), value);
            }
            Ok(aside)
        })
    }

    fn lock<'a>(&'a self, name: &'a str, limit: Duration) -> StoreFuture<'a, Box<dyn StoreLock>> {
        Box::pin(async move {
            let room = self.room();
            let lock = Arc::clone(locked(&room.locks).entry(name.to_owned()).or_default());
            match tokio::time::timeout(limit, lock.lock_owned()).await {
                Ok(guard) => {
                    let values = Arc::clone(&room.values);
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

/// What has begun needs no note: who could find it died with it.
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
