//! Integers of more than 64 bits: kept as text, since a number would be rounded.

use serde_json::Value;

use super::claims::Claims;

/// The magnitude from which an integer may not fit into 64 bits.
const LARGEST: f64 = 9.2e18;

/// Returns whether a number may have been an integer that was rounded.
pub(super) fn may_be_rounded(claims: &Claims) -> bool {
    claims.values().any(is_large)
}

fn is_large(value: &Value) -> bool {
    match value {
        Value::Number(number) => {
            number.is_f64() && number.as_f64().is_some_and(|float| float.abs() >= LARGEST)
        }
        Value::Array(items) => items.iter().any(is_large),
        Value::Object(object) => object.values().any(is_large),
        _ => false,
    }
}

/// Replaces each integer of more than 64 bits by a string of its digits. `json` has to be valid.
pub(super) fn as_text(json: &str) -> String {
    let mut exact = String::with_capacity(json.len() + 8);
    let mut rest = json;
    while let Some(start) = rest.find(|character: char| matches!(character, '"' | '-' | '0'..='9')) {
        exact.push_str(&rest[..start]);
        rest = &rest[start..];
        let is_string = rest.starts_with('"');
        let end = if is_string { end_of_string(rest) } else { end_of_number(rest) };
        let (piece, after) = rest.split_at(end);
        if is_string || fits(piece) {
            exact.push_str(piece);
        } else {
            exact.extend(["\"", piece, "\""]);
        }
        rest = after;
    }
    exact.push_str(rest);
    exact
}

fn end_of_string(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn end_of_number(text: &str) -> usize {
    let is_part = |character: char| matches!(character, '0'..='9' | '-' | '+' | '.' | 'e' | 'E');
    text.find(|character| !is_part(character)).unwrap_or(text.len())
}

/// Returns whether a number is an integer of 64 bits, or a fraction, which is never exact.
fn fits(number: &str) -> bool {
    number.contains(['.', 'e', 'E']) || number.parse::<u64>().is_ok() || number.parse::<i64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_integers_beyond_64_bits_become_text() {
        for (json, expected) in [
            (r#"{"a":18446744073709551616}"#, r#"{"a":"18446744073709551616"}"#),
            (r#"{"a":18446744073709551615}"#, r#"{"a":18446744073709551615}"#),
            (r#"{"a":-9223372036854775808}"#, r#"{"a":-9223372036854775808}"#),
            (r#"[1, -9223372036854775809 , 2]"#, r#"[1, "-9223372036854775809" , 2]"#),
            (r#"{"a":1e300,"b":1.5,"c":1E30}"#, r#"{"a":1e300,"b":1.5,"c":1E30}"#),
            (
                r#"{"18446744073709551616":"18446744073709551616"}"#,
                r#"{"18446744073709551616":"18446744073709551616"}"#,
            ),
            (r#"{"é\"-1\\":[18446744073709551617]}"#, r#"{"é\"-1\\":["18446744073709551617"]}"#),
        ] {
            assert_eq!(as_text(json), expected);
        }
    }
}
