//! Sign-in with a user name, and with a password if the flow requires one.

use std::sync::{Mutex, PoisonError};

use cognitoken::{Cognito, Environment, Result, SignInRequest};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use crate::awaitable::{Coroutine, awaitable};
use crate::challenge::{Answered, Required};
use crate::client::Client;
use crate::device::Device;
use crate::runtime::wait;
use crate::tokens::Tokens;

/// The options of a sign-in.
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

// Errors in a request are raised by the call, or by its await.

async fn sign_in(cognito: Cognito, request: Result<SignInRequest>) -> Result<Required<Tokens>> {
    Ok(Required(cognito.sign_in(request?).await?.map(Tokens::from)))
}

/// Signs in, up to the first challenge.
async fn first_step(cognito: Cognito, request: Result<SignInRequest>) -> Result<Answered> {
    cognito.sign_in(request?).await.map(Answered::Step)
}

/// A sign-in that has not been sent yet. The Python code of the package creates it and answers its challenges, so that
/// Rust never calls back into Python code that called it.
#[pyclass(frozen, module = "cognitoken._cognitoken")]
pub(crate) struct SignIn(Mutex<Option<Result<SignInRequest>>>);

#[pymethods]
impl SignIn {
    #[new]
    #[expect(clippy::too_many_arguments, reason = "the arguments of the Python function, each with its name")]
    fn new(
        username: Option<String>,
        password: Option<String>,
        client_id: Option<String>,
        region: Option<String>,
        user_pool_id: Option<String>,
        client_secret: Option<String>,
        flow: &str,
        endpoint: Option<String>,
        timeout: f64,
        totp_secret: Option<String>,
        remember_device: bool,
        preferred_challenge: Option<String>,
        device: Option<Bound<'_, Device>>,
    ) -> Self {
        let client =
            Client { client_id, client_secret, region, user_pool_id, endpoint, timeout: Some(timeout) };
        let wishes = Wishes { totp_secret, remember_device, preferred_challenge, device };
        Self(Mutex::new(Some(sign_in_request(username, password, client, flow, wishes))))
    }

    /// Signs in.
    fn tokens(&self, py: Python<'_>) -> PyResult<Required<Tokens>> {
        let request = self.take()?;
        wait(py, |cognito| sign_in(cognito, request))
    }

    /// Signs in, up to the first challenge.
    fn step(&self, py: Python<'_>) -> PyResult<Answered> {
        let request = self.take()?;
        wait(py, |cognito| first_step(cognito, request))
    }

    /// Asyncio version of `tokens`.
    fn tokens_async(&self) -> PyResult<Coroutine> {
        let request = self.take()?;
        Ok(awaitable("login_async", |cognito| sign_in(cognito, request)))
    }

    /// Asyncio version of `step`.
    fn step_async(&self) -> PyResult<Coroutine> {
        let request = self.take()?;
        Ok(awaitable("login_async", |cognito| first_step(cognito, request)))
    }

    fn __repr__(&self) -> &'static str {
        "<SignIn>"
    }
}

impl SignIn {
    fn take(&self) -> PyResult<Result<SignInRequest>> {
        let request = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        request.ok_or_else(|| PyRuntimeError::new_err("this sign-in was sent already"))
    }
}
