//! The request for AWS credentials.

use std::time::Duration;

use super::pool::{self, IdentityPool};
use super::role::check_role_arn;
use crate::address::parse_service_url;
use crate::config::{identity_endpoint, present};
use crate::error::{Error, ErrorKind, Result};

/// The identity pool that AWS credentials are asked of, and the role that they are for. No value comes from the
/// environment.
///
/// ```
/// use cognitoken::AwsCredentialsRequest;
/// let request = AwsCredentialsRequest::new("us-east-1:12345678-dcba-1234-abcd-1234567890ab")
///     .with_custom_role_arn("arn:aws:iam::123456789012:role/analysts");
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct AwsCredentialsRequest {
    /// The id of the identity pool: `<region>:<uuid>`. Its region is called.
    pub identity_pool_id: Option<String>,
    /// The ARN of the role, one of those in the claim `cognito:roles` of the ID token; the pool's choice if absent.
    pub custom_role_arn: Option<String>,
    /// The URL of the service, if it is not the region's own.
    pub identity_endpoint: Option<String>,
    /// The time limit of the whole call; the session's if absent.
    pub timeout: Option<Duration>,
}

impl AwsCredentialsRequest {
    /// Creates a request for credentials of this identity pool.
    pub fn new(identity_pool_id: impl Into<String>) -> Self {
        Self { identity_pool_id: Some(identity_pool_id.into()), ..Self::default() }
    }

    /// Sets the role.
    #[must_use]
    pub fn with_custom_role_arn(mut self, custom_role_arn: impl Into<String>) -> Self {
        self.custom_role_arn = Some(custom_role_arn.into());
        self
    }

    /// Sets the URL of the service. The ID token is sent there.
    #[must_use]
    pub fn with_identity_endpoint(mut self, identity_endpoint: impl Into<String>) -> Self {
        self.identity_endpoint = Some(identity_endpoint.into());
        self
    }

    /// Sets the time limit of the whole call.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Checks the values.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for a value that is missing or malformed.
    pub(crate) fn check(&self) -> Result<IdentityPool> {
        let id = present(self.identity_pool_id.clone()).ok_or_else(|| {
            Error::new(ErrorKind::Config, "MissingValue", "no identity pool id: `identity_pool_id` is empty")
                .with_hint(pool::HINT)
        })?;
        let region = pool::region_of(&id)?;
        let role_arn = present(self.custom_role_arn.clone());
        role_arn.as_deref().map_or(Ok(()), check_role_arn)?;
        let endpoint = match present(self.identity_endpoint.clone()) {
            Some(text) => parse_service_url("identity_endpoint", &text)?,
            None => identity_endpoint(&region)?,
        };
        Ok(IdentityPool { id, region, role_arn, endpoint })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "eu-west-1:12345678-dcba-1234-abcd-1234567890ab";

    #[test]
    fn the_region_of_the_call_is_that_of_the_pool() {
        for (region, endpoint) in [
            ("eu-west-1", "https://cognito-identity.eu-west-1.amazonaws.com/"),
            ("cn-north-1", "https://cognito-identity.cn-north-1.amazonaws.com.cn/"),
            ("us-gov-west-1", "https://cognito-identity.us-gov-west-1.amazonaws.com/"),
        ] {
            let id = format!(" {region}:12345678-dcba-1234-abcd-1234567890ab\n");
            let pool = AwsCredentialsRequest::new(id.as_str()).check().unwrap();
            assert_eq!((pool.id.as_str(), pool.region.as_str()), (id.trim(), region));
            assert_eq!(pool.endpoint.as_str(), endpoint);
        }
    }

    #[test]
    fn empty_values_are_absent_ones() {
        let request = AwsCredentialsRequest::new(ID).with_custom_role_arn(" ").with_identity_endpoint("");
        let pool = request.check().unwrap();
        assert_eq!(
            (pool.role_arn, pool.endpoint.host_str()),
            (None, Some("cognito-identity.eu-west-1.amazonaws.com"))
        );
        for request in [AwsCredentialsRequest::new(" "), AwsCredentialsRequest::default()] {
            let error = request.check().unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "MissingValue"));
        }
    }

    #[test]
    fn the_token_is_sent_by_https_alone_except_to_this_machine() {
        let error =
            AwsCredentialsRequest::new(ID).with_identity_endpoint("http://10.0.0.1").check().unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "InsecureUrl"));
        assert!(error.message().contains("identity_endpoint"), "{error:?}");
        for endpoint in ["http://127.0.0.1:4566", "https://identity.example.com/"] {
            assert!(AwsCredentialsRequest::new(ID).with_identity_endpoint(endpoint).check().is_ok());
        }
    }
}
