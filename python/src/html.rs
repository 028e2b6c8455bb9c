//! HTML representations for notebooks.

use cognitoken::binding::escape_html;
use pyo3::exceptions::{PyOSError, PyOverflowError, PyValueError};
use pyo3::prelude::*;

use crate::text::readable;

/// A table of two columns, whose contents are escaped.
pub(crate) fn table(rows: &[(&str, &str)]) -> String {
    let rows = rows.iter().map(|(name, value)| {
        format!(
            "<tr><th style=\"text-align: left\">{}</th><td style=\"text-align: left\">{}</td></tr>",
            escape_html(&readable(name)),
            escape_html(&readable(value))
        )
    });
    format!("<table>{}</table>", rows.collect::<String>())
}

/// Formats seconds since 1970-01-01T00:00:00Z as a time in UTC, or as the number if it is out of range.
pub(crate) fn time(py: Python<'_>, seconds: i64) -> PyResult<String> {
    let time = py.import("time")?;
    let text = time
        .call_method1("gmtime", (seconds,))
        .and_then(|parts| time.call_method1("strftime", ("%Y-%m-%d %H:%M:%S UTC", parts)))
        .and_then(|text| text.extract());
    text.or_else(|error| {
        let too_far = error.is_instance_of::<PyOverflowError>(py)
            || error.is_instance_of::<PyValueError>(py)
            || error.is_instance_of::<PyOSError>(py);
        if too_far { Ok(format!("{seconds} s after 1970-01-01 UTC")) } else { Err(error) }
    })
}
