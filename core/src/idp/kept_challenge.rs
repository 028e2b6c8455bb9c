//! The stored form of a challenge, for another process to answer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::challenge::Challenge;
use super::identity::SignInIdentity;
use super::totp_setup::TotpSetup;
use crate::address::parse_service_url;
use crate::config::{ClientConfig, Environment, FromDotEnv, SecretsInUse, UserPoolId, Values};
use crate::error::Result;
use crate::secret::ChallengeSession;
use crate::store::load_client_secret;

/// The values that another process needs to continue. No password and no client secret: those come from its own
/// environment.
#[derive(Serialize, Deserialize)]
pub(crate) struct KeptChallenge {
    name: String,
    parameters: BTreeMap<String, String>,
    session: Option<Zeroizing<String>>,
    totp_setup: Option<(Zeroizing<String>, Zeroizing<String>)>,
    username: String,
    typed_username: String,
    remember_device: bool,
    client_id: String,
    has_client_secret: bool,
    user_pool_id: Option<String>,
    endpoint: String,
    timeout_seconds: f64,
    /// `true` if only a `.env` file names the endpoint, or the client.
    #[serde(default)]
    endpoint_from_dotenv: bool,
    #[serde(default)]
    client_from_dotenv: bool,
    #[serde(default)]
    rounds: usize,
    #[serde(default)]
    client_metadata: BTreeMap<String, String>,
}

/// The sign-in that a challenge belongs to, in one text: no two users, clients or services share it.
pub(crate) fn sign_in_key(challenge: &Challenge) -> String {
    let config = challenge.config();
    [config.endpoint.as_str(), &config.client_id, &challenge.identity().username].join("\n")
}

impl KeptChallenge {
    pub(crate) fn of(challenge: &Challenge) -> Self {
        let (identity, config) = (challenge.identity(), challenge.config());
        let secret = |text: &str| Zeroizing::new(text.to_owned());
        Self {
            name: challenge.name().to_owned(),
            parameters: challenge.parameters().clone(),
            session: challenge.session().map(|session| secret(session.expose())),
            totp_setup: challenge
                .totp_setup()
                .map(|setup| (secret(setup.secret().expose()), secret(setup.uri().expose()))),
            username: identity.username.clone(),
            typed_username: identity.typed_username.clone(),
            remember_device: identity.remember_device,
            client_id: config.client_id.clone(),
            has_client_secret: config.client_secret.is_some(),
            user_pool_id: config.user_pool_id.as_ref().map(ToString::to_string),
            endpoint: config.endpoint.to_string(),
            timeout_seconds: config.timeout.as_secs_f64(),
            endpoint_from_dotenv: config.from_dotenv.endpoint,
            client_from_dotenv: config.from_dotenv.client,
            rounds: identity.rounds,
            client_metadata: (*identity.client_metadata).clone(),
        }
    }

    /// Returns whether it is for this user, by the typed name or the service's own; an absent name fits all.
    pub(crate) fn is_for_user(&self, username: Option<&str>) -> bool {
        username.is_none_or(|name| name == self.username || name == self.typed_username)
    }

    /// Returns whether it is for this client; an absent id fits all.
    pub(crate) fn is_for_client(&self, client_id: Option<&str>) -> bool {
        client_id.is_none_or(|id| id == self.client_id)
    }

    /// The challenge in words, for a list that a person chooses from.
    pub(crate) fn describe(&self) -> String {
        format!("{} for {} at client {}", self.name, self.typed_username, self.client_id)
    }

    /// Restores the challenge, with the secrets of this process's environment.
    pub(crate) async fn resume(self, environment: &Environment) -> Result<Challenge> {
        let environment = environment.for_client(Some(&self.client_id), self.user_pool_id.as_deref());
        let values = Values::new(&environment, SecretsInUse::default().and_elsewhere(true));
        if self.has_client_secret {
            load_client_secret(&values).await?;
        }
        let client_secret = if self.has_client_secret { values.client_secret(None)? } else { None };
        if self.has_client_secret && client_secret.is_none() {
            return Err(values.missing_secret("client secret", "COGNITO_CLIENT_SECRET"));
        }
        let config = ClientConfig {
            client_id: self.client_id,
            client_secret,
            user_pool_id: self.user_pool_id.as_deref().map(UserPoolId::parse).transpose()?,
            endpoint: parse_service_url("the endpoint of the challenge", &self.endpoint)?,
            timeout: Duration::try_from_secs_f64(self.timeout_seconds)
                .unwrap_or(crate::config::DEFAULT_TIMEOUT),
            profile: environment.profile_name().map(Into::into),
            from_dotenv: FromDotEnv { endpoint: self.endpoint_from_dotenv, client: self.client_from_dotenv },
        };
        let identity = SignInIdentity {
            username: self.username,
            typed_username: self.typed_username,
            password: values.password(None)?,
            // The endpoint comes from the earlier process, so this process's password is not sent unasked.
            sends_password: false,
            may_send_password: !self.client_from_dotenv,
            totp_secret: values.totp_secret(None)?,
            remember_device: self.remember_device,
            device: None,
            parameters: Arc::default(),
            client_metadata: Arc::new(self.client_metadata),
            secrets_from_dotenv: false,
            rounds: self.rounds,
        };
        let session = self.session.map(|session| ChallengeSession::new(session.as_str()));
        let setup = self.totp_setup.map(|(secret, uri)| TotpSetup::from_parts(&secret, &uri));
        Ok(Challenge::new(self.name, self.parameters, session, setup, identity, Arc::new(config)))
    }
}
