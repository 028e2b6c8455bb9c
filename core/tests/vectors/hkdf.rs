//! The key derivation, in general and as the exchange uses it.

use cognitoken::known_answers::{hkdf_sha256, pad, session_key};

use crate::Outcome;
use crate::vector::Vector;

/// More than any vector asks for; what is derived for a shorter length is the beginning of it (RFC 5869, section 2.3).
const LONGEST: usize = 255;

pub(crate) fn run(vector: &Vector<'_>) -> Outcome {
    let length = vector.need("length", vector.value("length").and_then(serde_json::Value::as_u64));
    let length = usize::try_from(length).unwrap();
    let numbers = vector.value("pad_inputs").is_some_and(|padded| padded == true);
    let input = |name: &str| {
        if numbers { pad(&vector.need_integer(name)).unwrap() } else { vector.need_bytes(name) }
    };
    let (salt, secret, info) = (input("salt"), input("ikm"), vector.need_bytes("info"));

    let longest: [u8; LONGEST] = hkdf_sha256(&salt, &secret, &info);
    vector.compare_bytes("okm", &longest[..length]);
    if length == 16 {
        vector.compare_bytes("okm", &hkdf_sha256::<16>(&salt, &secret, &info));
    }
    if numbers {
        let key = session_key(&vector.need_integer("salt"), &vector.need_integer("ikm")).unwrap();
        vector.compare_bytes("okm", &key);
    }
    Outcome::Ran
}
