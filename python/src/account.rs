//! Functions for a forgotten password.

use cognitoken::{AccountRequest, Cognito, Environment, Result};
use pyo3::prelude::*;

use crate::awaitable::{Coroutine, NoneValue, awaitable};
use crate::client::Client;
use crate::runtime::wait;

/// The destination of a code that the service sent.
///
/// Attributes
/// ----------
/// destination : str or None
///     The address, masked by the service: ``"a***@e***"``.
/// delivery_medium : str or None
///     ``"EMAIL"`` or ``"SMS"``.
/// attribute_name : str or None
///     The user attribute that holds the address: ``"email"``, ``"phone_number"``.
#[pyclass(frozen, module = "cognitoken")]
pub(crate) struct CodeDelivery(cognitoken::CodeDelivery);

impl From<cognitoken::CodeDelivery> for CodeDelivery {
    fn from(delivery: cognitoken::CodeDelivery) -> Self {
        Self(delivery)
    }
}

#[pymethods]
impl CodeDelivery {
    /// The address, masked by the service.
    #[getter]
    fn destination(&self) -> Option<&str> {
        self.0.destination.as_deref()
    }

    /// ``"EMAIL"`` or ``"SMS"``.
    #[getter]
    fn delivery_medium(&self) -> Option<&str> {
        self.0.delivery_medium.as_deref()
    }

    /// The user attribute that holds the address.
    #[getter]
    fn attribute_name(&self) -> Option<&str> {
        self.0.attribute_name.as_deref()
    }

    fn __repr__(&self) -> String {
        let shown = |value: Option<&str>| value.unwrap_or("unknown").escape_debug().to_string();
        format!("<CodeDelivery to {} by {}>", shown(self.destination()), shown(self.delivery_medium()))
    }
}

pub(crate) fn account_request(username: Option<String>, client: Client) -> Result<AccountRequest> {
    Ok(AccountRequest { username, client: client.try_into()?, ..AccountRequest::new(Environment::read()?) })
}

async fn forgot(cognito: Cognito, request: Result<AccountRequest>) -> Result<CodeDelivery> {
    cognito.forgot_password(request?).await.map(CodeDelivery)
}

async fn confirm_forgotten(
    cognito: Cognito,
    request: Result<AccountRequest>,
    code: String,
    new_password: String,
) -> Result<NoneValue> {
    let new_password = new_password.into();
    cognito.confirm_forgot_password(request?, &code, &new_password).await.map(|()| NoneValue)
}

/// Request a code for choosing a new password.
///
/// Arguments that are omitted or empty are resolved as by :func:`login`.
///
/// Parameters
/// ----------
/// username : str, optional
///     The user name, or an alias (``COGNITO_USER_NAME``).
/// client_id, region, user_pool_id, client_secret, endpoint : str, optional
///     As for :func:`login`.
/// timeout : float, default 30.0
///     The time limit of the whole call in seconds, retries included.
///
/// Returns
/// -------
/// CodeDelivery
///     The destination of the code.
///
/// Raises
/// ------
/// ThrottledError
///     Too many requests for one user.
/// ConfigError, NetworkError, RequestTimeout, ServiceError
///     As for :func:`login`.
///
/// Notes
/// -----
/// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html
///
/// Examples
/// --------
/// >>> import cognitoken
/// >>> def begin(username: str) -> str | None:
/// ...     return cognitoken.forgot_password(username).destination
#[pyfunction]
#[pyo3(signature = (
    username=None, client_id=None, region=None, *,
    user_pool_id=None, client_secret=None, endpoint=None, timeout=30.0,
))]
#[expect(clippy::too_many_arguments, reason = "the arguments of the Python function, each with its name")]
pub(crate) fn forgot_password(
    py: Python<'_>,
    username: Option<String>,
    client_id: Option<String>,
    region: Option<String>,
    user_pool_id: Option<String>,
    client_secret: Option<String>,
    endpoint: Option<String>,
    timeout: f64,
) -> PyResult<CodeDelivery> {
    let client = Client { client_id, client_secret, region, user_pool_id, endpoint, timeout: Some(timeout) };
    let request = account_request(username, client);
    wait(py, |cognito| forgot(cognito, request))
}

