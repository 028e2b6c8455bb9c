//! Sign-in on the pool's sign-in page in a browser.

use std::sync::{Mutex, PoisonError};

use cognitoken::{
    Cognito, Environment, LogoutRequest, PasteHandle, Result, SsoRequest, timeout_from_seconds,
};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use tokio::sync::oneshot;

use crate::awaitable::{Coroutine, awaitable};
use crate::client::Client;
use crate::exception;
use crate::gate;
use crate::runtime::wait;
use crate::scopes::Scopes;
use crate::tokens::Tokens;

/// A sign-in on the page that is in progress, used by the Python code of the package.
#[pyclass(frozen, module = "cognitoken._cognitoken")]
pub(crate) struct SsoAttempt {
    link: String,
    paste_handle: PasteHandle,
    waiting: Mutex<Option<Waiting>>,
    close: Mutex<Option<oneshot::Sender<()>>>,
}

struct Waiting {
    attempt: cognitoken::SsoAttempt,
    closed: oneshot::Receiver<()>,
}

impl Waiting {
    /// The tokens; `None` if it was closed before.
    async fn end(self) -> Result<Option<Tokens>> {
        tokio::select! {
            outcome = self.attempt.wait() => outcome.map(|tokens| Some(Tokens::from(tokens))),
            _ = self.closed => Ok(None),
        }
    }
}

impl From<cognitoken::SsoAttempt> for SsoAttempt {
    fn from(attempt: cognitoken::SsoAttempt) -> Self {
        let (close, closed) = oneshot::channel();
        Self {
            link: attempt.authorize_url().to_string(),
            paste_handle: attempt.paste_handle(),
            waiting: Mutex::new(Some(Waiting { attempt, closed })),
            close: Mutex::new(Some(close)),
        }
    }
}

#[pymethods]
impl SsoAttempt {
    /// The link to the sign-in page.
    #[getter]
    fn link(&self) -> &str {
        &self.link
    }

    /// Accepts the final address of the browser. Returns the reason if it is not accepted, otherwise None.
    fn paste(&self, address: &str) -> Option<String> {
        let error = self.paste_handle.accept(address).err()?;
        Some(match error.hint() {
            Some(hint) => format!("{}. {hint}", error.message()),
            None => error.message().to_owned(),
        })
    }

    /// Waits for the tokens.
    fn wait(&self, py: Python<'_>) -> PyResult<Option<Tokens>> {
        let waiting = self.take()?;
        wait(py, |_cognito| waiting.end())
    }

    /// Asyncio version of `wait`.
    fn wait_async(&self) -> PyResult<Coroutine> {
        let waiting = self.take()?;
        Ok(awaitable("login_sso_async", |_cognito| waiting.end()))
    }

    /// Opens the link in a browser. Returns false if none could be opened.
    fn open_browser(&self, py: Python<'_>) -> bool {
        let link = self.link.parse();
        link.is_ok_and(|link| gate::outside(py, || cognitoken::open_browser(&link)).is_ok())
    }

    /// Ends the wait, and closes the port.
    fn close(&self) {
        drop(self.close.lock().unwrap_or_else(PoisonError::into_inner).take());
        drop(self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    fn __repr__(&self) -> &'static str {
        // Anyone with the link can replace this sign-in by another one.
        "<SsoAttempt>"
    }
}

impl SsoAttempt {
    fn take(&self) -> PyResult<Waiting> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        waiting.ok_or_else(|| PyRuntimeError::new_err("this sign-in is waited for already, or is over"))
    }
}

/// Returns whether the user's browser probably runs on another machine.
#[pyfunction]
pub(crate) fn likely_remote() -> bool {
    cognitoken::likely_remote()
}

/// The options of the page.
struct Page {
    identity_provider: Option<String>,
    idp_identifier: Option<String>,
    login_hint: Option<String>,
    lang: Option<String>,
    prompt: Option<String>,
}

