//! Taking a token apart. Nothing here says that it is genuine.

use std::fmt;
use std::sync::LazyLock;

use base64::engine::Simd;
use base64::engine::general_purpose::NO_PAD;
use base64::{DecodeError, Engine as _};
use serde::Deserializer as _;
use serde::de::{MapAccess, Visitor};

use super::Claims;
use super::integers;
use super::refusal::malformed;
use crate::error::{Error, Result};

/// No longer text is looked at, in bytes. Cognito's own tokens stay below 8 KiB: a header has to hold them.
const LONGEST_TOKEN: usize = 64 * 1024;

/// What a file or a terminal leaves around a token. Other white space is no part of any token, and nobody's slip.
const AROUND_A_TOKEN: [char; 4] = [' ', '\t', '\r', '\n'];

/// Takes a fifth of the time of the crate's plain engine where the processor has AVX2 or NEON, and is that engine elsewhere.
static BASE64URL: LazyLock<Simd> = LazyLock::new(|| Simd::url_safe(NO_PAD));

/// A token taken apart, **not verified**: anyone can write a token that decodes to anything.
#[derive(Clone, PartialEq, Eq)]
pub struct DecodedJwt {
    /// What the token says about its signature: `kid`, the key's id, and `alg`, the algorithm.
    pub header: Claims,
    /// What the token says about its user.
    pub payload: Claims,
    /// The signature as it stands in the token, in base64url; nobody has checked it.
    pub signature: String,
}

impl fmt::Debug for DecodedJwt {
    /// Leaves the signature out: with it, the token could be put together again.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DecodedJwt")
            .field("header", &self.header)
            .field("payload", &self.payload)
            .field("signature", &"[redacted]")
            .finish()
    }
}

/// Takes a token apart **without verifying anything**: not the signature, not who issued it, not whether it has expired.
///
/// Good for showing what is in a token that you got yourself from where you trust. Whoever lets others in by their
/// tokens needs a [`Verifier`](super::Verifier): what this function returns may be anybody's invention.
///
/// `jwt` is a signed token in its compact form (RFC 7515, section 7.1), up to 64 KiB long; spaces, tabs and line
/// ends around it are dropped, and so is the padding that an Application Load Balancer leaves in its tokens. Numbers keep
/// the type that the token gives them; an integer of more than 64 bits is a string of its digits. Where a name comes
/// twice, the last one counts.
///
/// ```
/// let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEiLCJleHAiOjE3MTQ3Nzc3NjZ9.c2lnbmF0dXJl";
/// let decoded = cognitoken::decode(token)?;
/// assert_eq!(decoded.header["alg"], "RS256");
/// assert_eq!(decoded.payload["sub"], "ada");
/// assert_eq!(decoded.payload["exp"], 1714777766);
/// assert_eq!(decoded.signature, "c2lnbmF0dXJl");
/// # Ok::<(), cognitoken::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::TokenInvalid`](crate::ErrorKind::TokenInvalid), code `MalformedToken`, for text that is not of this
/// form. The error never holds the token.
pub fn decode(jwt: &str) -> Result<DecodedJwt> {
    let parts = CompactParts::split(jwt)?;
    let header = Part::Header.exact_json(&Part::Header.padded_bytes(parts.header)?)?;
    let payload = Part::Payload.exact_json(&Part::Payload.padded_bytes(parts.payload)?)?;
    Part::Signature.padded_bytes(parts.signature)?;
    Ok(DecodedJwt { header, payload, signature: parts.signature.to_owned() })
}

/// The three parts of a token in its compact form, still in base64url.
pub(super) struct CompactParts<'t> {
    /// Header and payload with the dot between them: what the signature is over.
    pub(super) signed: &'t str,
    pub(super) header: &'t str,
    pub(super) payload: &'t str,
    pub(super) signature: &'t str,
}

impl<'t> CompactParts<'t> {
    pub(super) fn split(jwt: &'t str) -> Result<Self> {
        if jwt.len() > LONGEST_TOKEN {
            let message = format!("the token is {} bytes long; expected at most {LONGEST_TOKEN}", jwt.len());
            return Err(malformed(message).with_hint("Pass one JWT; Cognito's are a few kilobytes long."));
        }
        let token = jwt.trim_matches(AROUND_A_TOKEN);
        if let Some((signed, signature)) = token.rsplit_once('.')
            && let Some((header, payload)) = signed.split_once('.')
            && !payload.contains('.')
        {
            return Ok(Self { signed, header, payload, signature });
        }
        Err(not_three_parts(token))
    }
}

