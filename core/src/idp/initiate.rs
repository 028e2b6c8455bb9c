//! The first request of a flow.

use std::collections::BTreeMap;

use super::api::Api;
use super::parameters::{Parameters, add_secret_hash};
use super::wire::{AuthOutput, InitiateAuth};
use crate::error::Result;
use crate::http::Reply;

/// Starts a flow. `parameters` hold the user name; SECRET_HASH is added here.
pub(super) async fn initiate(
    api: &Api<'_>,
    flow: &str,
    mut parameters: Parameters,
    client_metadata: &BTreeMap<String, String>,
) -> Result<Reply<AuthOutput>> {
    add_secret_hash(&mut parameters, api.config);
    let operation = InitiateAuth {
        auth_flow: flow,
        auth_parameters: &parameters,
        client_id: &api.config.client_id,
        client_metadata,
    };
    api.call(&operation).await
}
