//! The request of an operation on a user's account without a token.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::api::Api;
use super::secret_hash::secret_hash;
use crate::config::{ClientConfig, ClientValues, Environment, SecretsInUse, Values, pairs};
use crate::error::Result;
use crate::http::{CallBudget, Transport};

/// The account of a user at an app client. Absent values come from the environment.
#[derive(Debug, Clone)]
pub struct AccountRequest {
    /// The environment that absent values come from.
    pub environment: Environment,
    /// The user name, or an alias (`COGNITO_USER_NAME`).
    pub username: Option<String>,
    /// The app client and its pool.
    pub client: ClientValues,
    /// The names and values that the pool's Lambda triggers get with the request, as `ClientMetadata`. They are no
    /// place for secrets.
    pub client_metadata: BTreeMap<String, String>,
}

impl AccountRequest {
    /// Creates a request whose values all come from the environment.
    pub fn new(environment: Environment) -> Self {
        Self {
            environment,
            username: None,
            client: ClientValues::default(),
            client_metadata: BTreeMap::new(),
        }
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

    /// Sets the names and values that the pool's Lambda triggers get with the request, as `ClientMetadata`.
    #[must_use]
    pub fn with_client_metadata(
        mut self,
        client_metadata: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        self.client_metadata = pairs(client_metadata);
        self
    }

    /// The values that count for this request. `with_a_secret` is `true` if a secret that did not come from a file is
    /// sent with it.
    pub(crate) fn values(&self, with_a_secret: bool) -> Values {
        let used = [("COGNITO_CLIENT_SECRET", self.client.has_secret())];
        let environment = self.client.narrowed(&self.environment);
        let used = SecretsInUse::of(&environment, &used);
        Values::new(&environment, used.and_elsewhere(with_a_secret))
    }

    /// The user name.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) if it is missing.
    pub(crate) fn username(&self, values: &Values) -> Result<String> {
        values.required_username(self.username.clone())
    }
}

/// An account with nothing missing.
pub(crate) struct Account {
    pub(super) username: String,
    pub(super) secret_hash: Option<String>,
    pub(super) config: Arc<ClientConfig>,
    pub(super) client_metadata: BTreeMap<String, String>,
    budget: CallBudget,
}

impl Account {
    pub(crate) fn new(
        username: String,
        config: ClientConfig,
        client_metadata: BTreeMap<String, String>,
        budget: CallBudget,
    ) -> Self {
        let secret = config.client_secret.as_ref();
        let secret_hash = secret.map(|secret| secret_hash(&username, &config.client_id, secret));
        Self { username, secret_hash, config: Arc::new(config), client_metadata, budget }
    }

    pub(super) fn api<'a>(&'a self, transport: &'a Transport) -> Api<'a> {
        Api { transport, config: &self.config, budget: &self.budget }
    }
}
