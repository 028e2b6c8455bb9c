//! The native half of each object of the package.

use std::sync::Arc;
use std::time::SystemTime;

use cognitoken_surface::rows::{Row, html, in_a_line, rows, text};
use cognitoken_surface::{Object, Question};
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;

use crate::{exception, output};

/// A question: the prompt, whether the answer is hidden and asked for twice, the attributes that go with it, and
/// the lines that show how to set an authenticator app up.
type Asked = (String, bool, bool, Vec<(String, String)>, Vec<String>);

/// An object of the core, which an object of the package holds as ``_handle``.
#[pyclass(frozen, module = "cognitoken._cognitoken")]
pub(crate) struct Handle(Object);

#[pymethods]
impl Handle {
    /// The name of the class that shows the object.
    #[getter]
    fn class_name(&self) -> &'static str {
        self.0.class()
    }

    /// Return the names of the fields.
    fn fields(&self) -> Vec<&'static str> {
        self.0.fields().iter().map(|field| field.name).collect()
    }

    /// Return the value of a field.
    fn field<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let value = self.0.field(name).map_err(|error| exception::from_core(py, &error))?;
        output::to_python(py, value)
    }

    /// Return the labels and texts for a person.
    fn rows(&self) -> Vec<Row> {
        rows(&self.0, SystemTime::now())
    }

    /// Return the rows as lines of text.
    fn text(&self) -> String {
        text(&self.0, SystemTime::now())
    }

    /// Return the rows as a table of HTML.
    fn html(&self) -> String {
        html(&self.0, SystemTime::now())
    }

    /// Return the object in one line, for ``repr``.
    fn line(&self) -> String {
        in_a_line(&self.0, SystemTime::now())
    }

    /// Return what a challenge asks, ready to show.
    fn question(&self) -> PyResult<Asked> {
        let Object::Challenge(challenge) = &self.0 else { return Err(self.no_challenge()) };
        let Question { prompt, is_hidden, is_asked_twice, attributes, setup } = Question::of(challenge);
        Ok((prompt, is_hidden, is_asked_twice, attributes, setup))
    }

    /// Return the exception for a challenge that nobody answers.
    fn unanswered<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let Object::Challenge(challenge) = &self.0 else { return Err(self.no_challenge()) };
        Ok(exception::unanswered(py, Arc::clone(challenge)).into_value(py).into_bound(py).into_any())
    }

    fn __repr__(&self) -> String {
        self.line()
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err("an object of this package cannot be pickled: it may hold secrets"))
    }
}

impl Handle {
    pub(crate) fn new(object: Object) -> Self {
        Self(object)
    }

    /// The handle that a value is or holds.
    pub(crate) fn of<'py>(value: &Bound<'py, PyAny>) -> Option<Bound<'py, Self>> {
        if let Ok(handle) = value.cast::<Self>() {
            return Some(handle.clone());
        }
        value.getattr(intern!(value.py(), "_handle")).ok()?.cast_into().ok()
    }

    pub(crate) fn object(&self) -> &Object {
        &self.0
    }

    fn no_challenge(&self) -> PyErr {
        PyTypeError::new_err(format!("{} is not a challenge", self.0.class()))
    }
}
