//! Remembered devices.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// A device that the pool remembers, so that a later sign-in of the same user may skip MFA.
///
/// ``login(remember_device=True)`` registers a device, which is then in ``tokens.device``. Pass it to later sign-ins as
/// ``login(device=...)``. A device has a password of its own and is therefore a secret: ``repr`` does not show the
/// password, and it cannot be pickled. To keep it, store the result of :meth:`to_dict` in a safe place.
///
/// Parameters
/// ----------
/// key : str
///     The pool's key for the device, ``"<region>_<uuid>"``.
/// group_key : str
///     The pool's key for the group that the device is in.
/// password : str
///     The device's own password.
///
/// Notes
/// -----
/// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-device-tracking.html
///
/// Examples
/// --------
/// >>> import cognitoken
/// >>> kept = {"key": "us-east-1_f0e1d2c3", "group_key": "-group", "password": "from a safe place"}
/// >>> device = cognitoken.Device(**kept)
/// >>> device
/// <Device us-east-1_f0e1d2c3>
/// >>> device.to_dict() == kept
/// True
#[pyclass(frozen, module = "cognitoken")]
pub(crate) struct Device(cognitoken::Device);

impl From<cognitoken::Device> for Device {
    fn from(device: cognitoken::Device) -> Self {
        Self(device)
    }
}

impl From<&Device> for cognitoken::Device {
    fn from(device: &Device) -> Self {
        device.0.clone()
    }
}

/// The device of a refresh token: the whole device, or only its key.
#[derive(FromPyObject)]
pub(crate) enum DeviceOrKey<'py> {
    Device(Bound<'py, Device>),
    Key(String),
}

impl DeviceOrKey<'_> {
    /// The device or its key.
    pub(crate) fn parts(given: Option<Self>) -> (Option<cognitoken::Device>, Option<String>) {
        match given {
            Some(Self::Device(device)) => (Some(device.get().into()), None),
            Some(Self::Key(key)) => (None, Some(key)),
            None => (None, None),
        }
    }
}

#[pymethods]
impl Device {
    #[new]
    fn new(key: String, group_key: String, password: String) -> Self {
        Self(cognitoken::Device::new(key, group_key, password.into()))
    }

    /// The pool's key for the device, ``"<region>_<uuid>"``.
    #[getter]
    fn key(&self) -> &str {
        self.0.key()
    }

    /// The pool's key for the group that the device is in.
    #[getter]
    fn group_key(&self) -> &str {
        self.0.group_key()
    }

    /// Return the arguments that create the device, which include its password.
    ///
    /// Returns
    /// -------
    /// dict of str to str
    ///     ``key``, ``group_key`` and ``password``, for ``Device(**kept)``.
    ///
    /// Examples
    /// --------
    /// >>> import cognitoken
    /// >>> device = cognitoken.Device("us-east-1_f0e1d2c3", "-group", "from a safe place")
    /// >>> sorted(device.to_dict())
    /// ['group_key', 'key', 'password']
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("key", self.0.key())?;
        dict.set_item("group_key", self.0.group_key())?;
        dict.set_item("password", self.0.password().expose())?;
        Ok(dict)
    }

    fn __repr__(&self) -> String {
        format!("<Device {}>", self.0.key().escape_debug())
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "a Device cannot be pickled: it holds a password of its own. Keep to_dict() in a safe place instead.",
        ))
    }
}
