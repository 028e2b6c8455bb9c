//! Values that a service gave for a while: kept until they are due, and asked for by one caller at a time.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use crate::error::Result;
use crate::http::CallBudget;
use crate::per_process::PerProcess;
use crate::waits::{WaitingFor, waiting_for};

/// The values of one process by their keys. A forked child starts without any.
pub(crate) struct Cache<K, V> {
    slots: PerProcess<Slots<K, V>>,
}

type Slots<K, V> = Mutex<HashMap<K, Arc<Slot<V>>>>;

/// Locked during a request, so that concurrent callers wait for its answer instead of sending their own.
type Slot<V> = tokio::sync::Mutex<Option<Cached<V>>>;

/// The turn of one caller: the cached value, and the right to replace it.
pub(crate) type Turn<V> = tokio::sync::OwnedMutexGuard<Option<Cached<V>>>;

/// A value with the times until which it counts, by this machine's clock: its difference from the service's is in the
/// life that is left.
pub(crate) struct Cached<V> {
    pub(crate) value: V,
    since: SystemTime,
    due: SystemTime,
    until: SystemTime,
}

impl<V> Cached<V> {
    /// A value that came at `now`, is good for `left`, and is to be replaced `margin` before that.
    pub(crate) fn new(value: V, now: SystemTime, left: Duration, margin: Duration) -> Self {
        let after = |duration| now.checked_add(duration).unwrap_or(now);
        Self { value, since: now, due: after(left.saturating_sub(margin)), until: after(left) }
    }

    /// Puts off the replacement by this time, but not past the end of the value.
    pub(crate) fn keep_for(&mut self, now: SystemTime, pause: Duration) {
        self.due = now.checked_add(pause).unwrap_or(now).min(self.until);
    }

    /// Returns whether the value need not be replaced yet. After the clock was set back, its age is unknown.
    pub(crate) fn is_fresh(&self, now: SystemTime) -> bool {
        self.since <= now && now < self.due
    }

    /// Returns whether the value is still good.
    pub(crate) fn is_valid(&self, now: SystemTime) -> bool {
        self.since <= now && now < self.until
    }
}

impl<K: Eq + Hash, V> Cache<K, V> {
    /// Waits until no other caller asks for the value of this key, within the time of the call. `host` is the one that is
    /// asked.
    ///
    /// # Errors
    /// [`RequestTimeout`](crate::ErrorKind::RequestTimeout) if the other caller takes longer.
    pub(crate) async fn turn(
        &self,
        key: K,
        now: SystemTime,
        budget: &CallBudget,
        host: &str,
    ) -> Result<Turn<V>> {
        let slot = self.slot(key, now);
        let _waiting = waiting_for(|| WaitingFor::AnotherCall);
        tokio::time::timeout_at(budget.deadline(), slot.lock_owned())
            .await
            .map_err(|_elapsed| budget.exceeded(host))
    }

    /// Forgets every value. What is being asked for at this moment reaches its own callers and nobody else.
    pub(crate) fn clear(&self) {
        self.slots().clear();
    }

    fn slot(&self, key: K, now: SystemTime) -> Arc<Slot<V>> {
        let mut slots = self.slots();
        // Slots that are not in use and hold no valid value are dropped, or they would accumulate.
        slots.retain(|_, slot| {
            Arc::strong_count(slot) > 1
                || slot
                    .try_lock()
                    .is_ok_and(|cached| cached.as_ref().is_some_and(|cached| cached.is_valid(now)))
        });
        Arc::clone(slots.entry(key).or_default())
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<K, Arc<Slot<V>>>> {
        self.slots.own().lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash, V: Clone> Cache<K, V> {
    /// Returns the cached value if it is good and `counts` accepts it, without waiting for another caller.
    pub(crate) fn at_hand(&self, key: &K, counts: impl Fn(&Cached<V>) -> bool) -> Option<V> {
        let slot = self.slots().get(key).cloned()?;
        let cached = slot.try_lock().ok()?;
        cached.as_ref().filter(|cached| counts(cached)).map(|cached| cached.value.clone())
    }
}

impl<K, V> Default for Cache<K, V> {
    fn default() -> Self {
        Self { slots: PerProcess::new() }
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn a_value_is_due_a_margin_before_its_end_and_of_no_known_age_once_the_clock_is_set_back() {
        let cached = Cached::new((), at(1000), Duration::from_secs(100), Duration::from_secs(10));
        assert!(cached.is_fresh(at(1089)) && !cached.is_fresh(at(1090)));
        assert!(cached.is_valid(at(1099)) && !cached.is_valid(at(1100)));
        assert!(!cached.is_fresh(at(999)) && !cached.is_valid(at(999)));
        let ended = Cached::new((), at(1000), Duration::ZERO, Duration::from_secs(10));
        assert!(!ended.is_valid(at(1000)));
    }

    #[tokio::test]
    async fn a_value_that_is_forgotten_meanwhile_is_nobody_else_s() {
        let (cache, budget) = (Cache::<&str, &str>::default(), CallBudget::new(Duration::from_secs(1)));
        let mut turn = cache.turn("ada", at(1), &budget, "host").await.unwrap();
        cache.clear();
        *turn = Some(Cached::new("key", at(1), Duration::from_secs(9), Duration::ZERO));
        drop(turn);
        assert_eq!(cache.at_hand(&"ada", |_| true), None);
        assert!(cache.turn("ada", at(1), &budget, "host").await.unwrap().is_none());
    }

    #[tokio::test]
    async fn what_is_no_longer_good_is_dropped() {
        let (cache, budget) = (Cache::<&str, &str>::default(), CallBudget::new(Duration::from_secs(1)));
        for (key, life) in [("short", 5), ("long", 50)] {
            let mut turn = cache.turn(key, at(1), &budget, "host").await.unwrap();
            *turn = Some(Cached::new("value", at(1), Duration::from_secs(life), Duration::ZERO));
        }
        drop(cache.turn("other", at(10), &budget, "host").await.unwrap());
        let mut kept: Vec<&str> = cache.slots().keys().copied().collect();
        kept.sort_unstable();
        assert_eq!(kept, ["long", "other"]);
    }
}
