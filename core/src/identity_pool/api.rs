//! The two calls of an identity pool.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::credentials::AwsCredentials;
use super::login::Login;
use super::pool::IdentityPool;
use crate::clock::ClockOffset;
use crate::error::Result;
use crate::http::{CallBudget, JsonCall, Reply, Transport, with_retries};
use crate::secret::{AwsSessionToken, IdToken, SecretAccessKey};
use crate::verdict::RequestKind;

/// The name of the API in the header `x-amz-target`.
const SERVICE: &str = "AWSCognitoIdentityService";

/// The API for one call: the pool, and the user's login with its token.
pub(super) struct Api<'a> {
    pub(super) transport: &'a Transport,
    pub(super) pool: &'a IdentityPool,
    pub(super) login: &'a Login,
    pub(super) token: &'a IdToken,
    pub(super) budget: &'a CallBudget,
}

impl Api<'_> {
    /// Returns the id of the user's identity, which the pool makes at the first request.
    /// <https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetId.html>
    pub(super) async fn identity_id(&self) -> Result<String> {
        let body = GetId { identity_pool_id: &self.pool.id, logins: self.logins() };
        let reply: Reply<Identity> = self.call("GetId", RequestKind::GetId, &body).await?;
        Ok(reply.output.identity_id)
    }

    /// Returns credentials of an identity, and the offset of the service's clock at that moment.
    /// <https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetCredentialsForIdentity.html>
    pub(super) async fn credentials(&self, identity_id: &str) -> Result<(AwsCredentials, ClockOffset)> {
        let custom_role_arn = self.pool.role_arn.as_deref();
        let body = GetCredentialsForIdentity { identity_id, custom_role_arn, logins: self.logins() };
        let request_kind = RequestKind::GetCredentialsForIdentity;
        let reply: Reply<Issued> = self.call("GetCredentialsForIdentity", request_kind, &body).await?;
        let Issued { identity_id, credentials } = reply.output;
        let credentials = AwsCredentials::new(
            credentials.access_key_id,
            SecretAccessKey::new(credentials.secret_key),
            AwsSessionToken::new(credentials.session_token),
            credentials.expiration as i64,
            identity_id,
            self.pool.region.clone(),
        );
        Ok((credentials, reply.clock_offset))
    }

    /// Either call may run twice: the pool has one identity for a login.
    async fn call<O: DeserializeOwned>(
        &self,
        operation: &'static str,
        request_kind: RequestKind,
        body: &impl Serialize,
    ) -> Result<Reply<O>> {
        let (url, secrets) = (&self.pool.endpoint, [self.token.expose()]);
        let call =
            JsonCall { service: SERVICE, operation, url, request_kind, secrets: &secrets, private: &[] };
        let attempt = |attempt| call.attempt(self.transport, body, attempt, self.budget);
        let called = with_retries(operation, self.budget, |failure| failure.may_repeat(false), attempt).await;
        called.map_err(|failure| failure.error.with_retry_after(failure.retry_after))
    }

    fn logins(&self) -> BTreeMap<&str, &str> {
        BTreeMap::from([(self.login.provider.as_str(), self.token.expose())])
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GetId<'a> {
    identity_pool_id: &'a str,
    logins: BTreeMap<&'a str, &'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GetCredentialsForIdentity<'a> {
    identity_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_role_arn: Option<&'a str>,
    logins: BTreeMap<&'a str, &'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Identity {
    identity_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Issued {
    identity_id: String,
    credentials: Keys,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Keys {
    access_key_id: String,
    secret_key: String,
    session_token: String,
    /// Seconds since 1970-01-01T00:00:00Z, as a number that may have a fraction.
    expiration: f64,
}
