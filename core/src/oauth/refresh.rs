//! What becomes of a refresh token that the domain issued.

use super::token_endpoint::{self, Grant, request_tokens};
use crate::config::ClientConfig;
use crate::config::Domain;
use crate::error::Result;
use crate::http::{CallBudget, Transport};
use crate::secret::RefreshToken;
use crate::tokens::{Origin, Tokens};

/// Gets new tokens for the sign-in that `origin` tells of.
pub(crate) async fn refresh_tokens(
    transport: &Transport,
    origin: &Origin,
    domain: &Domain,
    refresh_token: &RefreshToken,
    budget: &CallBudget,
) -> Result<Tokens> {
    let grant = Grant::RefreshToken(refresh_token);
    let issued = request_tokens(transport, &origin.config, domain, grant, budget).await?;
    // Where no new refresh token came, the old one stays good.
    Tokens::from_result(issued.result, origin.clone(), Some(refresh_token), issued.server_time)
}

/// Revokes a refresh token, and with it every token that it gave.
pub(crate) async fn revoke(
    transport: &Transport,
    config: &ClientConfig,
    domain: &Domain,
    refresh_token: &RefreshToken,
) -> Result<()> {
    let budget = CallBudget::new(config.timeout);
    token_endpoint::revoke(transport, config, domain, refresh_token, &budget).await
}
