//! The notices of a call, issued as Python warnings.

use std::ffi::CString;

use cognitoken_surface::{Notice, Subject};
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::exception::readable;
use crate::gate;

/// Issues a warning for each notice, at the line that called the package.
pub(crate) fn issue(py: Python<'_>, notices: &[Notice]) -> PyResult<()> {
    if notices.is_empty() {
        return Ok(());
    }
    gate::inside(py, || {
        let level = caller(py)?;
        let exceptions = py.import("cognitoken.exceptions")?;
        notices.iter().try_for_each(|notice| {
            let class = match notice.about {
                Subject::Config => "ConfigWarning",
                Subject::Store => "StoreWarning",
            };
            let class = exceptions.getattr(class)?.cast_into::<PyType>()?;
            PyErr::warn(py, &class, &CString::new(readable(&notice.text)).unwrap_or_default(), level)
        })
    })
}

/// The number of the first frame that is not of this package, counted as by `warnings.warn`.
fn caller(py: Python<'_>) -> PyResult<i32> {
    let mut frame = py.import("sys")?.call_method0("_getframe")?;
    let mut level = 1;
    loop {
        let module = frame.getattr("f_globals")?.get_item("__name__");
        let module = module.and_then(|name| name.extract::<String>()).unwrap_or_default();
        let back = frame.getattr("f_back")?;
        if !(module == "cognitoken" || module.starts_with("cognitoken.")) || back.is_none() {
            return Ok(level);
        }
        (frame, level) = (back, level + 1);
    }
}
