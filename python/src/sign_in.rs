//! Signing in, and starting from a refresh token alone.

use cognitoken::{
    ClientValues, Environment, Error, RefreshRequest, Result, SignInRequest, Transport, timeout_from_seconds,
};
use pyo3::prelude::*;

use crate::awaitable::{Coroutine, awaitable};
use crate::runtime::wait;
use crate::tokens::Tokens;

/// The app client and its pool, as Python names them.
struct Client {
    client_id: Option<String>,
    client_secret: Option<String>,
    region: Option<String>,
    user_pool_id: Option<String>,
    endpoint: Option<String>,
    timeout: f64,
}

impl TryFrom<Client> for ClientValues {
    type Error = Error;

    fn try_from(client: Client) -> Result<Self> {
        Ok(Self {
            client_id: client.client_id,
            client_secret: client.client_secret.map(Into::into),
            region: client.region,
            user_pool_id: client.user_pool_id,
            endpoint: client.endpoint,
            timeout: Some(timeout_from_seconds(client.timeout)?),
        })
    }
}

fn sign_in_request(
    username: Option<String>,
    password: Option<String>,
    client: Client,
    flow: &str,
) -> Result<SignInRequest> {
    Ok(SignInRequest {
        username,
        password: password.map(Into::into),
        client: client.try_into()?,
        flow: flow.parse()?,
        ..SignInRequest::new(Environment::read()?)
    })
}

fn refresh_request(
    refresh_token: Option<String>,
    username: Option<String>,
    client: Client,
) -> Result<RefreshRequest> {
    Ok(RefreshRequest {
        refresh_token: refresh_token.map(Into::into),
        username,
        client: client.try_into()?,
        ..RefreshRequest::new(Environment::read()?)
    })
}

// What is wrong with a request is told where its tokens would have been: by the call, or by its await.

async fn sign_in(transport: Transport, request: Result<SignInRequest>) -> Result<Tokens> {
    cognitoken::sign_in(&transport, request?).await.map(Tokens::from)
}

async fn refresh_alone(transport: Transport, request: Result<RefreshRequest>) -> Result<Tokens> {
    cognitoken::refresh(&transport, request?).await.map(Tokens::from)
}

/// Sign a user in and return the tokens.
///
/// What is left out, or empty, comes from the environment, then from ``.env`` in the working directory, then, where
/// ``APLOS_API_URL`` is set, from that service.
///
/// Parameters
/// ----------
/// username : str, optional
///     The user name, or an alias such as the e-mail address where the pool allows it (``COGNITO_USER_NAME``).
/// password : str, optional
///     The password (``COGNITO_PASSWORD``).
/// client_id : str, optional
///     The app client's id (``COGNITO_CLIENT_ID``).
/// region : str, optional
///     The AWS region (``COGNITO_REGION``, ``AWS_REGION``, ``AWS_DEFAULT_REGION``, else the pool id's, else
///     ``"us-east-1"``).
/// user_pool_id : str, optional
///     The user pool's id, such as ``"us-east-1_AbCdEfGhI"`` (``COGNITO_USER_POOL_ID``). SRP needs it.
/// client_secret : str, optional
///     The app client's secret, for a client that has one (``COGNITO_CLIENT_SECRET``).
/// flow : str, default "auto"
///     How the password is proved. ``"srp"``: it never leaves this process. ``"password"``: it is sent, inside TLS.
///     ``"auto"``: SRP when the pool id is known, else password. A flow is never changed after the first request.
///     https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
/// endpoint : str, optional
///     Another address of the service: a private link, FIPS, a local server (``COGNITO_ENDPOINT``). ``https``, or
///     ``http`` on this machine.
/// timeout : float, default 30.0
///     The limit of the whole call in seconds, retries included.
///
/// Returns
/// -------
/// Tokens
///     The ID, access and refresh token, in this order when unpacked.
///
/// Raises
/// ------
/// ConfigError
///     A value is missing, malformed or contradicts another. Nothing was sent.
/// AuthenticationError
///     The user name, the password or the client secret is wrong.
/// ChallengeRequired
///     The service wants one more answer; ``error.challenge`` says which.
/// PasswordResetRequired, UserNotConfirmed
///     The user has something to do first.
/// ThrottledError, NetworkError, RequestTimeout, ServiceError
///     The service is busy, out of reach, slow or broken.
/// KeyboardInterrupt
///     Ctrl-C ends the call at once.
///
/// Examples
/// --------
/// >>> import os, cognitoken
/// >>> tokens = cognitoken.login()
/// >>> id_token, access_token, refresh_token = tokens
/// >>> tokens = cognitoken.login(os.environ["COGNITO_USER_NAME"], os.environ["COGNITO_PASSWORD"], timeout=10)
#[pyfunction]
#[pyo3(signature = (
    username=None, password=None, client_id=None, region=None, *,
    user_pool_id=None, client_secret=None, flow="auto", endpoint=None, timeout=30.0,
))]
#[expect(clippy::too_many_arguments, reason = "the arguments of the Python function, each with its name")]
pub(crate) fn login(
    py: Python<'_>,
    username: Option<String>,
    password: Option<String>,
    client_id: Option<String>,
    region: Option<String>,
    user_pool_id: Option<String>,
    client_secret: Option<String>,
    flow: &str,
    endpoint: Option<String>,
    timeout: f64,
) -> PyResult<Tokens> {
    let client = Client { client_id, client_secret, region, user_pool_id, endpoint, timeout };
    let request = sign_in_request(username, password, client, flow);
    wait(py, |transport| sign_in(transport, request))
}

