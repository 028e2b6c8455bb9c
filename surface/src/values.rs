//! The bag of named values that a call is made with.

use std::collections::BTreeMap;
use std::time::SystemTime;

use cognitoken::{Error, ErrorKind, Value};

use crate::output::Object;

/// Named values of one call, as a language passes them: a Python dict, an R list, the matches of the command line.
///
/// A value that is absent, and Python's `None` or R's `NULL`, is `None`. A value of another type than the method's is the
/// language's own failure, which names the value and never shows it.
pub trait Values {
    /// The language's failure for a value of a wrong type.
    type Failure: From<Error>;

    /// One string.
    fn text(&self, name: &str) -> Result<Option<String>, Self::Failure>;

    /// One string or several.
    fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Self::Failure>;

    /// One number.
    fn number(&self, name: &str) -> Result<Option<f64>, Self::Failure>;

    /// A truth value.
    fn truth(&self, name: &str) -> Result<Option<bool>, Self::Failure>;

    /// Strings with names.
    fn named_texts(&self, name: &str) -> Result<Option<BTreeMap<String, String>>, Self::Failure>;

    /// A JSON document, as the language holds one.
    fn json(&self, name: &str) -> Result<Option<Value>, Self::Failure>;

    /// A point in time.
    fn time(&self, name: &str) -> Result<Option<SystemTime>, Self::Failure>;

    /// An object that this crate returned earlier, see [`Output::Object`](crate::Output::Object). A string is `None`
    /// where the parameter takes either, as `device` does.
    fn object(&self, name: &str) -> Result<Option<Object>, Self::Failure>;

    /// Returns whether it is the value that switches a check off: `cognitoken.ANY`, `jwt_any()`, `--any-client`.
    fn is_any(&self, name: &str) -> bool;

    /// Returns whether a value that may be one string or several is one. In a language whose single string is a vector of
    /// one, each of those is.
    fn is_one_text(&self, _name: &str) -> bool {
        true
    }

    /// One string that has to be there.
    ///
    /// # Errors
    /// A configuration error if it is absent.
    fn required_text(&self, name: &str) -> Result<String, Self::Failure> {
        self.text(name)?.ok_or_else(|| absent(name).into())
    }
}

fn absent(name: &str) -> Error {
    Error::new(ErrorKind::Config, "InvalidArgument", format!("`{name}` is missing; it has to be one string"))
}

/// Returns the error for a value that cannot be used.
pub(crate) fn unusable(message: String) -> Error {
    Error::new(ErrorKind::Config, "InvalidArgument", message)
}

/// A defect of a language's half, or an object of another class.
pub(crate) fn unknown(method: &str) -> Error {
    unusable(format!("there is no operation `{method}` of this object"))
}
