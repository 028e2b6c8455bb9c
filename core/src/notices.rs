//! Warnings for a person, such as a value that is not used. Each is shown once.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::warn;

use crate::per_process::PerProcess;

/// Warnings that wait to be shown; clones share them.
#[derive(Clone, Default)]
pub(crate) struct Notices {
    // A forked child must not wait for a lock that a thread of its parent held.
    state: Arc<PerProcess<Mutex<State>>>,
}

#[derive(Default)]
struct State {
    waiting: Vec<String>,
    told: BTreeSet<String>,
}

impl Notices {
    /// Adds warnings, except those that were added before.
    pub(crate) fn add(&self, notices: impl IntoIterator<Item = String>) {
        for notice in notices {
            let is_new = self.state().add(&notice);
            // Outside the lock: whoever listens may ask for the notices.
            if is_new {
                warn!(target: "cognitoken::notices", "{notice}");
            }
        }
    }

    /// Removes and returns the warnings that wait.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.state().waiting)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.own().lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Returns whether the sentence is a new one.
    fn add(&mut self, notice: &str) -> bool {
        let is_new = self.told.insert(notice.to_owned());
        if is_new {
            self.waiting.push(notice.to_owned());
        }
        is_new
    }
}

impl fmt::Debug for Notices {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Notices")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_told_once() {
        let notices = Notices::default();
        for _ in 0..2 {
            notices.clone().add(["a".to_owned(), "b".to_owned()]);
        }
        assert_eq!(notices.take(), ["a", "b"]);
        notices.add(["a".to_owned(), "c".to_owned()]);
        assert_eq!(notices.take(), ["c"]);
    }
}
