//! Single steps of the domain's requests, for tests that compare them with known answers.

#![allow(missing_docs, reason = "each function is the step of the same name")]

use super::app_client::basic;
use crate::secret::ClientSecret;

/// The value of the header; empty where id and secret go into the body.
pub fn client_secret_basic(client_id: &str, client_secret: &str) -> String {
    basic(client_id, &ClientSecret::new(client_secret)).map(|value| value.to_string()).unwrap_or_default()
}

#[cfg(feature = "sso")]
pub fn code_challenge(code_verifier: &str) -> String {
    super::sso::code_challenge(code_verifier)
}
