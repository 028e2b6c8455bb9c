//! The retry loop of all requests.

use std::future::Future;

use tracing::debug;

use super::budget::{CallBudget, pause_after};
use super::failure::Failure;

/// Makes attempts, numbered from 1, until one succeeds, `may_repeat` says no, or the budget is used up. Returns the last
/// failure.
pub(crate) async fn with_retries<T, F: Future<Output = Result<T, Failure>>>(
    operation: &'static str,
    budget: &CallBudget,
    may_repeat: impl Fn(&Failure) -> bool,
    mut attempt: impl FnMut(u32) -> F,
) -> Result<T, Failure> {
    let mut number = 1;
    loop {
        let failure = match attempt(number).await {
            Ok(outcome) => return Ok(outcome),
            Err(failure) => failure,
        };
        let pause = if may_repeat(&failure) { budget.next_pause(failure.retry_after) } else { None };
        let error = &failure.error;
        let (code, kind, request_id) = (error.code(), error.kind(), error.request_id());
        let Some(pause) = pause else {
            debug!(
                target: "cognitoken::http",
                operation, attempt = number, code, ?kind, request_id, retryable = error.retryable(),
                "request failed"
            );
            return Err(failure);
        };
        number += 1;
        debug!(
            target: "cognitoken::http",
            operation, attempt = number, reason = code, ?kind, request_id, pause_milliseconds = pause.as_millis(),
            "retrying request"
        );
        pause_after(&failure.error, pause).await;
    }
}
