//! The number that ties the two public values together.

use cognitoken::known_answers::scrambler;

use crate::Outcome;
use crate::vector::Vector;

pub(crate) fn run(vector: &Vector<'_>) -> Outcome {
    let actual = scrambler(&vector.need_integer("A"), &vector.need_integer("B")).unwrap();
    vector.compare_integer("u", &actual);
    Outcome::Ran
}
