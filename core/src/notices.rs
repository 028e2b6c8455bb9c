//! Warnings for a person, such as a value that is not used. Each is shown once.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
        let mut state = self.state();
        for notice in notices {
            if state.told.insert(notice.clone()) {
                state.waiting.push(notice);
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
