//! Where each value comes from.

use super::{Check, CheckState};
use crate::session::SessionRequest;

const GROUP: &str = "values";

pub(super) fn check(request: &SessionRequest) -> Vec<Check> {
    let environment = request.environment();
    let given = given(request);
    let mut checks = Vec::new();
    for variable in environment.variables() {
        let name = variable.name;
        let what = if variable.is_secret { "set (hidden)".to_owned() } else { variable.value.to_owned() };
        let finding = format!("{what}, from {}", variable.place);
        let check = if given.contains(&name) {
            Check::new(GROUP, name, CheckState::Note, format!("{finding}; an argument takes its place"))
        } else if variable.is_host && environment.get_host(name, request.arguments_hold_a_secret()).is_none()
        {
            Check::new(GROUP, name, CheckState::Note, format!("{finding}, and not used"))
                .with_fix(format!(
                    "A .env file must not say where your secrets go unless they are in it too. If you trust it, set \
                     {name} in the environment."
                ))
        } else {
            Check::good(GROUP, name, finding)
        };
        checks.push(check);
    }
    // The store has a check of its own.
    let shown = given.iter().filter(|name| **name != "COGNITO_STORE");
    checks.extend(shown.map(|name| Check::good(GROUP, name, "given as an argument")));
    checks.push(client(request));
    checks
}

/// The variables in whose place something was given.
fn given(request: &SessionRequest) -> Vec<&'static str> {
    let sign_in = &request.sign_in;
    let client = &sign_in.client;
    let all = [
        ("COGNITO_USER_NAME", sign_in.username.is_some()),
        ("COGNITO_PASSWORD", sign_in.password.is_some()),
        ("COGNITO_CLIENT_ID", client.client_id.is_some()),
        ("COGNITO_CLIENT_SECRET", client.client_secret.is_some()),
        ("COGNITO_REGION", client.region.is_some()),
        ("COGNITO_USER_POOL_ID", client.user_pool_id.is_some()),
        ("COGNITO_ENDPOINT", client.endpoint.is_some()),
        ("COGNITO_STORE", request.store.is_some()),
    ];
    all.into_iter().filter_map(|(name, is_given)| is_given.then_some(name)).collect()
}

/// Whether the values fit together.
fn client(request: &SessionRequest) -> Check {
    match request.known() {
        Err(error) => Check::failed(GROUP, "app client", &error),
        Ok(known) => match known.config {
            Some(config) => {
                let pool = match &config.user_pool_id {
                    Some(pool) => format!("pool {pool}"),
                    None => "an unknown pool: no SRP, no verification".to_owned(),
                };
                let finding = format!("{} of {pool}, at {}", config.client_id, config.endpoint);
                Check::good(GROUP, "app client", finding)
            }
            None if known.may_be_discovered => {
                Check::good(GROUP, "app client", "to be discovered by APLOS_API_URL")
            }
            None => Check::new(GROUP, "app client", CheckState::Bad, "no client id is given")
                .with_fix("Set COGNITO_CLIENT_ID, in the environment or in .env."),
        },
    }
}