/// Asyncio version of :func:`forgot_password`, with the same arguments and errors.
///
/// Examples
/// --------
/// >>> import cognitoken
/// >>> async def begin(username: str) -> str | None:
/// ...     return (await cognitoken.forgot_password_async(username)).destination
#[pyfunction]
#[pyo3(signature = (
    username=None, client_id=None, region=None, *,
    user_pool_id=None, client_secret=None, endpoint=None, timeout=30.0,
))]
pub(crate) fn forgot_password_async(
    username: Option<String>,
    client_id: Option<String>,
    region: Option<String>,
    user_pool_id: Option<String>,
    client_secret: Option<String>,
    endpoint: Option<String>,
    timeout: f64,
) -> Coroutine {
    let client = Client { client_id, client_secret, region, user_pool_id, endpoint, timeout: Some(timeout) };
    let request = account_request(username, client);
    awaitable("forgot_password_async", |cognito| forgot(cognito, request))
}

/// Set a new password with the code from :func:`forgot_password`.
///
/// Arguments that are omitted or empty are resolved as by :func:`login`.
///
/// Parameters
/// ----------
/// code : str
///     The code from :func:`forgot_password`.
/// new_password : str
///     The new password.
/// username : str, optional
///     The user name, or an alias (``COGNITO_USER_NAME``).
/// client_id, region, user_pool_id, client_secret, endpoint : str, optional
///     As for :func:`login`.
/// timeout : float, default 30.0
///     The time limit of the whole call in seconds, retries included.
///
/// Raises
/// ------
/// AuthenticationError
///     The code is wrong or expired, or the pool's policy refuses the new password.
/// ThrottledError
///     Too many wrong codes for one user.
/// ConfigError, NetworkError, RequestTimeout, ServiceError
///     As for :func:`login`.
///
/// Notes
/// -----
/// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html
///
/// Examples
/// --------
/// >>> import cognitoken
/// >>> def end(username: str, code: str, new_password: str) -> None:
/// ...     cognitoken.confirm_forgot_password(code, new_password, username)
#[pyfunction]
#[pyo3(signature = (
    code, new_password, username=None, client_id=None, region=None, *,
    user_pool_id=None, client_secret=None, endpoint=None, timeout=30.0,
))]
#[expect(clippy::too_many_arguments, reason = "the arguments of the Python function, each with its name")]
pub(crate) fn confirm_forgot_password(
    py: Python<'_>,
    code: String,
    new_password: String,
    username: Option<String>,
    client_id: Option<String>,
    region: Option<String>,
    user_pool_id: Option<String>,
    client_secret: Option<String>,
    endpoint: Option<String>,
    timeout: f64,
) -> PyResult<NoneValue> {
    let client = Client { client_id, client_secret, region, user_pool_id, endpoint, timeout: Some(timeout) };
    let request = account_request(username, client);
    wait(py, |cognito| confirm_forgotten(cognito, request, code, new_password))
}

/// Asyncio version of :func:`confirm_forgot_password`, with the same arguments and errors.
///
/// Examples
/// --------
/// >>> import cognitoken
/// >>> async def end(username: str, code: str, new_password: str) -> None:
/// ...     await cognitoken.confirm_forgot_password_async(code, new_password, username)
#[pyfunction]
#[pyo3(signature = (
    code, new_password, username=None, client_id=None, region=None, *,
    user_pool_id=None, client_secret=None, endpoint=None, timeout=30.0,
))]
#[expect(clippy::too_many_arguments, reason = "the arguments of the Python function, each with its name")]
pub(crate) fn confirm_forgot_password_async(
    code: String,
    new_password: String,
    username: Option<String>,
    client_id: Option<String>,
    region: Option<String>,
    user_pool_id: Option<String>,
    client_secret: Option<String>,
    endpoint: Option<String>,
    timeout: f64,
) -> Coroutine {
    let client = Client { client_id, client_secret, region, user_pool_id, endpoint, timeout: Some(timeout) };
    let request = account_request(username, client);
    awaitable("confirm_forgot_password_async", |cognito| {
        confirm_forgotten(cognito, request, code, new_password)
    })
}
