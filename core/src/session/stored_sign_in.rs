//! The stored form of a sign-in: its identity, its tokens, and what a refresh needs besides. No password, no client
//! secret.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use zeroize::Zeroizing;

use super::identity::StoredIdentity;
use crate::address::parse_service_url;
use crate::config::{ClientConfig, ClientValues, Domain, Environment, FromDotEnv, UserPoolId, missing};
use crate::error::Result;
use crate::oauth::ClientCredentialsRequest;
use crate::secret::{AccessToken, ClientSecret, IdToken, Password, RefreshToken};
use crate::tokens::{Device, Origin, RefreshOperation, Tokens, TrackedDevice};

/// The longest use of a sign-in with a refresh token after it was written: one that nobody used for a year
/// is dropped. Pools let refresh tokens live from an hour to ten years, and do not say for how long.
const LONGEST_USE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// One stored sign-in.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredSignIn {
    pub(super) identity: StoredIdentity,
    tokens: KeptTokens,
    origin: KeptOrigin,
    /// The seconds by which the service's clock was ahead of the writer's.
    pub(super) clock_offset: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct KeptTokens {
    #[serde(deserialize_with = "some_visible")]
    id_token: Option<Zeroizing<String>>,
    #[serde(deserialize_with = "visible")]
    access_token: Zeroizing<String>,
    #[serde(deserialize_with = "some_visible")]
    refresh_token: Option<Zeroizing<String>>,
    token_type: String,
    expires_in: u64,
    expires_at: i64,
    issued_at: i64,
    #[serde(default)]
    refresh_token_issued_at: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct KeptOrigin {
    username: String,
    has_client_secret: bool,
    only_the_older_refresh: bool,
    device: Option<KeptDevice>,
    domain: Option<Domain>,
}

#[derive(Serialize, Deserialize)]
struct KeptDevice {
    key: String,
    /// The group key and the password; only of a device that the pool remembers.
    remembered: Option<(String, Zeroizing<String>)>,
}

/// Reads a token, which is visible ASCII alone: it is sent in a header and may be printed.
fn visible<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Zeroizing<String>, D::Error> {
    let token = Zeroizing::<String>::deserialize(deserializer)?;
    if token.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(token)
    } else {
        Err(D::Error::custom("a token holds characters that are not visible ASCII"))
    }
}

