//! The errors of a token that is refused. None holds the token, only single values from it, made safe to print.

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::error::{Error, ErrorKind};

/// The longest part of a value from a token that an error holds, in characters.
const LONGEST_SHOWN: usize = 100;

/// An error of a token that is not genuine, or not for this use.
pub(super) fn invalid(code: &'static str, message: impl Into<String>) -> Error {
    Error::new(ErrorKind::TokenInvalid, code, message)
}

/// An error of a text that is not a signed JWT.
pub(super) fn malformed(message: impl Into<String>) -> Error {
    invalid("MalformedToken", message)
}

/// An error of a token without a required claim.
pub(super) fn missing_claim(name: &str) -> Error {
    invalid("MissingClaim", format!("the token has no claim {name}"))
}

/// An error of a claim whose JSON type is not the one that the standard defines.
pub(super) fn wrong_type(name: &str, expected: &str, actual: &Value) -> Error {
    invalid("InvalidClaim", format!("the token's claim {name} is {}; expected {expected}", shown(actual)))
        .with_comparison(expected, Some(bare(actual)))
}

/// An error of a claim whose value is none of those expected. `statement` is the start of the message: "the token's
/// issuer (iss) is".
pub(super) fn mismatch<T: AsRef<str>>(
    code: &'static str,
    statement: &str,
    expected: &[T],
    actual: Option<&Value>,
) -> Error {
    let found = actual.map_or_else(|| "none".to_owned(), shown);
    invalid(code, format!("{statement} {found}; expected {}", shown_choice(expected)))
        .with_comparison(bare_choice(expected), actual.map(bare))
}

/// The claims passed every check of the verifier's own, and the caller's check refused them.
#[doc(hidden)]
pub fn refused_by_check() -> Error {
    invalid("RefusedByCheck", "the token was refused by the verifier's `check`")
}

/// A value from a token as JSON, safe for a terminal and a log: on one line, short, without invisible characters.
pub(super) fn shown(value: &Value) -> String {
    printable(&value.to_string())
}

/// A value from a token for a field of an error: a string without its quotes, anything else as JSON.
pub(super) fn bare(value: &Value) -> String {
    match value {
        Value::String(text) => printable(text),
        other => shown(other),
    }
}

fn printable(text: &str) -> String {
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

/// The expected values in a sentence: `"a"`, or `"a" or "b"`.
pub(super) fn shown_choice<T: AsRef<str>>(choices: &[T]) -> String {
    quoted(choices).join(" or ")
}

/// The expected values for a field of an error: `a`, or `["a", "b"]`.
pub(super) fn bare_choice<T: AsRef<str>>(choices: &[T]) -> String {
    match choices {
        [single] => printable(single.as_ref()),
        several => format!("[{}]", quoted(several).join(", ")),
    }
}

fn quoted<T: AsRef<str>>(choices: &[T]) -> Vec<String> {
    choices.iter().map(|choice| shown(&Value::from(choice.as_ref()))).collect()
}

/// A time in the form of RFC 3339; the number itself where it is outside the calendar.
pub(super) fn shown_time(unix_seconds: f64) -> String {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "a float beyond i64 becomes its limit, which is outside the calendar"
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
    fn a_value_in_a_field_is_the_text_itself_as_far_as_it_is_safe() {
        assert_eq!(bare(&json!("access")), "access");
        assert_eq!(bare(&json!("a\u{1b}[31m\n\u{202e}b")), r"a\u{1b}[31m\n\u{202e}b");
        assert_eq!(bare(&json!(["a", 5])), r#"["a",5]"#);
        assert_eq!(bare(&json!("x".repeat(1000))).chars().count(), 101);
        assert_eq!(bare_choice(&["a"]), "a");
        assert_eq!(bare_choice(&["a", "b"]), r#"["a", "b"]"#);
    }

    #[test]
    fn a_time_is_shown_as_a_date_as_far_as_there_are_dates() {
        assert_eq!(shown_time(1_714_777_766.9), "2024-05-03T23:09:26Z");
        assert_eq!(shown_time(-1.0), "1969-12-31T23:59:59Z");
        assert!(shown_time(1e300).starts_with("1000000"));
    }
}
