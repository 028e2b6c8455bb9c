//! The retry loop of all requests.

use std::future::Future;

use super::budget::CallBudget;
use super::failure::Failure;

/// Makes attempts until one succeeds, `may_repeat` says no, or the budget is used up. Returns the last failure.
pub(crate) async fn with_retries<T, F: Future<Output = Result<T, Failure>>>(
    budget: &CallBudget,
    may_repeat: impl Fn(&Failure) -> bool,
    mut attempt: impl FnMut() -> F,
) -> Result<T, Failure> {
    loop {
        match attempt().await {
            Err(failure) if may_repeat(&failure) && budget.pause_before_retry(failure.retry_after).await => {}
            outcome => return outcome,
        }
    }
}