fn some_visible<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Option<Zeroizing<String>>, D::Error> {
    #[derive(Deserialize)]
    struct Visible(#[serde(deserialize_with = "visible")] Zeroizing<String>);
    Ok(Option::<Visible>::deserialize(deserializer)?.map(|token| token.0))
}

impl StoredSignIn {
    pub(super) fn new(tokens: &Tokens, identity: StoredIdentity, clock_offset: Option<i64>) -> Self {
        let secret = |text: &str| Zeroizing::new(text.to_owned());
        let origin = tokens.origin();
        Self {
            identity,
            tokens: KeptTokens {
                id_token: tokens.id_token().map(|token| secret(token.expose())),
                access_token: secret(tokens.access_token().expose()),
                refresh_token: tokens.refresh_token().map(|token| secret(token.expose())),
                token_type: tokens.token_type().to_owned(),
                expires_in: tokens.expires_in().as_secs(),
                expires_at: tokens.expires_at_seconds(),
                issued_at: tokens.issued_at(),
                refresh_token_issued_at: origin.refresh_token_issued_at,
            },
            origin: KeptOrigin {
                username: origin.username.clone(),
                has_client_secret: origin.config.client_secret.is_some(),
                only_the_older_refresh: origin.refresh_operation.is_the_older(),
                device: origin.device.key().map(|key| KeptDevice {
                    key: key.to_owned(),
                    remembered: origin
                        .device
                        .remembered()
                        .map(|device| (device.group_key().to_owned(), secret(device.password().expose()))),
                }),
                domain: origin.domain.as_deref().cloned(),
            },
            clock_offset,
        }
    }

    /// Returns the tokens, to be refreshed at the client of `config` with these values for the pool's triggers.
    pub(super) fn restore(
        &self,
        config: Arc<ClientConfig>,
        client_metadata: Arc<BTreeMap<String, String>>,
    ) -> Tokens {
        let (parameters, client_metadata) = match self.identity.is_of_client() {
            true => (self.identity.parameters.clone(), Arc::new(self.identity.client_metadata.clone())),
            false => (BTreeMap::new(), client_metadata),
        };
        let origin = Origin {
            config,
            username: self.origin.username.clone(),
            signed_in_as: None,
            refresh_operation: RefreshOperation::remembered(self.origin.only_the_older_refresh),
            device: self.origin.device.as_ref().map_or_else(TrackedDevice::default, KeptDevice::restore),
            domain: self.origin.domain.clone().map(Arc::new),
            secrets_from_dotenv: false,
            client_metadata,
            parameters: Arc::new(parameters),
            refresh_token_issued_at: self.tokens.refresh_token_issued_at,
        };
        let KeptTokens { id_token, access_token, refresh_token, .. } = &self.tokens;
        Tokens::restored(
            id_token.as_ref().map(|token| IdToken::new(token.as_str())),
            AccessToken::new(access_token.as_str()),
            refresh_token.as_ref().map(|token| RefreshToken::new(token.as_str())),
            self.tokens.token_type.clone(),
            (self.tokens.expires_in, self.tokens.expires_at, self.tokens.issued_at),
            origin,
        )
    }

    /// The client that the sign-in itself names, for a session that was given none.
    pub(super) fn config(
        &self,
        client_secret: Option<ClientSecret>,
        timeout: Duration,
    ) -> Result<ClientConfig> {
        Ok(ClientConfig {
            client_id: self.identity.client_id.clone(),
            // The sign-in had no secret: the one at hand is another client's.
            client_secret: client_secret.filter(|_| self.origin.has_client_secret),
            user_pool_id: self.identity.user_pool_id.as_deref().and_then(|id| UserPoolId::parse(id).ok()),
            endpoint: parse_service_url("the endpoint of the stored tokens", &self.identity.service)?,
            timeout,
            profile: None,
            from_dotenv: FromDotEnv::default(),
        })
    }

    /// The request for another token of the app client itself, with the values of the stored one.
    pub(super) fn client_credentials(
        &self,
        config: &ClientConfig,
        environment: &Environment,
    ) -> ClientCredentialsRequest {
        let client = ClientValues {
            client_id: Some(config.client_id.clone()),
            client_secret: config.client_secret.clone(),
            region: None,
            user_pool_id: config.user_pool_id.as_ref().map(ToString::to_string),
            endpoint: Some(config.endpoint.to_string()),
            timeout: Some(config.timeout),
        };
        ClientCredentialsRequest {
            client,
            domain: self.domain().map(Domain::address),
            client_authentication: self.domain().map(Domain::authentication).unwrap_or_default(),
            scopes: self.identity.scopes.clone(),
            parameters: self.identity.parameters.clone(),
            client_metadata: self.identity.client_metadata.clone(),
            ..ClientCredentialsRequest::new(environment.clone())
        }
    }

    /// Checks that the client secret is at hand, if the sign-in had one: a refresh needs it.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config), code `MissingValue`.
    pub(super) fn check_secret(&self, config: &ClientConfig) -> Result<()> {
        if self.origin.has_client_secret && config.client_secret.is_none() {
            return Err(missing("client secret", "COGNITO_CLIENT_SECRET"));
        }
        Ok(())
    }

    /// The pool's domain, for tokens that it issued.
    pub(super) fn domain(&self) -> Option<&Domain> {
        self.origin.domain.as_ref()
    }

    /// Returns whether both hold the tokens of the same answer of the service.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        self.tokens.access_token == other.tokens.access_token
    }

    pub(super) fn issued_at(&self) -> i64 {
        self.tokens.issued_at
    }

    pub(super) fn is_refreshable(&self) -> bool {
        self.tokens.refresh_token.is_some()
    }

    /// The device that the pool remembers for this user.
    pub(super) fn device(&self) -> Option<Device> {
        self.origin.device.as_ref().and_then(|device| device.restore().remembered().cloned())
    }

    /// The time after which the sign-in is of no use to anyone.
    pub(super) fn use_time(&self) -> Duration {
        if self.is_refreshable() { LONGEST_USE } else { Duration::from_secs(self.tokens.expires_in.max(1)) }
    }
}

impl KeptDevice {
    fn restore(&self) -> TrackedDevice {
        match &self.remembered {
            Some((group_key, password)) => TrackedDevice::Remembered(Device::new(
                self.key.as_str(),
                group_key.as_str(),
                Password::new(password.as_str()),
            )),
            None => TrackedDevice::Unknown { key: self.key.clone() },
        }
    }
}
