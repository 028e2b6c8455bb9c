//! The status of a session: the user, the pool, the place of the tokens, and when they expire.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use super::call::Call;
use super::inner::Inner;
use super::repository::Stored;
use crate::error::Result;
use crate::http::CallBudget;
use crate::summary::Summary;

/// The part of a [`Session`](crate::Session) that may be shown to anyone.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionStatus {
    /// `true` if there are tokens, in memory or in the store.
    pub signed_in: bool,
    /// The user: the e-mail address where the ID token has one, else the user name.
    pub who: Option<String>,
    /// The user name in the pool.
    pub username: Option<String>,
    /// The issuer's URL.
    pub issuer: Option<String>,
    /// The user pool's id.
    pub user_pool_id: Option<String>,
    /// The app client's id.
    pub client_id: Option<String>,
    /// The store and its place: `file:/home/ada/.local/share/cognitoken/tokens`.
    pub place: String,
    /// The protection from other readers, in words.
    pub protection: String,
    /// The time when the token that is sent expires, by the service's clock.
    pub expires_at: Option<SystemTime>,
    /// `true` if there is a refresh token.
    pub refreshable: bool,
    /// The time when the refresh token was issued, by the service's clock; `None` if it is not known, or there is none.
    pub refresh_token_issued_at: Option<SystemTime>,
    /// The profile that answers for the session, or that the sign-in is of.
    pub profile: Option<String>,
    /// The sources of the values that the session was opened with, by the names of the arguments: `client_id` from `the
    /// profile work`.
    pub sources: BTreeMap<&'static str, String>,
}

impl SessionStatus {
    pub(super) fn nobody(place: String, protection: String) -> Self {
        Self {
            signed_in: false,
            who: None,
            username: None,
            issuer: None,
            user_pool_id: None,
            client_id: None,
            place,
            protection,
            expires_at: None,
            refreshable: false,
            refresh_token_issued_at: None,
            profile: None,
            sources: BTreeMap::new(),
        }
    }

    pub(super) fn with(self, summary: Summary) -> Self {
        let Summary {
            who,
            username,
            issuer,
            user_pool_id,
            client_id,
            expires_at,
            refreshable,
            refresh_token_issued_at,
        } = summary;
        Self {
            signed_in: true,
            who,
            username,
            issuer,
            user_pool_id: user_pool_id.or(self.user_pool_id),
            client_id: Some(client_id).filter(|id| !id.is_empty()),
            expires_at: Some(expires_at),
            refreshable,
            refresh_token_issued_at,
            ..self
        }
    }
}

/// Returns the status of a session, from memory and the store.
pub(super) async fn status(session: &Arc<Inner>) -> Result<SessionStatus> {
    let Inner { repository, fixed, request, values, .. } = &**session;
    let place = if fixed.is_some() { "COGNITO_ID_TOKEN".to_owned() } else { repository.place() };
    let mut status = SessionStatus::nobody(place, repository.protection().await);
    status.profile = values.environment().profile_name().map(str::to_owned);
    status.sources = request.sources(values);
    if let Some(token) = fixed {
        let summary = Summary::of_token(token.expose())?;
        return Ok(status.with(summary));
    }
    let call = Call::new(session);
    let (config, stored) = call.find_in_time().await?;
    status.client_id = config.as_ref().map(|config| config.client_id.clone());
    status.user_pool_id =
        config.as_ref().and_then(|config| config.user_pool_id.as_ref()).map(ToString::to_string);
    let Some(stored) = stored else { return Ok(status) };
    status.user_pool_id = stored.sign_in.identity.user_pool_id.clone().or(status.user_pool_id);
    Ok(status.with(call.restore(&stored.sign_in)?.summary()))
}

/// Returns the stored sign-ins of all users.
pub(super) async fn sign_ins(session: &Arc<Inner>) -> Result<Vec<SessionStatus>> {
    let Inner { request, repository, values, .. } = &**session;
    let budget = CallBudget::new(request.timeout());
    let protection = repository.protection().await;
    let stored = session.within(&budget, repository.all("", &|_| true)).await?;
    let timeout = request.known(values).map_or(request.timeout(), |known| known.timeout);
    let status = |stored: Stored| {
        let user_pool_id = stored.sign_in.identity.user_pool_id.clone();
        let tokens = stored.sign_in.restore(Arc::new(stored.sign_in.config(None, timeout)?), Arc::default());
        let place = SessionStatus::nobody(repository.place(), protection.clone());
        Ok(SessionStatus { user_pool_id, ..place }.with(tokens.summary()))
    };
    stored.into_iter().map(status).collect()
}
