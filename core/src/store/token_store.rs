//! The interface of a store.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};

/// The future that the methods of a [`TokenStore`] and of a [`StoreLock`] return. It can be sent to another thread.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// A store of named values, with a lock for each name whose holder alone writes.
///
/// A caller may implement it to keep tokens in a place that this crate does not know, such as a database.
///
/// # Names and values
///
/// A name consists of lower-case letters, digits and `-`, at most 64 of them. The part before the first `-` is common
/// to all users of one app client. A value is at most 1 MiB and has no structure that a store has to know. It is read
/// either as a whole or not at all, also while it is being replaced.
///
/// A value holds refresh tokens, which are secrets, unless it was sealed before it was handed to the store. The store
/// alone is responsible that nobody else reads or replaces it, and that it does not end up in logs, `Debug` or errors.
///
/// # Locks
///
/// A refresh token that the service rotates can be used once. Whoever refreshes therefore holds the lock of the name
/// from before the request until the new token is stored, and reads the value again once the lock is held. A lock
/// excludes everybody who has the same store: all processes and machines where [`is_shared`](Self::is_shared) is
/// `true`, the tasks of this process otherwise. It has to become free when its holder dies.
///
/// # Cancellation
///
/// A future may be dropped before it is complete, when the time limit of a call is over. An action that was interrupted
/// has been carried out or has not; it leaves nothing half-done that a later call could not cope with.
///
/// # Errors
///
/// Every method returns [`ErrorKind::Store`](crate::ErrorKind::Store) where the store does not work. An error is not a
/// reason to forget a token, and [`retryable`](crate::Error::retryable) says whether the same call may succeed later.
///
/// # Example
///
/// A store in the memory of this process. One that other processes share would keep `values` and the note of what has
/// begun in its database, and take the database's own lock.
///
/// ```
/// use std::collections::BTreeMap;
/// use std::sync::{Arc, Mutex, PoisonError};
/// use std::time::Duration;
///
/// use cognitoken::{Error, ErrorKind, StoreFuture, StoreLock, TokenStore, Written, Zeroizing};
///
/// #[derive(Default)]
/// struct MapStore {
///     values: Arc<Mutex<BTreeMap<String, Zeroizing<Vec<u8>>>>>,
///     locks: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>,
/// }
///
/// // By hand: a derived one would show the values.
/// impl std::fmt::Debug for MapStore {
///     fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
///         formatter.write_str("MapStore")
///     }
/// }
///
/// impl TokenStore for MapStore {
///     fn place(&self) -> String {
///         "a map".to_owned()
///     }
///
///     fn is_shared(&self) -> bool {
///         false
///     }
///
///     fn names<'a>(&'a self, prefix: &'a str) -> StoreFuture<'a, Vec<String>> {
///         Box::pin(async move {
///             let values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
///             Ok(values.keys().filter(|name| name.starts_with(prefix)).cloned().collect())
///         })
///     }
///
///     fn read<'a>(&'a self, name: &'a str) -> StoreFuture<'a, Option<Zeroizing<Vec<u8>>>> {
///         Box::pin(async move {
///             Ok(self.values.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned())
///         })
///     }
///
///     fn set_aside<'a>(&'a self, name: &'a str) -> StoreFuture<'a, String> {
///         Box::pin(async move {
///             let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
///             let aside = format!("damaged:{name}");
///             if let Some(value) = values.remove(name) {
///                 values.insert(aside.clone(), value);
///             }
///             Ok(aside)
///         })
///     }
///
///     fn lock<'a>(&'a self, name: &'a str, limit: Duration) -> StoreFuture<'a, Box<dyn StoreLock>> {
///         Box::pin(async move {
///             let lock = {
///                 let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
///                 Arc::clone(locks.entry(name.to_owned()).or_default())
///             };
///             let guard = tokio::time::timeout(limit, lock.lock_owned()).await.map_err(|_elapsed| {
///                 Error::new(ErrorKind::Store, "LockTimeout", "another task is using the stored sign-in")
///                     .with_retryable(true)
///             })?;
///             let (name, values) = (name.to_owned(), Arc::clone(&self.values));
///             Ok(Box::new(MapLock { name, values, _guard: guard }) as Box<dyn StoreLock>)
///         })
///     }
/// }
///
/// struct MapLock {
///     name: String,
///     values: Arc<Mutex<BTreeMap<String, Zeroizing<Vec<u8>>>>>,
///     // Dropping it releases the lock.
///     _guard: tokio::sync::OwnedMutexGuard<()>,
/// }
///
/// impl std::fmt::Debug for MapLock {
///     fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
///         formatter.debug_struct("MapLock").field("name", &self.name).finish_non_exhaustive()
///     }
/// }
///
/// // A process that dies takes its values with it, so that no note of what has begun is needed.
/// impl StoreLock for MapLock {
///     fn was_left_unfinished(&self) -> bool {
///         false
///     }
///
///     fn begin(&mut self) -> StoreFuture<'_, ()> {
///         Box::pin(async { Ok(()) })
///     }
///
///     fn end(&mut self) -> StoreFuture<'_, ()> {
///         Box::pin(async { Ok(()) })
///     }
///
///     fn write<'a>(&'a mut self, value: &'a [u8], _lifetime: Duration) -> StoreFuture<'a, Written> {
///         Box::pin(async move {
///             let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
///             values.insert(self.name.clone(), Zeroizing::new(value.to_vec()));
///             Ok(Written::Stored)
///         })
///     }
///
///     fn remove(&mut self) -> StoreFuture<'_, bool> {
///         Box::pin(async move {
///             let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
///             Ok(values.remove(&self.name).is_some())
///         })
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> cognitoken::Result<()> {
/// let store: Arc<dyn TokenStore> = Arc::new(MapStore::default());
/// let limit = Duration::from_millis(50);
/// let mut lock = store.lock("client-user", limit).await?;
/// assert_eq!(lock.write(b"value", Duration::from_secs(3600)).await?, Written::Stored);
/// assert_eq!(store.lock("client-user", limit).await.unwrap_err().code(), "LockTimeout");
/// lock.release().await?;
/// drop(lock);
/// assert_eq!(store.names("client-").await?, ["client-user"]);
/// assert_eq!(store.read("client-user").await?.unwrap().as_slice(), b"value");
/// # Ok(())
/// # }
/// ```
pub trait TokenStore: fmt::Debug + Send + Sync {
    /// The place of the store, as it is shown to a person: `file:/home/ada/.local/share/cognitoken/tokens`. It holds no
    /// secret.
    fn place(&self) -> String;

    /// Returns whether other processes can have the same store.
    fn is_shared(&self) -> bool {
        true
    }

    /// The names that begin with `prefix` and have a value, sorted. Values that were set aside are not among them. An
    /// empty prefix lists all names.
    fn names<'a>(&'a self, prefix: &'a str) -> StoreFuture<'a, Vec<String>>;

    /// The value of a name; `None` where there is none. It may be read while another process holds the lock.
    fn read<'a>(&'a self, name: &'a str) -> StoreFuture<'a, Option<Zeroizing<Vec<u8>>>>;

    /// Moves a value that cannot be understood out of the way without deleting it, and returns its new location, as it
    /// is shown to a person. A name without a value is no error.
    fn set_aside<'a>(&'a self, name: &'a str) -> StoreFuture<'a, String>;

    /// The names that begin with `prefix` and have remains other than their value: a value that was set aside, or one
    /// that is incomplete since its writer died. A store that never has any need not implement it.
    fn leftovers<'a>(&'a self, prefix: &'a str) -> StoreFuture<'a, Vec<String>> {
        let _ = prefix;
        Box::pin(async { Ok(Vec::new()) })
    }

    /// Removes the remains of locks that nobody holds, under names that begin with `prefix` and have no value. A store
    /// whose locks leave nothing behind need not implement it.
    fn clear_idle_locks<'a>(&'a self, prefix: &'a str) -> StoreFuture<'a, ()> {
        let _ = prefix;
        Box::pin(async { Ok(()) })
    }

    /// Waits at most `limit` for the lock of a name, and holds it until the result is released or dropped. A name needs
    /// no value to be locked, and its lock does not affect other names.
    ///
    /// # Errors
    /// [`ErrorKind::Store`](crate::ErrorKind::Store), code `LockTimeout`, retryable, when the limit is over; code
    /// `StoreUnusable` where the store cannot be written at all, so that nothing is begun whose outcome could not be
    /// stored.
    fn lock<'a>(&'a self, name: &'a str, limit: Duration) -> StoreFuture<'a, Box<dyn StoreLock>>;
}

/// The lock of one name, held until it is released or dropped.
pub trait StoreLock: fmt::Debug + Send + Sync {
    /// Returns whether the previous holder died after [`begin`](Self::begin) and before [`write`](Self::write),
    /// [`remove`](Self::remove) or [`end`](Self::end). A refresh token that the service then refuses was probably
    /// replaced by one that was lost. The answer is that of the moment at which the lock was taken.
    fn was_left_unfinished(&self) -> bool;

    /// Notes that something has begun whose outcome must be stored. The note outlives this process, so that the next
    /// holder finds it.
    fn begin(&mut self) -> StoreFuture<'_, ()>;

    /// Removes the note of [`begin`](Self::begin): what has begun is over, and there is nothing to store.
    fn end(&mut self) -> StoreFuture<'_, ()>;

    /// Replaces the value in one step, and removes the note of [`begin`](Self::begin). After `lifetime` nobody has a
    /// use for the value: a store whose values can expire lets it expire then.
    fn write<'a>(&'a mut self, value: &'a [u8], lifetime: Duration) -> StoreFuture<'a, Written>;

    /// Removes the value and the note of [`begin`](Self::begin); returns `false` where there was no value.
    fn remove(&mut self) -> StoreFuture<'_, bool>;

    /// Removes all remains of the name that [`TokenStore::leftovers`] lists, and the note of [`begin`](Self::begin).
    fn clear_leftovers(&mut self) -> StoreFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    /// Releases the lock now. Dropping it does so too, as soon as possible; where that takes a message, only this
    /// method returns after the message was sent.
    fn release(&mut self) -> StoreFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    /// Renews a lock that expires after a time, for as long as the future is awaited, which never completes. A lock
    /// that does not expire need not implement it.
    fn hold(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::pending())
    }
}

/// The outcome of [`StoreLock::write`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// The value is stored.
    Stored,
    /// The lock expired and another holder has written since: its value is stored, and this one is not. A value that
    /// was only removed since does not supersede this one.
    Superseded,
}

/// The error for a lock that another holder did not release in time.
pub(super) fn lock_timeout(place: &str, limit: Duration) -> Error {
    let message = format!(
        "another process has been using the stored sign-in in {place} for more than {} s",
        limit.as_secs_f64().round()
    );
    Error::new(ErrorKind::Store, "LockTimeout", message)
        .with_hint("Try again; where it lasts, `cognitoken doctor` tells more.")
        .with_retryable(true)
}
