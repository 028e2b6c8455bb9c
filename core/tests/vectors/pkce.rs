//! PKCE and client_secret_basic.

use cognitoken::known_answers::{client_secret_basic, code_challenge};

use crate::Outcome;
use crate::vector::Vector;

pub(crate) fn run(vector: &Vector<'_>) -> Outcome {
    if let Some(code_verifier) = vector.text("code_verifier") {
        assert_eq!(vector.text("method"), Some("S256"), "the only method");
        vector.compare_text("code_challenge", &code_challenge(code_verifier));
    }
    if let Some(client_id) = vector.text("client_id") {
        vector.compare_text("basic", &client_secret_basic(client_id, vector.need_text("client_secret")));
    }
    Outcome::Ran
}
