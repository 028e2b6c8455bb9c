//! Signing in with a user name, and a password where the flow wants one.

use std::str::FromStr;
use std::sync::Arc;

use super::challenge::Step;
use super::device;
use super::exchange::{Exchange, Identity, pool_of};
use crate::config::{ClientConfig, ClientValues, Environment, SecretsInUse, Values, missing, present};
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, Transport};
use crate::secret::{Password, TotpSecret};
use crate::tokens::{Device, Tokens};

/// How a user proves who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Flow {
    /// [`Srp`](Self::Srp) where the pool id is known, [`Password`](Self::Password) otherwise. Decided before the first
    /// request and never changed after it: a failed SRP sign-in does not fall back to sending the password.
    #[default]
    Auto,
    /// Secure Remote Password (`USER_SRP_AUTH`): the password never leaves this process. Needs the pool id.
    Srp,
    /// `USER_PASSWORD_AUTH`: the password is sent to the service, inside TLS.
    Password,
    /// `CUSTOM_AUTH`: the pool's own challenges. Where password and pool id are known it starts with SRP.
    Custom,
    /// `USER_AUTH`: the user chooses among what the pool offers. With a password it is the first choice, by SRP
    /// where the pool id is known; [`SignInRequest::preferred_challenge`] says otherwise.
    UserAuth,
}

impl Flow {
    /// Whether the flow cannot begin without a password.
    pub fn needs_password(self) -> bool {
        !matches!(self, Self::Custom | Self::UserAuth)
    }

    /// The flow that is taken: what [`Auto`](Self::Auto) stands for, every other flow as it is.
    pub(crate) fn taken(self, pool_is_known: bool) -> Self {
        match self {
            Self::Auto if pool_is_known => Self::Srp,
            Self::Auto => Self::Password,
            chosen => chosen,
        }
    }
}

impl FromStr for Flow {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "auto" => Ok(Self::Auto),
            "srp" => Ok(Self::Srp),
            "password" => Ok(Self::Password),
            "custom" => Ok(Self::Custom),
            "user_auth" => Ok(Self::UserAuth),
            _ => Err(Error::new(
                ErrorKind::Config,
                "InvalidFlow",
                "the flow is not one that this library knows",
            )
            .with_hint("Choose \"auto\", \"srp\", \"password\", \"custom\" or \"user_auth\".")),
        }
    }
}

