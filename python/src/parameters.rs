//! The table of parameters, for the tests and the documents.

use cognitoken_surface::{CALLS, Call, DefaultValue, Kind, Language, Parameter};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};

/// Return each call of Python with its parameters, those by position first.
#[pyfunction]
pub(crate) fn parameters(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let list = PyList::empty(py);
    for call in CALLS {
        let Some(name) = call.name_in(Language::Python) else { continue };
        let dict = PyDict::new(py);
        dict.set_item("call", name)?;
        dict.set_item("operation", call.operation)?;
        let rows = PyList::empty(py);
        call.parameters().into_iter().try_for_each(|parameter| rows.append(row(py, call, parameter)?))?;
        dict.set_item("parameters", rows)?;
        list.append(dict)?;
    }
    Ok(list)
}

fn row<'py>(py: Python<'py>, call: &Call, parameter: &Parameter) -> PyResult<Bound<'py, PyDict>> {
    let row = PyDict::new(py);
    row.set_item("name", parameter.name)?;
    row.set_item("kind", kind(parameter.kind))?;
    row.set_item("choices", choices(parameter.kind))?;
    row.set_item("required", parameter.default == DefaultValue::Required)?;
    row.set_item("default", default(py, parameter.default)?)?;
    row.set_item("variable", parameter.variable)?;
    row.set_item("sentence", parameter.sentence)?;
    row.set_item("positional", call.positional.contains(&parameter.name))?;
    Ok(row)
}

fn default(py: Python<'_>, value: DefaultValue) -> PyResult<Bound<'_, PyAny>> {
    match value {
        DefaultValue::Required | DefaultValue::Nothing => Ok(py.None().into_bound(py)),
        DefaultValue::Text(text) => text.into_bound_py_any(py),
        DefaultValue::Texts(texts) => Ok(PyTuple::new(py, texts)?.into_any()),
        DefaultValue::Number(number) => number.into_bound_py_any(py),
        DefaultValue::Truth(truth) => truth.into_bound_py_any(py),
    }
}

fn choices(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Choice(choices) => choices,
        _ => &[],
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Secret => "secret",
        Kind::Choice(_) => "choice",
        Kind::Seconds => "seconds",
        Kind::Truth => "truth",
        Kind::Texts => "texts",
        Kind::NamedTexts => "named_texts",
        Kind::Device => "device",
        Kind::DeviceOrKey => "device_or_key",
        Kind::Tokens => "tokens",
        Kind::Session => "session",
        Kind::Function => "function",
        Kind::Json => "json",
        Kind::Time => "time",
    }
}
