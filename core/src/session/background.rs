//! Fresh before anybody asks: for long jobs, whose requests should not wait for a refresh.

use std::time::Duration;

use super::Session;
use super::wish::Wish;
use crate::http::Transport;

/// The longest that nobody looks at the clock, which may be set, or sleep with the machine.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// How long the next try waits after a failure: first, and at most.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);

impl Session {
    /// Refreshes whenever twice the margin is left, for as long as it is awaited; it never ends. Failures are tried
    /// again, ever more rarely; whoever asks for a token meanwhile is told what is wrong.
    ///
    /// Tokens that nobody has asked for yet are not begun with: the first call signs in, this keeps what it got.
    pub async fn keep_fresh(&self, transport: &Transport) {
        let mut pause = FIRST_PAUSE;
        loop {
            let sleep = match self.due_in(transport) {
                Some(wait) if wait.is_zero() => {
                    let wish = Wish::NotDue(self.inner.request.token_use);
                    match self.inner.answer_wish(transport, wish).await {
                        Ok(_) => {
                            pause = FIRST_PAUSE;
                            continue;
                        }
                        Err(error) => {
                            // What does not pass by itself, such as a refused password of a proxy, is not asked often.
                            let wait = if error.retryable() { pause } else { LONGEST_PAUSE };
                            pause = (pause * 2).min(LONGEST_PAUSE);
                            wait
                        }
                    }
                }
                Some(wait) => wait.min(LONGEST_SLEEP),
                None => FIRST_PAUSE,
            };
            tokio::time::sleep(sleep).await;
        }
    }

    /// How long it takes until the tokens at hand should be replaced; `None` where there are none.
    fn due_in(&self, transport: &Transport) -> Option<Duration> {
        let state = self.inner.state();
        let held = state.held()?;
        let now = state.clock.now(transport.clock().now());
        Some(held.lifetime(self.inner.request.token_use).until_replacement(now))
    }
}
