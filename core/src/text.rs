//! Text from a service, a token or a file, filtered so that it can be shown.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::digest::hex;

/// The length, in characters, that a shown message of the service is cut to.
const MESSAGE_CAP: usize = 600;

/// A shorter text, in bytes, is part of so many words that taking it out of them would tell what it is. No pool takes
/// so short a password, and no code is so short.
const SHORTEST_SECRET: usize = 4;

/// No name of an error, a challenge or a request, and no type of a document, is longer than this, in bytes.
pub(crate) const NAME_CAP: usize = 100;

/// The text without what a person cannot see: control characters, which steer a terminal, and characters that hide or
/// reorder others (Unicode's category Cf). Unusual white space becomes a space.
///
/// ```
/// assert_eq!(cognitoken::binding::printable("a\u{1b}[31mb\u{202e}c\u{a0}d"), "a[31mbc d");
/// ```
pub fn printable(text: &str) -> String {
    text.chars().filter_map(shown).collect()
}

/// The same JSON text with what a person cannot see written as `\uXXXX`, so that nothing of it is lost. Line feeds, which
/// stand between the parts alone, stay.
pub fn printable_json(json: &str) -> String {
    let mut printable = String::with_capacity(json.len());
    for character in json.chars() {
        if character == '\n' || shown(character) == Some(character) {
            printable.push(character);
            continue;
        }
        let mut units = [0; 2];
        for unit in character.encode_utf16(&mut units) {
            printable.push_str(&format!("\\u{unit:04x}"));
        }
    }
    printable
}

/// The text as HTML, for an element's content or a quoted attribute.
///
/// ```
/// assert_eq!(cognitoken::binding::escape_html("<a b='c'>"), "&lt;a b=&#39;c&#39;&gt;");
/// ```
pub fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// The words of a service without anything that we sent in secret, without what cannot be seen, and not without end.
///
/// Invisible characters are removed first: inside a secret they would keep the secret from being found.
pub(crate) fn presentable(message: &str, secrets: &[&str]) -> String {
    let mut message = printable(message);
    for spelling in spellings(secrets) {
        message = message.replace(spelling.as_str(), "[redacted]");
    }
    message.chars().take(MESSAGE_CAP).collect()
}

/// Returns whether a text contains one of the secrets, in any spelling.
pub(crate) fn reveals(text: &str, secrets: &[&str]) -> bool {
    let text = printable(text);
    spellings(secrets).iter().any(|spelling| text.contains(spelling.as_str()))
}

/// Returns whether a text has the form of a name. A text of another form is not shown.
pub(crate) fn is_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    (1..=NAME_CAP).contains(&text.len()) && text.bytes().all(allowed)
}

/// Returns whether a text can be a token: visible ASCII characters only, which stand in a header, a line and a URL as they are
/// (RFC 6749, appendix A; RFC 6750, section 2.1).
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The character as it is shown; `None` for one that cannot be seen.
fn shown(character: char) -> Option<char> {
    if character == ' ' || character.is_ascii_graphic() {
        return Some(character);
    }
    if character.is_control() {
        return None;
    }
    if character.is_whitespace() {
        return Some(' ');
    }
    // What Rust's `{:?}` writes as it is can be seen. After a letter, so that accents count as what they are.
    let mut after_a_letter = String::from("a");
    after_a_letter.push(character);
    (after_a_letter.escape_debug().count() == 2).then_some(character)
}

/// The ways in which a service may spell what it was sent, the longer ones first: a secret may be part of another one,
/// and its rest would be left.
fn spellings(secrets: &[&str]) -> Vec<Zeroizing<String>> {
    let mut spellings: Vec<Zeroizing<String>> = secrets
        .iter()
        .filter(|secret| secret.len() >= SHORTEST_SECRET)
        .flat_map(|secret| {
            [
                printable(secret),
                in_json(secret),
                in_form(secret),
                percent_encoded(secret, true),
                percent_encoded(secret, false),
                escape_html(&printable(secret)),
                STANDARD_NO_PAD.encode(secret),
                URL_SAFE_NO_PAD.encode(secret),
                hex(secret.as_bytes()),
            ]
        })
        .filter(|spelling| spelling.len() >= SHORTEST_SECRET)
        .map(Zeroizing::new)
        .collect();
    spellings.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
    spellings.dedup();
    spellings
}

