//! The tokens of a sign-in.

use std::time::SystemTime;

use cognitoken::binding::unix_seconds;
use cognitoken::{Cognito, Password, Result, Summary};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyIterator, PyTuple};

use crate::awaitable::{Coroutine, NoneValue, awaitable};
use crate::device::Device;
use crate::exception;
use crate::html;
use crate::json;
use crate::runtime::wait;

/// The tokens of one sign-in.
///
/// Unpacks as ``(id_token, access_token, refresh_token)``. ``repr`` and notebooks show the user and the expiry, never a
/// token. Tokens cannot be pickled, so that none ends up in a file or a queue by accident.
///
/// Attributes
/// ----------
/// id_token : str or None
///     The ID token, which most services behind Cognito expect.
/// access_token : str
///     The access token.
/// refresh_token : str or None
///     The refresh token, valid for days to years.
/// token_type : str
///     The type of the tokens: ``"Bearer"``.
/// expires_in : int
///     The lifetime of the tokens when they were issued, in seconds.
/// expires_at : float
///     The expiry of the token that is sent, in seconds since 1970-01-01T00:00:00Z by the service's clock.
/// claims : dict
///     The claims of the ID token, or of the access token if there is no ID token. They are not verified, see
///     :class:`Verifier`.
/// headers : dict
///     ``{"Authorization": "Bearer <ID token>"}``, with the access token if there is no ID token.
/// device : Device or None
///     The device that this sign-in registered, if requested.
///
/// Examples
/// --------
/// >>> import cognitoken
/// >>> tokens = cognitoken.login()
/// >>> id_token, access_token, refresh_token = tokens
/// >>> tokens.claims["token_use"]
/// 'id'
/// >>> sorted(tokens.headers)
/// ['Authorization']
#[pyclass(frozen, module = "cognitoken")]
pub(crate) struct Tokens(cognitoken::Tokens);

impl From<cognitoken::Tokens> for Tokens {
    fn from(tokens: cognitoken::Tokens) -> Self {
        Self(tokens)
    }
}

async fn renew(cognito: Cognito, tokens: cognitoken::Tokens) -> Result<Tokens> {
    cognito.refresh_tokens(&tokens).await.map(Tokens)
}

async fn change_password(
    cognito: Cognito,
    tokens: cognitoken::Tokens,
    previous: Password,
    proposed: Password,
) -> Result<NoneValue> {
    cognito.change_password(&tokens, &previous, &proposed).await.map(|()| NoneValue)
}

async fn sign_out_everywhere(cognito: Cognito, tokens: cognitoken::Tokens) -> Result<NoneValue> {
    cognito.sign_out_everywhere(&tokens).await.map(|()| NoneValue)
}

async fn revoke(cognito: Cognito, tokens: cognitoken::Tokens) -> Result<NoneValue> {
    cognito.revoke_tokens(&tokens).await.map(|()| NoneValue)
}

#[pymethods]
impl Tokens {
    /// The ID token, which most services behind Cognito expect. None if the service sent none.
    #[getter]
    fn id_token(&self) -> Option<&str> {
        self.0.id_token().map(cognitoken::IdToken::expose)
    }

    /// The access token.
    #[getter]
    fn access_token(&self) -> &str {
        self.0.access_token().expose()
    }

    /// The refresh token, valid for days to years. None if the service sent none.
    #[getter]
    fn refresh_token(&self) -> Option<&str> {
        self.0.refresh_token().map(cognitoken::RefreshToken::expose)
    }

    /// The type of the tokens: ``"Bearer"``.
    #[getter]
    fn token_type(&self) -> &str {
        self.0.token_type()
    }

    /// The lifetime of the tokens when they were issued, in seconds.
    #[getter]
    fn expires_in(&self) -> u64 {
        self.0.expires_in().as_secs()
    }

    /// The expiry of the token that is sent, in seconds since 1970-01-01T00:00:00Z by the service's clock.
    #[getter]
    fn expires_at(&self) -> f64 {
        unix_seconds(self.0.expires_at()) as f64
    }