/// What a sign-in starts from. Whatever is absent comes from the environment.
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
    /// Whether this device is made known to the pool, so that it may skip MFA later. [`Tokens::device`] has it then.
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

    /// Checks every value but the password, so that nobody is asked for one in vain. Nothing is sent to Cognito;
    /// discovery may be asked.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] as [`sign_in`] gives it, but for a missing password.
    pub async fn check_all_but_password(&self, transport: &Transport) -> Result<()> {
        let mut request = self.clone();
        if !request.environment.has("COGNITO_PASSWORD") {
            request.password.get_or_insert_with(|| Password::new("not typed yet"));
        }
        let budget = CallBudget::new(request.client.timeout());
        let values = Values::new(&request.environment, request.secrets_in_use());
        request.resolve(&values, transport, &budget).await.map(drop)
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

    /// Fills in what is absent and checks the whole before anything is sent.
    async fn resolve(self, values: &Values, transport: &Transport, budget: &CallBudget) -> Result<SignIn> {
        let username = present(self.username)
            .or_else(|| values.trimmed("COGNITO_USER_NAME"))
            .ok_or_else(|| missing("user name", "COGNITO_USER_NAME"))?;
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
        let config = self.client.resolve(values, transport, budget).await?;
        let knows_pool = config.user_pool_id.is_some();
        let flow = self.flow.taken(knows_pool);
        let by_default = match (flow, &password) {
            (Flow::UserAuth, Some(_)) => Some(if knows_pool { "PASSWORD_SRP" } else { "PASSWORD" }),
            _ => None,
        };
        let preferred_challenge = present(self.preferred_challenge);
        // A person who names the way asks for the password to be sent.
        let is_asked_for = self.flow == Flow::Password || preferred_challenge.is_some();
        let preferred_challenge = preferred_challenge.or(by_default.map(str::to_owned));
        let preferred = preferred_challenge.as_deref().filter(|_| flow == Flow::UserAuth);
        if password.is_none() && matches!(preferred, Some("PASSWORD" | "PASSWORD_SRP")) {
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
        let identity = Identity {
            typed_username: username.clone(),
            username,
            password,
            sends_password,
            may_send_password: is_trusted || (sends_password && is_asked_for),
            totp_secret,
            remember_device: self.remember_device,
            device: self.device,
            secrets_from_dotenv: values.all_secrets_from_dotenv(),
            rounds: 0,
        };
        Ok(SignIn { config: Arc::new(config), identity, flow, preferred_challenge })
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

/// A request with nothing missing.
struct SignIn {
    config: Arc<ClientConfig>,
    identity: Identity,
    flow: Flow,
    preferred_challenge: Option<String>,
}

/// Signs a user in.
///
/// ```no_run
/// use cognitoken::{ClientValues, Environment, SignInRequest, Transport, sign_in};
///
/// # async fn example(password: String) -> cognitoken::Result<()> {
/// let request = SignInRequest {
///     username: Some("ada@example.org".into()),
///     password: Some(password.into()),
///     client: ClientValues { client_id: Some("1example23456789".into()), ..Default::default() },
///     ..SignInRequest::new(Environment::read()?)
/// };
/// let tokens = sign_in(&Transport::new(), request).await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// - [`ErrorKind::Config`] before anything is sent: a value is missing, malformed or contradicts another.
/// - [`ErrorKind::Authentication`]: wrong user name, password or client secret.
/// - [`ErrorKind::ChallengeRequired`]: the service asks for one more answer; [`Error::challenge`] holds it.
/// - [`ErrorKind::PasswordResetRequired`], [`ErrorKind::UserNotConfirmed`].
/// - [`ErrorKind::Throttled`], [`ErrorKind::Network`], [`ErrorKind::RequestTimeout`], [`ErrorKind::Service`].
pub async fn sign_in(transport: &Transport, request: SignInRequest) -> Result<Tokens> {
    let budget = CallBudget::new(request.client.timeout());
    let values = Values::new(&request.environment, request.secrets_in_use());
    sign_in_within(transport, request, &values, &budget).await
}

/// As [`sign_in`], by these values, as a part of a longer call.
pub(crate) async fn sign_in_within(
    transport: &Transport,
    request: SignInRequest,
    values: &Values,
    budget: &CallBudget,
) -> Result<Tokens> {
    let sign_in = request.resolve(values, transport, budget).await;
    transport.notices().add(values.take_left_out());
    to_tokens(transport, sign_in?, budget).await
}

/// Signs a user in and changes the password to `proposed`. The tokens stay good.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChangePassword.html>
///
/// # Errors
/// As [`sign_in`]; [`ErrorKind::Authentication`] also for a new password that the pool's policy refuses.
pub async fn sign_in_and_change_password(
    transport: &Transport,
    request: SignInRequest,
    proposed: &Password,
) -> Result<Tokens> {
    let budget = CallBudget::new(request.client.timeout());
    // The new password is a secret that no file gave.
    let secrets = request.secrets_in_use().and_elsewhere(true);
    let values = Values::new(&request.environment, secrets);
    let sign_in = request.resolve(&values, transport, &budget).await;
    transport.notices().add(values.take_left_out());
    let sign_in = sign_in?;
    let previous =
        sign_in.identity.password.clone().ok_or_else(|| missing("password", "COGNITO_PASSWORD"))?;
    let tokens = to_tokens(transport, sign_in, &budget).await?;
    tokens.change_password(transport, &previous, proposed).await?;
    Ok(tokens)
}

async fn to_tokens(transport: &Transport, mut sign_in: SignIn, budget: &CallBudget) -> Result<Tokens> {
    loop {
        let outcome = attempt(transport, &sign_in, budget).await;
        match outcome {
            Ok(Step::Tokens(tokens)) => return Ok(tokens),
            Ok(Step::Challenge(challenge)) => return Err(challenge.into_error()),
            // The pool forgot the device, or its owner did: without it, the sign-in is an ordinary one.
            Err(error) if sign_in.identity.device.is_some() && device::is_unknown(&error) => {
                sign_in.identity.device = None;
            }
            // A proof or a code is taken once: after a fault on its way only a new exchange can tell.
            Err(error) if error.retryable() && budget.pause_before_retry(error.retry_after()).await => {}
            Err(error) => return Err(error),
        }
    }
}

async fn attempt(transport: &Transport, sign_in: &SignIn, budget: &CallBudget) -> Result<Step> {
    let exchange = Exchange { transport, config: &sign_in.config, budget, identity: &sign_in.identity };
    match sign_in.flow {
        Flow::Password => exchange.with_password().await,
        Flow::Srp | Flow::Auto => exchange.with_srp().await,
        Flow::Custom => exchange.with_custom_challenges().await,
        Flow::UserAuth => exchange.with_choice(sign_in.preferred_challenge.as_deref()).await,
    }
}
