//! A session that a language holds on to, and its refresh in the background.

use cognitoken::binding::PerProcess;
use cognitoken::{Result, Session};
use tokio::task::AbortHandle;

use crate::engine::Engine;
use crate::output::Output;

/// A session, and its refresh in the background where that is wanted.
#[derive(Debug)]
pub struct OpenSession {
    session: Session,
    /// A forked child refreshes for itself.
    background: Option<PerProcess<AbortHandle>>,
}

impl OpenSession {
    pub(crate) fn new(session: Session, in_background: bool) -> Self {
        Self { session, background: in_background.then(PerProcess::new) }
    }

    /// The session itself.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The result of a method that needs nothing but tokens in memory, if there are good ones.
    pub(crate) fn at_hand(&self, method: &str) -> Result<Option<Output>> {
        let output = match method {
            "session.tokens" => self.session.fresh().map(Output::from),
            "session.id_token" => {
                let tokens = self.session.fresh();
                tokens.and_then(|tokens| tokens.id_token().map(|token| token.expose().into()))
            }
            _ => None,
        };
        if output.is_some() {
            self.refresh_in_background()?;
        }
        Ok(output)
    }

    /// Starts the refresh in the background, once in each process.
    pub(crate) fn refresh_in_background(&self) -> Result<()> {
        let Some(background) = &self.background else { return Ok(()) };
        background.get_or_try_init(|_| {
            let session = self.session.clone();
            Engine::current()?.spawn(async move { session.keep_fresh().await })
        })?;
        Ok(())
    }
}

impl Drop for OpenSession {
    fn drop(&mut self) {
        if let Some(task) = self.background.as_ref().and_then(PerProcess::get) {
            task.abort();
        }
    }
}
