//! What a person should hear of and is no failure, as Python's warnings.

use std::ffi::CString;

use cognitoken::Session;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::gate;
use crate::text::readable;

/// Warns of everything that the session has to tell of its store.
pub(crate) fn warn(py: Python<'_>, session: &Session) -> PyResult<()> {
    tell(py, "StoreWarning", session.take_notices())
}

/// Warns of what calls have to tell of the values that they were made with.
pub(crate) fn warn_of_values(py: Python<'_>, notices: Vec<String>) -> PyResult<()> {
    tell(py, "ConfigWarning", notices)
}

fn tell(py: Python<'_>, class: &str, notices: Vec<String>) -> PyResult<()> {
    if notices.is_empty() {
        return Ok(());
    }
    let class = py.import("cognitoken.exceptions")?.getattr(class)?.cast_into::<PyType>()?;
    gate::inside(py, || {
        notices.into_iter().try_for_each(|notice| {
            PyErr::warn(py, &class, &CString::new(readable(&notice)).unwrap_or_default(), 1)
        })
    })
}

/// A value, and what is to be told when it reaches Python.
pub(crate) struct Noticed<T> {
    value: T,
    notices: Vec<String>,
}

impl<T> Noticed<T> {
    pub(crate) fn new(value: T, session: &Session) -> Self {
        Self { value, notices: session.take_notices() }
    }
}

impl<'py, T: IntoPyObject<'py>> IntoPyObject<'py> for Noticed<T> {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        tell(py, "StoreWarning", self.notices)?;
        self.value.into_bound_py_any(py)
    }
}
