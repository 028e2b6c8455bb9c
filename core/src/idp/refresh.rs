//! New tokens from a refresh token.

use std::sync::Arc;

use super::account::revoke;
use super::api::{Api, Reply};
use super::device;
use super::exchange::{entry, initiate};
use super::explanation;
use super::refreshes::Caller;
use super::secret_hash::secret_hash;
use super::wire::{AuthOutput, GetTokensFromRefreshToken, Parameters};
use crate::config::{ClientConfig, ClientValues, Environment, SecretsInUse, Values, missing, present};
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, Transport};
use crate::secret::{ClientSecret, RefreshToken};
use crate::tokens::{Device, Origin, Tokens, TrackedDevice};
use crate::verdict::About;

/// What a refresh starts from when there are no [`Tokens`] at hand. Whatever is absent comes from the environment.
#[derive(Debug, Clone)]
pub struct RefreshRequest {
    /// Where absent values come from.
    pub environment: Environment,
    /// The refresh token (`COGNITO_REFRESH_TOKEN`).
    pub refresh_token: Option<RefreshToken>,
    /// The user's own name, not an alias (`COGNITO_USER_NAME`): wanted only by a client with a secret at a service
    /// that does not know GetTokensFromRefreshToken.
    pub username: Option<String>,
    /// The device that the refresh token belongs to, in a pool that remembers devices.
    pub device: Option<Device>,
    /// The key of that device alone (`COGNITO_DEVICE_KEY`): a refresh needs no more of it.
    pub device_key: Option<String>,
    /// The app client and its pool.
    pub client: ClientValues,
}

impl RefreshRequest {
    /// A request that takes everything from the environment.
    pub fn new(environment: Environment) -> Self {
        Self {
            environment,
            refresh_token: None,
            username: None,
            device: None,
            device_key: None,
            client: ClientValues::default(),
        }
    }

    /// The values that count for this request.
    fn values(&self) -> Values {
        let is_given = self.refresh_token.as_ref().is_some_and(|token| !token.expose().trim().is_empty());
        let used = [("COGNITO_REFRESH_TOKEN", is_given), ("COGNITO_CLIENT_SECRET", self.client.has_secret())];
        Values::new(&self.environment, SecretsInUse::of(&self.environment, &used))
    }

    pub(crate) async fn resolve(
        self,
        values: &Values,
        transport: &Transport,
        budget: &CallBudget,
    ) -> Result<(Origin, RefreshToken)> {
        let Self { refresh_token, username, device, device_key, client, .. } = self;
        let refresh_token = refresh_token
            .map(|token| RefreshToken::new(token.expose().trim()))
            .filter(|token| !token.expose().is_empty())
            .or_else(|| values.trimmed("COGNITO_REFRESH_TOKEN").map(RefreshToken::new))
            .ok_or_else(|| missing("refresh token", "COGNITO_REFRESH_TOKEN"))?;
        let username = present(username).or_else(|| values.trimmed("COGNITO_USER_NAME")).unwrap_or_default();
        let config = client.resolve(values, transport, budget).await?;
        let key = present(device_key).or_else(|| values.trimmed("COGNITO_DEVICE_KEY"));
        let device = TrackedDevice::from(device).or_named(key);
        let origin = Origin { device, ..Origin::new(Arc::new(config), &username) };
        Ok((origin.with_secrets_of(values), refresh_token))
    }

    /// As [`resolve`](Self::resolve), by the request's own values.
    async fn resolve_alone(
        self,
        transport: &Transport,
        budget: &CallBudget,
    ) -> Result<(Origin, RefreshToken)> {
        let values = self.values();
        let resolved = self.resolve(&values, transport, budget).await;
        transport.notices().add(values.take_left_out());
        resolved
    }
}

/// Gets new tokens from a refresh token alone; no password, no prompt.
///
/// Where the time limit ends the wait after the request was sent, the refresh goes on behind it for up to 30 s: the next
/// call with the same refresh token gives what came of it.
///
/// # Errors
/// As [`sign_in`](crate::sign_in); [`Authentication`](crate::ErrorKind::Authentication) where the refresh token is
/// expired, revoked or was replaced.
pub async fn refresh(transport: &Transport, request: RefreshRequest) -> Result<Tokens> {
    let budget = CallBudget::new(request.client.timeout());
    let (origin, refresh_token) = request.resolve_alone(transport, &budget).await?;
    let (config, wanted) = (Arc::clone(&origin.config), refresh_token.clone());
    let (own_transport, own_budget) = (transport.clone(), budget.with_time_for_the_answer());
    let work = async move { refresh_tokens(&own_transport, &origin, &refresh_token, &own_budget).await };
    transport.refreshes().join(transport, Caller::WithRefreshToken, &config, &wanted, &budget, work).await
}

/// Revokes a refresh token alone, and with it every access token that it gave.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html>
///
/// # Errors
/// As [`refresh`]; [`Service`](crate::ErrorKind::Service) where the app client has revocation switched off.
pub async fn revoke_refresh_token(transport: &Transport, request: RefreshRequest) -> Result<()> {
    let budget = CallBudget::new(request.client.timeout());
    let (origin, refresh_token) = request.resolve_alone(transport, &budget).await?;
    revoke(transport, &origin.config, &refresh_token).await
}

/// Gets new tokens for the sign-in that `origin` tells of.
pub(crate) async fn refresh_tokens(
    transport: &Transport,
    origin: &Origin,
    refresh_token: &RefreshToken,
    budget: &CallBudget,
) -> Result<Tokens> {
    let api = Api { transport, config: &origin.config, budget };
    let mut origin = origin.clone();
    let mut reply = get_tokens(&api, &origin, refresh_token).await;
    // The pool forgot the device, or its owner did: the refresh token may be good without it.
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
    // Where no new refresh token came, the old one stays good.
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
    match error.meaning().about {
        About::Operation => {
            origin.refresh_operation.remember_the_older();
            refresh_token_auth(api, origin, refresh_token).await
        }
        // A page may be an emulator's way to say so, or a fault on the way: nothing is remembered.
        About::PerhapsOperation => match refresh_token_auth(api, origin, refresh_token).await {
            Err(refusal) if refusal.kind() == ErrorKind::Config || refusal.meaning().about == About::Flow => {
                api.call(&operation).await
            }
            outcome => outcome,
        },
        _ => Err(error),
    }
}

/// Works with rotation on and off, and takes the client's secret as it is.
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
    }
}

/// The older way. SECRET_HASH is over the name that the service itself uses: an alias is refused here.
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
                "user name, which this service wants with a client secret",
                "COGNITO_USER_NAME",
            ));
        }
        let hash = secret_hash(&origin.username, &api.config.client_id, client_secret);
        parameters.extend([entry("SECRET_HASH", &hash)]);
    }
    initiate(api, "REFRESH_TOKEN_AUTH", parameters).await
}
