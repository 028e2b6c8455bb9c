//! The calls of a session's methods: outside the interpreter, and with the session's warnings.

use std::future::Future;
use std::sync::Arc;
use std::time::SystemTime;

use cognitoken::{Cognito, Result};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::Session;
use crate::awaitable::{Coroutine, NoneValue, awaitable};
use crate::challenge::Required;
use crate::runtime::{Engine, wait};
use crate::text::readable;
use crate::tokens::Tokens;
use crate::warnings::{WithWarnings, warn};

pub(super) type Core = cognitoken::Session;

pub(super) async fn tokens(_: Cognito, session: Core) -> Result<Required<Tokens>> {
    Ok(Required(session.tokens().await?.map(|tokens| Tokens::from((*tokens).clone()))))
}

pub(super) async fn refresh(_: Cognito, session: Core) -> Result<Required<Tokens>> {
    Ok(Required(session.refresh().await?.map(|tokens| Tokens::from((*tokens).clone()))))
}

pub(super) async fn id_token(_: Cognito, session: Core) -> Result<Required<String>> {
    Ok(Required(session.id_token().await?.map(|token| token.expose().to_owned())))
}

pub(super) async fn access_token(_: Cognito, session: Core) -> Result<Required<String>> {
    Ok(Required(session.access_token().await?.map(|token| token.expose().to_owned())))
}

pub(super) async fn headers(_: Cognito, session: Core) -> Result<Required<Headers>> {
    Ok(Required(session.authorization().await?.map(Headers)))
}

pub(super) async fn keep(_: Cognito, session: Core, tokens: cognitoken::Tokens) -> Result<NoneValue> {
    session.keep(tokens).await.map(|()| NoneValue)
}

pub(super) async fn sign_out(_: Cognito, session: Core, everywhere: bool) -> Result<&'static str> {
    session.sign_out(everywhere).await.map(|outcome| outcome.as_str())
}

pub(super) async fn replace(_: Cognito, session: Core, refused: String) -> Result<Required<String>> {
    session.replace(&refused).await.map(Required)
}

/// The header that a request carries.
pub(super) struct Headers(String);

impl<'py> IntoPyObject<'py> for Headers {
    type Target = PyDict;
    type Output = Bound<'py, PyDict>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        let headers = PyDict::new(py);
        headers.set_item("Authorization", self.0)?;
        Ok(headers)
    }
}

impl Session {
    pub(super) fn fresh(&self, py: Python<'_>) -> PyResult<Option<Arc<cognitoken::Tokens>>> {
        let engine = Engine::current(py)?;
        let fresh = self.session.fresh();
        // A forked child refreshes for itself.
        if fresh.is_some() {
            self.refresh_in_background(py, engine)?;
        }
        Ok(fresh)
    }

    pub(super) fn refresh_in_background(&self, py: Python<'_>, engine: &'static Engine) -> PyResult<()> {
        let Some(background) = &self.background else { return Ok(()) };
        background.get_or_try_init(|_| {
            let session = self.session.clone();
            engine.spawn(py, |_, _| Box::pin(async move { session.keep_fresh().await }))
        })?;
        Ok(())
    }

    /// A call of the session's.
    pub(super) fn call<'py, T, F>(
        &self,
        py: Python<'py>,
        call: impl FnOnce(Cognito, Core) -> F,
    ) -> PyResult<Bound<'py, PyAny>>
    where
        F: Future<Output = Result<T>> + Send,
        T: for<'a> IntoPyObject<'a> + Send,
    {
        let session = self.session.clone();
        let outcome = self.noticed(py, |cognito| call(cognito, session));
        if outcome.is_ok() {
            self.refresh_in_background(py, Engine::current(py)?)?;
        }
        outcome
    }

    pub(super) fn call_async<T, F>(
        &self,
        py: Python<'_>,
        name: &'static str,
        call: impl FnOnce(Cognito, Core) -> F + Send + 'static,
    ) -> PyResult<Coroutine>
    where
        F: Future<Output = Result<T>> + Send + 'static,
        T: for<'a> IntoPyObject<'a> + Send + 'static,
    {
        if self.background.is_some() {
            self.refresh_in_background(py, Engine::current(py)?)?;
        }
        let session = self.session.clone();
        Ok(awaitable(name, move |cognito| async move {
            let value = call(cognito, session.clone()).await?;
            Ok(WithWarnings::new(value, &session))
        }))
    }

    pub(super) fn noticed<'py, T, F>(
        &self,
        py: Python<'py>,
        call: impl FnOnce(Cognito) -> F,
    ) -> PyResult<Bound<'py, PyAny>>
    where
        F: Future<Output = Result<T>> + Send,
        T: for<'a> IntoPyObject<'a> + Send,
    {
        let outcome = wait(py, call);
        warn(py, &self.session)?;
        outcome?.into_bound_py_any(py)
    }

    pub(super) fn rows(&self, py: Python<'_>) -> PyResult<Vec<(&'static str, String)>> {
        let session = self.session.clone();
        let status = wait(py, |_| async move { session.status().await });
        warn(py, &self.session)?;
        let rows = status?.rows(SystemTime::now()).into_iter();
        Ok(rows.map(|(label, value)| (label, readable(&value))).collect())
    }
}
