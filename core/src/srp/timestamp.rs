//! The time as Cognito wants to see it signed.

use std::time::SystemTime;

use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use crate::clock::unix_seconds;
use crate::error::{Error, ErrorKind, Result};

/// Java's `EEE MMM d HH:mm:ss 'UTC' yyyy`: the day of the month is not padded, the hour is.
const FORMAT: &[BorrowedFormatItem<'_>] = format_description!(
    "[weekday repr:short] [month repr:short] [day padding:none] [hour]:[minute]:[second] UTC [year]"
);

/// `Sat Jan 1 00:00:00 UTC 2022`, in UTC and in English whatever the locale is.
///
/// # Errors
/// [`ErrorKind::Local`], code `InvalidClock`, for a time outside the years 0 to 9999.
pub(crate) fn timestamp(time: SystemTime) -> Result<String> {
    let date_time = OffsetDateTime::from_unix_timestamp(unix_seconds(time)).ok();
    let date_time = date_time.filter(|date_time| date_time.year() >= 0);
    date_time.and_then(|date_time| date_time.format(FORMAT).ok()).ok_or_else(|| {
        Error::new(
            ErrorKind::Local,
            "InvalidClock",
            "the clock shows a time that cannot be written as a date",
        )
        .with_hint("Set this machine's clock.")
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn at(unix_seconds: u64) -> Result<String> {
        timestamp(UNIX_EPOCH + Duration::from_secs(unix_seconds))
    }

    #[test]
    fn the_day_is_not_padded_and_the_time_of_day_is() {
        assert_eq!(at(0).unwrap(), "Thu Jan 1 00:00:00 UTC 1970");
        assert_eq!(at(949_374_245).unwrap(), "Tue Feb 1 03:04:05 UTC 2000");
        assert_eq!(at(1_672_531_199).unwrap(), "Sat Dec 31 23:59:59 UTC 2022");
    }

    #[test]
    fn fractions_of_a_second_are_dropped() {
        let time = UNIX_EPOCH + Duration::from_millis(1_672_531_199_999);
        assert_eq!(timestamp(time).unwrap(), "Sat Dec 31 23:59:59 UTC 2022");
    }

    #[test]
    fn a_time_beyond_the_calendar_is_an_error() {
        let error = at(253_402_300_800).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Local, "InvalidClock"));
        assert!(at(253_402_300_799).is_ok());
    }
}
