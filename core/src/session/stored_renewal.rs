//! The refresh of a stored sign-in under its lock.

use std::sync::Arc;

use tracing::{debug, info};

use super::call::Call;
use super::identity::StoredIdentity;
use super::inner::Inner;
use super::repository::Stored;
use super::secret_hosts::check_secret_hosts;
use super::stored_sign_in::StoredSignIn;
use super::token_demand::TokenDemand;
use crate::config::ClientConfig;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, host_of};
use crate::store::{StoreLock, Written};
use crate::tokens::Tokens;

/// Refreshes the stored sign-in under its lock. Other processes wait for the lock, then read the store again.
pub(super) async fn renew(
    call: &Call<'_>,
    config: Arc<ClientConfig>,
    stored: Stored,
    demand: &TokenDemand,
) -> Result<Renewed> {
    if !stored.sign_in.is_refreshable() {
        return Ok(Renewed::NotRefreshable);
    }
    let Inner { repository, .. } = &**call.session;
    let host = host_of(&config.endpoint);
    let lock_name = format!("{} in {}", stored.name, repository.place());
    let lock = repository.lock(&stored.name, call.budget.remaining()).await;
    let mut lock = lock.map_err(|error| match error.code() {
        // The lock belongs to an earlier call of this process, which still waits for the service.
        "LockTimeout" if call.transport().must_finish().holds_lock(&lock_name) => call.budget.exceeded(&host),
        _ => error,
    })?;
    let Some(sign_in) = repository.read(&stored.name).await? else {
        lock.release().await?;
        return Ok(Renewed::Again);
    };
    let tokens = sign_in.restore(Arc::clone(&config), call.session.client_metadata());
    if let Some(tokens) = call.session.take_over(&sign_in, tokens.clone(), demand) {
        lock.release().await?;
        return Ok(Renewed::Answer(tokens));
    }
    sign_in.check_secret(&config)?;
    check_secret_hosts(call.session, &sign_in, &config)?;
    debug!(
        target: "cognitoken::session",
        demand = demand.name(), seconds_left = call.seconds_left(), entry = stored.name, "refreshing stored sign-in"
    );
    let renewal =
        StoredRenewal { session: Arc::clone(call.session), name: stored.name, sign_in, tokens, lock };
    let budget = call.budget.with_time_for_the_answer();
    let noted = call.transport().must_finish().note_lock(lock_name);
    let renewal = async move {
        let renewed = renewal.run(&budget).await;
        drop(noted);
        renewed
    };
    call.unless_it_lasts(&host, renewal).await?
}

/// The outcome of the attempt to refresh a stored sign-in.
pub(super) enum Renewed {
    Answer(Arc<Tokens>),
    /// The store changed meanwhile.
    Again,
    /// There is no refresh token.
    NotRefreshable,
    /// The refresh token is no longer good, and has been forgotten.
    Refused(Error),
}

/// A refresh of a stored sign-in whose lock is held.
pub(super) struct StoredRenewal {
    pub(super) session: Arc<Inner>,
    pub(super) name: String,
    pub(super) sign_in: StoredSignIn,
    pub(super) tokens: Tokens,
    pub(super) lock: Box<dyn StoreLock>,
}

impl StoredRenewal {
    pub(super) async fn run(mut self, budget: &CallBudget) -> Result<Renewed> {
        let outcome = self.renew(budget).await;
        self.lock.release().await?;
        outcome
    }

    async fn renew(&mut self, budget: &CallBudget) -> Result<Renewed> {
        self.lock.begin().await?;
        let refreshed = tokio::select! {
            refreshed = self.session.renewer.refresh_alone(&self.tokens, budget) => refreshed,
            () = self.lock.hold() => return Ok(Renewed::Again),
        };
        match refreshed {
            Ok(tokens) => self.store(tokens).await,
            Err(error) if error.meaning().refresh_token_lost => self.forget(error).await,
            Err(error) => {
                // The mark of an unfinished refresh stays if the answer was lost: the service may have replaced the
                // token.
                if !matches!(error.kind(), ErrorKind::Network | ErrorKind::RequestTimeout) {
                    self.lock.end().await?;
                }
                Err(error)
            }
        }
    }

    /// Stores the new tokens, and only then makes them current.
    async fn store(&mut self, tokens: Tokens) -> Result<Renewed> {
        let state = self.session.state();
        state.clock.learn_from(&tokens, self.session.renewer.transport().clock().now());
        let mut identity = StoredIdentity::of(&tokens, self.sign_in.identity.scopes.clone());
        identity.remember(None, Some(&self.sign_in.identity));
        if identity.name_in_store() != self.name {
            let message = "the service answered the refresh with the tokens of another user";
            return Err(
                Error::new(ErrorKind::Service, "InvalidResponse", message).with_hint("Sign in again.")
            );
        }
        let sign_in = StoredSignIn::new(&tokens, identity, state.clock.offset());
        match self.session.repository.write(&self.name, &sign_in, &mut *self.lock).await {
            Ok(Written::Stored) => Ok(Renewed::Answer(state.set_tokens(tokens))),
            Ok(Written::Superseded) => Ok(Renewed::Again),
            Err(error) => {
                // Stored by the next call: the refresh token in the store may no longer be good.
                state.keep_unsaved(tokens);
                Err(error)
            }
        }
    }

    async fn forget(&mut self, error: Error) -> Result<Renewed> {
        let now = self.session.repository.read(&self.name).await?;
        if now.is_none_or(|now| !now.is_same_as(&self.sign_in)) {
            return Ok(Renewed::Again);
        }
        let error = if self.lock.was_left_unfinished() { already_replaced(error) } else { error };
        self.lock.remove().await?;
        info!(
            target: "cognitoken::session",
            entry = self.name, code = error.code(), request_id = error.request_id(), "stored sign-in removed"
        );
        self.session.state().forget();
        Ok(Renewed::Refused(error))
    }
}

/// Explains a refusal after a refresh that was cut off: the one loss that no order of storing and sending can prevent.
fn already_replaced(error: Error) -> Error {
    let message = format!(
        "{}; an earlier refresh was cut off after the service had replaced this token, and before the new one was stored",
        error.message()
    );
    error.with_message(message).with_hint(
        "Sign in once more. A grace period for refresh token rotation, in the app client's settings, prevents this.",
    )
}
