//! Refreshing in the background, for long jobs whose requests should not wait for a refresh.

use std::sync::Arc;
use std::time::Duration;

use tracing::trace;

use super::acquisition::acquire;
use super::inner::Inner;
use super::token_demand::TokenDemand;
use crate::idp::Step;

/// The longest time between two looks at the clock, which may be set, or stop while the machine sleeps.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// The pause after a failure: the first one, and the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);

/// Refreshes the tokens when twice the margin is left, for as long as the future is polled; it never ends.
pub(super) async fn keep_fresh(session: &Arc<Inner>) {
    let mut pause = FIRST_PAUSE;
    loop {
        let sleep = match due_in(session) {
            Some(wait) if wait.is_zero() => {
                let demand = TokenDemand::NotDue(session.request.token_use);
                match acquire(session, &demand).await {
                    Ok(Step::Done(_)) => {
                        pause = FIRST_PAUSE;
                        continue;
                    }
                    // A failure that does not pass by itself, such as a wrong proxy password, is not repeated often.
                    Err(error) if error.retryable() => longer(&mut pause),
                    Ok(Step::Challenge(_)) | Err(_) => {
                        longer(&mut pause);
                        LONGEST_PAUSE
                    }
                }
            }
            Some(wait) => wait.min(LONGEST_SLEEP),
            None => FIRST_PAUSE,
        };
        trace!(target: "cognitoken::session", seconds = sleep.as_secs(), "background refresh sleeping");
        tokio::time::sleep(sleep).await;
    }
}

/// Doubles the pause, and returns its previous length.
fn longer(pause: &mut Duration) -> Duration {
    let now = *pause;
    *pause = (now * 2).min(LONGEST_PAUSE);
    now
}

/// The time until the tokens at hand should be replaced; `None` if there are none.
fn due_in(session: &Inner) -> Option<Duration> {
    let current = session.state().current()?;
    Some(current.lifetime(session.request.token_use).until_replacement(session.server_time()))
}
