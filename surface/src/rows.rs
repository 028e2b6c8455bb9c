//! The labels and texts that an object shows of itself, the same in every language and in every place. No secret is in
//! them.

use std::time::SystemTime;

use crate::output::Object;
use crate::sections::{Section, sections};

pub use crate::html::{html, table};
pub use crate::lines::{Line, Role, Span, lines, text};
pub use crate::object_rows::{Row, in_a_line};

/// The rows of an object. Neither a store nor the network is asked.
pub fn rows(object: &Object, now: SystemTime) -> Vec<Row> {
    sections(object, now).into_iter().flat_map(Section::into_rows).collect()
}
