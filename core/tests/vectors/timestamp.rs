//! The time as it is signed.

use std::time::SystemTime;

use cognitoken::known_answers::timestamp;
use time::{Date, Month};

use crate::Outcome;
use crate::vector::Vector;

pub(crate) fn run(vector: &Vector<'_>) -> Outcome {
    vector.compare_text("expected", &timestamp(instant(vector.need_text("utc"))).unwrap());
    Outcome::Ran
}

/// Reads `2022-01-01T00:00:00Z`.
fn instant(text: &str) -> SystemTime {
    let (date, time) =
        text.strip_suffix('Z').and_then(|text| text.split_once('T')).expect("an instant in UTC");
    let [year, month, day] = three(date, '-');
    let [hour, minute, second] = three(time, ':').map(|number| u8::try_from(number).unwrap());
    let month = Month::try_from(u8::try_from(month).unwrap()).unwrap();
    let date = Date::from_calendar_date(year.into(), month, u8::try_from(day).unwrap()).unwrap();
    date.with_hms(hour, minute, second).unwrap().assume_utc().into()
}

fn three(text: &str, border: char) -> [u16; 3] {
    let numbers: Vec<u16> = text.split(border).map(|number| number.parse().unwrap()).collect();
    numbers.try_into().expect("three numbers")
}
