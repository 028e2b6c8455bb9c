//! The end of a sign-in: forgotten here, and revoked at the service.

use std::sync::Arc;

use super::identity::client_name;
use super::silent::Flight;
use super::{Inner, Session, SessionStatus};
use crate::config::ClientConfig;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, Transport};
use crate::tokens::Tokens;

/// How far a sign-out went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignOut {
    /// Nobody was signed in.
    Nothing,
    /// The tokens are forgotten here. The service was not told: there was no refresh token, or it could not be
    /// revoked.
    Local,
    /// Forgotten here, and the refresh token is revoked at the service.
    Revoked,
    /// Forgotten here, and every sign-in of this user is ended, on every device.
    Everywhere,
}

impl SignOut {
    /// The same in words, for a person.
    pub fn message(self) -> &'static str {
        match self {
            Self::Nothing => "Nobody was signed in.",
            Self::Local => "Signed out here only: the tokens are forgotten, and the service was not told.",
            Self::Revoked => {
                "Signed out: the tokens are forgotten here, and the refresh token is revoked at the service."
            }
            Self::Everywhere => {
                "Signed out everywhere: the tokens are forgotten here, and every refresh token of this user is revoked."
            }
        }
    }

    /// The same in one word: `nothing`, `local`, `revoked`, `everywhere`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Local => "local",
            Self::Revoked => "revoked",
            Self::Everywhere => "everywhere",
        }
    }
}

impl Session {
    /// Forgets the tokens, in memory and in the store, and revokes the refresh token at the service. Where that fails,
    /// they are forgotten all the same, and a notice tells why. Copies of this sign-in that were set aside as damaged, or
    /// that a killed program left half-written, go too. ID and access tokens that are out already are good
    /// until they expire.
    ///
    /// With `everywhere`, every sign-in of the user is ended, on every device; where that fails nothing is forgotten.
    ///
    /// # Errors
    /// [`ErrorKind::Store`]; [`ErrorKind::Config`] where several identities fit; with `everywhere` whatever the
    /// service or the network fails with.
    pub async fn sign_out(&self, transport: &Transport, everywhere: bool) -> Result<SignOut> {
        self.refuse_fixed("sign-in to end")?;
        let Inner { request, entries, .. } = &*self.inner;
        let budget = Arc::new(CallBudget::new(request.timeout()));
        let flight = Flight { session: &self.inner, transport, budget: Arc::clone(&budget) };
        let (config, found) = self.inner.within(&budget, flight.find()).await?;
        let Some(found) = found else {
            let prefix = config.as_deref().map(prefix_of).unwrap_or_default();
            self.clear_unreadable(&prefix, &budget).await?;
            entries.store().clear_idle_locks("").await?;
            self.inner.state().forget();
            return Ok(SignOut::Nothing);
        };
        let outcome = self.end(&flight, &found.name, everywhere).await;
        if outcome.is_ok() {
            self.inner.within(&budget, entries.store().clear_idle_locks("")).await?;
        }
        outcome
    }

    /// Ends every sign-in that is stored, whoever's, as [`sign_out`](Self::sign_out) does, and removes all that is left
    /// in the store: what was set aside, what cannot be read, and locks that nobody holds. Returns how far each went.
    ///
    /// # Errors
    /// [`ErrorKind::Store`].
    pub async fn sign_out_all(&self, transport: &Transport) -> Result<Vec<SignOut>> {
        self.refuse_fixed("sign-in to end")?;
        let Inner { request, entries, .. } = &*self.inner;
        let budget = || Arc::new(CallBudget::new(request.timeout()));
        let mut outcomes = Vec::new();
        for name in self.inner.within(&budget(), entries.store().names("")).await? {
            // Each has the time of a call of its own.
            let flight = Flight { session: &self.inner, transport, budget: budget() };
            outcomes.push(self.end(&flight, &name, false).await?);
        }
        self.clear_unreadable("", &budget()).await?;
        entries.store().clear_idle_locks("").await?;
        self.inner.state().forget();
        Ok(outcomes)
    }

