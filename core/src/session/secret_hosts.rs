//! Which hosts a client secret may go to: those that this process's own configuration names, and AWS's own. What is stored
//! names others, and a store may be shared.

use super::Inner;
use super::entry::Entry;
use crate::config::Domain;
use crate::config::{ClientConfig, region_of_service};
use crate::error::{Error, ErrorKind, Result};
use crate::http::host_of;

impl Inner {
    /// Checks the hosts that a stored sign-in is refreshed and revoked at, where the client has a secret.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], code `UntrustedHost`, for a host that this process was not told of.
    pub(super) fn check_secret_hosts(&self, entry: &Entry, config: &ClientConfig) -> Result<()> {
        if config.client_secret.is_none() {
            return Ok(());
        }
        match entry.domain() {
            Some(domain) if !self.names_domain(domain, config) => {
                Err(untrusted(&host_of(&domain.token_endpoint()), "COGNITO_DOMAIN", "domain"))
            }
            Some(_) => Ok(()),
            None if self.names_endpoint(config) => Ok(()),
            None => Err(untrusted(&host_of(&config.endpoint), "COGNITO_ENDPOINT", "endpoint")),
        }
    }

    fn names_domain(&self, domain: &Domain, config: &ClientConfig) -> bool {
        if self.state().knows_domain(domain) {
            return true;
        }
        let argument = self.request.client_credentials.as_ref().and_then(|request| request.domain.clone());
        let region = config.user_pool_id.as_ref().map(|pool| pool.region().clone());
        let region = region.or_else(|| self.own_region());
        let own = region.and_then(|region| {
            Domain::resolve(argument, &self.values, &region, domain.authentication()).ok()
        });
        own.is_some_and(|own| own.is_at_the_same_place_as(domain))
    }

    /// A session that was told of no client takes its endpoint from what is stored.
    fn names_endpoint(&self, config: &ClientConfig) -> bool {
        let told = self.request.known(&self.values).ok().and_then(|known| known.config);
        let own_endpoint = self.request.survey(&self.values).ok().map(|survey| survey.endpoint.0);
        told.is_some_and(|told| told.endpoint == config.endpoint)
            || own_endpoint.is_some_and(|endpoint| endpoint == config.endpoint)
            || region_of_service(&config.endpoint).is_some()
    }

    fn own_region(&self) -> Option<crate::config::Region> {
        self.request.survey(&self.values).ok().map(|survey| survey.region.0)
    }
}

fn untrusted(host: &str, variable: &str, argument: &str) -> Error {
    let message = format!(
        "the stored sign-in is refreshed at {host}, which this process was not told of: the client secret is not sent there"
    );
    Error::new(ErrorKind::Config, "UntrustedHost", message).with_hint(format!(
        "If {host} is right, set {variable} in the environment, or give `{argument}`, as at the sign-in."
    ))
}
