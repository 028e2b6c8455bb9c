//! PAD of numbers.

use cognitoken::known_answers::pad;
use serde_json::Value;

use crate::Outcome;
use crate::vector::{Vector, to_hex};

pub(crate) fn run(vector: &Vector<'_>) -> Outcome {
    if vector.value("int").and_then(Value::as_i64).is_some_and(i64::is_negative) {
        return Outcome::Skipped("the protocol has no negative numbers");
    }
    // As it stands, leading zeros and odd lengths included; a number that JSON holds as a number has no digits yet.
    let digits = match vector.text("hex") {
        Some(digits) => digits.to_owned(),
        None => vector.need_integer("int"),
    };
    vector.compare_text("expected", &to_hex(&pad(&digits).unwrap()));
    Outcome::Ran
}
