//! Signing in with a user name, and a password where the flow wants one.

use cognitoken::{Environment, ErrorKind, Result, SignInRequest, Step, Transport};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;

use crate::awaitable::{Coroutine, awaitable};
use crate::challenge::Answered;
use crate::client::Client;
use crate::device::Device;
use crate::runtime::wait;
use crate::tokens::Tokens;

/// What is beside who signs in and where.
struct Wishes<'py> {
    totp_secret: Option<String>,
    remember_device: bool,
    preferred_challenge: Option<String>,
    device: Option<Bound<'py, Device>>,
}

fn sign_in_request(
    username: Option<String>,
    password: Option<String>,
    client: Client,
    flow: &str,
    wishes: Wishes<'_>,
) -> Result<SignInRequest> {
    let Wishes { totp_secret, remember_device, preferred_challenge, device } = wishes;
    Ok(SignInRequest {
        username,
        password: password.map(Into::into),
        client: client.try_into()?,
        flow: flow.parse()?,
        preferred_challenge,
        totp_secret: totp_secret.map(Into::into),
        remember_device,
        device: device.map(|device| device.get().into()),
        ..SignInRequest::new(Environment::read()?)
    })
}

// What is wrong with a request is told where its tokens would have been: by the call, or by its await.

async fn sign_in(transport: Transport, request: Result<SignInRequest>) -> Result<Tokens> {
    cognitoken::sign_in(&transport, request?).await.map(Tokens::from)
}

/// The same, up to the first question.
async fn first_step(transport: Transport, request: Result<SignInRequest>) -> Result<Answered> {
    let error = match cognitoken::sign_in(&transport, request?).await {
        Ok(tokens) => return Ok(Answered::Step(Step::Tokens(tokens))),
        Err(error) => error,
    };
    match (error.kind(), error.challenge()) {
        (ErrorKind::ChallengeRequired, Some(challenge)) => {
            Ok(Answered::Step(Step::Challenge(challenge.clone())))
        }
        _ => Err(error),
    }
}

/// Whoever answers, as the Python half of this package deals with them.
pub(crate) fn answering<'py>(on_challenge: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    on_challenge.py().import("cognitoken._answering")?.call_method1("answering", (on_challenge,))
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
///     How the user proves who they are. ``"srp"``: the password never leaves this process. ``"password"``: it is sent,
///     inside TLS. ``"auto"``: SRP when the pool id is known, else password. ``"custom"``: the pool's own challenges,
///     after SRP where password and pool id are known. ``"user_auth"``: what the pool offers the user to choose from.
///     The last two do without a password. A flow is never changed after the first request.
///     https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
/// endpoint : str, optional
///     Another address of the service: a private link, FIPS, a local server (``COGNITO_ENDPOINT``). ``https``, or
///     ``http`` on this machine.
/// timeout : float, default 30.0
///     The limit of the whole call in seconds, retries included. While a person is asked, no time counts: each answer
///     is a call of its own.
/// on_challenge : callable or "prompt", optional
///     Who answers when the service asks for more. A callable is called in this thread with the :class:`Challenge` and
///     gives the answer as a str, the keywords of :meth:`Challenge.respond` as a dict, or None to end with
///     :class:`ChallengeRequired`; it is asked again for each next challenge, and a wrong answer raises.
///     ``"prompt"`` asks the person at the terminal or in the notebook, up to three times, and where there is nobody to
///     ask, never blocks but raises :class:`ChallengeRequired`.
/// totp_secret : str, optional
///     The base32 secret of an authenticator app (``COGNITO_TOTP_SECRET``). It answers ``"SOFTWARE_TOKEN_MFA"`` by
///     itself, for a job that runs alone.
///     https://www.rfc-editor.org/rfc/rfc6238
/// remember_device : bool, default False
///     Whether this device is made known to a pool that remembers devices; ``tokens.device`` has it then.
/// preferred_challenge : str, optional
///     What ``"user_auth"`` asks for first: ``"PASSWORD"``, ``"PASSWORD_SRP"``, ``"EMAIL_OTP"``, ``"SMS_OTP"`` or
///     ``"WEB_AUTHN"``. By default the password, where there is one.
/// device : Device, optional
///     A device that an earlier sign-in of this user made known. One that the pool no longer knows is left out.
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
///     The service wants one more answer and nothing gives it; ``error.challenge`` says which, and can be answered.
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
/// >>> tokens = cognitoken.login(on_challenge=lambda challenge: input(f"{challenge.question}: "))
#[pyfunction]
#[pyo3(signature = (
    username=None, password=None, client_id=None, region=None, *,
    user_pool_id=None, client_secret=None, flow="auto", endpoint=None, timeout=30.0, on_challenge=None,
    totp_secret=None, remember_device=false, preferred_challenge=None, device=None,
))]
#[expect(clippy::too_many_arguments, reason = "the arguments of the Python function, each with its name")]
pub(crate) fn login<'py>(
    py: Python<'py>,
    username: Option<String>,
    password: Option<String>,
    client_id: Option<String>,
    region: Option<String>,
    user_pool_id: Option<String>,
    client_secret: Option<String>,
    flow: &str,
    endpoint: Option<String>,
    timeout: f64,
    on_challenge: Option<Bound<'py, PyAny>>,
    totp_secret: Option<String>,
    remember_device: bool,
    preferred_challenge: Option<String>,
    device: Option<Bound<'py, Device>>,
) -> PyResult<Bound<'py, PyAny>> {
    let answering = on_challenge.as_ref().map(answering).transpose()?;
    let client = Client { client_id, client_secret, region, user_pool_id, endpoint, timeout: Some(timeout) };
    let wishes = Wishes { totp_secret, remember_device, preferred_challenge, device };
    let request = sign_in_request(username, password, client, flow, wishes);
    match answering {
        None => wait(py, |transport| sign_in(transport, request))?.into_bound_py_any(py),
        Some(answering) => {
            let step = wait(py, |transport| first_step(transport, request))?;
            answering.call_method1("go_on", (step,))
        }
    }
}

