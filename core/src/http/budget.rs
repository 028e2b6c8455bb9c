//! The time and the retries that one whole call may use.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tokio::time::Instant;

use crate::error::{Error, ErrorKind};
use crate::waits::{WaitingFor, waiting_for};

/// The time that the response to a refresh is waited for if the caller's own limit is shorter: a service that replaces a
/// refresh token sends the new one in this response only.
pub const LONGEST_ANSWER: Duration = Duration::from_secs(30);

/// No limit may be longer: far past any real wait, and still a time the timer can hold.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

const RETRIES: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_millis(100))
    .with_max_delay(Duration::from_secs(5))
    .with_max_times(5)
    .with_jitter();

/// The time and the retries of one whole call, shared by all the requests that it takes.
pub(crate) struct CallBudget {
    limit: Duration,
    deadline: Instant,
    /// The moment until which the response to a request sent before the deadline is waited for.
    answer_deadline: Instant,
    delays: Mutex<ExponentialBackoff>,
}

impl CallBudget {
    pub(crate) fn new(limit: Duration) -> Self {
        let limit = limit.min(LONGEST_TIMEOUT);
        let deadline = Instant::now() + limit;
        Self { limit, deadline, answer_deadline: deadline, delays: Mutex::new(RETRIES.build()) }
    }

    /// The same time to send something in, and more to wait for the answer: for a request that changes what the caller
    /// has, in a task that goes on when its caller has stopped waiting.
    pub(crate) fn with_time_for_the_answer(&self) -> Self {
        Self {
            limit: self.limit,
            deadline: self.deadline,
            answer_deadline: self.deadline.max(Instant::now() + LONGEST_ANSWER),
            delays: Mutex::new(RETRIES.build()),
        }
    }

    /// Time of its own for the work that follows an answer, such as storing it.
    pub(crate) fn to_finish() -> Self {
        Self::new(LONGEST_ANSWER)
    }

    pub(crate) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// The moment until which the response to a request is waited for.
    pub(crate) fn answer_deadline(&self) -> Instant {
        self.answer_deadline
    }

    /// The time that is left.
    pub(crate) fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Returns whether no time is left to send anything.
    pub(crate) fn is_spent(&self) -> bool {
        Instant::now() >= self.deadline
    }

    /// Waits before the next try after a failure, at least as long as the service asked for. `false`: no try is left, or
    /// the time limit would run out first, and the caller had better report what it has.
    pub(crate) async fn pause_before_retry(&self, reason: &Error, asked_for: Option<Duration>) -> bool {
        let Some(pause) = self.next_pause(asked_for) else { return false };
        pause_after(reason, pause).await;
        true
    }

    /// The wait of [`pause_before_retry`](Self::pause_before_retry); `None` where it would be `false`.
    pub(super) fn next_pause(&self, asked_for: Option<Duration>) -> Option<Duration> {
        let delay = self.delays.lock().unwrap_or_else(PoisonError::into_inner).next();
        let pause = delay?.max(asked_for.unwrap_or_default());
        (pause < self.remaining()).then_some(pause)
    }

    pub(crate) fn exceeded(&self, host: &str) -> Error {
        // What is left of a longer limit is rarely a round number.
        let seconds = (self.limit.as_secs_f64() * 1000.0).round() / 1000.0;
        let message = format!("{host} did not answer within the time limit of {seconds} s");
        Error::new(ErrorKind::RequestTimeout, "RequestTimeout", message)
            .with_hint("Check the network and the proxy, or raise `timeout` (seconds).")
            .with_retryable(true)
    }
}

/// Waits before the next try after a failure.
pub(super) async fn pause_after(reason: &Error, pause: Duration) {
    let at = Instant::now() + pause;
    let _waiting = waiting_for(|| WaitingFor::Retry { at, reason: reason.message().to_owned() });
    tokio::time::sleep(pause).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn busy() -> Error {
        Error::new(ErrorKind::Throttled, "TooManyRequests", "too many requests")
    }

    #[tokio::test(start_paused = true)]
    async fn retries_end_by_themselves() {
        let budget = CallBudget::new(Duration::from_secs(3600));
        let mut retries = 0;
        while budget.pause_before_retry(&busy(), None).await {
            retries += 1;
        }
        assert_eq!(retries, 5);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_never_outlasts_the_time_limit() {
        let budget = CallBudget::new(Duration::from_secs(10));
        assert!(!budget.pause_before_retry(&busy(), Some(Duration::from_secs(11))).await);
        assert!(budget.pause_before_retry(&busy(), Some(Duration::from_secs(9))).await);
        assert!(!budget.pause_before_retry(&busy(), Some(Duration::from_secs(9))).await);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_may_come_later_than_anything_is_sent() {
        let budget = CallBudget::new(Duration::from_secs(1)).with_time_for_the_answer();
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(budget.is_spent() && !budget.pause_before_retry(&busy(), None).await);
        assert_eq!(budget.answer_deadline(), Instant::now() + Duration::from_secs(29));
        let long = CallBudget::new(Duration::from_secs(60)).with_time_for_the_answer();
        assert_eq!(long.answer_deadline(), long.deadline());
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_past_reckoning_is_still_a_limit() {
        assert!(CallBudget::new(Duration::MAX).deadline() > Instant::now());
    }
}
