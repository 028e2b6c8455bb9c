//! Signing in on the pool's own page, in a browser.

use std::sync::{Mutex, PoisonError};

use cognitoken::{
    Environment, LogoutRequest, PastedRedirects, Result, SsoRequest, Transport, timeout_from_seconds,
};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use tokio::sync::oneshot;

use crate::awaitable::{Coroutine, awaitable};
use crate::client::Client;
use crate::exception;
use crate::runtime::wait;
use crate::scopes::Scopes;
use crate::tokens::Tokens;

/// A sign-in that waits for its person: what the Python half of this package shows, opens and pastes.
#[pyclass(frozen, module = "cognitoken._cognitoken")]
pub(crate) struct SsoAttempt {
    link: String,
    pasted: PastedRedirects,
    waiting: Mutex<Option<Waiting>>,
    close: Mutex<Option<oneshot::Sender<()>>>,
}

struct Waiting {
    attempt: cognitoken::SsoAttempt,
    closed: oneshot::Receiver<()>,
}

impl Waiting {
    /// The tokens; `None` where it was closed before.
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
            pasted: attempt.pasted(),
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

    /// Takes the address that the browser ended at. Gives what is wrong with it, or None.
    fn paste(&self, address: &str) -> Option<String> {
        let error = self.pasted.accept(address).err()?;
        Some(match error.hint() {
            Some(hint) => format!("{}. {hint}", error.message()),
            None => error.message().to_owned(),
        })
    }

    /// Waits for the end.
    fn wait(&self, py: Python<'_>) -> PyResult<Option<Tokens>> {
        let waiting = self.take()?;
        wait(py, |_transport| waiting.end())
    }

    /// Waits for the end, for asyncio.
    fn wait_async(&self) -> PyResult<Coroutine> {
        let waiting = self.take()?;
        Ok(awaitable("login_sso_async", |_transport| waiting.end()))
    }

    /// Opens the browser at the link. False where none could be opened.
    fn open_browser(&self, py: Python<'_>) -> bool {
        let link = self.link.parse();
        link.is_ok_and(|link| py.detach(|| cognitoken::open_browser(&link)).is_ok())
    }

    /// Ends the wait, and closes the port.
    fn close(&self) {
        drop(self.close.lock().unwrap_or_else(PoisonError::into_inner).take());
        drop(self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    fn __repr__(&self) -> &'static str {
        // Whoever has the link can put another's sign-in into this one's place.
        "<SsoAttempt>"
    }
}

impl SsoAttempt {
    fn take(&self) -> PyResult<Waiting> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        waiting.ok_or_else(|| PyRuntimeError::new_err("this sign-in is waited for already, or is over"))
    }
}

/// Whether the browser that the user looks at probably runs on another machine.
#[pyfunction]
pub(crate) fn likely_remote() -> bool {
    cognitoken::likely_remote()
}

/// What shapes the page.
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
    Ok(SsoRequest {
        client: client.try_into()?,
        domain,
        identity_provider,
        idp_identifier,
        login_hint,
        lang,
        prompt,
        scopes: scopes.map(Into::into),
        redirect_uri: Some(redirect_uri.to_owned()),
        timeout: Some(timeout_from_seconds(timeout)?),
        port_required,
        ..SsoRequest::new(Environment::read()?)
    })
}

async fn start(transport: Transport, request: Result<SsoRequest>) -> Result<SsoAttempt> {
    cognitoken::start_sso(&transport, request?).await.map(SsoAttempt::from)
}

/// Who leads the person to the page: the Python half of this package.
fn guide<'py>(py: Python<'py>, open_browser: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
    let module = py.import("cognitoken._sso")?;
    match open_browser {
        Some(open_browser) => module.call_method1("Guide", (open_browser,)),
        None => module.call_method1("Guide", (true,)),
    }
}

