//! The one object that replaces tokens.

use std::sync::Arc;

use tracing::info;

use super::refresh_request::RefreshRequest;
use super::single_flight::{Caller, Refreshes};
use crate::config::Values;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, Transport};
use crate::idp;
use crate::oauth::{self, ClientCredentialsCache, ClientCredentialsRequest};
use crate::secret::{AccessToken, Password, RefreshToken};
use crate::tokens::{Origin, Tokens};

/// The transport, the refreshes that are under way, and the app clients' own tokens; whatever is cloned from it shares
/// them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Renewer {
    transport: Transport,
    refreshes: Refreshes,
    client_credentials: ClientCredentialsCache,
}

impl Renewer {
    pub(crate) fn new(transport: Transport) -> Self {
        Self { transport, ..Self::default() }
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Replaces tokens. Calls at the same moment share one refresh, which goes on to its end when the time of `budget`
    /// is over.
    ///
    /// # Errors
    /// [`ErrorKind::Authentication`], code `NoRefreshToken`, for tokens without one; the service's refusal.
    pub(crate) async fn refresh(&self, tokens: &Tokens, budget: &CallBudget) -> Result<Tokens> {
        let (old, transport) = (tokens.clone(), self.transport.clone());
        let own_budget = budget.with_time_for_the_answer();
        let work = async move { refresh(&transport, &old, &own_budget).await };
        match tokens.refresh_token() {
            Some(token) => {
                let config = &tokens.origin().config;
                self.refreshes.join(&self.transport, Caller::WithTokens, config, token, budget, work).await
            }
            None => work.await,
        }
    }

    /// Replaces tokens by a request of its own, for whoever takes care that it is not cut off and that the new tokens
    /// are kept.
    ///
    /// # Errors
    /// As [`refresh`](Self::refresh).
    pub(crate) async fn refresh_alone(&self, tokens: &Tokens, budget: &CallBudget) -> Result<Tokens> {
        refresh(&self.transport, tokens, budget).await
    }

    /// Returns tokens for a refresh token alone.
    pub(crate) async fn refresh_by(&self, request: RefreshRequest) -> Result<Tokens> {
        let budget = CallBudget::new(request.client.timeout());
        let (origin, refresh_token) = self.resolve(request, &budget).await?;
        let (config, wanted) = (Arc::clone(&origin.config), refresh_token.clone());
        let (transport, own_budget) = (self.transport.clone(), budget.with_time_for_the_answer());
        let work = async move {
            let refreshed = idp::refresh_tokens(&transport, &origin, &refresh_token, &own_budget).await;
            log_outcome(&refreshed);
            refreshed
        };
        self.refreshes.join(&self.transport, Caller::WithRefreshToken, &config, &wanted, &budget, work).await
    }

    /// Revokes a refresh token alone.
    pub(crate) async fn revoke_by(&self, request: RefreshRequest) -> Result<()> {
        let budget = CallBudget::new(request.client.timeout());
        let (origin, refresh_token) = self.resolve(request, &budget).await?;
        idp::revoke(&self.transport, &origin.config, &refresh_token).await
    }

    /// Revokes the refresh token of these tokens, where it came from. Without one nothing is sent.
    pub(crate) async fn revoke(&self, tokens: &Tokens) -> Result<()> {
        let Origin { config, domain, .. } = tokens.origin();
        match (tokens.refresh_token(), domain) {
            (None, _) => Ok(()),
            (Some(token), Some(domain)) => oauth::revoke(&self.transport, config, domain, token).await,
            (Some(token), None) => idp::revoke(&self.transport, config, token).await,
        }
    }

    /// Changes the password of the tokens' user.
    pub(crate) async fn change_password(
        &self,
        tokens: &Tokens,
        previous: &Password,
        proposed: &Password,
    ) -> Result<()> {
        let config = &tokens.origin().config;
        idp::change_password(&self.transport, config, tokens.access_token(), previous, proposed).await
    }

    /// Revokes every refresh token of the tokens' user.
    pub(crate) async fn sign_out_everywhere(&self, tokens: &Tokens) -> Result<()> {
        let access_token: &AccessToken = tokens.access_token();
        idp::global_sign_out(&self.transport, &tokens.origin().config, access_token).await
    }

    /// Returns a token of the app client itself, other than the refused one.
    pub(crate) async fn client_credentials(
        &self,
        request: ClientCredentialsRequest,
        values: &Values,
        refused: Option<&str>,
    ) -> Result<Tokens> {
        oauth::client_credentials(&self.transport, &self.client_credentials, request, values, refused).await
    }

    async fn resolve(&self, request: RefreshRequest, budget: &CallBudget) -> Result<(Origin, RefreshToken)> {
        let values = request.values();
        let resolved = request.resolve(&values, &self.transport, budget).await;
        self.transport.notices().add(values.take_left_out());
        resolved
    }
}

async fn refresh(transport: &Transport, tokens: &Tokens, budget: &CallBudget) -> Result<Tokens> {
    let refresh_token = tokens.refresh_token().ok_or_else(|| {
        let message = "these tokens came without a refresh token";
        Error::new(ErrorKind::Authentication, "NoRefreshToken", message).with_hint(
            "Sign in again; a token for the client itself is asked for anew with client_credentials.",
        )
    })?;
    let origin = tokens.origin();
    let refreshed = match &origin.domain {
        Some(domain) => oauth::refresh_tokens(transport, origin, domain, refresh_token, budget).await,
        None => idp::refresh_tokens(transport, origin, refresh_token, budget).await,
    };
    log_outcome(&refreshed);
    refreshed
}

/// The event of a refresh that has ended.
pub(crate) fn log_outcome(refreshed: &Result<Tokens>) {
    match refreshed {
        Ok(tokens) => {
            info!(target: "cognitoken::renewal", expires_at = tokens.expires_at_seconds(), "tokens refreshed");
        }
        Err(error) => info!(
            target: "cognitoken::renewal",
            code = error.code(),
            kind = ?error.kind(),
            request_id = error.request_id(),
            refresh_token_lost = error.meaning().refresh_token_lost,
            "refresh failed"
        ),
    }
}
