//! The tries of one request.

use tracing::debug;

use super::budget::CallBudget;
use super::failure::Failure;

/// The tries of one request, within the time and the retries of a whole call.
pub(crate) struct Tries<'a> {
    operation: &'static str,
    budget: &'a CallBudget,
    attempt: u32,
}

impl<'a> Tries<'a> {
    pub(crate) fn new(operation: &'static str, budget: &'a CallBudget) -> Self {
        Self { operation, budget, attempt: 1 }
    }

    /// The number of the current try, from 1.
    pub(crate) fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Waits before the next try, where another one `may_help` and the call has a retry and time left. Returns whether
    /// there is a next try.
    pub(crate) async fn pause_after(&mut self, failure: &Failure, may_help: bool) -> bool {
        let pause = if may_help { self.budget.next_pause(failure.retry_after) } else { None };
        let (operation, error) = (self.operation, &failure.error);
        let (code, kind, request_id) = (error.code(), error.kind(), error.request_id());
        let Some(pause) = pause else {
            debug!(
                target: "cognitoken::http",
                operation, attempt = self.attempt, code, ?kind, request_id, retryable = error.retryable(),
                "request failed"
            );
            return false;
        };
        self.attempt += 1;
        debug!(
            target: "cognitoken::http",
            operation, attempt = self.attempt, reason = code, ?kind, request_id, pause_milliseconds = pause.as_millis(),
            "request is tried again"
        );
        tokio::time::sleep(pause).await;
        true
    }
}