/// Sign in on the pool's own page, in a browser: with a password there, or through an identity provider.
///
/// The browser opens at the pool's page; when the person is done it comes back to ``redirect_uri``, where this process
/// listens for it on this machine alone (for ``localhost`` at ``127.0.0.1`` and ``[::1]``). Where the browser runs on
/// another machine (JupyterHub, RStudio Server, Colab, ssh, a container) the link is shown instead, as a link in a
/// notebook, and the address that the browser ended at can be pasted while the listener waits too: whichever comes first
/// wins. Authorization code with PKCE (S256), state and nonce. Ctrl-C ends it and closes the port.
///
/// Parameters
/// ----------
/// client_id : str, optional
///     The app client's id (``COGNITO_CLIENT_ID``).
/// domain : str, optional
///     The pool's domain: its prefix (``"my-app"``), its host or its https address (``COGNITO_DOMAIN``).
/// client_secret : str, optional
///     The app client's secret, for a client that has one (``COGNITO_CLIENT_SECRET``).
/// region, user_pool_id : str, optional
///     As for :func:`login`; the region is the one that a domain prefix is in.
/// identity_provider : str, optional
///     The name of the identity provider to go to at once, such as ``"Google"``.
/// idp_identifier : str, optional
///     An identifier of the identity provider, such as an e-mail domain, in the place of its name.
/// login_hint : str, optional
///     The user name that the page begins with.
/// lang : str, optional
///     The language of the page, such as ``"de"``.
/// prompt : str, optional
///     What the page does with a browser that is signed in: ``"login"``, ``"select_account"``, ``"none"``,
///     ``"consent"``.
/// scopes : list of str or str, default ("openid", "email", "profile")
///     What the tokens are to be good for.
/// redirect_uri : str, default "http://localhost:8400/"
///     Where the page sends the browser back to, letter for letter as it is registered among the app client's
///     CallbackURLs. Only ``http`` on this machine is listened at; for another one the address has to be pasted.
/// open_browser : bool or callable, default True
///     True opens the browser where it probably is on this machine, and shows the link otherwise. False shows the
///     link. A callable is given the link; with asyncio it may be a coroutine function.
/// timeout : float, default 300.0
///     The limit of the whole in seconds: the person and the requests.
///
/// Returns
/// -------
/// Tokens
///     They are refreshed and revoked at the domain.
///
/// Raises
/// ------
/// ConfigError
///     A value is missing or malformed, or the port cannot be listened at (``"PortInUse"``).
/// AuthenticationError
///     The person or the identity provider refused (``"access_denied"``), or the client's secret is wrong
///     (``"invalid_client"``).
/// RequestTimeout
///     Nobody came back in time.
/// ServiceError
///     The page refused the request, under OAuth's name for it: ``"invalid_scope"``, ``"redirect_mismatch"``.
/// TokenInvalid
///     The ID token was issued for another sign-in.
/// KeyboardInterrupt
///     Ctrl-C ends it at once.
///
/// Notes
/// -----
/// A pasted address is read from standard input. In a notebook that is the cell's input box, which stays until it is
/// answered: press Enter there once the browser says that you are signed in. :func:`login_sso_async` takes a pasted
/// address at a terminal alone.
///
/// https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
///
/// Examples
/// --------
/// >>> import cognitoken
/// >>> def sign_in() -> cognitoken.Tokens:
/// ...     return cognitoken.login_sso("1example23456789", "my-app", identity_provider="Google")
#[pyfunction]
// The text is for people and stub checks: where it is None, the core's own default is this one.
#[pyo3(
    signature = (
        client_id=None, domain=None, *, client_secret=None, region=None, user_pool_id=None, identity_provider=None,
        idp_identifier=None, login_hint=None, lang=None, prompt=None, scopes=None,
        redirect_uri="http://localhost:8400/", open_browser=None, timeout=300.0,
    ),
    text_signature = "(client_id=None, domain=None, *, client_secret=None, region=None, user_pool_id=None, \
        identity_provider=None, idp_identifier=None, login_hint=None, lang=None, prompt=None, \
        scopes=('openid', 'email', 'profile'), redirect_uri='http://localhost:8400/', open_browser=True, timeout=300.0)",
)]
#[expect(clippy::too_many_arguments, reason = "the arguments of the Python function, each with its name")]
pub(crate) fn login_sso<'py>(
    py: Python<'py>,
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
    open_browser: Option<Bound<'py, PyAny>>,
    timeout: f64,
) -> PyResult<Bound<'py, PyAny>> {
    let guide = guide(py, open_browser)?;
    let client = Client { client_id, client_secret, region, user_pool_id, ..Client::default() };
    let page = Page { identity_provider, idp_identifier, login_hint, lang, prompt };
    let port_required = guide.getattr("port_required")?.extract()?;
    let request = request(client, domain, page, scopes, redirect_uri, timeout, port_required);
    let attempt = wait(py, |transport| start(transport, request))?;
    guide.call_method1("lead", (attempt,))
}

