//! The hosts that a client secret may be sent to: those of this process's own configuration, and AWS's. A stored
//! sign-in may name others, and a store may be shared.

use super::inner::Inner;
use super::stored_sign_in::StoredSignIn;
use crate::config::Domain;
use crate::config::{ClientConfig, Region, region_of_service};
use crate::error::{Error, ErrorKind, Result};
use crate::http::host_of;

/// Checks the host that a stored sign-in is refreshed and revoked at, if the client has a secret.
///
/// # Errors
/// [`ErrorKind::Config`], code `UntrustedHost`, for a host that is not in this process's configuration.
pub(super) fn check_secret_hosts(
    session: &Inner,
    sign_in: &StoredSignIn,
    config: &ClientConfig,
) -> Result<()> {
    if config.client_secret.is_none() {
        return Ok(());
    }
    match sign_in.domain() {
        Some(domain) if !names_domain(session, domain, config) => {
            Err(untrusted(&host_of(&domain.token_endpoint()), "COGNITO_DOMAIN", "domain"))
        }
        Some(_) => Ok(()),
        None if names_endpoint(session, config) => Ok(()),
        None => Err(untrusted(&host_of(&config.endpoint), "COGNITO_ENDPOINT", "endpoint")),
    }
}

fn names_domain(session: &Inner, domain: &Domain, config: &ClientConfig) -> bool {
    if session.state().knows_domain(domain) {
        return true;
    }
    let argument = session.request.client_credentials.as_ref().and_then(|request| request.domain.clone());
    let region = config.user_pool_id.as_ref().map(|pool| pool.region().clone());
    let region = region.or_else(|| own_region(session));
    let own = region
        .and_then(|region| Domain::resolve(argument, &session.values, &region, domain.authentication()).ok());
    own.is_some_and(|own| own.is_at_the_same_place_as(domain))
}

/// Returns whether the configuration names the endpoint, or it is AWS's.
fn names_endpoint(session: &Inner, config: &ClientConfig) -> bool {
    let own = session.request.known(&session.values).and_then(|known| known.endpoint());
    own.is_ok_and(|endpoint| endpoint.value == config.endpoint)
        || region_of_service(&config.endpoint).is_some()
}

fn own_region(session: &Inner) -> Option<Region> {
    session.request.known(&session.values).and_then(|known| known.region()).ok().map(|region| region.value)
}

fn untrusted(host: &str, variable: &str, argument: &str) -> Error {
    let message = format!(
        "the stored sign-in is refreshed at {host}, which is not in this process's configuration: the client secret is not sent there"
    );
    Error::new(ErrorKind::Config, "UntrustedHost", message).with_hint(format!(
        "If {host} is right, set {variable} in the environment, or give `{argument}`, as at the sign-in."
    ))
}
