//! Key sets (RFC 7517): the public keys of a user pool.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::signed_token::ALGORITHM;

/// The keys of a set that can verify RS256 signatures, by their id.
pub(super) type KeySet = HashMap<String, Arc<PublicKey>>;

/// Reads a key set. A key of another kind, or a damaged one, is skipped, so that a new kind of key in a pool does not
/// disable the others.
///
/// The error is the reason why no key is usable.
pub(super) fn parse_key_set(document: &Value) -> Result<KeySet, String> {
    let Some(entries) = document.get("keys").and_then(Value::as_array) else {
        return Err("it is not a JSON object with a list called keys".to_owned());
    };
    let mut keys = KeySet::new();
    for entry in entries {
        if let Some((key_id, key)) = PublicKey::parse(entry) {
            // The first of two keys with one id counts: no entry can take the place of an earlier one.
            keys.entry(key_id).or_insert_with(|| Arc::new(key));
        }
    }
    if keys.is_empty() {
        let count = entries.len();
        return Err(format!(
            "none of its {count} keys is a sound RSA key of 2048 to 8192 bits for {ALGORITHM} with an id"
        ));
    }
    Ok(keys)
}

/// An RSA public key for RS256 signatures.
pub(super) struct PublicKey(ParsedPublicKey);

impl PublicKey {
    fn parse(entry: &Value) -> Option<(String, Self)> {
        let text = |name| entry.get(name).and_then(Value::as_str);
        let absent_or = |name, expected| entry.get(name).is_none_or(|value| value == expected);
        if text("kty")? != "RSA" || !absent_or("use", "sig") || !absent_or("alg", ALGORITHM) {
            return None;
        }
        let modulus = URL_SAFE_NO_PAD.decode(text("n")?).ok()?;
        let exponent = URL_SAFE_NO_PAD.decode(text("e")?).ok()?;
        if !(2048..=8192).contains(&bits(&modulus)) || !is_odd(&modulus) || !is_sound_exponent(&exponent) {
            return None;
        }
        let key = RsaPublicKeyComponents { n: &modulus[..], e: &exponent[..] };
        let key = key.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).ok()?;
        Some((text("kid")?.to_owned(), Self(key)))
    }

    /// Returns whether `signature` is this key's signature of `signed`: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518, section 3.3).
    pub(super) fn verifies(&self, signed: &str, signature: &[u8]) -> bool {
        self.0.verify_sig(signed.as_bytes(), signature).is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PublicKey")
    }
}

/// Returns the length of a big-endian number in bits; 0 for leading zeros, which RFC 7518, section 6.3.1.1, forbids.
fn bits(number: &[u8]) -> usize {
    match number.first() {
        None | Some(0) => 0,
        Some(first) => number.len() * 8 - first.leading_zeros() as usize,
    }
}

/// Returns whether a big-endian number is odd. An even modulus has 2 as a factor, which discloses the private key.
fn is_odd(number: &[u8]) -> bool {
    number.last().is_some_and(|last| last % 2 == 1)
}

/// Returns whether an exponent is odd, at least 3, and at most 33 bits, the limit of aws-lc; it is 65537 in practice.
/// With 1 any signature could be forged.
fn is_sound_exponent(exponent: &[u8]) -> bool {
    is_odd(exponent) && (2..=33).contains(&bits(exponent))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
    use serde_json::json;

    use super::*;

    fn number(bits: usize) -> String {
        let mut bytes = vec![0xff; bits.div_ceil(8)];
        bytes[0] >>= bytes.len() * 8 - bits;
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn even(bits: usize) -> String {
        let mut bytes = vec![0xff; bits / 8];
        bytes[bits / 8 - 1] = 0xfe;
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn entry() -> Value {
        json!({"kty": "RSA", "kid": "a/b+c=", "use": "sig", "alg": "RS256", "n": number(2048), "e": "AQAB"})
    }

    fn entry_with(name: &str, value: Value) -> Value {
        let mut entry = entry();
        entry[name] = value;
        entry
    }

    fn entry_without(name: &str) -> Value {
        let mut entry = entry();
        entry.as_object_mut().unwrap().remove(name);
        entry
    }

    #[test]
    fn a_usable_key_is_found_by_its_id() {
        for usable in [
            entry(),
            entry_without("use"),
            entry_without("alg"),
            entry_with("n", number(2049).into()),
            entry_with("n", number(8192).into()),
            entry_with("e", "Aw".into()),
            entry_with("x5c", json!(["whatever"])),
        ] {
            let keys = parse_key_set(&json!({"keys": [usable]})).unwrap();
            assert!(keys.contains_key("a/b+c="), "{usable}");
        }
    }

    #[test]
    fn a_key_that_is_no_rs256_signing_key_is_passed_over() {
        for odd in [
            Value::Null,
            json!("text"),
            json!([]),
            json!({}),
            entry_with("kty", "EC".into()),
            entry_with("kty", "rsa".into()),
            entry_with("kty", "oct".into()),
            entry_without("kty"),
            entry_with("use", "enc".into()),
            entry_with("use", Value::Null),
            entry_with("alg", "RS512".into()),
            entry_with("alg", "HS256".into()),
            entry_with("alg", json!(["RS256"])),
            entry_without("kid"),
            entry_with("kid", json!(5)),
            entry_without("n"),
            entry_with("n", "not base64url!".into()),
            entry_with("n", format!("{}=", number(2048)).into()),
            entry_with("n", number(2047).into()),
            entry_with("n", number(1024).into()),
            entry_with("n", number(8193).into()),
            entry_with("n", format!("AA{}", number(2040)).into()),
            entry_with("n", even(2048).into()),
            entry_with("n", even(4096).into()),
            entry_without("e"),
            entry_with("e", "".into()),
            entry_with("e", "AQ".into()),
            entry_with("e", "BA".into()),
            entry_with("e", "AAEAAQ".into()),
            entry_with("e", number(40).into()),
        ] {
            let mut usable = entry();
            usable["kid"] = "usable".into();
            let keys = parse_key_set(&json!({"keys": [odd, usable]})).unwrap();
            assert_eq!(keys.keys().collect::<Vec<_>>(), ["usable"], "{odd}");
            assert!(parse_key_set(&json!({"keys": [odd]})).unwrap_err().contains("1 keys"), "{odd}");
        }
    }

    #[test]
    fn a_document_without_a_usable_key_is_refused() {
        for document in [
            json!(null),
            json!([]),
            json!({}),
            json!({"keys": null}),
            json!({"keys": {}}),
            json!({"keys": []}),
        ] {
            assert!(parse_key_set(&document).is_err(), "{document}");
        }
    }

    #[test]
    fn the_first_of_two_keys_with_one_id_counts() {
        let [ours, foreign] = [KeyPair::generate(KeySize::Rsa2048), KeyPair::generate(KeySize::Rsa2048)]
            .map(|pair| pair.expect("a key pair"));
        let entry_of = |pair: &KeyPair| {
            let public: RsaPublicKeyComponents<Vec<u8>> = pair.public_key().into();
            entry_with("n", URL_SAFE_NO_PAD.encode(public.n).into())
        };
        let keys = parse_key_set(&json!({"keys": [entry_of(&ours), entry_of(&foreign)]})).unwrap();
        let accepted = |pair: &KeyPair| {
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), b"signed", &mut signature).unwrap();
            keys["a/b+c="].verifies("signed", &signature)
        };
        assert!(accepted(&ours) && !accepted(&foreign));
    }
}
