//! Signing in with a user name and a password.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::api::{Api, Reply};
use super::challenge::Challenge;
use super::password_verifier;
use super::secret_hash::secret_hash;
use super::wire::{AuthOutput, InitiateAuth, Parameters};
use crate::config::{ClientConfig, ClientValues, Environment, missing, present};
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, Transport};
use crate::secret::{Password, RefreshToken};
use crate::tokens::{Origin, Tokens};

/// How the password is proved.
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
}

impl FromStr for Flow {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "auto" => Ok(Self::Auto),
            "srp" => Ok(Self::Srp),
            "password" => Ok(Self::Password),
            _ => Err(Error::new(ErrorKind::Config, "InvalidFlow", "the flow is not one that this library knows")
                .with_hint("Choose \"auto\", \"srp\" or \"password\".")),
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
    /// The password (`COGNITO_PASSWORD`).
    pub password: Option<Password>,
    /// The app client and its pool.
    pub client: ClientValues,
    /// How the password is proved.
    pub flow: Flow,
}

impl SignInRequest {
    /// A request that takes everything from the environment.
    pub fn new(environment: Environment) -> Self {
        Self { environment, username: None, password: None, client: ClientValues::default(), flow: Flow::Auto }
    }

    /// Fills in what is absent and checks the whole before anything is sent.
    async fn resolve(self, transport: &Transport, budget: &CallBudget) -> Result<(Arc<ClientConfig>, Credentials, Flow)> {
        let Self { environment, username, password, client, flow } = self;
        let username = present(username)
            .or_else(|| environment.get("COGNITO_USER_NAME").map(|(value, _)| value.trim().to_owned()))
            .ok_or_else(|| missing("user name", "COGNITO_USER_NAME"))?;
        let given = password.filter(|password| !password.expose().is_empty());
        let arguments_hold_a_secret = given.is_some() || client.client_secret.is_some();
        let password = given
            .or_else(|| environment.get("COGNITO_PASSWORD").map(|(value, _)| Password::new(value)))
            .ok_or_else(|| missing("password", "COGNITO_PASSWORD"))?;
        let config = client.resolve(&environment, arguments_hold_a_secret, transport, budget).await?;
        let flow = match (flow, &config.user_pool_id) {
            (Flow::Auto, Some(_)) => Flow::Srp,
            (Flow::Auto, None) => Flow::Password,
            (Flow::Srp, None) => return Err(missing("user pool id, which SRP needs", "COGNITO_USER_POOL_ID")),
            (chosen, _) => chosen,
        };
        Ok((Arc::new(config), Credentials { username, password }, flow))
    }
}

/// A user name as the caller knows it, and the password.
pub(super) struct Credentials {
    pub(super) username: String,
    pub(super) password: Password,
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
    let (config, credentials, flow) = request.resolve(transport, &budget).await?;
    let api = Api { transport, config: &config, budget: &budget };
    match flow {
        Flow::Password => with_password(&api, &credentials).await,
        Flow::Srp | Flow::Auto => password_verifier::sign_in(&api, &credentials).await,
    }
}

async fn with_password(api: &Api<'_>, credentials: &Credentials) -> Result<Tokens> {
    let mut parameters = Parameters::new();
    insert(&mut parameters, "USERNAME", &credentials.username);
    insert(&mut parameters, "PASSWORD", credentials.password.expose());
    let reply = initiate(api, "USER_PASSWORD_AUTH", parameters).await?;
    conclude(api, reply, &credentials.username)
}

/// Starts a flow. `parameters` hold the user name already; the client's proof is added here.
pub(super) async fn initiate(api: &Api<'_>, flow: &str, mut parameters: Parameters) -> Result<Reply<AuthOutput>> {
    add_secret_hash(&mut parameters, api.config);
    let operation =
        InitiateAuth { auth_flow: flow, auth_parameters: &parameters, client_id: &api.config.client_id };
    api.call(&operation).await
}

/// SECRET_HASH for a client with a secret, over the user name of this very request.
pub(super) fn add_secret_hash(parameters: &mut Parameters, config: &ClientConfig) {
    let (Some(secret), Some(username)) = (&config.client_secret, parameters.get("USERNAME")) else {
        return;
    };
    let hash = secret_hash(username, &config.client_id, secret);
    insert(parameters, "SECRET_HASH", &hash);
}

pub(super) fn insert(parameters: &mut Parameters, name: &str, value: &str) {
    parameters.insert(name.to_owned(), Zeroizing::new(value.to_owned()));
}

/// What an answer comes to: tokens, or the challenge that somebody has to answer.
pub(super) fn conclude(api: &Api<'_>, reply: Reply<AuthOutput>, username: &str) -> Result<Tokens> {
    conclude_with(api, reply, &Origin::new(api.config.clone(), username), None)
}

/// What the answer to a refresh comes to. Where no new refresh token came, the old one stays good.
pub(super) fn conclude_refresh(
    api: &Api<'_>,
    reply: Reply<AuthOutput>,
    origin: &Origin,
    old: &RefreshToken,
) -> Result<Tokens> {
    conclude_with(api, reply, origin, Some(old))
}

fn conclude_with(
    api: &Api<'_>,
    reply: Reply<AuthOutput>,
    origin: &Origin,
    old: Option<&RefreshToken>,
) -> Result<Tokens> {
    let AuthOutput { authentication_result, challenge_name, challenge_parameters, session } = reply.output;
    if let Some(result) = authentication_result {
        let server_time = reply.clock_offset.server_time(api.transport.clock().now());
        return Ok(Tokens::from_result(result, origin.clone(), old, server_time));
    }
    let Some(name) = challenge_name else {
        let message = "the service answered with neither tokens nor a challenge";
        return Err(Error::new(ErrorKind::Service, "InvalidResponse", message)
            .with_hint("Check the endpoint: something other than Cognito may be answering."));
    };
    let username = challenged_username(&challenge_parameters, &origin.username).to_owned();
    Err(Challenge::new(name, challenge_parameters, session, username, api.config.clone()).into_error())
}

/// The name that the service knows the user by, once a challenge has told it; the alias that the user typed until then.
pub(super) fn challenged_username<'a>(parameters: &'a BTreeMap<String, String>, typed: &'a str) -> &'a str {
    let told = parameters.get("USERNAME").or_else(|| parameters.get("USER_ID_FOR_SRP"));
    told.map_or(typed, String::as_str)
}
