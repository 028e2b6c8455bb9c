//! The request to refresh, or to revoke, a refresh token alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::{ClientValues, Environment, SecretsInUse, Values, pairs};
use crate::discovery;
use crate::error::Result;
use crate::http::{CallBudget, Transport};
use crate::secret::RefreshToken;
use crate::tokens::{Device, Origin, TrackedDevice};

/// The values that a refresh starts from if there are no [`Tokens`](crate::Tokens) at hand. Absent values come from the
/// environment.
#[derive(Debug, Clone)]
pub struct RefreshRequest {
    /// The environment that absent values come from.
    pub environment: Environment,
    /// The refresh token (`COGNITO_REFRESH_TOKEN`).
    pub refresh_token: Option<RefreshToken>,
    /// The user's own name, not an alias (`COGNITO_USER_NAME`): needed only for a client with a secret at a service
    /// that does not know GetTokensFromRefreshToken.
    pub username: Option<String>,
    /// The device that the refresh token belongs to, in a pool that remembers devices.
    pub device: Option<Device>,
    /// The key of that device alone (`COGNITO_DEVICE_KEY`), which is enough for a refresh.
    pub device_key: Option<String>,
    /// The app client and its pool.
    pub client: ClientValues,
    /// The names and values that the pool's Lambda triggers get with the refresh, and with later ones of its tokens, as
    /// `ClientMetadata`. They are no place for secrets.
    pub client_metadata: BTreeMap<String, String>,
}

impl RefreshRequest {
    /// Creates a request whose values all come from the environment.
    pub fn new(environment: Environment) -> Self {
        Self {
            environment,
            refresh_token: None,
            username: None,
            device: None,
            device_key: None,
            client: ClientValues::default(),
            client_metadata: BTreeMap::new(),
        }
    }

    /// Sets the refresh token.
    #[must_use]
    pub fn with_refresh_token(mut self, refresh_token: impl Into<RefreshToken>) -> Self {
        self.refresh_token = Some(refresh_token.into());
        self
    }

    /// Sets the user's own name, not an alias.
    #[must_use]
    pub fn with_username(mut self, username: impl Into<String>) -> Self {
        self.username = Some(username.into());
        self
    }

    /// Sets the device that the refresh token belongs to.
    #[must_use]
    pub fn with_device(mut self, device: Device) -> Self {
        self.device = Some(device);
        self
    }

    /// Sets the key of that device, where nothing else of it is known.
    #[must_use]
    pub fn with_device_key(mut self, device_key: impl Into<String>) -> Self {
        self.device_key = Some(device_key.into());
        self
    }

    /// Sets the app client and its pool.
    #[must_use]
    pub fn with_client(mut self, client: ClientValues) -> Self {
        self.client = client;
        self
    }

    /// Sets the names and values that the pool's Lambda triggers get with the refresh, as `ClientMetadata`.
    #[must_use]
    pub fn with_client_metadata(
        mut self,
        client_metadata: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        self.client_metadata = pairs(client_metadata);
        self
    }

    /// The values that count for this request.
    pub(crate) fn values(&self) -> Values {
        let is_given = self.refresh_token.as_ref().is_some_and(|token| !token.expose().trim().is_empty());
        let used = [("COGNITO_REFRESH_TOKEN", is_given), ("COGNITO_CLIENT_SECRET", self.client.has_secret())];
        let environment = self.client.narrowed(&self.environment);
        Values::new(&environment, SecretsInUse::of(&environment, &used))
    }

    /// Returns the origin of the tokens to come, and the refresh token.
    pub(crate) async fn resolve(
        self,
        values: &Values,
        transport: &Transport,
        budget: &CallBudget,
    ) -> Result<(Origin, RefreshToken)> {
        let Self { refresh_token, username, device, device_key, client, client_metadata, .. } = self;
        let refresh_token = values
            .refresh_token(refresh_token.as_ref())?
            .ok_or_else(|| values.missing_secret("refresh token", "COGNITO_REFRESH_TOKEN"))?;
        let username = values.username(username).unwrap_or_default();
        let config = discovery::resolve(client, values, transport, budget).await?;
        let key = values.text(device_key, "COGNITO_DEVICE_KEY");
        let device = TrackedDevice::from(device).or_named(key);
        let client_metadata = Arc::new(client_metadata);
        let origin = Origin { device, client_metadata, ..Origin::new(Arc::new(config), &username) };
        Ok((origin.with_secrets_of(values), refresh_token))
    }
}
