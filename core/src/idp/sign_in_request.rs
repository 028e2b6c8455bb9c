//! The request to sign a user in.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::flow::Flow;
use super::identity::SignInIdentity;
use super::prepared_sign_in::PreparedSignIn;
use super::public_parameters::is_public;
use crate::config::{
    ClientValues, Environment, LEAVE_OUT, SecretsInUse, Values, check_parameters, pairs, present,
};
use crate::error::Result;
use crate::secret::{Password, TotpSecret};
use crate::tokens::Device;

/// The `AuthParameters` that the sign-in sets itself, with a hint for whoever gives them among `parameters`.
const RESERVED: [(&str, &str); 8] = [
    ("USERNAME", "Give it as `username`."),
    ("PASSWORD", "Give it as `password`."),
    ("SRP_A", LEAVE_OUT),
    ("SECRET_HASH", "Give the secret itself as `client_secret`."),
    ("DEVICE_KEY", "Give the device as `device`."),
    ("PREFERRED_CHALLENGE", "Give it as `preferred_challenge`."),
    ("CHALLENGE_NAME", LEAVE_OUT),
    ("REFRESH_TOKEN", "Refresh with it instead of signing in."),
];

/// The values that a sign-in starts from. Absent values come from the environment.
#[derive(Clone)]
pub struct SignInRequest {
    /// The environment that absent values come from.
    pub environment: Environment,
    /// The user name, or an alias such as the e-mail address if the pool allows it (`COGNITO_USER_NAME`).
    pub username: Option<String>,
    /// The password (`COGNITO_PASSWORD`), which is optional for [`Flow::Custom`] and [`Flow::UserAuth`].
    pub password: Option<Password>,
    /// The app client and its pool.
    pub client: ClientValues,
    /// The flow, by which the user proves who they are.
    pub flow: Flow,
    /// The first challenge of [`Flow::UserAuth`]: `PASSWORD`, `PASSWORD_SRP`, `EMAIL_OTP`, `SMS_OTP` or `WEB_AUTHN`.
    pub preferred_challenge: Option<String>,
    /// The secret of the user's authenticator app, in base32 or as an `otpauth://` address (`COGNITO_TOTP_SECRET`). It
    /// answers `SOFTWARE_TOKEN_MFA`, and a choice that offers it, without asking: for unattended jobs.
    pub totp_secret: Option<TotpSecret>,
    /// `true` to have the pool remember this device, so that it may skip MFA later.
    /// [`Tokens::device`](crate::Tokens::device) returns it then.
    pub remember_device: bool,
    /// A device that the pool remembers from an earlier sign-in.
    pub device: Option<Device>,
    /// More `AuthParameters` of the first request, by Cognito's names: `TARGET_ACR_VALUES`, `MAX_AGE`,
    /// `ACCESS_TOKEN`, ... Those that the sign-in sets itself, such as `USERNAME`, are refused. `Debug` shows the
    /// names alone.
    /// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html>
    pub parameters: BTreeMap<String, Zeroizing<String>>,
    /// The names and values that the pool's Lambda triggers get with each request of the sign-in, and with the
    /// refreshes of its tokens, as `ClientMetadata`. They are no place for secrets.
    pub client_metadata: BTreeMap<String, String>,
}

impl SignInRequest {
    /// Creates a request whose values all come from the environment.
    pub fn new(environment: Environment) -> Self {
        Self {
            environment,
            username: None,
            password: None,
            client: ClientValues::default(),
            flow: Flow::Auto,
            preferred_challenge: None,
            totp_secret: None,
            remember_device: false,
            device: None,
            parameters: BTreeMap::new(),
            client_metadata: BTreeMap::new(),
        }
    }

    /// Sets the user name, or an alias where the pool allows it.
    #[must_use]
    pub fn with_username(mut self, username: impl Into<String>) -> Self {
        self.username = Some(username.into());
        self
    }

