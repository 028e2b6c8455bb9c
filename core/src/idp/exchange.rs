//! One exchange with the service, from its first request to tokens or to a question that only a person can answer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use zeroize::Zeroizing;

use super::api::{Api, Reply};
use super::challenge::{Challenge, Step, choices_in};
use super::device;
use super::password_verifier::Prover;
use super::secret_hash::secret_hash;
use super::wire::{AuthOutput, InitiateAuth, Operation as _, Parameters, RespondToAuthChallenge};
use super::{explanation, mfa_setup, totp::App};
use crate::clock::unix_seconds;
use crate::config::{ClientConfig, UserPoolId, missing};
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, Transport};
use crate::secret::{ChallengeSession, Password, TotpSecret};
use crate::srp::EphemeralKey;
use crate::text::{is_name, reveals};
use crate::tokens::{Device, Origin, Tokens, TrackedDevice};
use crate::verdict::About;

/// More answers than any pool asks for in one sign-in; past it, the service goes round in circles.
const MOST_ROUNDS: usize = 16;

/// Who signs in, and what may answer for them.
#[derive(Clone)]
pub(super) struct Identity {
    /// As typed at first; the service's own name for the user once a challenge has told it.
    pub(super) username: String,
    /// As typed: what a person knows the sign-in by.
    pub(super) typed_username: String,
    pub(super) password: Option<Password>,
    /// Whether the flow is one that sends the password itself: in any other, asking for it does not get it.
    pub(super) sends_password: bool,
    /// Whether the password may be sent at all: not to a client that only a stranger's file may have named.
    pub(super) may_send_password: bool,
    pub(super) totp_secret: Option<TotpSecret>,
    pub(super) remember_device: bool,
    pub(super) device: Option<Device>,
    /// Whether every secret of this sign-in came from a `.env` file so far.
    pub(super) secrets_from_dotenv: bool,
    /// How many answers were given so far.
    pub(super) rounds: usize,
}

impl Identity {
    /// What must not come back in the service's words.
    pub(super) fn secrets(&self) -> Vec<&str> {
        let password = self.password.as_ref().map(Password::expose);
        let totp_secret = self.totp_secret.as_ref().map(TotpSecret::expose);
        let device = self.device.as_ref().map(|device| device.password().expose());
        [password, totp_secret, device].into_iter().flatten().collect()
    }

    /// Counts one more answer.
    ///
    /// # Errors
    /// [`ErrorKind::Service`], code `TooManyChallenges`, where there were as many as no pool asks for.
    pub(super) fn count_answer(&mut self) -> Result<()> {
        self.rounds += 1;
        if self.rounds <= MOST_ROUNDS {
            return Ok(());
        }
        let message = format!("the service asks on after {MOST_ROUNDS} answers without giving tokens");
        Err(Error::new(ErrorKind::Service, "TooManyChallenges", message).with_hint(
            "The pool's custom challenges or triggers may go round in circles; its owner can tell.",
        ))
    }
}

/// What every round needs.
#[derive(Clone, Copy)]
pub(super) struct Exchange<'a> {
    pub(super) transport: &'a Transport,
    pub(super) config: &'a Arc<ClientConfig>,
    pub(super) budget: &'a CallBudget,
    pub(super) identity: &'a Identity,
}

impl<'a> Exchange<'a> {
    pub(super) async fn with_password(self) -> Result<Step> {
        let parameters = Parameters::from([self.entry_password()?]);
        self.initiate("USER_PASSWORD_AUTH", parameters, None).await
    }

    pub(super) async fn with_srp(self) -> Result<Step> {
        let key = EphemeralKey::generate()?;
        let parameters = Parameters::from([entry("SRP_A", key.public_hex())]);
        self.initiate("USER_SRP_AUTH", parameters, Some(key)).await
    }

    pub(super) async fn with_custom_challenges(self) -> Result<Step> {
        if self.identity.password.is_none() || self.config.user_pool_id.is_none() {
            return self.initiate("CUSTOM_AUTH", Parameters::new(), None).await;
        }
        let key = EphemeralKey::generate()?;
        let parameters =
            Parameters::from([entry("CHALLENGE_NAME", "SRP_A"), entry("SRP_A", key.public_hex())]);
        self.initiate("CUSTOM_AUTH", parameters, Some(key)).await
    }

    pub(super) async fn with_choice(self, preferred: Option<&str>) -> Result<Step> {
        let mut parameters = Parameters::new();
        parameters.extend(preferred.map(|name| entry("PREFERRED_CHALLENGE", name)));
        let mut key = None;
        match preferred {
            Some("PASSWORD") => parameters.extend([self.entry_password()?]),
            Some("PASSWORD_SRP") => {
                let fresh = EphemeralKey::generate()?;
                parameters.extend([entry("SRP_A", fresh.public_hex())]);
                key = Some(fresh);
            }
            _ => {}
        }
        self.initiate("USER_AUTH", parameters, key).await
    }

