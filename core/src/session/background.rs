//! Fresh before anybody asks: for long jobs, whose requests should not wait for a refresh.

use std::sync::Arc;
use std::time::Duration;

use tracing::trace;

use super::acquisition::acquire;
use super::inner::Inner;
use super::token_demand::TokenDemand;
use crate::idp::Step;

/// The longest that nobody looks at the clock, which may be set, or sleep with the machine.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// How long the next try waits after a failure: first, and at most.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);

/// Refreshes whenever twice the margin is left, for as long as it is awaited; it never ends.
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
                    // What does not pass by itself, such as a refused password of a proxy, is not asked often.
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

/// Doubles the pause, and returns what it was.
fn longer(pause: &mut Duration) -> Duration {
    let now = *pause;
    *pause = (now * 2).min(LONGEST_PAUSE);
    now
}

/// The time until the tokens at hand should be replaced; `None` where there are none.
fn due_in(session: &Inner) -> Option<Duration> {
    let held = session.state().held()?;
    Some(held.lifetime(session.request.token_use).until_replacement(session.server_time()))
}
