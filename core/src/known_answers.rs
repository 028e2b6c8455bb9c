//! Single steps of what the crate does, for the tests that compare them with known answers. Behind the feature
//! `test-util`: anything here may change or go with any version.

#![allow(missing_docs, reason = "each function is the step of the same name")]

use crate::idp;
use crate::secret::ClientSecret;

pub use crate::oauth::known_answers::client_secret_basic;
#[cfg(feature = "sso")]
pub use crate::oauth::known_answers::code_challenge;
pub use crate::srp::known_answers::{
    Exchange, Group, Subject, group, hkdf_sha256, identity_hash, pad, prove_with_fresh_key, scrambler,
    session_key, sha256, sign, signature_of, timestamp, verifier,
};

pub fn secret_hash(username: &str, client_id: &str, client_secret: &str) -> String {
    idp::secret_hash(username, client_id, &ClientSecret::new(client_secret))
}