/// Sign in on the pool's own page, for asyncio. Arguments, tokens and errors are those of :func:`login_sso`.
///
/// Examples
/// --------
/// >>> import cognitoken
/// >>> async def sign_in() -> cognitoken.Tokens:
/// ...     return await cognitoken.login_sso_async("1example23456789", "my-app")
#[pyfunction]
// The text is for people and stub checks: where it is None, the core's own default is this one.
#[pyo3(
    signature = (
        client_id=None, domain=None, *, client_secret=None, region=None, user_pool_id=None, identity_provider=None,
        idp_identifier=None, login_hint=None, lang=None, prompt=None, scopes=None,
        redirect_uri="http://localhost:8400/", open_browser=None, timeout=300.0,
    ),
    text_signature = "(client_id=None, domain=None, *, client_secret=None, region=None, user_pool_id=None, \
        identity_provider=None, idp_identifier=None, login_hint=None, lang=None, prompt=None, \
        scopes=('openid', 'email', 'profile'), redirect_uri='http://localhost:8400/', open_browser=True, timeout=300.0)",
)]
#[expect(clippy::too_many_arguments, reason = "the arguments of the Python function, each with its name")]
pub(crate) fn login_sso_async<'py>(
    py: Python<'py>,
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
    open_browser: Option<Bound<'py, PyAny>>,
    timeout: f64,
) -> PyResult<Bound<'py, PyAny>> {
    let guide = guide(py, open_browser)?;
    let client = Client { client_id, client_secret, region, user_pool_id, ..Client::default() };
    let page = Page { identity_provider, idp_identifier, login_hint, lang, prompt };
    let port_required = guide.getattr("port_required")?.extract()?;
    let request = request(client, domain, page, scopes, redirect_uri, timeout, port_required);
    let attempt = awaitable("login_sso_async", |transport| start(transport, request));
    guide.call_method1("login_sso_async", (attempt,))
}

/// The address that signs the browser out of the pool's page, which tokens know nothing of.
///
/// Nothing is sent; open it in the user's browser. Without it the next sign-in there may not ask for a password.
///
/// Parameters
/// ----------
/// domain : str or None
///     The pool's domain: its prefix, its host or its https address. None: ``COGNITO_DOMAIN``.
/// client_id : str or None
///     The app client's id. None: ``COGNITO_CLIENT_ID``.
/// logout_uri : str
///     Where the browser goes afterwards, letter for letter as it is registered among the app client's LogoutURLs.
/// region : str, optional
///     The AWS region that a prefix is in, as for :func:`login`.
///
/// Returns
/// -------
/// str
///     The address.
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
        let request = LogoutRequest::new(Environment::read()?, logout_uri);
        cognitoken::logout_url(LogoutRequest { client, domain, ..request })
    };
    url().map(|url| url.to_string()).map_err(|error| exception::from_core(py, &error))
}
