//! The compact form of a signed token (RFC 7515, section 7.1): three parts in base64url, two of them JSON objects.

use std::fmt;
use std::sync::LazyLock;

use base64::engine::Simd;
use base64::engine::general_purpose::NO_PAD;
use base64::{DecodeError, Engine as _};
use serde::Deserializer as _;
use serde::de::{MapAccess, Visitor};

use super::claims::Claims;
use super::integers;
use super::token_errors::malformed;
use crate::error::{Error, Result};

/// The longest text that is read, in bytes. Cognito's own tokens stay below 8 KiB: they have to fit into a header.
const LONGEST_TOKEN: usize = 64 * 1024;

/// The white space that a file or a terminal leaves around a token. No other character is dropped.
const AROUND_A_TOKEN: [char; 4] = [' ', '\t', '\r', '\n'];

/// An engine that takes a fifth of the time of the crate's plain one on a processor with AVX2 or NEON, and is the plain
/// one elsewhere.
static BASE64URL: LazyLock<Simd> = LazyLock::new(|| Simd::url_safe(NO_PAD));

/// The three parts of a token, still in base64url.
pub(super) struct CompactParts<'t> {
    /// The header, the dot and the payload: the text that is signed.
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

/// The error of a text that does not have exactly two dots, with a hint about what it probably is.
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

    /// Decodes strict base64url without padding (RFC 7515, section 2), so that no two texts are one token.
    pub(super) fn bytes(self, text: &str) -> Result<Vec<u8>> {
        BASE64URL.decode(text).map_err(|reason| self.not_base64url(text, reason))
    }

    /// Decodes base64url that may be padded to a multiple of four characters. For showing a token, not for verifying it.
    pub(super) fn padded_bytes(self, text: &str) -> Result<Vec<u8>> {
        let bare = if text.len().is_multiple_of(4) { text.trim_end_matches('=') } else { text };
        self.bytes(if text.len() - bare.len() > 2 { text } else { bare })
    }

    /// Reads the part's JSON object; an integer of more than 64 bits is rounded.
    pub(super) fn json(self, bytes: &[u8]) -> Result<Claims> {
        let name = self.name();
        // Once for the whole part: serde_json would check each string by itself, which takes an eighth longer.
        let text =
            std::str::from_utf8(bytes).map_err(|_| malformed(format!("the token's {name} is not UTF-8")))?;
        read_object(text).map_err(|reason| {
            // serde_json's own message may quote a value from the token.
            if reason.is_data() {
                malformed(format!("the token's {name} is JSON but not an object"))
            } else {
                let (line, column) = (reason.line(), reason.column());
                malformed(format!("the token's {name} is not JSON (line {line}, column {column})"))
            }
        })
    }

    /// Reads the part's JSON object; an integer of more than 64 bits becomes a string of its digits.
    pub(super) fn exact_json(self, bytes: &[u8]) -> Result<Claims> {
        let object = self.json(bytes)?;
        match std::str::from_utf8(bytes) {
            Ok(text) if integers::may_be_rounded(&object) => self.json(integers::as_text(text).as_bytes()),
            _ => Ok(object),
        }
    }

    fn not_base64url(self, text: &str, reason: DecodeError) -> Error {
        let name = self.name();
        if matches!(self, Self::Header)
            && text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer "))
        {
            return malformed("the token starts with `Bearer `, which is not a part of it")
                .with_hint("Pass the token alone, without `Bearer `.");
        }
        let reason = match reason {
            DecodeError::InvalidByte(at, _) => {
                format!("the character at position {at} is not in its alphabet")
            }
            DecodeError::InvalidLength(length) => {
                format!("{length} characters do not make a whole number of bytes")
            }
            DecodeError::InvalidLastSymbol { .. } => {
                "its last character has bits that belong to no byte".to_owned()
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

/// The approximate length of one of Cognito's claims in a token.
const BYTES_OF_A_CLAIM: usize = 32;

/// Reads an object into a map of about the right capacity. serde_json starts with an empty map; growing it takes an
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
