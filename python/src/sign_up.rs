//! Functions that confirm a sign-up.

use cognitoken::{AccountRequest, Cognito, Result};
use pyo3::prelude::*;

use crate::account::{CodeDelivery, account_request};
use crate::awaitable::{Coroutine, NoneValue, awaitable};
use crate::client::Client;
use crate::runtime::wait;

async fn resend(cognito: Cognito, request: Result<AccountRequest>) -> Result<CodeDelivery> {
    cognito.resend_confirmation_code(request?).await.map(CodeDelivery::from)
}

async fn confirm(cognito: Cognito, request: Result<AccountRequest>, code: String) -> Result<NoneValue> {
    cognito.confirm_sign_up(request?, &code).await.map(|()| NoneValue)
}

/// Resend the code that confirms a sign-up.
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
/// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html
///
/// Examples
/// --------
/// >>> import cognitoken
/// >>> def again(username: str) -> str | None:
/// ...     return cognitoken.resend_confirmation_code(username).destination
#[pyfunction]
#[pyo3(signature = (
    username=None, client_id=None, region=None, *,
    user_pool_id=None, client_secret=None, endpoint=None, timeout=30.0,
))]
#[expect(clippy::too_many_arguments, reason = "the arguments of the Python function, each with its name")]
pub(crate) fn resend_confirmation_code(
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
    wait(py, |cognito| resend(cognito, request))
}

/// Asyncio version of :func:`resend_confirmation_code`, with the same arguments and errors.
///
/// Examples
/// --------
/// >>> import cognitoken
/// >>> async def again(username: str) -> str | None:
/// ...     return (await cognitoken.resend_confirmation_code_async(username)).destination
#[pyfunction]
#[pyo3(signature = (
    username=None, client_id=None, region=None, *,
    user_pool_id=None, client_secret=None, endpoint=None, timeout=30.0,
))]
pub(crate) fn resend_confirmation_code_async(
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
    awaitable("resend_confirmation_code_async", |cognito| resend(cognito, request))
}

/// Confirm a sign-up with the code that was sent.
///
/// Arguments that are omitted or empty are resolved as by :func:`login`.
///
/// Parameters
/// ----------
/// code : str
///     The code that was sent.
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
///     The code is wrong or expired, or the user is confirmed already.
/// ThrottledError
///     Too many wrong codes for one user.
/// ConfigError, NetworkError, RequestTimeout, ServiceError
///     As for :func:`login`.
///
/// Notes
/// -----
/// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html
///
/// Examples
/// --------
/// >>> import cognitoken
/// >>> def confirm(username: str, code: str) -> None:
/// ...     cognitoken.confirm_sign_up(code, username)
#[pyfunction]
#[pyo3(signature = (
    code, username=None, client_id=None, region=None, *,
    user_pool_id=None, client_secret=None, endpoint=None, timeout=30.0,
))]
#[expect(clippy::too_many_arguments, reason = "the arguments of the Python function, each with its name")]
pub(crate) fn confirm_sign_up(
    py: Python<'_>,
    code: String,
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
    wait(py, |cognito| confirm(cognito, request, code))
}

/// Asyncio version of :func:`confirm_sign_up`, with the same arguments and errors.
///
/// Examples
/// --------
/// >>> import cognitoken
/// >>> async def confirm(username: str, code: str) -> None:
/// ...     await cognitoken.confirm_sign_up_async(code, username)
#[pyfunction]
#[pyo3(signature = (
    code, username=None, client_id=None, region=None, *,
    user_pool_id=None, client_secret=None, endpoint=None, timeout=30.0,
))]
#[expect(clippy::too_many_arguments, reason = "the arguments of the Python function, each with its name")]
pub(crate) fn confirm_sign_up_async(
    code: String,
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
    awaitable("confirm_sign_up_async", |cognito| confirm(cognito, request, code))
}
