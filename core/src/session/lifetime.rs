//! How long a token is good, by the service's clock.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

use crate::clock::unix_seconds;
use crate::jwt::decode;
use crate::tokens::Tokens;

/// A token is given out no later than this before it expires, in seconds: it still has to travel and to be checked.
const LONGEST_MARGIN: i64 = 60;

/// Which part of its life a short-lived token is left with at the most.
const MARGIN_OF_LIFE: i64 = 10;

/// Up to this age a token is not replaced again because an API refuses it, in seconds.
const YOUNG: u64 = 30;

/// When a token was issued and when it expires, in seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lifetime {
    issued_at: i64,
    expires_at: i64,
}

impl Lifetime {
    /// What the token itself says; `issued_at` and `expires_at` where it says nothing.
    pub(super) fn of(token: &str, issued_at: i64, expires_at: i64) -> Self {
        let claims = decode(token).map(|token| token.payload).unwrap_or_default();
        let number = |name: &str| claims.get(name).and_then(Value::as_i64);
        Self {
            issued_at: number("iat").unwrap_or(issued_at),
            expires_at: number("exp").unwrap_or(expires_at),
        }
    }

    /// Whether the token can still be sent without thought.
    pub(super) fn is_fresh(self, server_time: i64) -> bool {
        server_time < self.expires_at.saturating_sub(self.margin())
    }

    /// Whether the service would still take it.
    pub(super) fn is_valid(self, server_time: i64) -> bool {
        server_time < self.expires_at
    }

    /// Whether it was issued a moment ago, so that an API which refuses it would refuse another one as well.
    pub(super) fn is_young(self, server_time: i64) -> bool {
        server_time.abs_diff(self.issued_at) < YOUNG
    }

    /// How long it takes until it should be replaced in the background: well before anyone would have to wait for it.
    pub(super) fn until_replacement(self, server_time: i64) -> Duration {
        let ahead = self.margin().saturating_mul(2);
        let left = self.expires_at.saturating_sub(ahead).saturating_sub(server_time);
        Duration::from_secs(u64::try_from(left).unwrap_or(0))
    }

    /// The seconds until it expires; negative where it has expired.
    pub(super) fn seconds_left(self, server_time: i64) -> i64 {
        self.expires_at.saturating_sub(server_time)
    }

    fn margin(self) -> i64 {
        let life = self.expires_at.saturating_sub(self.issued_at).max(0);
        LONGEST_MARGIN.min(life / MARGIN_OF_LIFE)
    }
}

/// The service's clock as this process knows it.
#[derive(Debug, Default)]
pub(super) struct ServerClock {
    learned: Mutex<Option<Learned>>,
}

#[derive(Debug, Clone, Copy)]
struct Learned {
    /// How far the service's clock is ahead of ours, in seconds.
    offset: i64,
    at: Instant,
    server_time: i64,
}

impl ServerClock {
    /// Takes note of the service's time as the answer tells it that these tokens came in.
    pub(super) fn learn_from(&self, tokens: &Tokens, ours: SystemTime) {
        if let Some(server_time) = tokens.server_time() {
            self.learn(server_time, ours);
        }
    }

    /// Takes note of the service's time now.
    fn learn(&self, server_time: i64, ours: SystemTime) {
        let offset = server_time.saturating_sub(unix_seconds(ours));
        *self.place() = Some(Learned { offset, at: Instant::now(), server_time });
    }

    /// The service's time now. Our clock may have been set since, or have slept with the machine: of the two ways to
    /// count on from what was learned the later one is taken, which at worst refreshes early.
    pub(super) fn now(&self, ours: SystemTime) -> i64 {
        let ours = unix_seconds(ours);
        let Some(Learned { offset, at, server_time }) = *self.place() else { return ours };
        let passed = i64::try_from(at.elapsed().as_secs()).unwrap_or(i64::MAX);
        ours.saturating_add(offset).max(server_time.saturating_add(passed))
    }

    /// How far the service's clock is ahead of ours, in seconds, as far as an answer told.
    pub(super) fn offset(&self) -> Option<i64> {
        self.place().map(|learned| learned.offset)
    }

    /// Takes over what another process learned and stored at `server_time`. Where our clock contradicts it, ours was
    /// set since or is another machine's, and `false` tells that nothing is known.
    pub(super) fn adopt(&self, offset: i64, server_time: i64, ours: SystemTime) -> bool {
        let mut place = self.place();
        if place.is_some() {
            return true;
        }
        let by_theirs = unix_seconds(ours).saturating_add(offset);
        let by_ours = unix_seconds(ours);
        let possible = |now: i64| now.saturating_add(CLOCK_NOISE) >= server_time;
        let offset = match (possible(by_theirs), possible(by_ours)) {
            (true, _) => offset,
            (false, true) => 0,
            (false, false) => return false,
        };
        *place = Some(Learned { offset, at: Instant::now(), server_time: by_ours.saturating_add(offset) });
        true
    }

    fn place(&self) -> std::sync::MutexGuard<'_, Option<Learned>> {
        self.learned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Two readings of the same clock may be this far apart, in seconds: the service tells whole ones, and an answer travels.
const CLOCK_NOISE: i64 = 5;

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn at(seconds: i64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(u64::try_from(seconds).unwrap())
    }

    #[test]
    fn the_margin_is_sixty_seconds_and_at_most_a_tenth_of_the_life() {
        for (life, last_fresh) in [(3600, 3539), (300, 269), (600, 539), (5, 4)] {
            let lifetime = Lifetime { issued_at: 1000, expires_at: 1000 + life };
            assert!(lifetime.is_fresh(1000 + last_fresh), "{life}");
            assert!(!lifetime.is_fresh(1000 + last_fresh + 1), "{life}");
            assert!(lifetime.is_valid(1000 + life - 1) && !lifetime.is_valid(1000 + life));
        }
    }

    #[test]
    fn a_clock_that_is_a_day_off_either_way_tells_the_services_time() {
        for ours in [1_000_000 - 86_400, 1_000_000 + 86_400] {
            let clock = ServerClock::default();
            clock.learn(1_000_000, at(ours));
            assert_eq!(clock.now(at(ours + 10)), 1_000_010);
        }
    }

    #[test]
    fn a_clock_set_right_afterwards_never_makes_an_old_token_fresh() {
        let clock = ServerClock::default();
        clock.learn(1_000_000, at(1_086_400));
        assert!(clock.now(at(1_000_050)) >= 1_000_000);
        let behind = ServerClock::default();
        behind.learn(1_000_000, at(913_600));
        assert!(behind.now(at(1_000_050)) >= 1_000_050);
    }

    #[test]
    fn a_stored_offset_of_the_same_clock_is_taken_over_and_a_contradicted_one_is_not() {
        let same = ServerClock::default();
        assert!(same.adopt(-86_400, 1_000_000, at(1_086_460)));
        assert_eq!(same.now(at(1_086_460)), 1_000_060);
        // The writer's clock was a day ahead, ours is right.
        let right = ServerClock::default();
        assert!(right.adopt(-86_400, 1_000_000, at(1_000_060)));
        assert_eq!(right.now(at(1_000_060)), 1_000_060);
        // Ours is a day behind, and nobody told by how much.
        assert!(!ServerClock::default().adopt(0, 1_000_000, at(913_600)));
    }
}