/// Why a text without exactly two dots is not a signed token, and what it probably is.
fn not_three_parts(token: &str) -> Error {
    if token.is_empty() {
        return malformed("the token is empty").with_hint("Pass the token's text.");
    }
    let count = token.split('.').count();
    let error = malformed(format!("a signed JWT has 3 parts with a dot between them; this text has {count}"));
    match count {
        5 => error.with_hint(
            "Five parts make an encrypted token, such as Cognito's refresh token: only Cognito can read it. Pass the \
             ID token or the access token.",
        ),
        _ => error.with_hint("Pass the whole ID token or access token, and nothing else."),
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    Header,
    Payload,
    Signature,
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        }
    }

    /// The part's bytes: strict base64url without padding (RFC 7515, section 2), so that no two texts are one token.
    pub(super) fn bytes(self, text: &str) -> Result<Vec<u8>> {
        BASE64URL.decode(text).map_err(|fault| self.not_base64url(text, fault))
    }

    /// The same of a part that may be padded to a whole number of four characters: good for looking, not for believing.
    pub(super) fn padded_bytes(self, text: &str) -> Result<Vec<u8>> {
        let bare = if text.len().is_multiple_of(4) { text.trim_end_matches('=') } else { text };
        self.bytes(if text.len() - bare.len() > 2 { text } else { bare })
    }

    /// The JSON object that the part holds; an integer of more than 64 bits is rounded.
    pub(super) fn json(self, bytes: &[u8]) -> Result<Claims> {
        let name = self.name();
        // Once for the whole part: serde_json would check each string by itself, which takes an eighth longer.
        let text =
            std::str::from_utf8(bytes).map_err(|_| malformed(format!("the token's {name} is not UTF-8")))?;
        read_object(text).map_err(|fault| {
            // serde_json's own words may quote a value from the token.
            if fault.is_data() {
                malformed(format!("the token's {name} is JSON but not an object"))
            } else {
                let (line, column) = (fault.line(), fault.column());
                malformed(format!("the token's {name} is not JSON (line {line}, column {column})"))
            }
        })
    }

    /// The JSON object that the part holds, with integers of more than 64 bits as strings of their digits.
    pub(super) fn exact_json(self, bytes: &[u8]) -> Result<Claims> {
        let object = self.json(bytes)?;
        match std::str::from_utf8(bytes) {
            Ok(text) if integers::may_be_rounded(&object) => self.json(integers::as_text(text).as_bytes()),
            _ => Ok(object),
        }
    }

    fn not_base64url(self, text: &str, fault: DecodeError) -> Error {
        let name = self.name();
        if matches!(self, Self::Header)
            && text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer "))
        {
            return malformed("the token starts with `Bearer `, which is not a part of it")
                .with_hint("Pass the token alone, without `Bearer `.");
        }
        let reason = match fault {
            DecodeError::InvalidByte(at, _) => format!("the character at {at} is none of its alphabet"),
            DecodeError::InvalidLength(length) => format!("{length} characters are no whole number of bytes"),
            DecodeError::InvalidLastSymbol { .. } => {
                "its last character holds bits that belong to no byte".to_owned()
            }
            _ => "it ends in padding".to_owned(),
        };
        malformed(format!("the token's {name} is not base64url without padding: {reason}"))
            .with_hint("Pass the token as it was issued, whole and unchanged.")
    }
}

fn read_object(text: &str) -> serde_json::Result<Claims> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let object = deserializer.deserialize_map(ClaimsVisitor { expected: text.len() / BYTES_OF_A_CLAIM })?;
    deserializer.end()?;
    Ok(object)
}

/// What one claim of Cognito's takes in a token, roughly.
const BYTES_OF_A_CLAIM: usize = 32;

/// Reads an object into a map of about the right size. serde_json's own begins with an empty one; growing it takes an
/// eighth of the time of a whole `decode`.
struct ClaimsVisitor {
    expected: usize,
}

