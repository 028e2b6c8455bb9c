//! Work that must not be cut off when its caller stops waiting.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tracing::Instrument as _;

use crate::error::{Error, ErrorKind, Result};
use crate::waits::{WaitingFor, Waits, waiting_for};

/// The work under way that must not be cut off; clones share the count.
#[derive(Clone)]
pub(crate) struct MustFinish {
    count: Arc<watch::Sender<usize>>,
    /// The locks that such work holds.
    locks: Arc<Mutex<Vec<String>>>,
}

impl Default for MustFinish {
    fn default() -> Self {
        Self { count: Arc::new(watch::Sender::new(0)), locks: Arc::default() }
    }
}

impl MustFinish {
    /// Runs some work to its end in a task of its own, even if the caller stops waiting for the result.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T> {
        let counted = Counted::new(self.clone());
        let counted_work = async move {
            let outcome = work.await;
            drop(counted);
            outcome
        };
        let waits = Waits::default();
        let _waiting = waits.followed();
        let task = tokio::spawn(waits.of(counted_work).in_current_span());
        task.await.map_err(|_| {
            let message =
                "the call was ended from within: the runtime stopped, or this is a defect of cognitoken";
            Error::new(ErrorKind::Local, "CallEnded", message).with_hint("Make the call again.")
        })
    }

    /// Notes that some work of this process holds a lock, until the note is dropped.
    pub(crate) fn note_lock(&self, name: String) -> HeldLock {
        self.locks().push(name.clone());
        HeldLock { must_finish: self.clone(), name }
    }

    pub(crate) fn holds_lock(&self, name: &str) -> bool {
        self.locks().iter().any(|held| held == name)
    }

    fn locks(&self) -> MutexGuard<'_, Vec<String>> {
        self.locks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_idle(&self) -> bool {
        *self.count.borrow() == 0
    }

    pub(crate) async fn idle(&self) {
        let _waiting = waiting_for(|| WaitingFor::RefreshUnderWay);
        // The sender lives as long as this one: waiting cannot fail.
        let _ = self.count.subscribe().wait_for(|count| *count == 0).await;
    }
}

impl fmt::Debug for MustFinish {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MustFinish")
    }
}

/// A lock that work of this process holds.
pub(crate) struct HeldLock {
    must_finish: MustFinish,
    name: String,
}

impl Drop for HeldLock {
    fn drop(&mut self) {
        let mut locks = self.must_finish.locks();
        if let Some(place) = locks.iter().position(|held| *held == self.name) {
            locks.swap_remove(place);
        }
    }
}

struct Counted(MustFinish);

impl Counted {
    fn new(must_finish: MustFinish) -> Self {
        must_finish.count.send_modify(|count| *count += 1);
        Self(must_finish)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.count.send_modify(|count| *count -= 1);
    }
}
