//! The time: this machine's, and the server's by the `Date` header of its responses.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A source of the current time. Tests provide their own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Arc::new(SystemTime::now))
    }

    /// A clock that returns the time of `now`.
    pub fn from_fn(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The current time.
    pub fn now(&self) -> SystemTime {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Clock")
    }
}

/// The seconds by which the server's clock is ahead of this machine's; negative if it is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ClockOffset(i64);

impl ClockOffset {
    /// A `Date` header tells whole seconds and travelled for a while: a difference this small says nothing.
    const NOISE_SECONDS: i64 = 2;

    /// The largest difference that codes and proofs are corrected by, in seconds: a day, as a clock is off that was set in
    /// a wrong time zone, and a minute for the answer's way. Who could name any time could have a code made for any time.
    const LONGEST_SECONDS: i64 = 24 * 60 * 60 + 60;

    /// The difference between an answer's `Date` header (RFC 9110, 6.6.1) and our clock; none where the header is absent
    /// or malformed.
    pub(crate) fn told(date: Option<&str>, now: SystemTime) -> Self {
        let Some(server) = date.and_then(|date| httpdate::parse_http_date(date).ok()) else {
            return Self::default();
        };
        let seconds = unix_seconds(server).saturating_sub(unix_seconds(now));
        if seconds.saturating_abs() <= Self::NOISE_SECONDS { Self::default() } else { Self(seconds) }
    }

    /// The part of the difference that is corrected: all of it, or none where it is larger than any clock is off.
    pub(crate) fn bounded(self) -> Self {
        if self.is_beyond_bounds() { Self::default() } else { self }
    }

    /// Returns whether the difference is larger than any that is corrected.
    pub(crate) fn is_beyond_bounds(self) -> bool {
        self.0.saturating_abs() > Self::LONGEST_SECONDS
    }

    /// The seconds by which the server's clock is ahead.
    pub(crate) fn seconds(self) -> i64 {
        self.0
    }

    /// A time of this machine's clock, converted to the server's clock.
    pub(crate) fn server_time(self, ours: SystemTime) -> SystemTime {
        let seconds = Duration::from_secs(self.0.unsigned_abs());
        let shifted = if self.0 < 0 { ours.checked_sub(seconds) } else { ours.checked_add(seconds) };
        shifted.unwrap_or(ours)
    }
}

/// Whole seconds since 1970-01-01T00:00:00Z; negative before it.
pub fn unix_seconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => 0_i64.checked_sub_unsigned(before.duration().as_secs()).unwrap_or(i64::MIN),
    }
}

/// The time at this many seconds since 1970-01-01T00:00:00Z. A time that the system cannot represent becomes the last
/// second of the year 9999, or 1970-01-01T00:00:00Z if it is before that.
pub fn at_unix_seconds(seconds: i64) -> SystemTime {
    const LAST: Duration = Duration::from_secs(253_402_300_799);
    let distance = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 {
        UNIX_EPOCH.checked_sub(distance).unwrap_or(UNIX_EPOCH)
    } else {
        UNIX_EPOCH.checked_add(distance).unwrap_or(UNIX_EPOCH + LAST)
    }
}

/// The time since a moment in milliseconds, for the log.
pub(crate) fn milliseconds_since(moment: Instant) -> u64 {
    u64::try_from(moment.elapsed().as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn the_offset_follows_the_date_header_both_ways() {
        let date = httpdate::fmt_http_date(at(1_000_000));
        for ours in [1_000_000 - 86_400, 1_000_000 + 86_400, 1_000_000] {
            let offset = ClockOffset::told(Some(&date), at(ours)).bounded();
            assert_eq!(offset.server_time(at(ours)), at(1_000_000));
        }
    }

    #[test]
    fn a_difference_of_more_than_a_day_is_not_corrected() {
        let date = httpdate::fmt_http_date(at(10_000_000));
        for ours in [10_000_000 - 90_000, 10_000_000 + 90_000, 1] {
            let told = ClockOffset::told(Some(&date), at(ours));
            assert!(told.is_beyond_bounds());
            assert_eq!(told.bounded(), ClockOffset::default());
        }
    }

    #[test]
    fn a_missing_or_senseless_date_changes_nothing() {
        for date in [None, Some(""), Some("yesterday"), Some("Mon, 99 Foo 2020 00:00:00 GMT")] {
            assert_eq!(ClockOffset::told(date, at(5)), ClockOffset::default());
        }
    }

    #[test]
    fn a_difference_within_the_noise_is_none() {
        let date = httpdate::fmt_http_date(at(1_000_001));
        assert_eq!(ClockOffset::told(Some(&date), at(1_000_000)), ClockOffset::default());
    }
}