fn request(
    client: Client,
    domain: Option<String>,
    page: Page,
    scopes: Option<Scopes>,
    redirect_uri: &str,
    timeout: f64,
    port_required: bool,
) -> Result<SsoRequest> {
    let Page { identity_provider, idp_identifier, login_hint, lang, prompt } = page;
    let mut request = SsoRequest::new(Environment::read()?)
        .with_client(client.try_into()?)
        .with_redirect_uri(redirect_uri)
        .with_timeout(timeout_from_seconds(timeout)?)
        .with_port_required(port_required);
    request.domain = domain;
    request.identity_provider = identity_provider;
    request.idp_identifier = idp_identifier;
    request.login_hint = login_hint;
    request.lang = lang;
    request.prompt = prompt;
    request.scopes = scopes.map(Into::into);
    Ok(request)
}

async fn start(cognito: Cognito, request: Result<SsoRequest>) -> Result<SsoAttempt> {
    cognito.start_sso(request?).await.map(SsoAttempt::from)
}

/// A sign-in on the page that has not started, created by the Python code of the package.
#[pyclass(frozen, module = "cognitoken._cognitoken")]
pub(crate) struct SsoSignIn(Mutex<Option<Result<SsoRequest>>>);

#[pymethods]
impl SsoSignIn {
    #[new]
    #[expect(clippy::too_many_arguments, reason = "the arguments of the Python function, each with its name")]
    fn new(
        client_id: Option<String>,
        domain: Option<String>,
        client_secret: Option<String>,
        region: Option<String>,
        user_pool_id: Option<String>,
        identity_provider: Option<String>,
        idp_identifier: Option<String>,
        login_hint: Option<String>,
        lang: Option<String>,
        prompt: Option<String>,
        scopes: Option<Scopes>,
        redirect_uri: &str,
        timeout: f64,
        port_required: bool,
    ) -> Self {
        let client = Client { client_id, client_secret, region, user_pool_id, ..Client::default() };
        let page = Page { identity_provider, idp_identifier, login_hint, lang, prompt };
        let request = request(client, domain, page, scopes, redirect_uri, timeout, port_required);
        Self(Mutex::new(Some(request)))
    }

    /// Listens for the browser.
    fn start(&self, py: Python<'_>) -> PyResult<SsoAttempt> {
        let request = self.take()?;
        wait(py, |cognito| start(cognito, request))
    }

    /// Asyncio version of `start`.
    fn start_async(&self) -> PyResult<Coroutine> {
        let request = self.take()?;
        Ok(awaitable("login_sso_async", |cognito| start(cognito, request)))
    }

    fn __repr__(&self) -> &'static str {
        "<SsoSignIn>"
    }
}

impl SsoSignIn {
    fn take(&self) -> PyResult<Result<SsoRequest>> {
        let request = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        request.ok_or_else(|| PyRuntimeError::new_err("this sign-in was started already"))
    }
}

/// Return the URL that ends the browser's session with the pool's sign-in page.
///
/// Nothing is sent: open the URL in the user's browser. Otherwise the next sign-in there may not ask for a password.
///
/// Parameters
/// ----------
/// domain : str or None
///     The pool's domain as a prefix, host or https URL. None: ``COGNITO_DOMAIN``.
/// client_id : str or None
///     The app client's id. None: ``COGNITO_CLIENT_ID``.
/// logout_uri : str
///     The URL to redirect to afterwards, exactly as registered in the app client's LogoutURLs.
/// region : str, optional
///     The AWS region that a prefix is in, as for :func:`login`.
///
/// Returns
/// -------
/// str
///     The URL.
///
/// Raises
/// ------
/// ConfigError
///     A value is missing or malformed.
///
/// Notes
/// -----
/// https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
///
/// Examples
/// --------
/// >>> import cognitoken
/// >>> cognitoken.logout_url("auth.example.com", "1example23456789", "http://localhost:8400/")
/// 'https://auth.example.com/logout?client_id=1example23456789&logout_uri=http%3A%2F%2Flocalhost%3A8400%2F'
#[pyfunction]
#[pyo3(signature = (domain, client_id, logout_uri, *, region=None))]
pub(crate) fn logout_url(
    py: Python<'_>,
    domain: Option<String>,
    client_id: Option<String>,
    logout_uri: String,
    region: Option<String>,
) -> PyResult<String> {
    let url = || {
        let client = Client { client_id, region, ..Client::default() }.try_into()?;
        let mut request = LogoutRequest::new(Environment::read()?, logout_uri).with_client(client);
        request.domain = domain;
        cognitoken::logout_url(request)
    };
    url().map(|url| url.to_string()).map_err(|error| exception::from_core(py, &error))
}
