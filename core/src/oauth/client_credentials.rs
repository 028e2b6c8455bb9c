//! An access token for the app client itself: the grant `client_credentials`, without a user.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::app_client::{AppClient, FormBody};
use super::client_credentials_cache::{ClientCredentialsCache, Key};
use super::scopes::words;
use super::token_endpoint::request_tokens;
use crate::config::{
    ClientAuthentication, ClientValues, Domain, Environment, LEAVE_OUT, Located, SecretsInUse, Values,
    check_parameters, pairs,
};
use crate::error::Result;
use crate::http::{CallBudget, Transport};
use crate::tokens::{Origin, Tokens};
use crate::verdict::RequestKind;

/// The fields that the request sets itself, with a hint for whoever gives them among `parameters`.
const RESERVED: [(&str, &str); 5] = [
    ("grant_type", LEAVE_OUT),
    ("scope", "Give it as `scopes`."),
    ("client_id", "Give it as `client_id`."),
    ("client_secret", "Give it as `client_secret`."),
    ("aws_client_metadata", "Give it as `client_metadata`."),
];

/// The values that an access token for the app client itself is requested with. Absent ones come from the environment.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ClientCredentialsRequest {
    /// The source of absent values.
    pub environment: Environment,
    /// The app client. It needs a secret (`COGNITO_CLIENT_SECRET`).
    pub client: ClientValues,
    /// The pool's domain: its prefix, its host or its https address (`COGNITO_DOMAIN`).
    pub domain: Option<String>,
    /// The scopes to ask for, each `<resource server>/<scope>`. Where absent or empty, all that are allowed to the
    /// client.
    pub scopes: Option<Vec<String>>,
    /// The way in which the client authenticates.
    pub client_authentication: ClientAuthentication,
    /// More parameters of the token request: `resource`, ... Those that have a field of their own, such as `scope`, are
    /// refused.
    pub parameters: BTreeMap<String, String>,
    /// The names and values that the pool's Lambda triggers get with the request, as `aws_client_metadata`. They are no
    /// place for secrets.
    pub client_metadata: BTreeMap<String, String>,
}

impl ClientCredentialsRequest {
    /// A request that takes every value from the environment.
    pub fn new(environment: Environment) -> Self {
        Self {
            environment,
            client: ClientValues::default(),
            domain: None,
            scopes: None,
            client_authentication: ClientAuthentication::default(),
            parameters: BTreeMap::new(),
            client_metadata: BTreeMap::new(),
        }
    }

    /// Sets the app client.
    #[must_use]
    pub fn with_client(mut self, client: ClientValues) -> Self {
        self.client = client;
        self
    }

    /// Sets the pool's domain.
    #[must_use]
    pub fn with_domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// Sets the scopes to ask for.
    #[must_use]
    pub fn with_scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the way in which the client authenticates.
    #[must_use]
    pub fn with_client_authentication(mut self, client_authentication: ClientAuthentication) -> Self {
        self.client_authentication = client_authentication;
        self
    }

    /// Sets more parameters of the token request.
    #[must_use]
    pub fn with_parameters(
        mut self,
        parameters: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        self.parameters = pairs(parameters);
        self
    }

    /// Sets the names and values that the pool's Lambda triggers get with the request, as `aws_client_metadata`.
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
        let used = [("COGNITO_CLIENT_SECRET", self.client.has_secret())];
        let environment = self.client.narrowed(&self.environment);
        Values::new(&environment, SecretsInUse::of(&environment, &used))
    }
}

/// Returns an access token for the app client itself, from the cache where it has one other than the refused one.
pub(crate) async fn client_credentials(
    transport: &Transport,
    cache: &ClientCredentialsCache,
    request: ClientCredentialsRequest,
    values: &Values,
    refused: Option<&str>,
) -> Result<Tokens> {
    let ClientCredentialsRequest {
        client,
        domain,
        scopes,
        client_authentication,
        parameters,
        client_metadata,
        environment: _,
    } = request;
    check_parameters(parameters.keys(), &RESERVED)?;
    let budget = CallBudget::new(client.timeout());
    let Located { config, region } = client.gather(values)?.check()?;
    let domain = Domain::resolve(domain, values, &region, client_authentication)?;
    let Some(secret) = &config.client_secret else {
        return Err(
            values.missing_secret("client secret, which client credentials need", "COGNITO_CLIENT_SECRET")
        );
    };
    let scopes = words(scopes.unwrap_or_default());

    let key = Key::new(domain.token_endpoint(), &config.client_id, secret, &scopes)
        .with(parameters.clone(), client_metadata.clone());
    let (parameters, client_metadata) = (Arc::new(parameters), Arc::new(client_metadata));
    let (config, domain) = (Arc::new(config), Arc::new(domain));
    let ask = async {
        let client = AppClient { transport, config: &config, domain: &domain, budget: &budget };
        let scope = scopes.join(" ");
        let mut grant =
            FormBody::new(RequestKind::ClientCredentials).plain("grant_type", "client_credentials");
        if !scopes.is_empty() {
            grant = grant.plain("scope", &scope);
        }
        for (name, value) in &*parameters {
            grant = grant.plain(name, value);
        }
        let metadata = Value::from_iter(client_metadata.iter().map(|(name, value)| (&**name, &**value)));
        let metadata = metadata.to_string();
        if !client_metadata.is_empty() {
            grant = grant.private("aws_client_metadata", &metadata, client_metadata.values());
        }
        let issued = request_tokens(&client, &grant).await?;
        let origin = Origin::new(Arc::clone(&config), "").at_domain(Arc::clone(&domain));
        let origin = Origin {
            parameters: Arc::clone(&parameters),
            client_metadata: Arc::clone(&client_metadata),
            ..origin.with_secrets_of(values)
        };
        Ok((Tokens::from_result(issued.result, origin, None, issued.server_time)?, issued.server_time))
    };
    cache.get_or_ask(key, refused, transport.clock(), &budget, ask).await
}
