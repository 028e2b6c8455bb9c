//! Scopes, as Python names them.

use pyo3::prelude::*;

/// One text, or several in a list or a tuple. The core takes texts of several words apart.
#[derive(FromPyObject)]
pub(crate) enum Scopes {
    One(String),
    Many(Vec<String>),
}

impl From<Scopes> for Vec<String> {
    fn from(scopes: Scopes) -> Self {
        match scopes {
            Scopes::One(one) => vec![one],
            Scopes::Many(many) => many,
        }
    }
}
