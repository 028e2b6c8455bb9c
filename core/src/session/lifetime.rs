//! The lifetime of a token, by the service's clock.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

use crate::clock::unix_seconds;
use crate::jwt::decode;
use crate::tokens::Tokens;

/// The longest margin before a token's expiry in which it is no longer returned, in seconds: it still has to travel and
/// to be checked.
const LONGEST_MARGIN: i64 = 60;

/// The divisor of a token's lifetime for the margin of a short-lived one: at most a tenth of it.
const MARGIN_OF_LIFE: i64 = 10;

/// The age up to which a token that an API refuses is not replaced again, in seconds.
const YOUNG: u64 = 30;

/// The times at which a token was issued and expires, in seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lifetime {
    issued_at: i64,
    expires_at: i64,
}

impl Lifetime {
    /// The times in the token's own claims; `issued_at` and `expires_at` for claims that it does not have.
    pub(super) fn of(token: &str, issued_at: i64, expires_at: i64) -> Self {
        let claims = decode(token).map(|token| token.payload).unwrap_or_default();
        let number = |name: &str| claims.get(name).and_then(Value::as_i64);
        Self {
            issued_at: number("iat").unwrap_or(issued_at),
            expires_at: number("exp").unwrap_or(expires_at),
        }
    }

    /// Returns whether the token can be sent: it is good for longer than the margin.
    pub(super) fn is_fresh(self, server_time: i64) -> bool {
        server_time < self.expires_at.saturating_sub(self.margin())
    }

    /// Returns whether the token has not expired.
    pub(super) fn is_valid(self, server_time: i64) -> bool {
        server_time < self.expires_at
    }

    /// Returns whether the token was issued so recently that an API which refuses it would refuse a new one as well.
    pub(super) fn is_young(self, server_time: i64) -> bool {
        server_time.abs_diff(self.issued_at) < YOUNG
    }

    /// The time until the token should be replaced in the background: twice the margin before it expires.
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
    /// The seconds by which the service's clock is ahead of ours.
    offset: i64,
    at: Instant,
    server_time: i64,
}

impl ServerClock {
    /// Learns the service's time from the answer that these tokens came in.
    pub(super) fn learn_from(&self, tokens: &Tokens, ours: SystemTime) {
        if let Some(server_time) = tokens.server_time() {
            self.learn(server_time, ours);
        }
    }

    /// Learns the service's time now.
    fn learn(&self, server_time: i64, ours: SystemTime) {
        let offset = server_time.saturating_sub(unix_seconds(ours));
        *self.learned() = Some(Learned { offset, at: Instant::now(), server_time });
    }

    /// The service's time now, counted on from what was learned by our clock and by the monotonic one. Either may be
    /// wrong (our clock may have been set since, the other stops while the machine sleeps), so the later time is
    /// returned: at worst a token is refreshed early.
    pub(super) fn now(&self, ours: SystemTime) -> i64 {
        let ours = unix_seconds(ours);
        let Some(Learned { offset, at, server_time }) = *self.learned() else { return ours };
        let passed = i64::try_from(at.elapsed().as_secs()).unwrap_or(i64::MAX);
        ours.saturating_add(offset).max(server_time.saturating_add(passed))
    }

    /// The seconds by which the service's clock is ahead of ours; `None` before the first answer.
    pub(super) fn offset(&self) -> Option<i64> {
        self.learned().map(|learned| learned.offset)
    }

    /// Takes over the offset that another process learned and stored at `server_time`. Returns `false` if our clock
    /// contradicts it: ours was set since, or is another machine's, and nothing is known then.
    pub(super) fn adopt(&self, offset: i64, server_time: i64, ours: SystemTime) -> bool {
        let mut known = self.learned();
        if known.is_some() {
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
        *known = Some(Learned { offset, at: Instant::now(), server_time: by_ours.saturating_add(offset) });
        true
    }

    fn learned(&self) -> std::sync::MutexGuard<'_, Option<Learned>> {
        self.learned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The seconds by which two readings of the same clock may differ: the service states whole seconds, and an answer
/// takes time to arrive.
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
