//! The end of a sign-in: forgotten here, and revoked at the service.

use std::sync::Arc;

use tracing::info;

use super::acquisition::Acquisition;
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

/// Ends the sign-in that answers for the session.
pub(super) async fn sign_out(session: &Arc<Inner>, everywhere: bool) -> Result<SignOut> {
    let entries = &session.entries;
    let acquisition = Acquisition::new(session);
    let budget = &acquisition.budget;
    let (config, found) = acquisition.find_in_time().await?;
    let Some(found) = found else {
        let prefix = config.as_deref().map(prefix_of).unwrap_or_default();
        clear_unreadable(session, &prefix, budget).await?;
        entries.store().clear_idle_locks("").await?;
        session.state().forget();
        return Ok(SignOut::Nothing);
    };
    let outcome = end(&acquisition, &found.name, everywhere).await;
    if outcome.is_ok() {
        session.within(budget, entries.store().clear_idle_locks("")).await?;
    }
    outcome
}

/// Ends every sign-in that is stored, whoever's.
pub(super) async fn sign_out_all(session: &Arc<Inner>) -> Result<Vec<SignOut>> {
    let entries = &session.entries;
    let budget = || CallBudget::new(session.request.timeout());
    let mut outcomes = Vec::new();
    for name in session.within(&budget(), entries.store().names("")).await? {
        // Each has the time of a call of its own.
        outcomes.push(end(&Acquisition::new(session), &name, false).await?);
    }
    clear_unreadable(session, "", &budget()).await?;
    entries.store().clear_idle_locks("").await?;
    session.state().forget();
    Ok(outcomes)
}

/// Ends what is stored under this name.
async fn end(acquisition: &Acquisition<'_>, name: &str, everywhere: bool) -> Result<SignOut> {
    let Acquisition { session, budget } = acquisition;
    let entries = &session.entries;
    let mut lock = entries.lock(name, budget.remaining()).await?;
    let outcome = match session.within(budget, entries.read(name)).await {
        // Sealed with a key that is not at hand: all that can be done is to remove it.
        Err(error) if error.code() == "WrongKey" => {
            entries.notice(format!("{}: its refresh token is not revoked", error.message()));
            Ok(SignOut::Local)
        }
        Err(error) => return Err(error),
        Ok(None) => Ok(SignOut::Nothing),
        Ok(Some(entry)) => {
            let config = acquisition.config_of(&entry)?;
            let hosts = check_secret_hosts(session, &entry, &config);
            let tokens = entry.restore(config);
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
        Ok(reach) => info!(target: "cognitoken::session", entry = name, reach = reach.as_str(), "signed out"),
        Err(error) => {
            info!(target: "cognitoken::session", entry = name, code = error.code(), "sign-out failed")
        }
    }
    outcome
}

/// Removes what is left of sign-ins that cannot be read any more, which holds tokens all the same. Whose they were
/// cannot be told: those of this client go that have no entry beside them.
async fn clear_unreadable(session: &Inner, prefix: &str, budget: &CallBudget) -> Result<()> {
    let store = session.entries.store();
    for name in store.leftovers(prefix).await? {
        let mut lock = session.entries.lock(&name, budget.remaining()).await?;
        if store.read(&name).await?.is_none() {
            lock.clear_leftovers().await?;
        }
        lock.release().await?;
    }
    Ok(())
}

/// Ends every sign-in of the user. The service wants an access token that is still good.
async fn end_everywhere(session: &Inner, budget: &CallBudget, tokens: Tokens) -> Result<SignOut> {
    if tokens.is_of_client() {
        let message = "the app client itself has no sign-ins to end";
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

/// Revokes the refresh token. `hosts` is an error where it must not go where it would go.
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
            session.entries.notice(format!("the refresh token could not be revoked: {}", error.message()));
            SignOut::Local
        }
    }
}

/// The beginning of the names of all entries of a client.
fn prefix_of(config: &ClientConfig) -> String {
    format!("{}-", client_name(config.endpoint.as_str(), &config.client_id))
}
