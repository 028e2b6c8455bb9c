//! The values of a call: a dict of Python.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cognitoken::{Error, Value};
use cognitoken_surface::{DefaultValue, Kind, Object, PARAMETERS, Parameter, Values};
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyUnicodeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{
    PyBool, PyDateTime, PyDict, PyList, PyMapping, PySequence, PyString, PyTuple, PyTzInfoAccess,
};

use crate::handle::Handle;
use crate::{gate, json};

/// The object that switches a check off: `cognitoken.ANY`.
static ANY: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// Registers the object that switches a check of a verifier off.
#[pyfunction]
#[pyo3(signature = (any, /))]
pub(crate) fn register_any(py: Python<'_>, any: Py<PyAny>) {
    // Registered once: the package is imported once.
    let _ = ANY.set(py, any);
}

/// The values of a call of one operation.
pub(crate) struct Arguments<'a, 'py> {
    operation: &'a str,
    values: &'a Bound<'py, PyDict>,
}

/// The reason why no request could be made of the values.
pub(crate) enum Refusal {
    /// A value of a wrong type, or an exception of the caller's own objects.
    Python(PyErr),
    /// An error of the core.
    Core(Error),
}

impl From<PyErr> for Refusal {
    fn from(exception: PyErr) -> Self {
        Self::Python(exception)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

impl<'a, 'py> Arguments<'a, 'py> {
    pub(crate) fn new(operation: &'a str, values: &'a Bound<'py, PyDict>) -> Self {
        Self { operation, values }
    }

    /// The value of a name. None is an absent value.
    fn value(&self, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        let value = match name {
            // Asked for by every method.
            "self" => self.values.get_item(intern!(self.values.py(), "self")),
            name => self.values.get_item(name),
        };
        Ok(value?.filter(|value| !value.is_none()))
    }

    fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        PARAMETERS.iter().find(|row| row.name == name && row.operations.contains(&self.operation))
    }

    /// The error for a value of a wrong type, which names the parameter and the type, never the value.
    fn wrong_type(&self, name: &str, value: &Bound<'_, PyAny>) -> PyErr {
        let parameter = self.parameter(name);
        let is_required = parameter.is_none_or(|row| row.default == DefaultValue::Required);
        let mut expected = match parameter.map_or(Kind::Text, |row| row.kind) {
            Kind::Texts if is_required => vec!["a list of str"],
            kind => vec![expected(kind)],
        };
        if !is_required {
            expected.push("None");
        }
        if self.operation == "verifier" && matches!(name, "client_id" | "token_use") {
            expected.push("cognitoken.ANY");
        }
        let last = expected.pop().unwrap_or_default();
        let either = if expected.is_empty() { String::new() } else { format!("{} or ", expected.join(", ")) };
        match value.get_type().name() {
            Ok(kind) => PyTypeError::new_err(format!("{name} has to be {either}{last}, not '{kind}'")),
            Err(failure) => failure,
        }
    }

    fn string(&self, name: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
        let text = value.cast::<PyString>().map_err(|_| self.wrong_type(name, value))?;
        // Python's own error would hold the value.
        let unusable = |_: PyErr| {
            PyValueError::new_err(format!(
                "{name} has characters that UTF-8 has no bytes for: lone surrogates"
            ))
        };
        text.to_str().map(str::to_owned).map_err(unusable)
    }

    fn strings(&self, name: &str, value: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
        if value.is_instance_of::<PyString>() {
            // Where several have to be given, one is a mistake.
            let is_mistaken = self.parameter(name).is_some_and(|row| row.default == DefaultValue::Required);
            return if is_mistaken {
                Err(self.wrong_type(name, value))
            } else {
                Ok(vec![self.string(name, value)?])
            };
        }
        let items = || value.try_iter()?.map(|item| self.string(name, &item?)).collect();
        if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
            return items();
        }
        gate::inside(value.py(), || match value.cast::<PySequence>() {
            Ok(_) => items(),
            Err(_) => Err(self.wrong_type(name, value)),
        })
    }

