//! What a notebook shows.

use pyo3::exceptions::{PyOSError, PyOverflowError, PyValueError};
use pyo3::prelude::*;

/// A table of two columns. Everything in it is text, whatever it holds.
pub(crate) fn table(rows: &[(&str, &str)]) -> String {
    let rows = rows.iter().map(|(name, value)| {
        format!(
            "<tr><th style=\"text-align: left\">{}</th><td style=\"text-align: left\">{}</td></tr>",
            escaped(name),
            escaped(value)
        )
    });
    format!("<table>{}</table>", rows.collect::<String>())
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut safe, character| {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#x27;"),
            unseen if is_unseen(unseen) => safe.push(' '),
            other => safe.push(other),
        }
        safe
    })
}

/// Whether a character is not to be seen itself, and changes how others are: a control or a format character.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{600}'..='\u{605}'
                | '\u{61c}'
                | '\u{6dd}'
                | '\u{70f}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// A time in UTC, from seconds since 1970-01-01T00:00:00Z; the number itself where no calendar goes that far.
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