    async fn initiate(
        self,
        flow: &str,
        mut parameters: Parameters,
        key: Option<EphemeralKey>,
    ) -> Result<Step> {
        parameters.extend([entry("USERNAME", &self.identity.username)]);
        parameters.extend(self.identity.device.as_ref().map(|device| entry("DEVICE_KEY", device.key())));
        let password = parameters.get("PASSWORD").cloned();
        let reply = initiate(&self.api(), flow, parameters).await;
        let sent = password.as_ref().map(|password| password.as_str());
        self.follow(reply.map_err(|error| explanation::of_password(error, sent, None))?, key).await
    }

    /// Answers what needs no person, round by round, and stops at tokens or at the first question for one.
    pub(super) async fn follow(
        self,
        mut reply: Reply<AuthOutput>,
        mut key: Option<EphemeralKey>,
    ) -> Result<Step> {
        let mut identity = self.identity.clone();
        loop {
            if reply.output.authentication_result.is_some() {
                return self.conclude(reply, &identity).await;
            }
            let Some(name) = reply.output.challenge_name.take().filter(|name| !name.is_empty()) else {
                return Err(neither_tokens_nor_challenge());
            };
            if !is_name(&name) || reveals(&name, &identity.secrets()) {
                return Err(nameless_challenge());
            }
            let asked = &reply.output.challenge_parameters;
            let names = ["USERNAME", "USER_ID_FOR_SRP"].iter().filter_map(|name| asked.get(*name));
            if let Some(told) = names.into_iter().find(|name| !name.is_empty()) {
                identity.username.clone_from(told);
            }
            // Taken: a code that was refused is not made again, a person has to look.
            let secret = identity.totp_secret.take_if(|_| name == APP_CODE);
            if let Some(secret) = secret {
                identity.count_answer()?;
                reply = self.answer_with_code(&secret, &reply, &identity.username).await?;
                continue;
            }
            let responses = self.answer_alone(&name, &reply, &identity, &mut key)?;
            let Some(responses) = responses else {
                return self.ask(name, reply, identity).await.map(Step::Challenge);
            };
            identity.count_answer()?;
            let session = reply.output.session.as_deref();
            reply = self.respond(&name, responses, &identity.username, session).await?;
        }
    }

    /// The answer to a challenge that needs no person; `None` where one is needed.
    fn answer_alone(
        self,
        name: &str,
        reply: &Reply<AuthOutput>,
        identity: &Identity,
        key: &mut Option<EphemeralKey>,
    ) -> Result<Option<Parameters>> {
        // A code or a proof is made for a time near ours, whatever time the service tells.
        let server_time = reply.clock_offset.bounded().server_time(self.transport.clock().now());
        let prover = Prover { asked: &reply.output.challenge_parameters, challenge: name, server_time };
        Ok(match (name, &identity.password, &identity.device) {
            ("PASSWORD_VERIFIER", Some(password), _) => {
                let key = key.take().ok_or_else(|| unexpected(name))?;
                Some(prover.prove_password(&key, pool_of(self.config)?.name(), password)?)
            }
            ("PASSWORD", Some(_), _) if identity.sends_password => {
                Some(Parameters::from([self.entry_password()?]))
            }
            ("PASSWORD_SRP", Some(_), _) if self.config.user_pool_id.is_some() => Some(start_srp(key)?),
            ("DEVICE_SRP_AUTH", _, Some(_)) => Some(start_srp(key)?),
            ("DEVICE_PASSWORD_VERIFIER", _, Some(device)) => {
                let key = key.take().ok_or_else(|| unexpected(name))?;
                Some(prover.prove_device(&key, device)?)
            }
            ("SELECT_MFA_TYPE" | "SELECT_CHALLENGE", _, _)
                if identity.totp_secret.is_some() && offers_app(&reply.output) =>
            {
                Some(Parameters::from([entry("ANSWER", APP_CODE)]))
            }
            _ => None,
        })
    }

