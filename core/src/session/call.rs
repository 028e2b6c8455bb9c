//! One call of a session's: its time, and the look-up of the stored sign-in that answers for the session.

use std::sync::Arc;

use super::inner::Inner;
use super::repository::Stored;
use super::stored_sign_in::StoredSignIn;
use crate::config::ClientConfig;
use crate::error::Result;
use crate::http::{CallBudget, Transport};
use crate::store::load_client_secret;
use crate::tokens::Tokens;

/// A call that asks the store, and the service if necessary.
pub(super) struct Call<'a> {
    pub(super) session: &'a Arc<Inner>,
    pub(super) budget: CallBudget,
}

impl<'a> Call<'a> {
    pub(super) fn new(session: &'a Arc<Inner>) -> Self {
        Self { session, budget: CallBudget::new(session.request.timeout()) }
    }

    pub(super) fn transport(&self) -> &'a Transport {
        self.session.renewer.transport()
    }

    /// Finds the stored sign-in of this session, within the time of the call.
    pub(super) async fn find_in_time(&self) -> Result<(Option<Arc<ClientConfig>>, Option<Stored>)> {
        self.session.within(&self.budget, self.find()).await
    }

    /// The tokens of a stored sign-in.
    pub(super) fn restore(&self, sign_in: &StoredSignIn) -> Result<Tokens> {
        Ok(sign_in.restore(self.config_of(sign_in)?, self.session.client_metadata()))
    }

    /// Finds the stored sign-in of this session, and the client as far as it is known. Discovery is the last resort,
    /// since it needs the network.
    pub(super) async fn find(&self) -> Result<(Option<Arc<ClientConfig>>, Option<Stored>)> {
        let Inner { request, repository, values, .. } = &**self.session;
        load_client_secret(values).await?;
        let known = request.known(values);
        self.transport().notices().add(values.take_left_out());
        let known = known?;
        let config = known.config()?.map(Arc::new);
        if let Some(stored) = self.own().await? {
            return Ok((config, Some(stored)));
        }
        let mut wanted = request.wanted(values)?;
        if config.is_some() || known.discovery_variable().is_none() {
            let stored = repository.find(config.as_deref(), &wanted).await?;
            if stored.is_some() || known.discovery_variable().is_none() {
                return Ok((config, stored));
            }
        }
        let config = request.resolve(values, self.transport(), &self.budget).await?;
        wanted.client.client_id = Some(config.client_id.clone());
        wanted.client.user_pool_id.clone_from(&config.user_pool_id);
        let stored = repository.find(Some(&config), &wanted).await?;
        Ok((Some(Arc::new(config)), stored))
    }

    /// The stored sign-in of the tokens that this process itself put into the session.
    async fn own(&self) -> Result<Option<Stored>> {
        let Some(name) = self.session.state().own_name() else { return Ok(None) };
        Ok(self.session.repository.read(&name).await?.map(|sign_in| Stored { name, sign_in }))
    }

    /// Returns the client of a stored sign-in, at the endpoint that its tokens came from.
    pub(super) fn config_of(&self, sign_in: &StoredSignIn) -> Result<Arc<ClientConfig>> {
        let known = self.session.request.known(&self.session.values)?;
        let config = sign_in.config(known.client_secret.clone(), known.timeout)?;
        let user_pool_id = config.user_pool_id.or(known.config()?.and_then(|known| known.user_pool_id));
        Ok(Arc::new(ClientConfig { user_pool_id, ..config }))
    }

    /// The life that the tokens in memory have left by the service's clock, for the log.
    pub(super) fn seconds_left(&self) -> Option<i64> {
        let current = self.session.state().current()?;
        let lifetime = current.lifetime(self.session.request.token_use);
        Some(lifetime.seconds_left(self.session.server_time()))
    }

    /// Returns the outcome of some work if it is done within the time of the caller. The work goes on behind a caller
    /// whose time is over: the service may have replaced the refresh token already.
    pub(super) async fn unless_it_lasts<T: Send + 'static>(
        &self,
        host: &str,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T> {
        let work = self.transport().must_finish().run(work);
        let outcome = tokio::time::timeout_at(self.budget.deadline(), work).await;
        outcome.unwrap_or_else(|_elapsed| Err(self.budget.exceeded(host)))
    }
}
