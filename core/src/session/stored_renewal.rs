//! The refresh of a stored sign-in, with its lock in hand, to the end.

use std::sync::Arc;

use tracing::info;

use super::entry::Entry;
use super::identity::Identity;
use super::inner::Inner;
use crate::error::{Error, ErrorKind, Result};
use crate::http::CallBudget;
use crate::store::{StoreLock, Written};
use crate::tokens::Tokens;

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

/// A refresh with the lock in hand, to the end.
pub(super) struct StoredRenewal {
    pub(super) session: Arc<Inner>,
    pub(super) name: String,
    pub(super) entry: Entry,
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
                // Where the answer was lost on its way, the note stays: the service may have replaced the token.
                if !matches!(error.kind(), ErrorKind::Network | ErrorKind::RequestTimeout) {
                    self.lock.end().await?;
                }
                Err(error)
            }
        }
    }

    /// On the disk first, then seen by anybody.
    async fn store(&mut self, tokens: Tokens) -> Result<Renewed> {
        let state = self.session.state();
        state.clock.learn_from(&tokens, self.session.renewer.transport().clock().now());
        let mut identity = Identity::of(&tokens, self.entry.identity.scopes.clone());
        identity.remember(None, Some(&self.entry.identity));
        if identity.entry_name() != self.name {
            let message = "the service answered the refresh with the tokens of somebody else";
            return Err(
                Error::new(ErrorKind::Service, "InvalidResponse", message).with_hint("Sign in again.")
            );
        }
        let entry = Entry::new(&tokens, identity, state.clock.offset());
        match self.session.entries.write(&self.name, &entry, &mut *self.lock).await {
            Ok(Written::Stored) => Ok(Renewed::Answer(state.hold(tokens))),
            Ok(Written::Superseded) => Ok(Renewed::Again),
            Err(error) => {
                // Kept here, and stored by the next call: the refresh token in the store may be good for nothing now.
                state.keep_unsaved(tokens);
                Err(error)
            }
        }
    }

    async fn forget(&mut self, error: Error) -> Result<Renewed> {
        let now = self.session.entries.read(&self.name).await?;
        if now.is_none_or(|now| !now.is_same_as(&self.entry)) {
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

/// The same refusal, told as what it is: the one loss that no order of storing and asking can prevent.
fn already_replaced(error: Error) -> Error {
    let message = format!(
        "{}; an earlier refresh was cut off after the service had replaced this token, and before the new one was stored",
        error.message()
    );
    error.with_message(message).with_hint(
        "Sign in once more. A grace period for refresh token rotation, in the app client's settings, prevents this.",
    )
}