    /// Answers with a code of the app. The service takes each code once: where another sign-in of the same user has used
    /// it, the next one is waited for, within the time limit of the call.
    async fn answer_with_code(
        self,
        secret: &TotpSecret,
        asked: &Reply<AuthOutput>,
        username: &str,
    ) -> Result<Reply<AuthOutput>> {
        let app = App::new(secret)?;
        let offset = asked.clock_offset.bounded();
        let server_time = || offset.server_time(self.transport.clock().now());
        let seconds = || u64::try_from(unix_seconds(server_time())).unwrap_or_default();
        let session = asked.output.session.as_deref();
        let (mut moment, mut has_waited) = (seconds(), false);
        loop {
            let code = Parameters::from([entry("SOFTWARE_TOKEN_MFA_CODE", &app.code_at(moment))]);
            let error = match self.respond(APP_CODE, code, username, session).await {
                Ok(reply) => return Ok(reply),
                Err(error) if is_used_up(&error) => error,
                // The session did not wait for as long: the sign-in starts again, with a code that is still good.
                Err(error) if has_waited && error.meaning().about == About::Session => {
                    return Err(error.with_retryable(true));
                }
                Err(error) => return Err(about_own_code(error)),
            };
            let next = app.next_code_after(moment);
            let begins = UNIX_EPOCH + Duration::from_secs(next);
            let wait = begins.duration_since(server_time()).unwrap_or_default();
            if wait >= self.budget.remaining() {
                return Err(no_time_for_next_code(error, wait));
            }
            tokio::time::sleep(wait).await;
            (moment, has_waited) = (seconds().max(next), true);
        }
    }

    /// Sends one answer. `username` is the name that the service used last; SECRET_HASH goes over the one sent. A
    /// device's key goes into every answer:
    /// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChallengeResponseType.html>.
    pub(super) async fn respond(
        self,
        name: &str,
        mut responses: Parameters,
        username: &str,
        session: Option<&str>,
    ) -> Result<Reply<AuthOutput>> {
        responses.entry("USERNAME".to_owned()).or_insert_with(|| Zeroizing::new(username.to_owned()));
        if let Some(device) = &self.identity.device {
            responses
                .entry("DEVICE_KEY".to_owned())
                .or_insert_with(|| Zeroizing::new(device.key().to_owned()));
        }
        add_secret_hash(&mut responses, self.config);
        let operation = RespondToAuthChallenge {
            challenge_name: name,
            challenge_responses: &responses,
            client_id: &self.config.client_id,
            session,
        };
        let reply = self.api().call(&operation).await;
        let reply = reply.map_err(|error| self.explain(error, name, &responses))?;
        // A service that names its next challenge by what was just typed would have it shown.
        if reply.output.challenge_name.as_ref().is_some_and(|name| reveals(name, &operation.secrets())) {
            return Err(nameless_challenge());
        }
        Ok(reply)
    }

    fn explain(self, error: Error, challenge: &str, responses: &Parameters) -> Error {
        let sent = responses.get("PASSWORD").or_else(|| responses.get("NEW_PASSWORD"));
        let sent = sent.map(|password| password.as_str());
        match challenge {
            "PASSWORD_VERIFIER" => {
                let proved = self.identity.password.as_ref().map(Password::expose);
                explanation::of_password(error, proved, self.config.user_pool_id.as_ref())
            }
            _ => explanation::of_password(error, sent, None),
        }
    }

    async fn ask(self, name: String, reply: Reply<AuthOutput>, identity: Identity) -> Result<Challenge> {
        let AuthOutput { mut challenge_parameters, available_challenges, session, .. } = reply.output;
        if let Some(available) = available_challenges {
            // A list beside the parameters; readers find it where all else is.
            challenge_parameters
                .entry("AVAILABLE_CHALLENGES".to_owned())
                .or_insert_with(|| available.join(" "));
        }
        let mut session = session.map(ChallengeSession::new);
        let setup = match name.as_str() {
            "MFA_SETUP" if mfa_setup::is_for_an_app_alone(&challenge_parameters) => {
                mfa_setup::associate(&self.api(), &challenge_parameters, &mut session, &identity.username)
                    .await?
            }
            _ => None,
        };
        Ok(Challenge::new(name, challenge_parameters, session, setup, identity, self.config.clone()))
    }

    async fn conclude(self, mut reply: Reply<AuthOutput>, identity: &Identity) -> Result<Step> {
        let Some(result) = reply.output.authentication_result.take() else {
            return Err(neither_tokens_nor_challenge());
        };
        let device = match &result.new_device_metadata {
            None => TrackedDevice::from(identity.device.clone()),
            // The service gave a new device: it did not know the one that we named.
            Some(given) => {
                let unknown = TrackedDevice::Unknown { key: given.device_key.clone() };
                if identity.remember_device {
                    // The tokens are here: a device that could not be made known is no reason to lose them.
                    let confirmed = device::confirm(&self.api(), given, &result.access_token).await;
                    confirmed.map_or(unknown, TrackedDevice::Remembered)
                } else {
                    unknown
                }
            }
        };
        let signed_in_as = Some(identity.typed_username.clone());
        let origin = Origin {
            device,
            signed_in_as,
            secrets_from_dotenv: identity.secrets_from_dotenv,
            ..Origin::new(self.config.clone(), &identity.username)
        };
        let server_time = reply.clock_offset.server_time(self.transport.clock().now());
        Tokens::from_result(result, origin, None, server_time).map(Step::Tokens)
    }

