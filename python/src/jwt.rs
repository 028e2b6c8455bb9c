//! Decoding of tokens.

use cognitoken::Claims;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyIterator, PyTuple};

use crate::exception;
use crate::html;
use crate::json;

/// A decoded token, not verified; returned by :func:`decode`. Unpacks as ``(header, payload, signature)``.
///
/// Attributes
/// ----------
/// header : dict
///     The header, with the algorithm ``alg`` and the key's id ``kid``.
/// payload : dict
///     The claims.
/// signature : str
///     The signature in base64url. ``repr`` omits it, because the token could be reconstructed with it.
#[pyclass(frozen, module = "cognitoken")]
pub(crate) struct DecodedJwt {
    /// The header, with the algorithm ``alg`` and the key's id ``kid``.
    #[pyo3(get)]
    header: Py<PyDict>,
    /// The claims, not verified.
    #[pyo3(get)]
    payload: Py<PyDict>,
    /// The signature in base64url.
    #[pyo3(get)]
    signature: String,
}

#[pymethods]
impl DecodedJwt {
    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.parts(py)?.try_iter()
    }

    fn __len__(&self) -> usize {
        3
    }

    fn __getitem__<'py>(&self, py: Python<'py>, index: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.parts(py)?.as_any().get_item(index)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (header, payload) = (self.header.bind(py).repr()?, self.payload.bind(py).repr()?);
        Ok(format!("DecodedJwt(header={header}, payload={payload}, signature=<not shown>)"))
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        let mut rows = vec![("Not verified".to_owned(), "anyone can make a token that says this".to_owned())];
        for part in [&self.header, &self.payload] {
            for (name, value) in part.bind(py) {
                let name: String = name.extract()?;
                let text = shown(py, &name, &value)?;
                rows.push((name, text));
            }
        }
        let rows: Vec<(&str, &str)> =
            rows.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        Ok(html::table(&rows))
    }
}

/// Formats a claim for display. Claims that contain a time: RFC 7519, 4.1, and Cognito's `auth_time`.
fn shown(py: Python<'_>, name: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    match (name, value.extract::<i64>()) {
        ("exp" | "iat" | "nbf" | "auth_time", Ok(seconds)) => html::time(py, seconds),
        _ => Ok(value.str()?.to_string()),
    }
}

impl DecodedJwt {
    fn parts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.header.bind(py), self.payload.bind(py), self.signature.as_str()).into_pyobject(py)
    }
}

/// Decode a token without verifying it.
///
/// Anyone can create a token that decodes. Use :class:`Verifier` to check that a token is genuine.
///
/// Parameters
/// ----------
/// jwt : str
///     The token: three parts in base64url with dots between them.
///     https://www.rfc-editor.org/rfc/rfc7519
///
/// Returns
/// -------
/// DecodedJwt
///     The header, payload and signature. An integer of more than 64 bits is a str of its digits.
///
/// Raises
/// ------
/// TokenInvalid
///     It is not a JWT, or longer than 64 KiB.
///
/// Examples
/// --------
/// >>> import cognitoken
/// >>> jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEiLCJleHAiOjE3MTQ3Nzc3NjZ9.c2lnbmF0dXJl"
/// >>> cognitoken.decode(jwt).payload
/// {'sub': 'ada', 'exp': 1714777766}
/// >>> header, payload, signature = cognitoken.decode(jwt)
#[pyfunction]
pub(crate) fn decode(py: Python<'_>, jwt: &str) -> PyResult<DecodedJwt> {
    let decoded = cognitoken::decode(jwt).map_err(|error| exception::from_core(py, &error))?;
    let dict = |claims: &Claims| json::dict(py, claims).map(Bound::unbind);
    Ok(DecodedJwt {
        header: dict(&decoded.header)?,
        payload: dict(&decoded.payload)?,
        signature: decoded.signature,
    })
}
