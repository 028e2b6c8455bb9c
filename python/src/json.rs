//! Conversion between JSON values and Python objects.

use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyRecursionError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use serde_json::{Map, Number, Value};

/// The maximum nesting of a value, which is that of serde_json.
const DEPTH_LIMIT: usize = 128;

/// Converts a JSON object to a dict in the same order.
fn dict<'py>(py: Python<'py>, object: &Map<String, Value>) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, value) in object {
        dict.set_item(name, to_python(py, value)?)?;
    }
    Ok(dict)
}

/// Converts a JSON value, whose nesting serde_json has limited.
pub(crate) fn to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    match value {
        Value::Null => Ok(py.None().into_bound(py)),
        Value::Bool(truth) => truth.into_bound_py_any(py),
        Value::Number(number) => number_to_python(py, number),
        Value::String(text) => text.into_bound_py_any(py),
        Value::Array(items) => {
            let list = PyList::empty(py);
            for item in items {
                list.append(to_python(py, item)?)?;
            }
            Ok(list.into_any())
        }
        Value::Object(object) => dict(py, object).map(Bound::into_any),
    }
}

fn number_to_python<'py>(py: Python<'py>, number: &Number) -> PyResult<Bound<'py, PyAny>> {
    if let Some(integer) = number.as_i64() {
        integer.into_bound_py_any(py)
    } else if let Some(integer) = number.as_u64() {
        integer.into_bound_py_any(py)
    } else {
        number.as_f64().into_bound_py_any(py)
    }
}

/// Converts an object of the types of `json.loads` to a JSON value.
pub(crate) fn from_python(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    from_nested(value, DEPTH_LIMIT)
}

fn from_nested(value: &Bound<'_, PyAny>, levels: usize) -> PyResult<Value> {
    let Some(below) = levels.checked_sub(1) else {
        return Err(PyRecursionError::new_err("the value is nested too deeply to be JSON"));
    };
    if value.is_none() {
        Ok(Value::Null)
    } else if let Ok(truth) = value.cast::<PyBool>() {
        Ok(Value::Bool(truth.is_true()))
    } else if let Ok(text) = value.cast::<PyString>() {
        Ok(Value::String(text.to_str()?.to_owned()))
    } else if value.is_instance_of::<PyInt>() {
        let unsigned = || value.extract::<u64>().map(Number::from);
        Ok(Value::Number(value.extract::<i64>().map(Number::from).or_else(|_| unsigned())?))
    } else if let Ok(number) = value.cast::<PyFloat>() {
        let number = Number::from_f64(number.value());
        number
            .map(Value::Number)
            .ok_or_else(|| PyValueError::new_err("JSON has no number for infinity and nan"))
    } else if let Ok(dict) = value.cast::<PyDict>() {
        let member = |(name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
            Ok((name.extract::<String>()?, from_nested(&value, below)?))
        };
        dict.iter().map(member).collect::<PyResult<Map<_, _>>>().map(Value::Object)
    } else if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        let items = value.try_iter()?.map(|item| from_nested(&item?, below));
        items.collect::<PyResult<Vec<_>>>().map(Value::Array)
    } else {
        let kind = value.get_type().name()?;
        Err(PyTypeError::new_err(format!("a value of type '{kind}' is not JSON")))
    }
}
