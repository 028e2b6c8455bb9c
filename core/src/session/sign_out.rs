//! Ending a sign-in: its tokens are forgotten here, and its refresh token is revoked at the service.

use std::sync::Arc;

use tracing::info;

use super::call::Call;
use super::identity::client_name;
use super::inner::Inner;
use super::secret_hosts::check_secret_hosts;
use crate::config::ClientConfig;
use crate::error::{Error, ErrorKind, Result};
use crate::http::CallBudget;
use crate::tokens::Tokens;

/// The reach of a sign-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignOut {
    /// Nobody was signed in.
    Nothing,
    /// The tokens are forgotten here, and not revoked: there was no refresh token, or revoking it failed.
    Local,
    /// The tokens are forgotten here, and the refresh token is revoked at the service.
    Revoked,
    /// The tokens are forgotten here, and every sign-in of this user is ended, on every device.
    Everywhere,
}

impl SignOut {
    /// The reach in words, for a person.
    pub fn message(self) -> &'static str {
        match self {
            Self::Nothing => "Nobody was signed in.",
            Self::Local => {
                "Signed out here only: the tokens are forgotten, and nothing is revoked at the service."
            }
            Self::Revoked => {
                "Signed out: the tokens are forgotten here, and the refresh token is revoked at the service."
            }
            Self::Everywhere => {
                "Signed out everywhere: the tokens are forgotten here, and every refresh token of this user is revoked."
            }
        }
    }

    /// The reach in one word: `nothing`, `local`, `revoked`, `everywhere`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Local => "local",
            Self::Revoked => "revoked",
            Self::Everywhere => "everywhere",
        }
    }
}

/// Ends the stored sign-in of the session.
pub(super) async fn sign_out(session: &Arc<Inner>, everywhere: bool) -> Result<SignOut> {
    let repository = &session.repository;
    let call = Call::new(session);
    let budget = &call.budget;
    let (config, stored) = call.find_in_time().await?;
    let Some(stored) = stored else {
        let prefix = config.as_deref().map(prefix_of).unwrap_or_default();
        clear_unreadable(session, &prefix, budget).await?;
        repository.store().clear_idle_locks("").await?;
        session.state().forget();
        return Ok(SignOut::Nothing);
    };
    let outcome = end(&call, &stored.name, everywhere).await;
    if outcome.is_ok() {
        session.within(budget, repository.store().clear_idle_locks("")).await?;
    }
    outcome
}

/// Ends the stored sign-ins of all users.
pub(super) async fn sign_out_all(session: &Arc<Inner>) -> Result<Vec<SignOut>> {
    let repository = &session.repository;
    let budget = || CallBudget::new(session.request.timeout());
    let mut outcomes = Vec::new();
    for name in session.within(&budget(), repository.names("")).await? {
        // Each may take the time of one call.
        outcomes.push(end(&Call::new(session), &name, false).await?);
    }
    clear_unreadable(session, "", &budget()).await?;
    repository.store().clear_idle_locks("").await?;
    session.state().forget();
    Ok(outcomes)
}

/// Ends the sign-in that is stored under this name.
async fn end(call: &Call<'_>, name: &str, everywhere: bool) -> Result<SignOut> {
    let Call { session, budget } = call;
    let repository = &session.repository;
    let mut lock = repository.lock(name, budget.remaining()).await?;
    let outcome = match session.within(budget, repository.read(name)).await {
        // Sealed with a key that is not at hand: it can only be removed.
        Err(error) if error.code() == "WrongKey" => {
            repository.notice(format!("{}: its refresh token is not revoked", error.message()));
            Ok(SignOut::Local)
        }
        Err(error) => return Err(error),
        Ok(None) => Ok(SignOut::Nothing),
        Ok(Some(sign_in)) => {
            let config = call.config_of(&sign_in)?;
            let hosts = check_secret_hosts(session, &sign_in, &config);
            let tokens = sign_in.restore(config, Arc::default());
            match hosts {
                Err(error) if everywhere => Err(error),
                Ok(()) if everywhere => end_everywhere(session, budget, tokens).await,
                hosts => Ok(revoke(session, &tokens, hosts).await),
            }
        }
    };
    if outcome.is_ok() {
        session.within(budget, lock.remove()).await?;
        session.within(budget, lock.clear_leftovers()).await?;
        session.state().forget();
    }
    session.within(budget, lock.release()).await?;
    match &outcome {
        Ok(reach) => {
            info!(target: "cognitoken::session", entry = name, reach = reach.as_str(), "signed out")
        }
        Err(error) => {
            info!(target: "cognitoken::session", entry = name, code = error.code(), "sign-out failed")
        }
    }
    outcome
}

/// Removes leftovers of sign-ins that can no longer be read, which hold tokens all the same. Their users are unknown,
/// so all of this client are removed that have no readable sign-in beside them.
async fn clear_unreadable(session: &Inner, prefix: &str, budget: &CallBudget) -> Result<()> {
    let store = session.repository.store();
    for name in store.leftovers(prefix).await? {
        let mut lock = session.repository.lock(&name, budget.remaining()).await?;
        if store.read(&name).await?.is_none() {
            lock.clear_leftovers().await?;
        }
        lock.release().await?;
    }
    Ok(())
}

/// Ends every sign-in of the user. The service requires an access token that is still good.
async fn end_everywhere(session: &Inner, budget: &CallBudget, tokens: Tokens) -> Result<SignOut> {
    if tokens.is_of_client() {
        let message = "the tokens are of the app client itself, which has no sign-ins to end";
        return Err(Error::new(ErrorKind::Config, "NoUser", message));
    }
    let tokens = match tokens.refresh_token() {
        Some(_) if tokens.expires_at_seconds() <= session.server_time() => {
            session.renewer.refresh(&tokens, budget).await?
        }
        _ => tokens,
    };
    session.renewer.sign_out_everywhere(&tokens).await?;
    Ok(SignOut::Everywhere)
}

/// Revokes the refresh token. `hosts` is the outcome of the check of the hosts that it would be sent to.
async fn revoke(session: &Inner, tokens: &Tokens, hosts: Result<()>) -> SignOut {
    if tokens.refresh_token().is_none() {
        return SignOut::Local;
    }
    let revoked = match hosts {
        Ok(()) => session.renewer.revoke(tokens).await,
        Err(error) => Err(error),
    };
    match revoked {
        Ok(()) => SignOut::Revoked,
        Err(error) => {
            session.repository.notice(format!("the refresh token could not be revoked: {}", error.message()));
            SignOut::Local
        }
    }
}

/// The beginning of the names of all sign-ins of a client.
fn prefix_of(config: &ClientConfig) -> String {
    format!("{}-", client_name(config.endpoint.as_str(), &config.client_id))
}
