//! The request to do something to a user's account without a token.

use std::sync::Arc;

use super::api::Api;
use super::secret_hash::secret_hash;
use crate::config::{ClientConfig, ClientValues, Environment, SecretsInUse, Values};
use crate::error::Result;
use crate::http::{CallBudget, Transport};

/// The account of a user at an app client. Whatever is absent comes from the environment.
#[derive(Debug, Clone)]
pub struct AccountRequest {
    /// Where absent values come from.
    pub environment: Environment,
    /// The user name, or an alias (`COGNITO_USER_NAME`).
    pub username: Option<String>,
    /// The app client and its pool.
    pub client: ClientValues,
}

impl AccountRequest {
    /// A request that takes everything from the environment.
    pub fn new(environment: Environment) -> Self {
        Self { environment, username: None, client: ClientValues::default() }
    }

    /// Sets the user name, or an alias.
    #[must_use]
    pub fn with_username(mut self, username: impl Into<String>) -> Self {
        self.username = Some(username.into());
        self
    }

    /// Sets the app client and its pool.
    #[must_use]
    pub fn with_client(mut self, client: ClientValues) -> Self {
        self.client = client;
        self
    }

    /// The values that count for this request; with `with_a_secret` it carries a secret that no file gave.
    pub(crate) fn values(&self, with_a_secret: bool) -> Values {
        let used = [("COGNITO_CLIENT_SECRET", self.client.has_secret())];
        let used = SecretsInUse::of(&self.environment, &used);
        Values::new(&self.environment, used.and_elsewhere(with_a_secret))
    }

    /// The user name.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) where it is missing.
    pub(crate) fn username(&self, values: &Values) -> Result<String> {
        values.required_username(self.username.clone())
    }
}

/// An account with nothing missing.
pub(crate) struct Account {
    pub(super) username: String,
    pub(super) secret_hash: Option<String>,
    pub(super) config: Arc<ClientConfig>,
    budget: CallBudget,
}

impl Account {
    pub(crate) fn new(username: String, config: ClientConfig, budget: CallBudget) -> Self {
        let secret = config.client_secret.as_ref();
        let secret_hash = secret.map(|secret| secret_hash(&username, &config.client_id, secret));
        Self { username, secret_hash, config: Arc::new(config), budget }
    }

    pub(super) fn api<'a>(&'a self, transport: &'a Transport) -> Api<'a> {
        Api { transport, config: &self.config, budget: &self.budget }
    }
}
