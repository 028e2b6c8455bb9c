//! A session that a language holds on to, and its refresh in the background.

use cognitoken::binding::PerProcess;
use cognitoken::{Result, Session, SessionRequest, Step, Tokens};
use tokio::task::AbortHandle;

use crate::engine::{Engine, cognito};
use crate::typed::Typed;

/// A session, and its refresh in the background where that is wanted.
#[derive(Debug)]
pub struct OpenSession {
    session: Session,
    request: SessionRequest,
    /// A forked child refreshes for itself.
    background: Option<PerProcess<AbortHandle>>,
}

impl OpenSession {
    pub(crate) fn new(request: SessionRequest, in_background: bool) -> Result<Self> {
        let session = cognito().session(request.clone())?;
        Ok(Self { session, request, background: in_background.then(PerProcess::new) })
    }

    /// Signs in again, with what a person typed. A password is no secret of a `.env` file, so the values are read anew.
    pub(crate) async fn sign_in_with(&self, typed: Typed) -> Result<Step<Tokens>> {
        let mut request = self.request.clone();
        let sign_in = &mut request.sign_in;
        sign_in.username = typed.username.or(sign_in.username.take());
        sign_in.client.client_id = typed.client_id.or(sign_in.client.client_id.take());
        sign_in.password = typed.password.or(sign_in.password.take());
        let session = cognito().session(request)?;
        session.check_keeps()?;
        let step = session.sign_in().await?;
        if let Step::Done(tokens) = &step {
            self.session.keep((**tokens).clone()).await?;
        }
        Ok(step.map(|tokens| (*tokens).clone()))
    }

    /// The session itself.
    pub fn session(&self) -> &Session {
        &self.session
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
