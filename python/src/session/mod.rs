//! A sign-in that lasts, as Python uses it.

mod calls;

use std::sync::Arc;

use cognitoken::{
    ClientCredentialsRequest, Environment, PerProcess, Result, SessionRequest, SignInRequest, TokenUse,
};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tokio::task::AbortHandle;

use crate::awaitable::{Coroutine, awaitable};
use crate::client::Client;
use crate::device::Device;
use crate::exception;
use crate::html;
use crate::notices::Noticed;
use crate::runtime::Engine;
use crate::scopes::Scopes;
use crate::sign_in::answering;
use crate::tokens::Tokens;
use calls::{Core, access_token, headers, id_token, keep, refresh, replace, sign_out, tokens};

/// A sign-in that lasts: it answers from memory, from its store, by a refresh, or by signing in, whichever comes first.
///
/// What is left out, or empty, comes from the environment, then from ``.env``, as for :func:`login`. No password is
/// needed while the store can answer. Nothing is sent before the first token is asked for. Threads and tasks share one
/// call; processes, and machines at one redis, take turns and find what the first one stored. A Session cannot be
/// pickled: make one in each worker, with the same store.
///
/// Parameters
/// ----------
/// username, password, client_id, region, user_pool_id, client_secret, endpoint, totp_secret, remember_device, \
/// preferred_challenge, device
///     As for :func:`login`. With no user name, the one identity that is stored for this client answers.
/// flow : str, default "auto"
///     As for :func:`login`, or ``"client_credentials"``: a session of the app client itself, with `domain`, `scopes`
///     and `client_secret`.
/// timeout : float, default 30.0
///     The limit of each call in seconds: waiting for other processes, retries and sign-in included.
/// on_challenge : callable or "prompt", optional
///     As for :func:`login`. Without one, a sign-in that needs an answer raises :class:`ChallengeRequired`; hand what
///     ``challenge.respond`` gives to :meth:`keep`.
/// store : str, optional
///     Where tokens rest (``COGNITO_STORE``, else ``"memory"``). ``"memory"``: in this Session. ``"file"``: in the
///     user's data folder, readable by the user alone, sealed with a key that the OS keyring holds where there is one,
///     or with ``COGNITO_STORE_KEY``. ``"file:<folder>"``: in that folder. ``"keyring"``: sealed always, else
///     :class:`StoreError`. ``"redis://..."``, ``"rediss://..."``: on a server, sealed with ``COGNITO_STORE_KEY``
///     (32 random bytes in base64).
/// refresh_token : str, optional
///     What to start from where nothing is stored (``COGNITO_REFRESH_TOKEN``).
/// id_token : str, optional
///     The one token that this session gives out (``COGNITO_ID_TOKEN``); nothing is asked of the service then.
/// token_use : str, default "id"
///     Which token is sent, and so decides when to refresh: ``"id"`` or ``"access"``.
/// domain, scopes, client_authentication
///     For ``"client_credentials"``, as for :func:`client_credentials`.
/// background_refresh : bool, default False
///     Whether the tokens are refreshed before they are due, so that no call waits for it. It begins with the first
///     call, and ends with the Session or the interpreter.
///
/// Raises
/// ------
/// ConfigError
///     A value is malformed, the store is unknown or lacks its key.
///
/// Examples
/// --------
/// >>> import cognitoken
/// >>> session = cognitoken.Session(store="memory")
/// >>> sorted(session.headers())
/// ['Authorization']
#[pyclass(frozen, module = "cognitoken")]
pub(crate) struct Session {
    session: cognitoken::Session,
    answering: Option<Py<PyAny>>,
    background: Option<Arc<PerProcess<AbortHandle>>>,
}

