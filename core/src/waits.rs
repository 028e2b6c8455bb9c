//! The waits of a call, in words for a person: the service, a lock, a retry, the next code, the browser.
//!
//! A wait is noted where it is decided, and belongs to the call in whose future that happens: threads that wait side by
//! side do not hear of each other's waits. A call that nobody observes notes nothing.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::text::printable;

/// The time after which a person wants to know what a call waits for.
const PATIENCE: Duration = Duration::from_secs(1);

tokio::task_local! {
    /// The waits of the call that this task works for.
    static OF_THIS_CALL: Waits;
}

/// Something that a call waits for.
pub(crate) enum WaitingFor {
    /// The response of a host.
    Answer { host: String },
    /// The next attempt of a request, after a failure that was described in these words.
    Retry { at: Instant, reason: String },
    /// The lock of a stored sign-in, which another process holds.
    Lock { place: String },
    /// Another call of this program, whose outcome serves this one too.
    AnotherCall,
    /// A keyring, which may have a question of its own.
    Keyring { name: &'static str },
    /// The next code of an authenticator app.
    NextCode { at: Instant },
    /// The person at the pool's sign-in page.
    #[cfg(feature = "sso")]
    Browser,
    /// A refresh whose new refresh token must be stored before the program ends.
    RefreshUnderWay,
}

impl WaitingFor {
    fn words(&self, now: Instant) -> String {
        let words = match self {
            Self::Answer { host } => format!("waiting for {host}"),
            Self::Retry { at, reason } => {
                format!("waiting {} before the next attempt: {reason}", seconds_until(*at, now))
            }
            Self::Lock { place } => {
                format!("waiting for another process that is using the stored sign-in in {place}")
            }
            Self::AnotherCall => "waiting for another call of this program that needs the same".to_owned(),
            Self::Keyring { name } => format!("waiting for {name}, which may have to be unlocked"),
            Self::NextCode { at } => {
                format!("waiting {} for the next code of the authenticator app", seconds_until(*at, now))
            }
            #[cfg(feature = "sso")]
            Self::Browser => "waiting for the browser to come back from the sign-in page".to_owned(),
            Self::RefreshUnderWay => "waiting until the new refresh token is stored".to_owned(),
        };
        printable(&words)
    }
}

/// The rest of a wait in whole seconds, at least one.
fn seconds_until(at: Instant, now: Instant) -> String {
    let left = at.saturating_duration_since(now).as_millis().div_ceil(1000);
    format!("{} s", left.max(1))
}

/// The waits of one call. Clones share them.
#[derive(Clone, Default)]
pub struct Waits {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// The number of waits that have begun.
    begun: u64,
    /// The waits that are not over, the newest last.
    open: Vec<Wait>,
}

struct Wait {
    number: u64,
    since: Instant,
    subject: Subject,
}

enum Subject {
    Named(WaitingFor),
    /// Work that another task does for this call.
    Task(Waits),
}

impl Waits {
    /// Runs a call whose waits are noted here.
    pub fn of<F: Future>(&self, call: F) -> impl Future<Output = F::Output> + use<F> {
        OF_THIS_CALL.scope(self.clone(), call)
    }

    /// The newest wait that has lasted a second at the time `now`, in words without secrets.
    pub fn words(&self, now: Instant) -> Option<String> {
        self.lasting(now, None)
    }

    /// Adds the waits of another task to those of the current call until the result is dropped.
    pub fn followed(&self) -> Waiting {
        Waiting::begin(|| Subject::Task(self.clone()))
    }