    /// Sets the password.
    #[must_use]
    pub fn with_password(mut self, password: impl Into<Password>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// Sets the app client and its pool.
    #[must_use]
    pub fn with_client(mut self, client: ClientValues) -> Self {
        self.client = client;
        self
    }

    /// Sets the flow.
    #[must_use]
    pub fn with_flow(mut self, flow: Flow) -> Self {
        self.flow = flow;
        self
    }

    /// Sets the challenge that [`Flow::UserAuth`] asks for first.
    #[must_use]
    pub fn with_preferred_challenge(mut self, name: impl Into<String>) -> Self {
        self.preferred_challenge = Some(name.into());
        self
    }

    /// Sets the TOTP secret that answers `SOFTWARE_TOKEN_MFA`.
    #[must_use]
    pub fn with_totp_secret(mut self, totp_secret: impl Into<TotpSecret>) -> Self {
        self.totp_secret = Some(totp_secret.into());
        self
    }

    /// Sets whether this device is made known to the pool.
    #[must_use]
    pub fn with_remember_device(mut self, remember_device: bool) -> Self {
        self.remember_device = remember_device;
        self
    }

    /// Sets the device that an earlier sign-in made known.
    #[must_use]
    pub fn with_device(mut self, device: Device) -> Self {
        self.device = Some(device);
        self
    }

    /// Sets more `AuthParameters` of the first request, by Cognito's names.
    #[must_use]
    pub fn with_parameters(
        mut self,
        parameters: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        let secret = |(name, value)| (name, Zeroizing::new(value));
        self.parameters = pairs(parameters).into_iter().map(secret).collect();
        self
    }

    /// Sets the names and values that the pool's Lambda triggers get with each request of the sign-in, as
    /// `ClientMetadata`.
    #[must_use]
    pub fn with_client_metadata(
        mut self,
        client_metadata: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        self.client_metadata = pairs(client_metadata);
        self
    }

    /// The secrets that this request uses.
    pub(crate) fn secrets_in_use(&self) -> SecretsInUse {
        let has_password = self.password.as_ref().is_some_and(|password| !password.expose().is_empty());
        let has_totp = self.totp_secret.as_ref().is_some_and(|secret| !secret.expose().trim().is_empty());
        let used = [
            ("COGNITO_PASSWORD", has_password),
            ("COGNITO_CLIENT_SECRET", self.client.has_secret()),
            ("COGNITO_TOTP_SECRET", has_totp),
        ];
        let has_token = self.parameters.keys().any(|name| !is_public(name));
        SecretsInUse::of(&self.narrowed(), &used).and_elsewhere(self.device.is_some() || has_token)
    }

    /// The values that count for this request.
    pub(crate) fn values(&self) -> Values {
        Values::new(&self.narrowed(), self.secrets_in_use())
    }

    /// The values that count if a new password is given beside the request: a secret that did not come from a file.
    pub(crate) fn values_with_a_new_password(&self) -> Values {
        Values::new(&self.narrowed(), self.secrets_in_use().and_elsewhere(true))
    }

    /// The environment of this client.
    fn narrowed(&self) -> Environment {
        self.client.narrowed(&self.environment)
    }

    /// Fills in the absent values of the user, and checks them before anything is sent.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) if a value is missing, or `parameters` holds one that the sign-in sets
    /// itself.
    pub(crate) fn prepare(self, values: &Values) -> Result<PreparedSignIn> {
        check_parameters(self.parameters.keys(), &RESERVED)?;
        let username = values.required_username(self.username)?;
        let given = self.password.filter(|password| !password.expose().is_empty());
        let password_is_from_dotenv = given.is_none() && values.is_from_dotenv("COGNITO_PASSWORD");
        let password = values.password(given)?;
        let totp_secret = values.totp_secret(self.totp_secret)?;
        if password.is_none() && self.flow.needs_password() {
            return Err(values.missing_secret("password", "COGNITO_PASSWORD"));
        }
        let identity = SignInIdentity {
            typed_username: username.clone(),
            username,
            password,
            sends_password: false,
            may_send_password: false,
            totp_secret,
            remember_device: self.remember_device,
            device: self.device,
            parameters: Arc::new(self.parameters),
            client_metadata: Arc::new(self.client_metadata),
            secrets_from_dotenv: values.all_secrets_from_dotenv(),
            rounds: 0,
        };
        let preferred_challenge = present(self.preferred_challenge);
        Ok(PreparedSignIn { identity, password_is_from_dotenv, flow: self.flow, preferred_challenge })
    }
}

impl fmt::Debug for SignInRequest {
    /// Without the values of `parameters`, among which an access token may be.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            environment,
            username,
            password,
            client,
            flow,
            preferred_challenge,
            totp_secret,
            remember_device,
            device,
            parameters,
            client_metadata,
        } = self;
        formatter
            .debug_struct("SignInRequest")
            .field("environment", environment)
            .field("username", username)
            .field("password", password)
            .field("client", client)
            .field("flow", flow)
            .field("preferred_challenge", preferred_challenge)
            .field("totp_secret", totp_secret)
            .field("remember_device", remember_device)
            .field("device", device)
            .field("parameters", &parameters.keys())
            .field("client_metadata", client_metadata)
            .finish()
    }
}
