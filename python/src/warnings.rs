//! The core's notices, issued as Python warnings.

use std::ffi::CString;

use cognitoken::Session;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::gate;
use crate::text::readable;

/// Issues a StoreWarning for each notice of the session.
pub(crate) fn warn(py: Python<'_>, session: &Session) -> PyResult<()> {
    issue(py, "StoreWarning", session.take_notices())
}

/// Issues a ConfigWarning for each notice about the values of a call.
pub(crate) fn warn_of_values(py: Python<'_>, notices: Vec<String>) -> PyResult<()> {
    issue(py, "ConfigWarning", notices)
}

fn issue(py: Python<'_>, class: &str, notices: Vec<String>) -> PyResult<()> {
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

/// A value, and the notices that become warnings when it is converted to a Python object.
pub(crate) struct WithWarnings<T> {
    value: T,
    notices: Vec<String>,
}

impl<T> WithWarnings<T> {
    pub(crate) fn new(value: T, session: &Session) -> Self {
        Self { value, notices: session.take_notices() }
    }
}

impl<'py, T: IntoPyObject<'py>> IntoPyObject<'py> for WithWarnings<T> {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        issue(py, "StoreWarning", self.notices)?;
        self.value.into_bound_py_any(py)
    }
}
