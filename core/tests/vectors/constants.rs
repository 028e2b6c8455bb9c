//! The group and the multiplier.

use cognitoken::known_answers::group;

use crate::Outcome;
use crate::vector::Vector;

pub(crate) fn run(vector: &Vector<'_>) -> Outcome {
    let group = group();
    vector.compare_integer("N", &group.modulus);
    vector.compare_integer("g", &group.generator);
    vector.compare_integer("k", &group.multiplier);
    Outcome::Ran
}
