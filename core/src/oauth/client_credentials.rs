//! A token for a job that runs alone: the client's id and secret, no user.

use std::sync::Arc;

use super::client_credentials_cache::{ClientCredentialsCache, Key};
use super::token_endpoint::{Grant, request_tokens};
use crate::config::{ClientAuthentication, Domain};
use crate::config::{ClientValues, Environment, Located, SecretsInUse, Values, missing};
use crate::error::Result;
use crate::http::{CallBudget, Transport};
use crate::tokens::{Origin, Tokens};

/// What a token for the client itself is asked for with. Whatever is absent comes from the environment.
#[derive(Debug, Clone)]
pub struct ClientCredentialsRequest {
    /// Where absent values come from.
    pub environment: Environment,
    /// The app client. It needs a secret (`COGNITO_CLIENT_SECRET`).
    pub client: ClientValues,
    /// The pool's domain: its prefix, its host or its https address (`COGNITO_DOMAIN`).
    pub domain: Option<String>,
    /// The scopes to ask for, each `<resource server>/<scope>`. Where absent or empty: all that the client may have.
    pub scopes: Option<Vec<String>>,
    /// How the client proves itself.
    pub authentication: ClientAuthentication,
}

impl ClientCredentialsRequest {
    /// A request that takes everything from the environment.
    pub fn new(environment: Environment) -> Self {
        Self {
            environment,
            client: ClientValues::default(),
            domain: None,
            scopes: None,
            authentication: ClientAuthentication::default(),
        }
    }

    /// The values that count for this request.
    pub(crate) fn values(&self) -> Values {
        let used = [("COGNITO_CLIENT_SECRET", self.client.has_secret())];
        Values::new(&self.environment, SecretsInUse::of(&self.environment, &used))
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
    let ClientCredentialsRequest { client, domain, scopes, authentication, .. } = request;
    let budget = CallBudget::new(client.timeout());
    let Located { config, region } = client.gather(values)?.check()?;
    let domain = Domain::resolve(domain, values, &region, authentication)?;
    let Some(secret) = &config.client_secret else {
        return Err(missing("client secret, which client credentials need", "COGNITO_CLIENT_SECRET"));
    };
    let scopes = words(scopes.unwrap_or_default());

    let key = Key::new(domain.token_endpoint(), &config.client_id, secret, &scopes);
    let (config, domain) = (Arc::new(config), Arc::new(domain));
    let ask = async {
        let grant = Grant::ClientCredentials { scopes: &scopes };
        let issued = request_tokens(transport, &config, &domain, grant, &budget).await?;
        let origin = Origin::new(Arc::clone(&config), "").at_domain(Arc::clone(&domain));
        let origin = origin.with_secrets_of(values);
        Ok((Tokens::from_result(issued.result, origin, None, issued.server_time)?, issued.server_time))
    };
    cache.get_or_ask(key, refused, transport.clock(), &budget, ask).await
}

/// The single words of a list in which someone wrote several into one entry, as OAuth itself does.
pub(crate) fn words(entries: Vec<String>) -> Vec<String> {
    entries.iter().flat_map(|entry| entry.split_whitespace()).map(str::to_owned).collect()
}
