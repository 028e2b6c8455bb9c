//! What every place where tokens rest can do.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};

/// What the methods of a [`TokenStore`] give: a future that can be sent to another thread.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// A place where tokens rest: named values, each whole or not there, and a lock for each name, whose holder alone
/// writes.
///
/// A name is made of lower-case letters, digits and `-`, at most 64 of them; what stands before its first `-` is common
/// to all users of one app client. A value is at most 1 MiB; it holds secrets unless it was sealed before it came here.
pub trait TokenStore: fmt::Debug + Send + Sync {
    /// Where it is, for a person: `file:/home/ada/.local/share/cognitoken/tokens`. No secret is in it.
    fn place(&self) -> String;

    /// Whether other programs can have the same store.
    fn is_shared(&self) -> bool {
        true
    }

    /// The names of the values that begin with `prefix`, sorted.
    fn names<'a>(&'a self, prefix: &'a str) -> StoreFuture<'a, Vec<String>>;

    /// The value of a name; `None` where there is none.
    fn read<'a>(&'a self, name: &'a str) -> StoreFuture<'a, Option<Zeroizing<Vec<u8>>>>;

    /// Takes a value that cannot be understood out of the way without deleting it, and says where it is now.
    fn set_aside<'a>(&'a self, name: &'a str) -> StoreFuture<'a, String>;

    /// The names that begin with `prefix` of which something is left that is no value: set aside, or half-written.
    fn leftovers<'a>(&'a self, prefix: &'a str) -> StoreFuture<'a, Vec<String>> {
        let _ = prefix;
        Box::pin(async { Ok(Vec::new()) })
    }

    /// Removes what is left of locks under names with this prefix that have no value and that nobody holds.
    fn clear_idle_locks<'a>(&'a self, prefix: &'a str) -> StoreFuture<'a, ()> {
        let _ = prefix;
        Box::pin(async { Ok(()) })
    }

    /// Waits until nobody else holds the lock of this name, no longer than `limit`, and holds it until the result is
    /// dropped. It is free again when its holder dies. A name needs no value to be locked.
    ///
    /// # Errors
    /// [`ErrorKind::Store`](crate::ErrorKind::Store), code `LockTimeout`, retryable, when the limit is over; code
    /// `StoreUnusable` where the store cannot be written at all, so that nothing is begun whose end could not be kept.
    fn lock<'a>(&'a self, name: &'a str, limit: Duration) -> StoreFuture<'a, Box<dyn StoreLock>>;
}

/// The lock of one name, held until it is dropped.
pub trait StoreLock: fmt::Debug + Send + Sync {
    /// Whether whoever held the lock before died after [`begin`](Self::begin) and before [`write`](Self::write) or
    /// [`end`](Self::end).
    fn was_left_unfinished(&self) -> bool;

    /// Notes, where the next holder finds it, that something has begun whose outcome must be stored.
    fn begin(&mut self) -> StoreFuture<'_, ()>;

    /// Notes that it is over without anything to store.
    fn end(&mut self) -> StoreFuture<'_, ()>;

    /// Puts a value in the place of the one before, in one step, and ends what has begun. `lifetime` is how long
    /// anyone can have a use for the value: a store that can forget by itself does so after it.
    fn write<'a>(&'a mut self, value: &'a [u8], lifetime: Duration) -> StoreFuture<'a, Written>;

    /// Removes the value; `false` where there was none.
    fn remove(&mut self) -> StoreFuture<'_, bool>;

    /// Removes everything else that holds what the value held: what was set aside of this name, and what was
    /// half-written when its writer died. Ends what had begun, too: there is nothing left that it could concern.
    fn clear_leftovers(&mut self) -> StoreFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    /// Lets the lock go now. Dropping it does so too, as soon as it can: where that takes a message, this is the way to
    /// be sure that it is sent.
    fn release(&mut self) -> StoreFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    /// Keeps a lock that is lent for a time from running out, for as long as this is awaited; it never ends. Where
    /// locks are not lent, it only waits.
    fn hold(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::pending())
    }
}

/// What became of a [`StoreLock::write`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// The value is stored.
    Stored,
    /// The lock ran out and somebody else wrote meanwhile: theirs is what is stored, and this value is not. A value
    /// that was only removed meanwhile supersedes nothing.
    Superseded,
}

/// The error of whoever waited for a lock in vain.
pub(super) fn lock_timeout(place: &str, limit: Duration) -> Error {
    let message = format!(
        "another process has been using the stored sign-in in {place} for more than {} s",
        limit.as_secs_f64().round()
    );
    Error::new(ErrorKind::Store, "LockTimeout", message)
        .with_hint("Try again; where it lasts, `cognitoken doctor` tells more.")
        .with_retryable(true)
}
