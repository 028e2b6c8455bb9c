//! Refresh from a refresh token without a sign-in.

use cognitoken::{Cognito, Environment, RefreshRequest, Result};
use pyo3::prelude::*;

use crate::awaitable::{Coroutine, awaitable};
use crate::client::Client;
use crate::device::DeviceOrKey;
use crate::runtime::wait;
use crate::tokens::Tokens;

fn refresh_request(
    refresh_token: Option<String>,
    username: Option<String>,
    device: Option<DeviceOrKey<'_>>,
    client: Client,
) -> Result<RefreshRequest> {
    let (device, device_key) = DeviceOrKey::parts(device);
    Ok(RefreshRequest {
        refresh_token: refresh_token.map(Into::into),
        username,
        device,
        device_key,
        client: client.try_into()?,
        ..RefreshRequest::new(Environment::read()?)
    })
}

// Errors in a request are raised by the call, or by its await.
async fn refresh_alone(cognito: Cognito, request: Result<RefreshRequest>) -> Result<Tokens> {
    cognito.refresh(request?).await.map(Tokens::from)
}

/// Get new tokens from a refresh token, without a password.
///
/// Arguments that are omitted or empty are resolved as by :func:`login`. With a :class:`Tokens`
/// object, use :meth:`Tokens.refresh` instead.
///
/// Parameters
/// ----------
/// refresh_token : str, optional
///     The refresh token (``COGNITO_REFRESH_TOKEN``).
/// client_id, region, user_pool_id, client_secret, endpoint : str, optional
///     As for :func:`login`.
/// username : str, optional
///     The user name in the pool, not an alias (``COGNITO_USER_NAME``). Required only for a client with a secret at a
///     service that does not support GetTokensFromRefreshToken.
///     https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html
/// timeout : float, default 30.0
///     The time limit of the whole call in seconds, retries included.
/// device : Device or str, optional
///     The device that the refresh token belongs to, or its key (``COGNITO_DEVICE_KEY``), for a pool that remembers
///     devices.
///
/// Returns
/// -------
/// Tokens
///     The new tokens, with the old refresh token if the service returns no new one.
///
/// Raises
/// ------
/// AuthenticationError
///     The refresh token is expired, revoked or was replaced, or the client secret is wrong.
/// ConfigError, ThrottledError, NetworkError, RequestTimeout, ServiceError
///     As for :func:`login`.
///
/// Examples
/// --------
/// >>> import cognitoken
/// >>> refresh_token = cognitoken.login().refresh_token  # kept in a safe place since an earlier sign-in
/// >>> tokens = cognitoken.refresh(refresh_token)
#[pyfunction]
#[pyo3(signature = (
    refresh_token=None, client_id=None, region=None, *,
    username=None, user_pool_id=None, client_secret=None, endpoint=None, timeout=30.0, device=None,
))]
#[expect(clippy::too_many_arguments, reason = "the arguments of the Python function, each with its name")]
pub(crate) fn refresh(
    py: Python<'_>,
    refresh_token: Option<String>,
    client_id: Option<String>,
    region: Option<String>,
    username: Option<String>,
    user_pool_id: Option<String>,
    client_secret: Option<String>,
    endpoint: Option<String>,
    timeout: f64,
    device: Option<DeviceOrKey<'_>>,
) -> PyResult<Tokens> {
    let client = Client { client_id, client_secret, region, user_pool_id, endpoint, timeout: Some(timeout) };
    let request = refresh_request(refresh_token, username, device, client);
    wait(py, |cognito| refresh_alone(cognito, request))
}

/// Asyncio version of :func:`refresh`, with the same arguments, result and errors.
///
/// Examples
/// --------
/// >>> import asyncio, cognitoken
/// >>> refresh_token = cognitoken.login().refresh_token
/// >>> tokens = asyncio.run(cognitoken.refresh_async(refresh_token))
#[pyfunction]
#[pyo3(signature = (
    refresh_token=None, client_id=None, region=None, *,
    username=None, user_pool_id=None, client_secret=None, endpoint=None, timeout=30.0, device=None,
))]
#[expect(clippy::too_many_arguments, reason = "the arguments of the Python function, each with its name")]
pub(crate) fn refresh_async(
    refresh_token: Option<String>,
    client_id: Option<String>,
    region: Option<String>,
    username: Option<String>,
    user_pool_id: Option<String>,
    client_secret: Option<String>,
    endpoint: Option<String>,
    timeout: f64,
    device: Option<DeviceOrKey<'_>>,
) -> Coroutine {
    let client = Client { client_id, client_secret, region, user_pool_id, endpoint, timeout: Some(timeout) };
    let request = refresh_request(refresh_token, username, device, client);
    awaitable("refresh_async", |cognito| refresh_alone(cognito, request))
}