#[pymethods]
impl Session {
    #[new]
    #[pyo3(signature = (
        username=None, password=None, client_id=None, region=None, *,
        user_pool_id=None, client_secret=None, flow="auto", endpoint=None, timeout=30.0, on_challenge=None,
        totp_secret=None, remember_device=false, preferred_challenge=None, device=None, store=None,
        refresh_token=None, id_token=None, token_use="id", domain=None, scopes=None,
        client_authentication="basic", background_refresh=false,
    ))]
    #[expect(clippy::too_many_arguments, reason = "the arguments of the Python class, each with its name")]
    fn new(
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
        on_challenge: Option<Bound<'_, PyAny>>,
        totp_secret: Option<String>,
        remember_device: bool,
        preferred_challenge: Option<String>,
        device: Option<Bound<'_, Device>>,
        store: Option<String>,
        refresh_token: Option<String>,
        id_token: Option<String>,
        token_use: &str,
        domain: Option<String>,
        scopes: Option<Scopes>,
        client_authentication: &str,
        background_refresh: bool,
    ) -> PyResult<Self> {
        let answering = on_challenge.as_ref().map(answering).transpose()?.map(Bound::unbind);
        let token_use = match token_use {
            "id" => TokenUse::Id,
            "access" => TokenUse::Access,
            _ => return Err(PyValueError::new_err("token_use has to be \"id\" or \"access\"")),
        };
        let client =
            Client { client_id, client_secret, region, user_pool_id, endpoint, timeout: Some(timeout) };
        let for_client = flow == "client_credentials";
        let open = || -> Result<Core> {
            let environment = Environment::read()?;
            let client: cognitoken::ClientValues = client.try_into()?;
            let client_credentials = match for_client {
                true => Some(ClientCredentialsRequest {
                    client: client.clone(),
                    domain,
                    scopes: scopes.map(Into::into),
                    authentication: client_authentication.parse()?,
                    ..ClientCredentialsRequest::new(environment.clone())
                }),
                false => None,
            };
            Core::open(SessionRequest {
                sign_in: SignInRequest {
                    username,
                    password: password.map(Into::into),
                    client,
                    flow: if for_client { cognitoken::Flow::Auto } else { flow.parse()? },
                    preferred_challenge,
                    totp_secret: totp_secret.map(Into::into),
                    remember_device,
                    device: device.map(|device| device.get().into()),
                    ..SignInRequest::new(environment.clone())
                },
                refresh_token: refresh_token.map(Into::into),
                id_token: id_token.map(Into::into),
                client_credentials,
                store,
                token_use,
                ..SessionRequest::new(environment)
            })
        };
        let session = open().map_err(|error| exception::from_core(py, &error))?;
        Ok(Self { session, answering, background: background_refresh.then(Arc::default) })
    }

    /// Where the tokens rest, such as "memory" or "file:/home/ada/.local/share/cognitoken/tokens". No secret is in it.
    #[getter]
    fn store(&self) -> String {
        self.session.place()
    }

    /// Return tokens of which the one that is sent is good for a while.
    ///
    /// It is good for at least 60 seconds, or a tenth of its life where that is less, by the service's clock. Where a
    /// refresh fails for a reason that may pass, the tokens at hand are returned for as long as they are good.
    ///
    /// Returns
    /// -------
    /// Tokens
    ///
    /// Raises
    /// ------
    /// AuthenticationError
    ///     The refresh token is lost for good, and there is no password to sign in with.
    /// ChallengeRequired
    ///     The sign-in needs an answer, and nobody gives one.
    /// ConfigError
    ///     Nothing is stored and there is no password; or several stored identities fit.
    /// StoreError
    ///     The store failed, is open to others, or is locked for longer than the time limit.
    /// ThrottledError, NetworkError, RequestTimeout, ServiceError
    ///     As for :func:`login`.
    ///
    /// Examples
    /// --------
    /// >>> import cognitoken
    /// >>> cognitoken.Session().tokens().claims["token_use"]
    /// 'id'
    fn tokens<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        if let Some(tokens) = self.fresh(py)? {
            return Tokens::from((*tokens).clone()).into_bound_py_any(py);
        }
        self.answered(py, tokens)
    }

    /// Return tokens, for asyncio. As :meth:`tokens`.
    ///
    /// Examples
    /// --------
    /// >>> import asyncio, cognitoken
    /// >>> session = cognitoken.Session()
    /// >>> tokens = asyncio.run(session.tokens_async())
    fn tokens_async<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.answered_async(py, "Session.tokens_async", tokens)
    }

    /// Return an ID token that is good for a while. As :meth:`tokens`.
    ///
    /// Returns
    /// -------
    /// str
    ///
    /// Raises
    /// ------
    /// TokenExpired
    ///     The session gives out one fixed token, and that has expired.
    /// CognitoError
    ///     As for :meth:`tokens`.
    ///
    /// Examples
    /// --------
    /// >>> import cognitoken
    /// >>> cognitoken.Session().id_token().count(".")
    /// 2
    fn id_token<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        if let Some(tokens) = self.fresh(py)?
            && let Some(token) = tokens.id_token()
        {
            return token.expose().into_bound_py_any(py);
        }
        self.answered(py, id_token)
    }

    /// Return an ID token, for asyncio. As :meth:`id_token`.
    ///
    /// Examples
    /// --------
    /// >>> import asyncio, cognitoken
    /// >>> session = cognitoken.Session()
    /// >>> token = asyncio.run(session.id_token_async())
    fn id_token_async<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.answered_async(py, "Session.id_token_async", id_token)
    }

    /// Return an access token that is good for a while, by its own expiry. As :meth:`tokens`.
    ///
    /// Returns
    /// -------
    /// str
    ///
    /// Raises
    /// ------
    /// CognitoError
    ///     As for :meth:`tokens`.
    ///
    /// Examples
    /// --------
    /// >>> import cognitoken
    /// >>> cognitoken.Session().access_token().count(".")
    /// 2
    fn access_token<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.answered(py, access_token)
    }

    /// Return an access token, for asyncio. As :meth:`access_token`.
    ///
    /// Examples
    /// --------
    /// >>> import asyncio, cognitoken
    /// >>> session = cognitoken.Session()
    /// >>> token = asyncio.run(session.access_token_async())
    fn access_token_async<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.answered_async(py, "Session.access_token_async", access_token)
    }

    /// Return the header that a request carries the token in.
    ///
    /// Returns
    /// -------
    /// dict of str to str
    ///     ``{"Authorization": "Bearer <ID token>"}``; the access token with ``token_use="access"``, and where there is
    ///     no ID token.
    ///
    /// Raises
    /// ------
    /// CognitoError
    ///     As for :meth:`tokens`.
    ///
    /// Examples
    /// --------
    /// >>> import cognitoken
    /// >>> sorted(cognitoken.Session().headers())
    /// ['Authorization']
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.answered(py, headers)
    }

    /// Return the header, for asyncio. As :meth:`headers`.
    ///
    /// Examples
    /// --------
    /// >>> import asyncio, cognitoken
    /// >>> session = cognitoken.Session()
    /// >>> headers = asyncio.run(session.headers_async())
    fn headers_async<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.answered_async(py, "Session.headers_async", headers)
    }

    /// Get new tokens now, whether those at hand are still good or not.
    ///
    /// Calls at the same moment share one refresh, with those of other processes too.
    ///
    /// Returns
    /// -------
    /// Tokens
    ///
    /// Raises
    /// ------
    /// CognitoError
    ///     As for :meth:`tokens`.
    ///
    /// Examples
    /// --------
    /// >>> import cognitoken
    /// >>> tokens = cognitoken.Session().refresh()
    fn refresh<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.answered(py, refresh)
    }

    /// Get new tokens now, for asyncio. As :meth:`refresh`.
    ///
    /// Examples
    /// --------
    /// >>> import asyncio, cognitoken
    /// >>> session = cognitoken.Session()
    /// >>> tokens = asyncio.run(session.refresh_async())
    fn refresh_async<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.answered_async(py, "Session.refresh_async", refresh)
    }

    /// Take tokens into the session and its store: those of :func:`login_sso`, or of a challenge that was answered.
    ///
    /// Parameters
    /// ----------
    /// tokens : Tokens
    ///
    /// Raises
    /// ------
    /// ConfigError
    ///     They are another app client's.
    /// StoreError
    ///     The store failed.
    ///
    /// Examples
    /// --------
    /// >>> import cognitoken
    /// >>> session = cognitoken.Session()
    /// >>> session.keep(cognitoken.login())
    fn keep(&self, py: Python<'_>, tokens: PyRef<'_, Tokens>) -> PyResult<()> {
        let (session, tokens) = (self.session.clone(), tokens.core().clone());
        self.noticed(py, |transport| keep(transport, session, tokens)).map(drop)
    }

    /// Take tokens into the session, for asyncio. As :meth:`keep`.
    ///
    /// Examples
    /// --------
    /// >>> import asyncio, cognitoken
    /// >>> session = cognitoken.Session()
    /// >>> asyncio.run(session.keep_async(cognitoken.login()))
    fn keep_async(&self, tokens: PyRef<'_, Tokens>) -> Coroutine {
        let (session, tokens) = (self.session.clone(), tokens.core().clone());
        awaitable("Session.keep_async", |transport| keep(transport, session, tokens))
    }

    /// Forget the tokens, in memory and in the store, and revoke the refresh token at the service.
    ///
    /// Where it cannot be revoked, the tokens are forgotten all the same, and a :class:`StoreWarning` tells why. ID and
    /// access tokens that are out already are good until they expire.
    ///
    /// Parameters
    /// ----------
    /// everywhere : bool, default False
    ///     Whether every sign-in of the user is ended, on every device. Where that fails, nothing is forgotten.
    ///
    /// Returns
    /// -------
    /// str
    ///     ``"nothing"``: nobody was signed in. ``"local"``: forgotten here only. ``"revoked"``: at the service too.
    ///     ``"everywhere"``.
    ///
    /// Raises
    /// ------
    /// StoreError
    ///     The store failed.
    /// CognitoError
    ///     With `everywhere`: what the service or the network failed with.
    ///
    /// Examples
    /// --------
    /// >>> import cognitoken
    /// >>> session = cognitoken.Session(store="memory")
    /// >>> session.sign_out()
    /// 'nothing'
    #[pyo3(signature = (everywhere=false))]
    fn sign_out<'py>(&self, py: Python<'py>, everywhere: bool) -> PyResult<Bound<'py, PyAny>> {
        let session = self.session.clone();
        self.noticed(py, |transport| sign_out(transport, session, everywhere))
    }

    /// Forget and revoke the tokens, for asyncio. As :meth:`sign_out`.
    ///
    /// Examples
    /// --------
    /// >>> import asyncio, cognitoken
    /// >>> session = cognitoken.Session(store="memory")
    /// >>> asyncio.run(session.sign_out_async())
    /// 'nothing'
    #[pyo3(signature = (everywhere=false))]
    fn sign_out_async(&self, everywhere: bool) -> Coroutine {
        let session = self.session.clone();
        awaitable("Session.sign_out_async", move |transport| async move {
            let outcome = sign_out(transport, session.clone(), everywhere).await?;
            Ok(Noticed::new(outcome, &session))
        })
    }

    /// Tell how the session stands, by what is in memory and in the store; nothing is sent.
    ///
    /// Returns
    /// -------
    /// dict of str to str
    ///     Labels and texts: who is signed in, the pool, the client, until when, where the tokens rest.
    ///
    /// Raises
    /// ------
    /// StoreError, ConfigError
    ///     As for :meth:`tokens`.
    ///
    /// Examples
    /// --------
    /// >>> import cognitoken
    /// >>> cognitoken.Session(store="memory").status()["Store"]
    /// 'memory'
    fn status<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let status = self.rows(py)?;
        let dict = PyDict::new(py);
        for (label, value) in status {
            dict.set_item(label, value)?;
        }
        Ok(dict)
    }

    /// What to send in the place of a header's value that a service refused.
    fn _replace<'py>(&self, py: Python<'py>, refused: String) -> PyResult<Bound<'py, PyAny>> {
        let session = self.session.clone();
        self.noticed(py, |transport| replace(transport, session, refused))
    }

    fn _replace_async(&self, refused: String) -> Coroutine {
        let session = self.session.clone();
        awaitable("Session._replace_async", |transport| replace(transport, session, refused))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let who = match self.session.fresh(Engine::current(py)?.transport()) {
            Some(tokens) => tokens.summary().who.map(|who| format!(" of {}", who.escape_debug())),
            None => None,
        };
        Ok(format!("<Session{}, store {}>", who.unwrap_or_default(), self.session.place().escape_debug()))
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        let rows = self.rows(py)?;
        let rows: Vec<(&str, &str)> = rows.iter().map(|(label, value)| (*label, value.as_str())).collect();
        Ok(html::table(&rows))
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "a Session cannot be pickled: it holds secrets. Make one in each worker, with the same store: \
             Session(store=\"file\"), or a redis:// URL for workers on several machines.",
        ))
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (memo, /))]
    fn __deepcopy__(slf: Py<Self>, memo: &Bound<'_, PyAny>) -> Py<Self> {
        let _ = memo;
        slf
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(task) = self.background.as_ref().and_then(|background| background.get()) {
            task.abort();
        }
    }
}