/// The spelling of a service that repeats a body in JSON.
fn in_json(secret: &str) -> String {
    let quoted = Value::from(secret).to_string();
    printable(&quoted[1..quoted.len() - 1])
}

/// The spelling of a service that repeats a form.
fn in_form(secret: &str) -> String {
    url::form_urlencoded::byte_serialize(secret.as_bytes()).collect()
}

/// The spelling of a service that repeats a part of a URL.
fn percent_encoded(secret: &str, upper_case: bool) -> String {
    let encoded = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ if upper_case => format!("%{byte:02X}"),
        _ => format!("%{byte:02x}"),
    };
    secret.bytes().map(encoded).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_taken_out_and_letters_of_all_scripts_stay() {
        for (text, expected) in [
            ("a\u{1b}[31mb\r\n\u{7f}\u{9b}2J", "a[31mb2J"),
            ("ad\u{202e}min\u{2066}\u{200b}\u{feff}\u{ad}\u{2060}\u{e0041}", "admin"),
            ("two\u{2028}lines\u{a0}\u{2003}x", "two lines  x"),
            ("Zoë e\u{301} Ω ж 日本 🔑 ا", "Zoë e\u{301} Ω ж 日本 🔑 ا"),
            ("quotes \" ' \\ stay", "quotes \" ' \\ stay"),
        ] {
            assert_eq!(printable(text), expected, "{text:?}");
        }
    }

    #[test]
    fn json_stays_what_it_says() {
        let value = serde_json::json!({"a": "x\u{9b}\u{202e}\u{e0041}\u{1b}y", "b": ["é"]});
        let text = printable_json(&format!("{value:#}"));
        assert!(text.chars().all(|character| character == '\n' || shown(character).is_some()), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn words_of_the_service_are_made_safe_to_show() {
        assert_eq!(
            presentable("bad password hunter2\u{1b}[31m\n", &["hunter2", "", "pas"]),
            "bad password [redacted][31m"
        );
        let spelled = r#"a"b\c d|a\"b\\c d|a%22b%5Cc+d|abcd|a%22b%5cc%20d|a&quot;b\c d"#;
        let shown = presentable(spelled, &["abc", r#"a"b\c d"#, "abcd"]);
        assert_eq!(shown, ["[redacted]"; 6].join("|"));
        assert_eq!(presentable("longer-than-long", &["long", "longer-than-long"]), "[redacted]");
        assert_eq!(presentable("aHVudGVyMg== 68756e74657232", &["hunter2"]), "[redacted]== [redacted]");
        assert_eq!(presentable(&"x".repeat(10_000), &[]).len(), MESSAGE_CAP);
    }

    #[test]
    fn a_secret_is_found_through_what_cannot_be_seen() {
        for hidden in ["hun\0ter2", "hun\u{200b}ter2", "h\u{1b}u\u{202e}nter2", "hun\nter2"] {
            assert_eq!(presentable(hidden, &["hunter2"]), "[redacted]", "{hidden:?}");
            assert!(reveals(hidden, &["hunter2"]));
        }
        assert_eq!(presentable("x hun\nter2 y", &["hun\nter2"]), "x [redacted] y");
        assert!(!reveals("hunter", &["hunter2"]));
    }

    #[test]
    fn a_token_is_visible_ascii() {
        assert!(is_token("eyJ.e30.c2ln") && is_token("sentinel-refresh~+/="));
        for text in ["", "a b", "a\r\nX: y", "a\u{1b}", "é", "a\u{200b}"] {
            assert!(!is_token(text), "{text:?}");
        }
    }
}
