//! The app client and the pool, as a caller names them.

use std::time::Duration;

use super::client_id::valid_client_id;
use super::environment::Environment;
use super::gathered_client::GatheredClient;
use super::region::Region;
use super::region_variables::given_region;
use super::time_limits::DEFAULT_TIMEOUT;
use super::user_pool_id::UserPoolId;
use super::values::Values;
use crate::address::parse_service_url;
use crate::error::Result;
use crate::secret::ClientSecret;

/// The app client and the pool. A value that is absent, or empty, comes from the environment.
#[derive(Debug, Clone, Default)]
pub struct ClientValues {
    /// The app client's id (`COGNITO_CLIENT_ID`).
    pub client_id: Option<String>,
    /// The app client's secret, for a client that has one (`COGNITO_CLIENT_SECRET`).
    pub client_secret: Option<ClientSecret>,
    /// The AWS region to call (`COGNITO_REGION`, else the pool id's; without a pool id `AWS_REGION`,
    /// `AWS_DEFAULT_REGION`, else `us-east-1`). A region other than the pool id's is that of a replica of the pool.
    pub region: Option<String>,
    /// The pool's id, `<region>_<name>` (`COGNITO_USER_POOL_ID`).
    pub user_pool_id: Option<String>,
    /// Another address of the service: a private link, FIPS, a local server (`COGNITO_ENDPOINT`).
    pub endpoint: Option<String>,
    /// The limit of the whole call, retries included. 30 s where absent.
    pub timeout: Option<Duration>,
}

impl ClientValues {
    /// Sets the app client's id.
    #[must_use]
    pub fn with_client_id(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = Some(client_id.into());
        self
    }

    /// Sets the app client's secret.
    #[must_use]
    pub fn with_client_secret(mut self, client_secret: impl Into<ClientSecret>) -> Self {
        self.client_secret = Some(client_secret.into());
        self
    }

    /// Sets the AWS region to call.
    #[must_use]
    pub fn with_region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets the pool's id.
    #[must_use]
    pub fn with_user_pool_id(mut self, user_pool_id: impl Into<String>) -> Self {
        self.user_pool_id = Some(user_pool_id.into());
        self
    }

    /// Sets another address of the service.
    #[must_use]
    pub fn with_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Sets the limit of a whole call, retries included.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    pub(crate) fn timeout(&self) -> Duration {
        self.timeout.unwrap_or(DEFAULT_TIMEOUT)
    }

    /// Returns whether a client secret is given.
    pub(crate) fn has_secret(&self) -> bool {
        self.client_secret.as_ref().is_some_and(|secret| !secret.expose().trim().is_empty())
    }

    /// The environment of a call of this client: without the profile if that is of another client.
    pub(crate) fn narrowed(&self, environment: &Environment) -> Environment {
        environment.for_client(self.client_id.as_deref(), self.user_pool_id.as_deref())
    }

    /// Fills in the values that are absent from the variables that count. The whole is checked by
    /// [`GatheredClient::check`].
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for a value that is malformed.
    pub(crate) fn gather(self, values: &Values) -> Result<GatheredClient> {
        let timeout = self.timeout();
        let user_pool_id = values
            .sourced(self.user_pool_id, "COGNITO_USER_POOL_ID")
            .map(|given| given.and_then(|text| UserPoolId::parse(&text)))
            .transpose()?;
        let endpoint = values
            .sourced(self.endpoint, "COGNITO_ENDPOINT")
            .map(|given| given.and_then(|text| parse_service_url("COGNITO_ENDPOINT", &text)))
            .transpose()?;
        let client_id = values
            .sourced(self.client_id, "COGNITO_CLIENT_ID")
            .map(|given| given.and_then(valid_client_id))
            .transpose()?;
        let region = given_region(self.region, values, user_pool_id.is_some())
            .map(|given| given.and_then(|text| Region::parse(&text)))
            .transpose()?;
        let client_secret = values.client_secret(self.client_secret.as_ref())?;
        Ok(GatheredClient {
            client_id,
            client_secret,
            user_pool_id,
            region,
            endpoint,
            timeout,
            profile: values.environment().profile_name().map(Into::into),
            discovery: None,
        })
    }
}