    fn entry_password(self) -> Result<(String, Zeroizing<String>)> {
        let password =
            self.identity.password.as_ref().ok_or_else(|| missing("password", "COGNITO_PASSWORD"))?;
        Ok(entry("PASSWORD", password.expose()))
    }

    pub(super) fn api(self) -> Api<'a> {
        Api { transport: self.transport, config: self.config, budget: self.budget }
    }
}

/// Starts a flow. `parameters` hold the user name already; the client's proof is added here.
pub(super) async fn initiate(
    api: &Api<'_>,
    flow: &str,
    mut parameters: Parameters,
) -> Result<Reply<AuthOutput>> {
    add_secret_hash(&mut parameters, api.config);
    let operation =
        InitiateAuth { auth_flow: flow, auth_parameters: &parameters, client_id: &api.config.client_id };
    api.call(&operation).await
}

/// SECRET_HASH for a client with a secret, over the user name of this very request.
fn add_secret_hash(parameters: &mut Parameters, config: &ClientConfig) {
    let (Some(secret), Some(username)) = (&config.client_secret, parameters.get("USERNAME")) else {
        return;
    };
    let hash = secret_hash(username, &config.client_id, secret);
    parameters.entry("SECRET_HASH".to_owned()).or_insert(Zeroizing::new(hash));
}

pub(super) fn entry(name: &str, value: &str) -> (String, Zeroizing<String>) {
    (name.to_owned(), Zeroizing::new(value.to_owned()))
}

/// A new key for a new proof: the one before has been shown to the service.
fn start_srp(key: &mut Option<EphemeralKey>) -> Result<Parameters> {
    let fresh = EphemeralKey::generate()?;
    let parameters = Parameters::from([entry("SRP_A", fresh.public_hex())]);
    *key = Some(fresh);
    Ok(parameters)
}

/// The pool, whose name is part of every proof of a password.
pub(super) fn pool_of(config: &ClientConfig) -> Result<&UserPoolId> {
    let pool = config.user_pool_id.as_ref();
    pool.ok_or_else(|| missing("user pool id, which SRP needs", "COGNITO_USER_POOL_ID"))
}

/// A parameter that a challenge cannot do without.
pub(super) fn required<'p>(
    asked: &'p BTreeMap<String, String>,
    challenge: &str,
    name: &str,
) -> Result<&'p str> {
    asked.get(name).map(String::as_str).ok_or_else(|| {
        let message = format!("the service's challenge {challenge} lacks {name}");
        Error::new(ErrorKind::Service, "InvalidChallengeParameters", message).with_hint(OTHER_THAN_COGNITO)
    })
}

/// The challenge for a code of an authenticator app, and the word that chooses it.
const APP_CODE: &str = "SOFTWARE_TOKEN_MFA";

/// Whether a choice has the authenticator app among it.
fn offers_app(output: &AuthOutput) -> bool {
    let listed = output.available_challenges.iter().flatten().cloned();
    choices_in(&output.challenge_parameters).into_iter().chain(listed).any(|choice| choice == APP_CODE)
}

/// Whether the service says of a code made just now that it was used before. No other code can be out of date.
fn is_used_up(error: &Error) -> bool {
    error.meaning().about == About::ExpiredCode
}

fn no_time_for_next_code(error: Error, wait: Duration) -> Error {
    let seconds = wait.as_secs() + 1;
    error
        .with_hint(format!(
            "Another sign-in of this user has used this code, and each is taken once. The next one comes in \
             {seconds} s: raise `timeout` (seconds) to wait for it, or let the jobs share one stored session."
        ))
        .with_retryable(true)
        .with_retry_after(Some(wait))
}

/// A code that no person typed cannot be typed better.
fn about_own_code(error: Error) -> Error {
    if error.meaning().about == About::Code {
        return error.with_hint(
            "The code was made from totp_secret (COGNITO_TOTP_SECRET): check that it is the secret of this user's app.",
        );
    }
    error
}

fn unexpected(challenge: &str) -> Error {
    let message = format!("the service sent the challenge {challenge}, which nothing had started");
    Error::new(ErrorKind::Service, "UnexpectedChallenge", message).with_hint(OTHER_THAN_COGNITO)
}

/// The name itself is not shown: it may be anything, a secret that was sent among it.
fn nameless_challenge() -> Error {
    let message = "the service asks for something by a name that no challenge has";
    Error::new(ErrorKind::Service, "InvalidResponse", message).with_hint(OTHER_THAN_COGNITO)
}

fn neither_tokens_nor_challenge() -> Error {
    Error::new(
        ErrorKind::Service,
        "InvalidResponse",
        "the service answered with neither tokens nor a challenge",
    )
    .with_hint(OTHER_THAN_COGNITO)
}

const OTHER_THAN_COGNITO: &str = "Check the endpoint: something other than Cognito may be answering.";
