//! The request to sign a user in.

use std::sync::Arc;

use super::flow::Flow;
use super::identity::Identity;
use super::parameters::pool_of;
use crate::config::{ClientConfig, ClientValues, Environment, SecretsInUse, Values, missing, present};
use crate::error::{Error, ErrorKind, Result};
use crate::secret::{Password, TotpSecret};
use crate::tokens::Device;

/// The values that a sign-in starts from. Whatever is absent comes from the environment.
#[derive(Debug, Clone)]
pub struct SignInRequest {
    /// Where absent values come from.
    pub environment: Environment,
    /// The user name, or an alias such as the e-mail address where the pool allows it (`COGNITO_USER_NAME`).
    pub username: Option<String>,
    /// The password (`COGNITO_PASSWORD`). [`Flow::Custom`] and [`Flow::UserAuth`] do without one.
    pub password: Option<Password>,
    /// The app client and its pool.
    pub client: ClientValues,
    /// How the user proves who they are.
    pub flow: Flow,
    /// What [`Flow::UserAuth`] asks for first: `PASSWORD`, `PASSWORD_SRP`, `EMAIL_OTP`, `SMS_OTP` or `WEB_AUTHN`.
    pub preferred_challenge: Option<String>,
    /// Answers `SOFTWARE_TOKEN_MFA`, and a choice that has it, without asking, for jobs that run alone: base32, or an
    /// `otpauth://` address (`COGNITO_TOTP_SECRET`).
    pub totp_secret: Option<TotpSecret>,
    /// Whether this device is made known to the pool, so that it may skip MFA later.
    /// [`Tokens::device`](crate::Tokens::device) has it then.
    pub remember_device: bool,
    /// A device that an earlier sign-in made known.
    pub device: Option<Device>,
}

impl SignInRequest {
    /// A request that takes everything from the environment.
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

    /// The secrets that this request uses.
    pub(crate) fn secrets_in_use(&self) -> SecretsInUse {
        let has_password = self.password.as_ref().is_some_and(|password| !password.expose().is_empty());
        let has_totp = self.totp_secret.as_ref().is_some_and(|secret| !secret.expose().trim().is_empty());
        let used = [
            ("COGNITO_PASSWORD", has_password),
            ("COGNITO_CLIENT_SECRET", self.client.has_secret()),
            ("COGNITO_TOTP_SECRET", has_totp),
        ];
        SecretsInUse::of(&self.environment, &used).and_elsewhere(self.device.is_some())
    }

    /// The values that count for this request.
    pub(crate) fn values(&self) -> Values {
        Values::new(&self.environment, self.secrets_in_use())
    }

    /// The values that count where a new password is given beside the request: a secret that no file gave.
    pub(crate) fn values_with_a_new_password(&self) -> Values {
        Values::new(&self.environment, self.secrets_in_use().and_elsewhere(true))
    }

    /// Fills in what is absent of the user, and checks it before anything is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where a value is missing.
    pub(crate) fn prepare(self, values: &Values) -> Result<PreparedSignIn> {
        let username = values.required_username(self.username)?;
        let given = self.password.filter(|password| !password.expose().is_empty());
        let password_is_from_dotenv = given.is_none() && values.is_from_dotenv("COGNITO_PASSWORD");
        let password = given.or_else(|| values.get("COGNITO_PASSWORD").map(Password::new));
        let totp_secret = self
            .totp_secret
            .filter(|secret| !secret.expose().trim().is_empty())
            .or_else(|| values.get("COGNITO_TOTP_SECRET").map(TotpSecret::new));
        if password.is_none() && self.flow.needs_password() {
            return Err(missing("password", "COGNITO_PASSWORD"));
        }
        let identity = Identity {
            typed_username: username.clone(),
            username,
            password,
            sends_password: false,
            may_send_password: false,
            totp_secret,
            remember_device: self.remember_device,
            device: self.device,
            secrets_from_dotenv: values.all_secrets_from_dotenv(),
            rounds: 0,
        };
        let preferred_challenge = present(self.preferred_challenge);
        Ok(PreparedSignIn { identity, password_is_from_dotenv, flow: self.flow, preferred_challenge })
    }
}

/// A user who is known, to sign in at a client that is not yet.
pub(crate) struct PreparedSignIn {
    identity: Identity,
    password_is_from_dotenv: bool,
    flow: Flow,
    preferred_challenge: Option<String>,
}

impl PreparedSignIn {
    /// The sign-in at this client.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where the flow needs more than is known, or would send the password to a client that may
    /// be a stranger's.
    pub(crate) fn at(self, config: ClientConfig) -> Result<SignIn> {
        let Self { mut identity, password_is_from_dotenv, flow: asked_flow, preferred_challenge } = self;
        let knows_pool = config.user_pool_id.is_some();
        let flow = asked_flow.taken(knows_pool);
        let by_default = match (flow, &identity.password) {
            (Flow::UserAuth, Some(_)) => Some(if knows_pool { "PASSWORD_SRP" } else { "PASSWORD" }),
            _ => None,
        };
        // A person who names the way asks for the password to be sent.
        let is_asked_for = asked_flow == Flow::Password || preferred_challenge.is_some();
        let preferred_challenge = preferred_challenge.or(by_default.map(str::to_owned));
        let preferred = preferred_challenge.as_deref().filter(|_| flow == Flow::UserAuth);
        if identity.password.is_none() && matches!(preferred, Some("PASSWORD" | "PASSWORD_SRP")) {
            return Err(missing("password", "COGNITO_PASSWORD"));
        }
        if flow == Flow::Srp || preferred == Some("PASSWORD_SRP") {
            pool_of(&config)?;
        }
        let sends_password = flow == Flow::Password || preferred == Some("PASSWORD");
        let is_trusted = !config.from_dotenv.client || password_is_from_dotenv;
        if sends_password && !is_trusted && !is_asked_for {
            return Err(untrusted_client(&config));
        }
        identity.sends_password = sends_password;
        identity.may_send_password = is_trusted || (sends_password && is_asked_for);
        Ok(SignIn { config: Arc::new(config), identity, flow, preferred_challenge })
    }
}

/// A sign-in with nothing missing.
pub(crate) struct SignIn {
    pub(super) config: Arc<ClientConfig>,
    pub(super) identity: Identity,
    pub(super) flow: Flow,
    pub(super) preferred_challenge: Option<String>,
}

impl SignIn {
    /// The password that the user signs in with.
    pub(crate) fn password(&self) -> Result<Password> {
        self.identity.password.clone().ok_or_else(|| missing("password", "COGNITO_PASSWORD"))
    }
}

/// The error for a password that would be sent to a client which only a `.env` file names: that file may be a stranger's,
/// and the client one of a pool whose owner can read what is sent to it.
fn untrusted_client(config: &ClientConfig) -> Error {
    let message = format!(
        "the password would be sent to the app client {}, which only .env names, and the password is not from there",
        config.client_id
    );
    Error::new(ErrorKind::Config, "UntrustedClient", message).with_hint(
        "If you trust the .env file: give `client_id` (and region and pool id, where it names them) as arguments or in \
         the environment, set COGNITO_USER_POOL_ID so that SRP proves the password without sending it, or choose the \
         flow \"password\" yourself.",
    )
}
