//! What the service asks before it gives tokens.

use std::collections::BTreeMap;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

/// What the service asks before it gives tokens; found on :class:`ChallengeRequired`.
///
/// Attributes
/// ----------
/// name : str
///     Cognito's name for it, such as ``"SOFTWARE_TOKEN_MFA"``. One that this package does not know is passed through.
///     https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html
/// parameters : dict of str to str
///     What the service says about it: where a code was sent to, which attributes it requires.
#[pyclass(frozen, module = "cognitoken")]
pub(crate) struct Challenge(cognitoken::Challenge);

impl From<cognitoken::Challenge> for Challenge {
    fn from(challenge: cognitoken::Challenge) -> Self {
        Self(challenge)
    }
}

#[pymethods]
impl Challenge {
    /// Cognito's name for it, such as ``"SOFTWARE_TOKEN_MFA"``.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// What the service says about it, as it came.
    #[getter]
    fn parameters(&self) -> BTreeMap<String, String> {
        self.0.parameters().clone()
    }

    fn __repr__(&self) -> String {
        // The values are for the user who is asked: they may name an address or a number.
        let names: Vec<&str> = self.0.parameters().keys().map(String::as_str).collect();
        format!(
            "<Challenge {} with {}>",
            self.0.name(),
            if names.is_empty() { "no parameters".to_owned() } else { names.join(", ") }
        )
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (memo, /))]
    fn __deepcopy__(slf: Py<Self>, memo: &Bound<'_, PyAny>) -> Py<Self> {
        let _ = memo;
        slf
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "a Challenge cannot be pickled: it holds the session of a sign-in. Answer it in the process that signed in.",
        ))
    }
}