    /// The claims of the ID token, or of the access token if there is no ID token, not verified.
    #[getter]
    fn claims<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let claims = self.0.claims().map_err(|error| exception::from_core(py, &error))?;
        json::dict(py, &claims)
    }

    /// The device that this sign-in registered. None if not requested.
    #[getter]
    fn device(&self) -> Option<Device> {
        self.0.device().cloned().map(Device::from)
    }

    /// The header of a request with the ID token, or with the access token if there is no ID token.
    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let headers = PyDict::new(py);
        headers.set_item("Authorization", self.0.authorization())?;
        Ok(headers)
    }

    /// Return the response in the form that Cognito documents, which contains the tokens.
    ///
    /// Returns
    /// -------
    /// dict
    ///     ``{"AuthenticationResult": {"AccessToken": ..., "ExpiresIn": ..., "IdToken": ..., "RefreshToken": ...,
    ///     "TokenType": ...}, "ChallengeParameters": {}}``
    ///     https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html
    ///
    /// Examples
    /// --------
    /// >>> import cognitoken
    /// >>> sorted(cognitoken.login().to_dict())
    /// ['AuthenticationResult', 'ChallengeParameters']
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0.to_response())
    }

    /// Return new tokens, without a password. This object does not change.
    ///
    /// Returns
    /// -------
    /// Tokens
    ///     The new tokens, with the old refresh token if the service returns no new one.
    ///
    /// Raises
    /// ------
    /// AuthenticationError
    ///     There is no refresh token, or it is expired, revoked or replaced.
    /// ThrottledError, NetworkError, RequestTimeout, ServiceError
    ///     As for :func:`login`. The time limit is that of the sign-in.
    ///
    /// Examples
    /// --------
    /// >>> import cognitoken
    /// >>> tokens = cognitoken.login()
    /// >>> tokens = tokens.refresh()
    fn refresh(&self, py: Python<'_>) -> PyResult<Self> {
        let tokens = self.0.clone();
        wait(py, |cognito| renew(cognito, tokens))
    }

    /// Asyncio version of :meth:`refresh`.
    ///
    /// Examples
    /// --------
    /// >>> import asyncio, cognitoken
    /// >>> async def main():
    /// ...     tokens = await cognitoken.login_async()
    /// ...     return await tokens.refresh_async()
    /// >>> tokens = asyncio.run(main())
    fn refresh_async(&self) -> Coroutine {
        let tokens = self.0.clone();
        awaitable("Tokens.refresh_async", |cognito| renew(cognito, tokens))
    }

    /// Change the user's password. The tokens stay valid.
    ///
    /// Parameters
    /// ----------
    /// previous : str
    ///     The current password.
    /// proposed : str
    ///     The new password.
    ///
    /// Raises
    /// ------
    /// AuthenticationError
    ///     The previous password is wrong, the access token expired, or the pool's policy refuses the new password.
    /// ThrottledError, NetworkError, RequestTimeout, ServiceError
    ///     As for :func:`login`.
    ///
    /// Notes
    /// -----
    /// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChangePassword.html
    ///
    /// Examples
    /// --------
    /// >>> import getpass, cognitoken
    /// >>> def change(tokens: cognitoken.Tokens) -> None:
    /// ...     tokens.change_password(getpass.getpass("Password: "), getpass.getpass("New password: "))
    fn change_password(&self, py: Python<'_>, previous: String, proposed: String) -> PyResult<NoneValue> {
        let tokens = self.0.clone();
        wait(py, |cognito| change_password(cognito, tokens, previous.into(), proposed.into()))
    }

    /// Asyncio version of :meth:`change_password`.
    ///
    /// Examples
    /// --------
    /// >>> import getpass, cognitoken
    /// >>> async def change(tokens: cognitoken.Tokens) -> None:
    /// ...     await tokens.change_password_async(getpass.getpass("Password: "), getpass.getpass("New password: "))
    fn change_password_async(&self, previous: String, proposed: String) -> Coroutine {
        let tokens = self.0.clone();
        awaitable("Tokens.change_password_async", |cognito| {
            change_password(cognito, tokens, previous.into(), proposed.into())
        })
    }

    /// Sign the user out everywhere, by revoking all refresh tokens of the user on all devices.
    ///
    /// ID and access tokens that were issued already verify until they expire.
    ///
    /// Raises
    /// ------
    /// AuthenticationError
    ///     The access token is expired or revoked.
    /// ThrottledError, NetworkError, RequestTimeout, ServiceError
    ///     As for :func:`login`.
    ///
    /// Notes
    /// -----
    /// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html
    ///
    /// Examples
    /// --------
    /// >>> import cognitoken
    /// >>> tokens = cognitoken.login()
    /// >>> tokens.sign_out_everywhere()
    fn sign_out_everywhere(&self, py: Python<'_>) -> PyResult<NoneValue> {
        let tokens = self.0.clone();
        wait(py, |cognito| sign_out_everywhere(cognito, tokens))
    }

    /// Asyncio version of :meth:`sign_out_everywhere`.
    ///
    /// Examples
    /// --------
    /// >>> import asyncio, cognitoken
    /// >>> async def main():
    /// ...     tokens = await cognitoken.login_async()
    /// ...     await tokens.sign_out_everywhere_async()
    /// >>> asyncio.run(main())
    fn sign_out_everywhere_async(&self) -> Coroutine {
        let tokens = self.0.clone();
        awaitable("Tokens.sign_out_everywhere_async", |cognito| sign_out_everywhere(cognito, tokens))
    }

    /// Revoke the refresh token of this sign-in, at the service or at the pool's domain, depending on its origin.
    ///
    /// Without a refresh token, nothing is sent.
    ///
    /// Raises
    /// ------
    /// ServiceError
    ///     Revocation is disabled for the app client (``"UnsupportedOperationException"``).
    /// ThrottledError, NetworkError, RequestTimeout
    ///     As for :func:`login`.
    ///
    /// Notes
    /// -----
    /// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html
    ///
    /// Examples
    /// --------
    /// >>> import cognitoken
    /// >>> tokens = cognitoken.login()
    /// >>> tokens.revoke()
    fn revoke(&self, py: Python<'_>) -> PyResult<NoneValue> {
        let tokens = self.0.clone();
        wait(py, |cognito| revoke(cognito, tokens))
    }

    /// Asyncio version of :meth:`revoke`.
    ///
    /// Examples
    /// --------
    /// >>> import asyncio, cognitoken
    /// >>> async def main():
    /// ...     tokens = await cognitoken.login_async()
    /// ...     await tokens.revoke_async()
    /// >>> asyncio.run(main())
    fn revoke_async(&self) -> Coroutine {
        let tokens = self.0.clone();
        awaitable("Tokens.revoke_async", |cognito| revoke(cognito, tokens))
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.documented_order(py)?.try_iter()
    }

    fn __len__(&self) -> usize {
        3
    }

    fn __getitem__<'py>(&self, py: Python<'py>, index: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.documented_order(py)?.as_any().get_item(index)
    }

    fn __repr__(&self) -> String {
        let summary = self.0.summary();
        format!("<Tokens of {}: {}, {}>", who(&summary).escape_debug(), expiry(&summary), renewal(&summary))
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        let summary = self.0.summary();
        let until = html::time(py, unix_seconds(summary.expires_at))?;
        Ok(html::table(&[
            ("Signed in", who(&summary)),
            ("User pool", summary.issuer.as_deref().unwrap_or("unknown")),
            ("App client", &summary.client_id),
            ("Valid until", &format!("{until} ({})", expiry(&summary))),
            ("Refresh", renewal(&summary)),
        ]))
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
            "Tokens cannot be pickled: they are secrets. Open a Session with the same store where they are needed, such as \
             Session(store=\"file\"), or hand on to_dict() in a way that keeps it secret.",
        ))
    }
}

impl Tokens {
    pub(crate) fn core(&self) -> &cognitoken::Tokens {
        &self.0
    }

    fn documented_order<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.id_token(), self.access_token(), self.refresh_token()).into_pyobject(py)
    }
}

fn who(summary: &Summary) -> &str {
    summary.who.as_deref().unwrap_or("an unnamed user")
}

fn expiry(summary: &Summary) -> String {
    summary.expiry(SystemTime::now())
}

fn renewal(summary: &Summary) -> &'static str {
    if summary.refreshable { "refreshable" } else { "not refreshable" }
}
