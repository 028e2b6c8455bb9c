//! New tokens from a refresh token.

use super::api::Api;
use super::device;
use super::explanation;
use super::initiate::initiate;
use super::parameters::{Parameters, entry};
use super::secret_hash::secret_hash;
use super::wire::{AuthOutput, GetTokensFromRefreshToken};
use crate::config::{ClientConfig, missing};
use crate::error::Subject;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, Reply, Transport};
use crate::secret::{ClientSecret, RefreshToken};
use crate::tokens::{Origin, Tokens, TrackedDevice};

/// Gets new tokens for the sign-in of `origin`.
pub(crate) async fn refresh_tokens(
    transport: &Transport,
    origin: &Origin,
    refresh_token: &RefreshToken,
    budget: &CallBudget,
) -> Result<Tokens> {
    let api = Api { transport, config: &origin.config, budget };
    let mut origin = origin.clone();
    let mut reply = get_tokens(&api, &origin, refresh_token).await;
    // The pool does not know the device any more: the refresh token may be good without it.
    if origin.device.key().is_some() && reply.as_ref().is_err_and(device::is_unknown) {
        origin.device = TrackedDevice::None;
        reply = get_tokens(&api, &origin, refresh_token).await;
    }
    let reply = reply.map_err(|error| explanation::of_refresh_token(error, &origin.device))?;
    let server_time = reply.clock_offset.server_time(transport.clock().now());
    let Some(result) = reply.output.authentication_result else {
        let message = "the service answered the refresh without tokens";
        return Err(Error::new(ErrorKind::Service, "InvalidResponse", message).with_hint("Sign in again."));
    };
    // If no new refresh token came, the old one stays good.
    Tokens::from_result(result, origin, Some(refresh_token), server_time)
}

async fn get_tokens(
    api: &Api<'_>,
    origin: &Origin,
    refresh_token: &RefreshToken,
) -> Result<Reply<AuthOutput>> {
    if origin.refresh_operation.is_the_older() {
        return refresh_token_auth(api, origin, refresh_token).await;
    }
    let operation = get_tokens_from_refresh_token(api, origin, refresh_token);
    let error = match api.call_if_known(&operation).await {
        Ok(reply) => return Ok(reply),
        Err(error) => error,
    };
    match error.meaning().subject {
        Subject::Operation => {
            origin.refresh_operation.remember_the_older();
            refresh_token_auth(api, origin, refresh_token).await
        }
        // An error page may come from an emulator or from a failing proxy, so nothing is remembered.
        Subject::PerhapsOperation => match refresh_token_auth(api, origin, refresh_token).await {
            Err(refusal)
                if refusal.kind() == ErrorKind::Config || refusal.meaning().subject == Subject::Flow =>
            {
                api.call(&operation).await
            }
            outcome => outcome,
        },
        _ => Err(error),
    }
}

/// The operation that works with rotation on and off, and takes the client's secret itself.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html>
fn get_tokens_from_refresh_token<'a>(
    api: &Api<'a>,
    origin: &'a Origin,
    refresh_token: &'a RefreshToken,
) -> GetTokensFromRefreshToken<'a> {
    let ClientConfig { client_id, client_secret, .. } = &**api.config;
    GetTokensFromRefreshToken {
        refresh_token: refresh_token.expose(),
        client_id,
        client_secret: client_secret.as_ref().map(ClientSecret::expose),
        device_key: origin.device.key(),
        client_metadata: &origin.client_metadata,
    }
}

/// Refreshes with the older flow. Its SECRET_HASH covers the service's own name for the user: an alias is refused.
async fn refresh_token_auth(
    api: &Api<'_>,
    origin: &Origin,
    refresh_token: &RefreshToken,
) -> Result<Reply<AuthOutput>> {
    let mut parameters = Parameters::from([entry("REFRESH_TOKEN", refresh_token.expose())]);
    parameters.extend(origin.device.key().map(|key| entry("DEVICE_KEY", key)));
    if let Some(client_secret) = &api.config.client_secret {
        if origin.username.is_empty() {
            return Err(missing(
                "user name, which this service requires with a client secret",
                "COGNITO_USER_NAME",
            ));
        }
        let hash = secret_hash(&origin.username, &api.config.client_id, client_secret);
        parameters.extend([entry("SECRET_HASH", &hash)]);
    }
    initiate(api, "REFRESH_TOKEN_AUTH", parameters, &origin.client_metadata).await
}
