//! AWS credentials, as data.

use std::fmt;
use std::time::SystemTime;

use crate::clock::at_unix_seconds;
use crate::config::Region;
use crate::secret::{AwsSessionToken, SecretAccessKey};

/// Temporary AWS credentials of a user, with the rights of a role.
///
/// They sign requests to AWS until they expire, an hour after they were issued. Neither the secret access key nor the
/// session token is shown by `Debug`.
#[derive(Clone)]
pub struct AwsCredentials {
    access_key_id: String,
    secret_access_key: SecretAccessKey,
    session_token: AwsSessionToken,
    expires_at: i64,
    identity_id: String,
    region: Region,
}

impl AwsCredentials {
    pub(super) fn new(
        access_key_id: String,
        secret_access_key: SecretAccessKey,
        session_token: AwsSessionToken,
        expires_at: i64,
        identity_id: String,
        region: Region,
    ) -> Self {
        Self { access_key_id, secret_access_key, session_token, expires_at, identity_id, region }
    }

    /// The id of the access key, which is no secret.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The secret access key.
    pub fn secret_access_key(&self) -> &SecretAccessKey {
        &self.secret_access_key
    }

    /// The session token.
    pub fn session_token(&self) -> &AwsSessionToken {
        &self.session_token
    }

    /// The time when the credentials expire, by the service's clock.
    pub fn expires_at(&self) -> SystemTime {
        at_unix_seconds(self.expires_at)
    }

    /// The same in seconds since 1970-01-01T00:00:00Z.
    pub(super) fn expires_at_seconds(&self) -> i64 {
        self.expires_at
    }

    /// The id of the user's identity in the pool: `<region>:<uuid>`.
    pub fn identity_id(&self) -> &str {
        &self.identity_id
    }

    /// The region of the identity pool.
    pub fn region(&self) -> &Region {
        &self.region
    }
}

impl fmt::Debug for AwsCredentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AwsCredentials")
            .field("access_key_id", &self.access_key_id)
            .field("expires_at", &self.expires_at())
            .field("identity_id", &self.identity_id)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}
