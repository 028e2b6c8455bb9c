//! Discovery: an app client whose id or pool no caller names, looked up at a service that knows it.

mod aplos;

use std::pin::Pin;

use tracing::debug;

use crate::config::{ClientConfig, ClientValues, Discovered, GatheredClient, Located, Values};
use crate::error::Result;
use crate::http::{CallBudget, Transport};
use crate::store::load_client_secret;

/// A service that names the app client of its users.
struct DiscoverySource {
    /// The variable that gives its address.
    variable: &'static str,
    discover: Discover,
}

/// Asks the service at an address.
type Discover = for<'a> fn(&'a str, &'a Transport, &'a CallBudget) -> Discovery<'a>;
type Discovery<'a> = Pin<Box<dyn Future<Output = Result<Discovered>> + Send + 'a>>;

/// All sources. The first whose variable counts for a call is asked.
const SOURCES: &[DiscoverySource] = &[DiscoverySource {
    variable: "APLOS_API_URL",
    discover: |address, transport, budget| Box::pin(aplos::discover(address, transport, budget)),
}];

/// Fills in the values that are absent from the variables that count, and finds the service to ask for a client id or a
/// pool id that is missing. Nothing is sent.
///
/// # Errors
/// [`Config`](crate::ErrorKind::Config) for a value that is malformed.
pub(crate) fn gather(client: ClientValues, values: &Values) -> Result<GatheredClient> {
    let gathered = client.gather(values)?;
    Ok(SOURCES.iter().fold(gathered, |gathered, source| gathered.with_discovery(source.variable, values)))
}

/// Checks that the client is named, or that there is a service to ask for it. Nothing is sent.
///
/// # Errors
/// [`Config`](crate::ErrorKind::Config): code `MissingValue`, or a value is malformed.
pub(crate) fn check_named(client: ClientValues, values: &Values) -> Result<()> {
    let gathered = gather(client, values)?;
    if gathered.discovery_variable().is_some() { Ok(()) } else { gathered.check().map(drop) }
}

/// Fills in the values that are absent and checks the whole.
///
/// A request is sent only if the client id or the pool id is missing and the variable of a source counts for this
/// call.
pub(crate) async fn resolve(
    client: ClientValues,
    values: &Values,
    transport: &Transport,
    budget: &CallBudget,
) -> Result<ClientConfig> {
    Ok(locate(client, values, transport, budget).await?.config)
}

/// As [`resolve`], with the region, which a domain prefix is completed with.
pub(crate) async fn locate(
    client: ClientValues,
    values: &Values,
    transport: &Transport,
    budget: &CallBudget,
) -> Result<Located> {
    if !client.has_secret() {
        load_client_secret(values).await?;
    }
    let gathered = gather(client, values)?;
    let asked = SOURCES.iter().find(|source| gathered.discovery_variable() == Some(source.variable));
    let (Some(address), Some(source)) = (gathered.discovery_address(), asked) else {
        return gathered.check();
    };
    let discovered = (source.discover)(address, transport, budget).await?;
    let located = gathered.complete(discovered)?.check()?;
    let ClientConfig { client_id, user_pool_id, .. } = &located.config;
    let user_pool_id = user_pool_id.as_ref().map(tracing::field::display);
    debug!(target: "cognitoken::discovery", client_id, user_pool_id, "app client discovered");
    Ok(located)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Class, Environment, SecretsInUse, find_variable};

    #[test]
    fn each_source_is_asked_at_the_address_in_its_variable() {
        for source in SOURCES {
            // A host that secrets are sent to: a stranger's `.env` does not name it.
            assert_eq!(find_variable(source.variable).map(|variable| variable.class), Some(Class::Host));
            let environment =
                Environment::from_pairs([(source.variable, "https://api.example.com")], "").unwrap();
            let values = Values::new(&environment, SecretsInUse::default());
            let gathered = gather(ClientValues::default(), &values).unwrap();
            assert_eq!(gathered.discovery_variable(), Some(source.variable));
            assert_eq!(gathered.discovery_address(), Some("https://api.example.com"));
            let client_id = Some("1example23456789".to_owned());
            let user_pool_id = Some("us-east-1_AbCdEfGhI".to_owned());
            let whole = ClientValues { client_id, user_pool_id, ..ClientValues::default() };
            assert_eq!(gather(whole, &values).unwrap().discovery_variable(), None);
        }
    }
}
