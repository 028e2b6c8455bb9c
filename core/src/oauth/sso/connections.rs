//! A bounded set of open connections.

use std::collections::VecDeque;

use tokio::task::{AbortHandle, JoinSet};

/// Connections that are served at the same time, far more than a browser opens. The oldest one makes room for the
/// newest: a browser sends its request at once, and is served however many others stay silent.
pub(super) const MOST_CONNECTIONS: usize = 256;

/// Connections in the order of their arrival.
pub(super) struct Connections<T> {
    tasks: JoinSet<T>,
    oldest_first: VecDeque<AbortHandle>,
}

impl<T: Send + 'static> Connections<T> {
    pub(super) fn new() -> Self {
        Self { tasks: JoinSet::new(), oldest_first: VecDeque::new() }
    }

    pub(super) fn add(&mut self, connection: impl Future<Output = T> + Send + 'static) {
        self.oldest_first.retain(|task| !task.is_finished());
        if self.oldest_first.len() >= MOST_CONNECTIONS {
            self.close_oldest();
        }
        self.oldest_first.push_back(self.tasks.spawn(connection));
    }

    /// Closes the connection that came first. Returns whether there was one.
    pub(super) fn close_oldest(&mut self) -> bool {
        self.oldest_first.retain(|task| !task.is_finished());
        let oldest = self.oldest_first.pop_front();
        oldest.inspect(AbortHandle::abort).is_some()
    }

    /// Waits for the next connection to finish. The outer `None` means that there is no connection, the inner one that
    /// it was closed.
    pub(super) async fn next_finished(&mut self) -> Option<Option<T>> {
        self.tasks.join_next().await.map(Result::ok)
    }
}
