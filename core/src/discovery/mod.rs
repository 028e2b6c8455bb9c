//! Discovery: an app client whose id or pool no caller names, looked up at the service that `APLOS_API_URL` names.

mod aplos;

use tracing::debug;

use crate::config::{ClientConfig, ClientValues, Located, Values};
use crate::error::Result;
use crate::http::{CallBudget, Transport};

/// Fills in the values that are absent and checks the whole.
///
/// A request is sent only if the client id or the pool id is missing and `APLOS_API_URL` counts for this call.
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
    let gathered = client.gather(values)?.with_discovery(values);
    let Some(address) = gathered.discovery_address() else { return gathered.check() };
    let discovered = aplos::discover(address, transport, budget).await?;
    let located = gathered.complete(discovered)?.check()?;
    let ClientConfig { client_id, user_pool_id, .. } = &located.config;
    let user_pool_id = user_pool_id.as_ref().map(tracing::field::display);
    debug!(target: "cognitoken::discovery", client_id, user_pool_id, "app client discovered");
    Ok(located)
}