    /// Every sign-in that is stored, whoever's.
    ///
    /// # Errors
    /// [`ErrorKind::Store`].
    pub async fn sign_ins(&self) -> Result<Vec<SessionStatus>> {
        let Inner { request, entries, values, .. } = &*self.inner;
        let budget = CallBudget::new(request.timeout());
        let protection = entries.protection().await;
        let found = self.inner.within(&budget, entries.all("", &|_| true)).await?;
        let timeout = request.known(values).map_or(request.timeout(), |known| known.timeout);
        let status = |found: super::entries::Found| {
            let user_pool_id = found.entry.identity.user_pool_id.clone();
            let tokens = found.entry.restore(Arc::new(found.entry.config(None, timeout)?));
            let place = SessionStatus::nobody(entries.place(), protection.clone());
            Ok(SessionStatus { user_pool_id, ..place }.with(tokens.summary()))
        };
        found.into_iter().map(status).collect()
    }

    /// Ends what is stored under this name.
    async fn end(&self, flight: &Flight<'_>, name: &str, everywhere: bool) -> Result<SignOut> {
        let Inner { entries, .. } = &*self.inner;
        let Flight { transport, budget, .. } = flight;
        let mut lock = entries.store().lock(name, budget.remaining()).await?;
        let outcome = match self.inner.within(budget, entries.read(name)).await {
            // Sealed with a key that is not at hand: all that can be done is to remove it.
            Err(error) if error.code() == "WrongKey" => {
                entries.notice(format!("{}: its refresh token is not revoked", error.message()));
                Ok(SignOut::Local)
            }
            Err(error) => return Err(error),
            Ok(None) => Ok(SignOut::Nothing),
            Ok(Some(entry)) => {
                let config = flight.config_of(&entry)?;
                let hosts = self.inner.check_secret_hosts(&entry, &config);
                let tokens = entry.restore(config);
                match hosts {
                    Err(error) if everywhere => Err(error),
                    Ok(()) if everywhere => self.end_everywhere(transport, budget, tokens).await,
                    hosts => Ok(self.revoke(transport, &tokens, hosts).await),
                }
            }
        };
        if outcome.is_ok() {
            self.inner.within(budget, lock.remove()).await?;
            self.inner.within(budget, lock.clear_leftovers()).await?;
            self.inner.state().forget();
        }
        self.inner.within(budget, lock.release()).await?;
        outcome
    }

    /// What is left of sign-ins that cannot be read any more holds tokens all the same. Whose they were cannot be told:
    /// those of this client go that have no entry beside them.
    async fn clear_unreadable(&self, prefix: &str, budget: &CallBudget) -> Result<()> {
        let Inner { entries, .. } = &*self.inner;
        for name in entries.store().leftovers(prefix).await? {
            let mut lock = entries.store().lock(&name, budget.remaining()).await?;
            if entries.store().read(&name).await?.is_none() {
                lock.clear_leftovers().await?;
            }
            lock.release().await?;
        }
        Ok(())
    }

    /// The service wants an access token that is still good.
    async fn end_everywhere(
        &self,
        transport: &Transport,
        budget: &CallBudget,
        tokens: Tokens,
    ) -> Result<SignOut> {
        if tokens.is_of_client() {
            return Err(Error::new(
                ErrorKind::Config,
                "NoUser",
                "the app client itself has no sign-ins to end",
            ));
        }
        let now = self.inner.state().clock.now(transport.clock().now());
        let tokens = match tokens.refresh_token() {
            Some(_) if tokens.expires_at() <= now => tokens.refresh_shared(transport, budget).await?,
            _ => tokens,
        };
        tokens.sign_out_everywhere(transport).await?;
        Ok(SignOut::Everywhere)
    }

    /// `hosts` says whether what revoking sends may go where it would go.
    async fn revoke(&self, transport: &Transport, tokens: &Tokens, hosts: Result<()>) -> SignOut {
        if tokens.refresh_token().is_none() {
            return SignOut::Local;
        }
        let revoked = match hosts {
            Ok(()) => tokens.revoke(transport).await,
            Err(error) => Err(error),
        };
        match revoked {
            Ok(()) => SignOut::Revoked,
            Err(error) => {
                self.inner
                    .entries
                    .notice(format!("the refresh token could not be revoked: {}", error.message()));
                SignOut::Local
            }
        }
    }
}

/// What the names of all entries of a client begin with.
fn prefix_of(config: &ClientConfig) -> String {
    format!("{}-", client_name(config.endpoint.as_str(), &config.client_id))
}