/// Sign a user in, for asyncio. Arguments, tokens and errors are those of :func:`login`.
///
/// The environment is read when the function is called; requests are sent once it is awaited. Cancelling the task
/// ends the request. ``on_challenge`` is called in the event loop's thread and may be a coroutine function;
/// ``"prompt"`` holds the event loop up while it asks.
///
/// Examples
/// --------
/// >>> import asyncio, cognitoken
/// >>> tokens = asyncio.run(cognitoken.login_async())
#[pyfunction]
#[pyo3(signature = (
    username=None, password=None, client_id=None, region=None, *,
    user_pool_id=None, client_secret=None, flow="auto", endpoint=None, timeout=30.0, on_challenge=None,
    totp_secret=None, remember_device=false, preferred_challenge=None, device=None,
))]
#[expect(clippy::too_many_arguments, reason = "the arguments of the Python function, each with its name")]
pub(crate) fn login_async<'py>(
    py: Python<'py>,
    username: Option<String>,
    password: Option<String>,
    client_id: Option<String>,
    region: Option<String>,
    user_pool_id: Option<String>,
    client_secret: Option<String>,
    flow: &str,
    endpoint: Option<String>,
    timeout: f64,
    on_challenge: Option<Bound<'py, PyAny>>,
    totp_secret: Option<String>,
    remember_device: bool,
    preferred_challenge: Option<String>,
    device: Option<Bound<'py, Device>>,
) -> PyResult<Bound<'py, PyAny>> {
    let answering = on_challenge.as_ref().map(answering).transpose()?;
    let client = Client { client_id, client_secret, region, user_pool_id, endpoint, timeout: Some(timeout) };
    let wishes = Wishes { totp_secret, remember_device, preferred_challenge, device };
    let request = sign_in_request(username, password, client, flow, wishes);
    match answering {
        None => awaitable("login_async", |transport| sign_in(transport, request)).into_bound_py_any(py),
        Some(answering) => {
            let start: Coroutine = awaitable("login_async", |transport| first_step(transport, request));
            answering.call_method1("login_async", (start,))
        }
    }
}