    fn lasting(&self, now: Instant, not_before: Option<Instant>) -> Option<String> {
        self.state().open.iter().rev().find_map(|wait| {
            // Whoever joins a wait late has not waited for as long as it lasts.
            let since = not_before.map_or(wait.since, |time| time.max(wait.since));
            match &wait.subject {
                Subject::Task(waits) => waits.lasting(now, Some(since)),
                Subject::Named(named) => {
                    (now.saturating_duration_since(since) >= PATIENCE).then(|| named.words(now))
                }
            }
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Waits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Waits")
    }
}

/// Notes that the current call waits for something until the result is dropped.
pub(crate) fn waiting_for(what: impl FnOnce() -> WaitingFor) -> Waiting {
    Waiting::begin(|| Subject::Named(what()))
}

/// A wait that is not over.
#[must_use = "the wait is over when it is dropped"]
pub struct Waiting(Option<(Waits, u64)>);

impl Waiting {
    fn begin(subject: impl FnOnce() -> Subject) -> Self {
        let noted = OF_THIS_CALL.try_with(|waits| {
            let subject = subject();
            let mut state = waits.state();
            state.begun += 1;
            let number = state.begun;
            state.open.push(Wait { number, since: Instant::now(), subject });
            drop(state);
            (waits.clone(), number)
        });
        Self(noted.ok())
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some((waits, number)) = &self.0 {
            waits.state().open.retain(|wait| wait.number != *number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn later(seconds: u64) -> Instant {
        Instant::now() + Duration::from_secs(seconds)
    }

    fn lock() -> WaitingFor {
        WaitingFor::Lock { place: "file:/tokens".to_owned() }
    }

    const LOCK: &str = "waiting for another process that is using the stored sign-in in file:/tokens";

    #[tokio::test(start_paused = true)]
    async fn a_wait_is_told_after_a_second_and_until_it_is_over() {
        let waits = Waits::default();
        let call = waits.of(async {
            let waiting = waiting_for(lock);
            assert_eq!(waits.words(Instant::now() + Duration::from_millis(999)), None);
            assert_eq!(waits.words(later(1)).as_deref(), Some(LOCK));
            drop(waiting);
            assert_eq!(waits.words(later(9)), None);
        });
        call.await;
    }

    #[tokio::test(start_paused = true)]
    async fn the_newest_wait_that_has_lasted_is_told() {
        let waits = Waits::default();
        let call = waits.of(async {
            let _lock = waiting_for(lock);
            tokio::time::sleep(PATIENCE).await;
            let answer = waiting_for(|| WaitingFor::Answer { host: "example.org".to_owned() });
            assert_eq!(waits.words(Instant::now()).as_deref(), Some(LOCK));
            assert_eq!(waits.words(later(1)).as_deref(), Some("waiting for example.org"));
            drop(answer);
            assert_eq!(waits.words(later(1)).as_deref(), Some(LOCK));
        });
        call.await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_ends_with_the_future_that_waits() {
        let waits = Waits::default();
        let call = waits.of(async {
            let _lock = waiting_for(lock);
            std::future::pending::<()>().await;
        });
        assert!(tokio::time::timeout(PATIENCE * 2, call).await.is_err());
        assert_eq!(waits.words(later(9)), None);
    }

    #[tokio::test(start_paused = true)]
    async fn calls_do_not_hear_of_each_other_s_waits() {
        let (one, other) = (Waits::default(), Waits::default());
        let call = one.of(other.of(async {
            let _lock = waiting_for(lock);
            assert_eq!(one.words(later(1)), None);
            assert_eq!(other.words(later(1)).as_deref(), Some(LOCK));
        }));
        call.await;
        // Nobody observes this one.
        let _unnoted = waiting_for(lock);
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_works_for_a_call_is_followed_from_the_moment_that_the_call_waits() {
        let (task, call) = (Waits::default(), Waits::default());
        let work = tokio::spawn(task.of(async {
            let _lock = waiting_for(lock);
            std::future::pending::<()>().await;
        }));
        tokio::time::sleep(PATIENCE * 9).await;
        let follow = call.of(async {
            let following = task.followed();
            assert_eq!(call.words(Instant::now()), None);
            assert_eq!(call.words(later(1)).as_deref(), Some(LOCK));
            drop(following);
            assert_eq!(call.words(later(1)), None);
        });
        follow.await;
        work.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn the_words_count_down_and_control_no_terminal() {
        let waits = Waits::default();
        let call = waits.of(async {
            let reason = "\u{1b}[31mbusy\r\n".to_owned();
            let _retry = waiting_for(|| WaitingFor::Retry { at: later(5), reason });
            for (now, left) in [(1, 4), (4, 1), (5, 1), (9, 1)] {
                let words = format!("waiting {left} s before the next attempt: [31mbusy");
                assert_eq!(waits.words(later(now)), Some(words));
            }
        });
        call.await;
    }
}
