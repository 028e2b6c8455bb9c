//! SHA-256.

use cognitoken::known_answers::sha256;

use crate::Outcome;
use crate::vector::{Vector, to_hex};

pub(crate) fn run(vector: &Vector<'_>) -> Outcome {
    vector.compare_text("sha256", &to_hex(&sha256(&vector.need_bytes("input"))));
    Outcome::Ran
}