    fn point_in_time(&self, name: &str, value: &Bound<'_, PyAny>) -> PyResult<SystemTime> {
        let seconds: f64 = if let Ok(datetime) = value.cast::<PyDateTime>() {
            if datetime.get_tzinfo().is_none() {
                let message = format!("{name} has no time zone; for UTC: datetime.now(timezone.utc)");
                return Err(PyValueError::new_err(message));
            }
            gate::inside(value.py(), || datetime.call_method0("timestamp")?.extract())?
        } else {
            self.float(name, value)?
        };
        let distance = Duration::try_from_secs_f64(seconds.abs());
        let time = distance.ok().and_then(|distance| match seconds >= 0.0 {
            true => UNIX_EPOCH.checked_add(distance),
            false => UNIX_EPOCH.checked_sub(distance),
        });
        time.ok_or_else(|| PyValueError::new_err(format!("{name} is not a time that this machine can tell")))
    }

    /// A number, which a bool is not.
    fn float(&self, name: &str, value: &Bound<'_, PyAny>) -> PyResult<f64> {
        if value.is_instance_of::<PyBool>() {
            return Err(self.wrong_type(name, value));
        }
        match gate::inside(value.py(), || value.extract()) {
            Ok(number) => Ok(number),
            // A whole number that no float holds.
            Err(failure) if failure.is_instance_of::<PyOverflowError>(value.py()) => Ok(f64::INFINITY),
            Err(_) => Err(self.wrong_type(name, value)),
        }
    }
}

impl Values for Arguments<'_, '_> {
    type Failure = Refusal;

    fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        Ok(self.value(name)?.map(|value| self.string(name, &value)).transpose()?)
    }

    fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Refusal> {
        Ok(self.value(name)?.map(|value| self.strings(name, &value)).transpose()?)
    }

    fn number(&self, name: &str) -> Result<Option<f64>, Refusal> {
        Ok(self.value(name)?.map(|value| self.float(name, &value)).transpose()?)
    }

    fn truth(&self, name: &str) -> Result<Option<bool>, Refusal> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        value.extract().map(Some).map_err(|_: PyErr| self.wrong_type(name, &value).into())
    }

    fn named_texts(&self, name: &str) -> Result<Option<BTreeMap<String, String>>, Refusal> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        let member = |item: Bound<'_, PyAny>| {
            let (key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
            Ok((self.string(name, &key)?, self.string(name, &value)?))
        };
        let members = || match value.cast::<PyMapping>() {
            Ok(mapping) => mapping.items()?.iter().map(member).collect::<PyResult<_>>(),
            Err(_) => Err(self.wrong_type(name, &value)),
        };
        Ok(Some(gate::inside(value.py(), members)?))
    }

    fn json(&self, name: &str) -> Result<Option<Value>, Refusal> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        if !value.is_instance_of::<PyDict>() {
            return Err(self.wrong_type(name, &value).into());
        }
        let document = json::from_python(&value);
        Ok(Some(document.map_err(|failure| match failure.is_instance_of::<PyUnicodeError>(value.py()) {
            true => PyValueError::new_err(format!("{name} has characters that JSON cannot hold")),
            false => failure,
        })?))
    }

    fn time(&self, name: &str) -> Result<Option<SystemTime>, Refusal> {
        Ok(self.value(name)?.map(|value| self.point_in_time(name, &value)).transpose()?)
    }

    fn object(&self, name: &str) -> Result<Option<Object>, Refusal> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        if let Some(handle) = Handle::of(&value) {
            return Ok(Some(handle.get().object().clone()));
        }
        let takes_either = self.parameter(name).is_some_and(|row| row.kind == Kind::DeviceOrKey);
        match takes_either && value.is_instance_of::<PyString>() {
            true => Ok(None),
            false => Err(self.wrong_type(name, &value).into()),
        }
    }

    fn is_any(&self, name: &str) -> bool {
        let py = self.values.py();
        match (self.value(name), ANY.get(py)) {
            (Ok(Some(value)), Some(any)) => value.is(any),
            _ => false,
        }
    }

    fn is_one_text(&self, name: &str) -> bool {
        self.value(name).is_ok_and(|value| value.is_some_and(|value| value.is_instance_of::<PyString>()))
    }
}

fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Secret | Kind::Choice(_) => "a str",
        Kind::Seconds => "a number",
        Kind::Truth => "a bool",
        Kind::Texts => "a str, a list of str",
        Kind::NamedTexts => "a dict of str to str",
        Kind::Device => "a Device",
        Kind::DeviceOrKey => "a Device, a str",
        Kind::Tokens => "a Tokens",
        Kind::Session => "a Session",
        Kind::Function => "callable",
        Kind::Json => "a dict",
        Kind::Time => "a number of seconds since 1970, a datetime.datetime",
    }
}
