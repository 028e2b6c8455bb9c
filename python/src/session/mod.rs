//! A sign-in that lasts, as Python uses it.

mod calls;

use std::sync::Arc;

use cognitoken::binding::PerProcess;
use cognitoken::{ClientCredentialsRequest, Environment, Result, SessionRequest, SignInRequest, TokenUse};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tokio::task::AbortHandle;

use crate::awaitable::{Coroutine, awaitable};
use crate::client::Client;
use crate::device::DeviceOrKey;
use crate::exception;
use crate::html;
use crate::runtime::cognito;
use crate::scopes::Scopes;
use crate::tokens::Tokens;
use crate::warnings::WithWarnings;
use calls::{Core, access_token, headers, id_token, keep, refresh, replace, sign_out, tokens};

/// The native half of the Python class of the same name, which asks the person who answers challenges.
#[pyclass(frozen, subclass, module = "cognitoken._cognitoken")]
pub(crate) struct Session {
    session: cognitoken::Session,
    on_challenge: Option<Py<PyAny>>,
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
        device: Option<DeviceOrKey<'_>>,
        store: Option<String>,
        refresh_token: Option<String>,
        id_token: Option<String>,
        token_use: &str,
        domain: Option<String>,
        scopes: Option<Scopes>,
        client_authentication: &str,
        background_refresh: bool,
    ) -> PyResult<Self> {
        if let Some(given) = &on_challenge
            && !(given.is_callable() || given.extract::<&str>().is_ok_and(|word| word == "prompt"))
        {
            return Err(PyTypeError::new_err("on_challenge has to be a callable or \"prompt\""));
        }
        let on_challenge = on_challenge.map(Bound::unbind);
        let token_use = match token_use {
            "id" => TokenUse::Id,
            "access" => TokenUse::Access,
            _ => return Err(PyValueError::new_err("token_use has to be \"id\" or \"access\"")),
        };
        let client =
            Client { client_id, client_secret, region, user_pool_id, endpoint, timeout: Some(timeout) };
        let for_client = flow == "client_credentials";
        let (device, device_key) = DeviceOrKey::parts(device);
        let open = || -> Result<Core> {
            let environment = Environment::read()?;
            let client: cognitoken::ClientValues = client.try_into()?;
            let client_credentials = match for_client {
                true => {
                    let mut credentials = ClientCredentialsRequest::new(environment.clone())
                        .with_client(client.clone())
                        .with_client_authentication(client_authentication.parse()?);
                    credentials.domain = domain;
                    credentials.scopes = scopes.map(Into::into);
                    Some(credentials)
                }
                false => None,
            };
            cognito().session(SessionRequest {
                sign_in: SignInRequest {
                    username,
                    password: password.map(Into::into),
                    client,
                    flow: if for_client { cognitoken::Flow::Auto } else { flow.parse()? },
                    preferred_challenge,
                    totp_secret: totp_secret.map(Into::into),
                    remember_device,
                    device,
                    ..SignInRequest::new(environment.clone())
                },
                refresh_token: refresh_token.map(Into::into),
                device_key,
                id_token: id_token.map(Into::into),
                client_credentials,
                store,
                token_use,
                ..SessionRequest::new(environment)
            })
        };
        let session = open().map_err(|error| exception::from_core(py, &error))?;
        Ok(Self { session, on_challenge, background: background_refresh.then(Arc::default) })
    }

    /// The value of `on_challenge`, as it was given.
    #[getter]
    fn _on_challenge<'py>(&self, py: Python<'py>) -> Option<&Bound<'py, PyAny>> {
        self.on_challenge.as_ref().map(|on_challenge| on_challenge.bind(py))
    }

    /// The place of the tokens, such as "memory" or "file:/home/ada/.local/share/cognitoken/tokens". No secret is in it.
    #[getter]
    fn store(&self) -> String {
        self.session.place()
    }

    fn tokens<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        if let Some(tokens) = self.fresh(py)? {
            return Tokens::from((*tokens).clone()).into_bound_py_any(py);
        }
        self.call(py, tokens)
    }

    fn tokens_async(&self, py: Python<'_>) -> PyResult<Coroutine> {
        self.call_async(py, "Session.tokens_async", tokens)
    }

    fn id_token<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        if let Some(tokens) = self.fresh(py)?
            && let Some(token) = tokens.id_token()
        {
            return token.expose().into_bound_py_any(py);
        }
        self.call(py, id_token)
    }

    fn id_token_async(&self, py: Python<'_>) -> PyResult<Coroutine> {
        self.call_async(py, "Session.id_token_async", id_token)
    }

    fn access_token<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.call(py, access_token)
    }

    fn access_token_async(&self, py: Python<'_>) -> PyResult<Coroutine> {
        self.call_async(py, "Session.access_token_async", access_token)
    }

    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.call(py, headers)
    }

    fn headers_async(&self, py: Python<'_>) -> PyResult<Coroutine> {
        self.call_async(py, "Session.headers_async", headers)
    }

    fn refresh<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.call(py, refresh)
    }

    fn refresh_async(&self, py: Python<'_>) -> PyResult<Coroutine> {
        self.call_async(py, "Session.refresh_async", refresh)
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
        self.noticed(py, |cognito| keep(cognito, session, tokens)).map(drop)
    }

    /// Asyncio version of :meth:`keep`.
    ///
    /// Examples
    /// --------
    /// >>> import asyncio, cognitoken
    /// >>> session = cognitoken.Session()
    /// >>> asyncio.run(session.keep_async(cognitoken.login()))
    fn keep_async(&self, tokens: PyRef<'_, Tokens>) -> Coroutine {
        let (session, tokens) = (self.session.clone(), tokens.core().clone());
        awaitable("Session.keep_async", |cognito| keep(cognito, session, tokens))
    }

    /// Forget the tokens, in memory and in the store, and revoke the refresh token at the service.
    ///
    /// If it cannot be revoked, the tokens are forgotten all the same, and a :class:`StoreWarning` tells why. ID and
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
        self.noticed(py, |cognito| sign_out(cognito, session, everywhere))
    }

    /// Asyncio version of :meth:`sign_out`.
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
        awaitable("Session.sign_out_async", move |cognito| async move {
            let outcome = sign_out(cognito, session.clone(), everywhere).await?;
            Ok(WithWarnings::new(outcome, &session))
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

    /// The value to send in place of a header's value that a service refused.
    fn _replace<'py>(&self, py: Python<'py>, refused: String) -> PyResult<Bound<'py, PyAny>> {
        let session = self.session.clone();
        self.noticed(py, |cognito| replace(cognito, session, refused))
    }

    fn _replace_async(&self, refused: String) -> Coroutine {
        let session = self.session.clone();
        awaitable("Session._replace_async", |cognito| replace(cognito, session, refused))
    }

    fn __repr__(&self) -> PyResult<String> {
        let who = match self.session.fresh() {
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
