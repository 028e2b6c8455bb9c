//! Conversion of results to Python objects.

use cognitoken_surface::{Object, Output, Reply};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyRuntimeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyType};

use crate::handle::Handle;
use crate::{exception, gate, json, warnings};

/// The constructors of the package's classes, by the names of the classes.
static CLASSES: PyOnceLock<Py<PyDict>> = PyOnceLock::new();

fn classes(py: Python<'_>) -> &Bound<'_, PyDict> {
    CLASSES.get_or_init(py, || PyDict::new(py).unbind()).bind(py)
}

/// Registers the class that shows the objects of its name. Its method ``_of`` makes an instance of a handle.
#[pyfunction]
#[pyo3(signature = (class, /))]
pub(crate) fn register(class: &Bound<'_, PyType>) -> PyResult<()> {
    classes(class.py()).set_item(class.name()?, class.getattr("_of")?)
}

/// Converts the reply of a call: its notices become warnings, and its failure the exception.
pub(crate) fn deliver(py: Python<'_>, reply: Reply) -> PyResult<Bound<'_, PyAny>> {
    warnings::issue(py, &reply.notices)?;
    match reply.outcome {
        Ok(output) => to_python(py, output),
        Err(failure) => Err(exception::from_failure(py, failure)),
    }
}

/// Converts a result.
pub(crate) fn to_python(py: Python<'_>, output: Output) -> PyResult<Bound<'_, PyAny>> {
    match output {
        Output::Nothing => Ok(py.None().into_bound(py)),
        Output::Truth(truth) => truth.into_bound_py_any(py),
        Output::Integer(integer) => integer.into_bound_py_any(py),
        Output::Number(number) => number.into_bound_py_any(py),
        Output::Text(text) => text.into_bound_py_any(py),
        Output::Texts(texts) => texts.into_bound_py_any(py),
        Output::Named(texts) => texts.into_bound_py_any(py),
        Output::Json(value) => json::to_python(py, &value),
        Output::Object(object) => of_object(py, object),
        Output::List(items) => {
            let list = PyList::empty(py);
            items.into_iter().try_for_each(|item| list.append(to_python(py, item)?))?;
            Ok(list.into_any())
        }
        Output::Each(results) => {
            let list = PyList::empty(py);
            for result in results {
                match result {
                    Ok(item) => list.append(to_python(py, item)?)?,
                    Err(error) => list.append(exception::from_core(py, &error).into_value(py))?,
                }
            }
            Ok(list.into_any())
        }
    }
}

/// Makes the instance of the class that shows an object.
pub(crate) fn of_object(py: Python<'_>, object: Object) -> PyResult<Bound<'_, PyAny>> {
    let class = object.class();
    let name = match object {
        Object::DecodedJwt(_) => intern!(py, "DecodedJwt").clone(),
        Object::Tokens(_) => intern!(py, "Tokens").clone(),
        _ => pyo3::types::PyString::intern(py, class),
    };
    let make = classes(py).get_item(name)?;
    let make = make.ok_or_else(|| PyRuntimeError::new_err(format!("the class {class} is not registered")))?;
    let handle = Py::new(py, Handle::new(object))?;
    gate::inside(py, || make.call1((handle,)))
}
