//! An app client as arguments, variables and discovery name it, before it is checked.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::client_config::{ClientConfig, FromDotEnv, Located};
use super::client_id::valid_client_id;
use super::endpoints::service_endpoint;
use super::region::Region;
use super::region_variables::is_of_machine;
use super::sourced::{Sourced, ValueSource, is_from_dotenv};
use super::user_pool_id::UserPoolId;
use super::values::{Values, missing};
use crate::error::Result;
use crate::secret::ClientSecret;

/// The region to call where no source names one: that of the documented examples.
const DEFAULT_REGION: &str = "us-east-1";

/// An app client as far as it is known. Each value is well-formed and knows its source.
#[derive(Debug, Clone)]
pub(crate) struct GatheredClient {
    pub(super) client_id: Option<Sourced<String>>,
    pub(crate) client_secret: Option<ClientSecret>,
    pub(super) user_pool_id: Option<Sourced<UserPoolId>>,
    pub(super) region: Option<Sourced<Region>>,
    pub(super) endpoint: Option<Sourced<Url>>,
    pub(crate) timeout: Duration,
    /// The name of the profile that the client is of.
    pub(super) profile: Option<Arc<str>>,
    /// The address of a service that may name what is missing.
    pub(super) discovery: Option<Sourced<String>>,
}

/// The app client that a service names for its users.
pub(crate) struct Discovered {
    pub(crate) client_id: String,
    pub(crate) user_pool_id: Option<String>,
    pub(crate) region: Option<String>,
}

impl GatheredClient {
    /// The same with the service that this variable names, where the client id or the pool id is missing and no service
    /// has been found yet.
    pub(crate) fn with_discovery(mut self, variable: &'static str, values: &Values) -> Self {
        if self.client_id.is_none() || self.user_pool_id.is_none() {
            self.discovery = self.discovery.or_else(|| values.sourced(None, variable));
        }
        self
    }

    /// The address of the service to ask for what is missing.
    pub(crate) fn discovery_address(&self) -> Option<&str> {
        self.discovery.as_ref().map(|address| address.value.as_str())
    }

    /// Returns whether a client id is given.
    pub(crate) fn names_client(&self) -> bool {
        self.client_id.is_some()
    }

    /// The variable that names a service to ask for what is missing.
    pub(crate) fn discovery_variable(&self) -> Option<&'static str> {
        match self.discovery.as_ref()?.source {
            ValueSource::Variable(name, _) => Some(name),
            _ => None,
        }
    }

    /// The same with what discovery found. It says nothing of any other client than the one it found, which may belong
    /// to another pool.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for found values that are malformed.
    pub(crate) fn complete(mut self, found: Discovered) -> Result<Self> {
        if self.client_id.as_ref().is_some_and(|given| given.value != found.client_id) {
            return Ok(self);
        }
        let Some(source) = self.discovery.take().map(|address| address.source) else { return Ok(self) };
        // A client that a `.env` file has any part in stays the file's.
        let of_client = self.client_id.map(|given| given.source).filter(|given| given.is_dotenv());
        let client_id = valid_client_id(found.client_id)?;
        self.client_id = Some(Sourced { value: client_id, source: of_client.unwrap_or(source) });
        let found_pool = found.user_pool_id.map(|text| UserPoolId::parse(&text)).transpose()?;
        self.user_pool_id = self.user_pool_id.or(found_pool.map(|value| Sourced { value, source }));
        let found_region = found.region.map(|text| Region::parse(&text)).transpose()?;
        if self.user_pool_id.is_some() || found_region.is_some() {
            self.region = self.region.filter(|given| !is_of_machine(given.source));
        }
        self.region = self.region.or(found_region.map(|value| Sourced { value, source }));
        Ok(self)
    }

    /// The region to call. One that is given goes before the pool id's: a pool may have replicas in other regions.
    pub(crate) fn region(&self) -> Result<Sourced<Region>> {
        match (&self.region, &self.user_pool_id) {
            (Some(given), _) => Ok(given.clone()),
            (None, Some(pool)) => {
                Ok(Sourced { value: pool.value.region().clone(), source: ValueSource::UserPoolId })
            }
            (None, None) => {
                Ok(Sourced { value: Region::parse(DEFAULT_REGION)?, source: ValueSource::Default })
            }
        }
    }

    /// The endpoint of the API.
    pub(crate) fn endpoint(&self) -> Result<Sourced<Url>> {
        match &self.endpoint {
            Some(given) => Ok(given.clone()),
            None => {
                Ok(Sourced { value: service_endpoint(&self.region()?.value)?, source: ValueSource::Region })
            }
        }
    }

    /// The pool, if the region to call is another than the one in its id: that of a replica.
    pub(crate) fn replica_of(&self) -> Result<Option<&UserPoolId>> {
        let region = self.region()?.value;
        Ok(self.user_pool_id.as_ref().map(|pool| &pool.value).filter(|pool| *pool.region() != region))
    }

    /// The client as it is known so far; `None` where no client id is given.
    pub(crate) fn config(&self) -> Result<Option<ClientConfig>> {
        match &self.client_id {
            Some(_) => Ok(Some(self.clone().check()?.config)),
            None => Ok(None),
        }
    }

    /// Checks that nothing is missing.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config), code `MissingValue`, where no client id is given.
    pub(crate) fn check(self) -> Result<Located> {
        let (region, endpoint) = (self.region()?.value, self.endpoint()?.value);
        let from_dotenv = FromDotEnv {
            endpoint: is_from_dotenv(self.endpoint.as_ref()),
            client: is_from_dotenv(self.client_id.as_ref())
                || is_from_dotenv(self.user_pool_id.as_ref())
                || is_from_dotenv(self.region.as_ref()),
        };
        let client_id = self.client_id.ok_or_else(|| missing("client id", "COGNITO_CLIENT_ID"))?;
        let config = ClientConfig {
            client_id: client_id.value,
            client_secret: self.client_secret,
            user_pool_id: self.user_pool_id.map(|pool| pool.value),
            endpoint,
            timeout: self.timeout,
            profile: self.profile,
            from_dotenv,
        };
        Ok(Located { config, region })
    }
}
