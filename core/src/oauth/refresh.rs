//! Refreshing and revoking a refresh token that the domain issued.

use super::app_client::{AppClient, FormBody};
use super::token_endpoint::request_tokens;
use crate::config::{ClientConfig, Domain};
use crate::error::Result;
use crate::http::{CallBudget, Transport};
use crate::secret::RefreshToken;
use crate::tokens::{Origin, Tokens};
use crate::verdict::RequestKind;

/// Gets new tokens for the sign-in that `origin` describes.
pub(crate) async fn refresh_tokens(
    transport: &Transport,
    origin: &Origin,
    domain: &Domain,
    refresh_token: &RefreshToken,
    budget: &CallBudget,
) -> Result<Tokens> {
    let client = AppClient { transport, config: &origin.config, domain, budget };
    let grant = FormBody::new(RequestKind::DomainRefresh)
        .plain("grant_type", "refresh_token")
        .secret("refresh_token", refresh_token.expose());
    let issued = request_tokens(&client, &grant).await?;
    // Without rotation the answer has no refresh token, and the old one stays valid.
    Tokens::from_result(issued.result, origin.clone(), Some(refresh_token), issued.server_time)
}

/// Revokes a refresh token and all tokens that were issued for it.
pub(crate) async fn revoke(
    transport: &Transport,
    config: &ClientConfig,
    domain: &Domain,
    refresh_token: &RefreshToken,
) -> Result<()> {
    let budget = CallBudget::new(config.timeout);
    let client = AppClient { transport, config, domain, budget: &budget };
    // Cognito documents no `token_type_hint`.
    let form = FormBody::new(RequestKind::DomainRevocation).secret("token", refresh_token.expose());
    client.post(&domain.revocation_endpoint(), &form).await.map(drop)
}