impl<'de> Visitor<'de> for ClaimsVisitor {
    type Value = Claims;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Claims, A::Error> {
        let mut claims = Claims::with_capacity(self.expected.min(64));
        while let Some((name, value)) = entries.next_entry()? {
            claims.insert(name, value);
        }
        Ok(claims)
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::error::ErrorKind;

    fn compact(header: &[u8], payload: &[u8], signature: &[u8]) -> String {
        [header, payload, signature].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".")
    }

    fn refused(token: &str) -> Error {
        let error = decode(token).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::TokenInvalid, "MalformedToken"));
        error
    }

    #[test]
    fn a_token_falls_into_its_parts_and_numbers_keep_their_types() {
        let payload = br#"{"z":1,"a":1.0,"big":18446744073709551615,"iss":"https:\/\/x","t":true,"n":null,"l":["\u00e9"]}"#;
        let decoded = decode(&compact(br#"{"kid":"a/b+c=","alg":"RS256"}"#, payload, b"sig")).unwrap();
        assert_eq!(decoded.header["kid"], "a/b+c=");
        assert_eq!(decoded.payload.keys().collect::<Vec<_>>(), ["z", "a", "big", "iss", "t", "n", "l"]);
        assert!(decoded.payload["z"].is_i64() && decoded.payload["a"].is_f64());
        assert_eq!(decoded.payload["big"], json!(u64::MAX));
        assert_eq!(decoded.payload["iss"], "https://x");
        assert_eq!(decoded.payload["l"], json!(["é"]));
        assert_eq!(decoded.signature, "c2ln");
    }

    #[test]
    fn white_space_around_a_token_is_dropped_and_within_it_refused() {
        let token = compact(b"{}", b"{}", b"s");
        assert_eq!(decode(&format!(" \t{token}\r\n")).unwrap(), decode(&token).unwrap());
        refused(&token.replace('.', ". "));
    }

    #[test]
    fn other_white_space_and_invisible_characters_are_no_part_of_a_token() {
        let token = compact(b"{}", b"{}", b"s");
        for odd in "\u{a0}\u{2003}\u{2028}\u{3000}\u{feff}\u{200b}\u{85}\u{b}\u{c}\0".chars() {
            for text in [format!("{odd}{token}"), format!("{token}{odd}"), format!(" {odd} {token} {odd}\n")]
            {
                refused(&text);
            }
        }
    }

    #[test]
    fn an_unsigned_token_can_be_looked_at() {
        assert_eq!(decode(&compact(br#"{"alg":"none"}"#, b"{}", b"")).unwrap().signature, "");
    }

    #[test]
    fn the_number_of_parts_is_told() {
        assert!(refused("").message().contains("empty"));
        assert!(refused(" \n").message().contains("empty"));
        for (token, count) in
            [("e30", "has 1"), ("e30.e30", "has 2"), ("e30.e30.c2ln.c2ln", "has 4"), ("....", "has 5")]
        {
            assert!(refused(token).message().contains(count), "{token}");
        }
        assert!(refused("e30.e30.e30.e30.e30").hint().unwrap().contains("refresh token"));
    }

    #[test]
    fn bearer_is_not_a_part_of_the_token() {
        for prefix in ["Bearer ", "bearer "] {
            let error = refused(&format!("{prefix}{}", compact(b"{}", b"{}", b"s")));
            assert!(error.hint().unwrap().contains("without `Bearer `"));
        }
    }

    #[test]
    fn only_strict_base64url_is_accepted_in_each_part() {
        for bad in [
            "e30==", "e30===", "=", "====", "e3+0", "e3/0", "e\n30", "e3 0", "e30a=", "a", "e31", "é",
            "e30\0",
        ] {
            for (token, part) in [
                (format!("{bad}.e30.c2ln"), "header"),
                (format!("e30.{bad}.c2ln"), "payload"),
                (format!("e30.e30.{bad}"), "signature"),
            ] {
                assert!(refused(&token).message().contains(part), "{bad:?} in the {part}");
            }
        }
    }

    /// Its form: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html>.
    #[test]
    fn the_padding_of_a_load_balancer_is_dropped() {
        use base64::engine::general_purpose::URL_SAFE;
        for (header, padding) in
            [(r#"{"alg":"ES256"}"#, ""), (r#"{"alg":"ES256" }"#, "=="), (r#"{"alg":"ES256"  }"#, "=")]
        {
            let padded =
                [header.as_bytes(), br#"{"sub":"ada"}"#, b"sig?"].map(|part| URL_SAFE.encode(part)).join(".");
            assert!(padded.contains(&format!("{padding}.")));
            let decoded = decode(&padded).unwrap();
            assert_eq!((&decoded.header["alg"], &decoded.payload["sub"]), (&json!("ES256"), &json!("ada")));
            assert_eq!(decoded.signature, "c2lnPw==");
        }
    }

    #[test]
    fn an_integer_beyond_64_bits_is_kept_to_the_digit() {
        let payload = br#"{"a":[{"b":123456789012345678901234567890}],"c":-9223372036854775809,"d":1.5e300}"#;
        let decoded = decode(&compact(b"{}", payload, b"")).unwrap().payload;
        assert_eq!(decoded["a"], json!([{"b": "123456789012345678901234567890"}]));
        assert_eq!((&decoded["c"], &decoded["d"]), (&json!("-9223372036854775809"), &json!(1.5e300)));
    }

    #[test]
    fn header_and_payload_must_be_json_objects() {
        for bad in [
            "",
            "[]",
            "null",
            "5",
            "\"text\"",
            "{",
            "{}{}",
            "{\"a\":1e999}",
            "{\"a\":NaN}",
            "{a:1}",
            "\u{feff}{}",
        ] {
            assert!(refused(&compact(bad.as_bytes(), b"{}", b"s")).message().contains("header"), "{bad}");
            assert!(refused(&compact(b"{}", bad.as_bytes(), b"s")).message().contains("payload"), "{bad}");
        }
        refused(&compact(b"{}", b"{\"a\":\"\xff\"}", b"s"));
    }

    #[test]
    fn deep_nesting_is_refused_rather_than_followed() {
        let depth = 20_000;
        let payload = format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(refused(&compact(b"{}", payload.as_bytes(), b"s")).message().contains("payload"));
    }

    #[test]
    fn a_long_text_is_refused_by_its_length() {
        let error = refused(&"e30.".repeat(2_500_000));
        assert!(error.message().contains("10000000 bytes"));
        assert!(error.message().len() < 200);
    }

    #[test]
    fn where_a_name_comes_twice_the_last_one_counts() {
        assert_eq!(decode(&compact(b"{}", br#"{"a":1,"a":2}"#, b"")).unwrap().payload["a"], 2);
    }

    #[test]
    fn neither_an_error_nor_debug_shows_the_token() {
        let token = compact(b"{}", br#"{"email":"ada@example.com"#, b"the signature");
        let error = refused(&token);
        let text = format!("{error} {error:?}");
        assert!(token.split('.').all(|part| !text.contains(part)) && !text.contains("ada@"));
        let signature = URL_SAFE_NO_PAD.encode("the signature");
        assert!(
            !format!("{:?}", decode(&compact(b"{}", b"{}", b"the signature")).unwrap()).contains(&signature)
        );
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map(".*", inner, 0..4)
                    .prop_map(|object| Value::Object(object.into_iter().collect())),
            ]
        })
    }

    fn any_object() -> impl Strategy<Value = Claims> {
        proptest::collection::btree_map(".*", any_json(), 0..5)
            .prop_map(|object| object.into_iter().collect())
    }

    proptest! {
        #[test]
        fn any_text_is_decoded_or_refused(text in any::<String>()) {
            let _ = decode(&text);
        }

        #[test]
        fn any_three_parts_are_decoded_or_refused(parts in proptest::array::uniform3(any::<Vec<u8>>()), raw in any::<bool>()) {
            let token = if raw {
                parts.map(|part| String::from_utf8_lossy(&part).into_owned()).join(".")
            } else {
                compact(&parts[0], &parts[1], &parts[2])
            };
            let _ = decode(&token);
        }

        #[test]
        fn what_was_put_in_comes_out(header in any_object(), payload in any_object(), signature in any::<Vec<u8>>()) {
            let token = compact(
                &serde_json::to_vec(&header).unwrap(),
                &serde_json::to_vec(&payload).unwrap(),
                &signature,
            );
            let decoded = decode(&token).unwrap();
            prop_assert_eq!(&decoded.header, &header);
            prop_assert_eq!(&decoded.payload, &payload);
            prop_assert_eq!(Part::Signature.bytes(&decoded.signature).unwrap(), signature);
        }
    }
}
