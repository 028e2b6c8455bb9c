//! The errors of a token that is turned away. None shows the token: only single values from it, made safe to print.

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::error::{Error, ErrorKind};

/// How much of a value from a token an error shows, in characters.
const LONGEST_SHOWN: usize = 100;

/// The token is not genuine, or not for this use.
pub(super) fn invalid(code: &'static str, message: impl Into<String>) -> Error {
    Error::new(ErrorKind::TokenInvalid, code, message)
}

/// The text is not a signed JWT at all.
pub(super) fn malformed(message: impl Into<String>) -> Error {
    invalid("MalformedToken", message)
}

/// A claim that cannot be done without is not there.
pub(super) fn missing_claim(name: &str) -> Error {
    invalid("MissingClaim", format!("the token has no claim {name}"))
}

/// A claim is of another JSON type than the standard gives it.
pub(super) fn wrong_type(name: &str, expected: &str, actual: &Value) -> Error {
    invalid("InvalidClaim", format!("the token's claim {name} is {}; expected {expected}", shown(actual)))
}

/// A value from a token, safe for a terminal and a log: on one line, short, nothing invisible.
pub(super) fn shown(value: &Value) -> String {
    let text = value.to_string();
    let mut safe = String::with_capacity(text.len().min(LONGEST_SHOWN));
    for character in text.chars().take(LONGEST_SHOWN) {
        match character {
            '"' | '\'' | '\\' => safe.push(character),
            other => safe.extend(other.escape_debug()),
        }
    }
    if text.chars().nth(LONGEST_SHOWN).is_some() {
        safe.push('…');
    }
    safe
}

/// What was asked for, as a list that reads as one: `"a"`, or `"a" or "b"`.
pub(super) fn shown_choice<T: AsRef<str>>(choices: &[T]) -> String {
    let quoted: Vec<String> = choices.iter().map(|choice| shown(&Value::from(choice.as_ref()))).collect();
    quoted.join(" or ")
}

/// A time, for a person; the plain number where no calendar reaches it.
pub(super) fn shown_time(unix_seconds: f64) -> String {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "a float beyond i64 becomes its limit, which no calendar reaches"
    )]
    let whole = unix_seconds.floor() as i64;
    let calendar =
        OffsetDateTime::from_unix_timestamp(whole).ok().and_then(|time| time.format(&Rfc3339).ok());
    calendar.unwrap_or_else(|| unix_seconds.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_shown_value_is_one_short_line_without_anything_invisible() {
        assert_eq!(shown(&json!("a\u{1b}[31m\nb")), r#""a\u001b[31m\nb""#);
        assert_eq!(shown(&json!("a\u{202e}\u{7f}\u{85}b")), r#""a\u{202e}\u{7f}\u{85}b""#);
        assert_eq!(shown(&json!({"ä": [1, null]})), r#"{"ä":[1,null]}"#);
        let long = shown(&json!("x".repeat(1000)));
        assert_eq!(long.chars().count(), 101);
        assert!(long.ends_with('…'));
    }

    #[test]
    fn a_time_is_shown_as_a_date_as_far_as_there_are_dates() {
        assert_eq!(shown_time(1_714_777_766.9), "2024-05-03T23:09:26Z");
        assert_eq!(shown_time(-1.0), "1969-12-31T23:59:59Z");
        assert!(shown_time(1e300).starts_with("1000000"));
    }
}