/// Sign a user in, for asyncio. Arguments, tokens and errors are those of :func:`login`.
///
/// The environment is read when the function is called; requests are sent once it is awaited. Cancelling the task
/// ends the request.
///
/// Examples
/// --------
/// >>> import asyncio, cognitoken
/// >>> tokens = asyncio.run(cognitoken.login_async())
#[pyfunction]
#[pyo3(signature = (
    username=None, password=None, client_id=None, region=None, *,
    user_pool_id=None, client_secret=None, flow="auto", endpoint=None, timeout=30.0,
))]
#[expect(clippy::too_many_arguments, reason = "the arguments of the Python function, each with its name")]
pub(crate) fn login_async(
    username: Option<String>,
    password: Option<String>,
    client_id: Option<String>,
    region: Option<String>,
    user_pool_id: Option<String>,
    client_secret: Option<String>,
    flow: &str,
    endpoint: Option<String>,
    timeout: f64,
) -> Coroutine {
    let client = Client { client_id, client_secret, region, user_pool_id, endpoint, timeout };
    let request = sign_in_request(username, password, client, flow);
    awaitable("login_async", |transport| sign_in(transport, request))
}

/// Get new tokens from a refresh token alone: no password, no prompt.
///
/// What is left out, or empty, comes from where :func:`login` takes it. Where there are ``Tokens`` at hand,
/// :meth:`Tokens.refresh` is the shorter way.
///
/// Parameters
/// ----------
/// refresh_token : str, optional
///     The refresh token (``COGNITO_REFRESH_TOKEN``).
/// client_id, region, user_pool_id, client_secret, endpoint : str, optional
///     As for :func:`login`.
/// username : str, optional
///     The user's own name, not an alias (``COGNITO_USER_NAME``). Only a client with a secret needs it, at a service
///     that does not know GetTokensFromRefreshToken.
///     https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html
/// timeout : float, default 30.0
///     The limit of the whole call in seconds, retries included.
///
/// Returns
/// -------
/// Tokens
///     With the old refresh token where the service sends no other.
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
    username=None, user_pool_id=None, client_secret=None, endpoint=None, timeout=30.0,
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
) -> PyResult<Tokens> {
    let client = Client { client_id, client_secret, region, user_pool_id, endpoint, timeout };
    let request = refresh_request(refresh_token, username, client);
    wait(py, |transport| refresh_alone(transport, request))
}

/// Get new tokens from a refresh token alone, for asyncio. Arguments, tokens and errors are those of :func:`refresh`.
///
/// Examples
/// --------
/// >>> import asyncio, cognitoken
/// >>> refresh_token = cognitoken.login().refresh_token
/// >>> tokens = asyncio.run(cognitoken.refresh_async(refresh_token))
#[pyfunction]
#[pyo3(signature = (
    refresh_token=None, client_id=None, region=None, *,
    username=None, user_pool_id=None, client_secret=None, endpoint=None, timeout=30.0,
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
) -> Coroutine {
    let client = Client { client_id, client_secret, region, user_pool_id, endpoint, timeout };
    let request = refresh_request(refresh_token, username, client);
    awaitable("refresh_async", |transport| refresh_alone(transport, request))
}
