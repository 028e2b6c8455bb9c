//! An exchange with the service, from its first request to tokens or to a challenge for a person.

use std::collections::BTreeMap;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::api::Api;
use super::app_code::{APP_CODE, AppCodes, offers_app};
use super::challenge::Challenge;
use super::identity::SignInIdentity;
use super::initiate::initiate;
use super::outcome::log_challenge;
use super::parameters::{OTHER_THAN_COGNITO, Parameters, add_secret_hash, entry, entry_password, pool_of};
use super::password_verifier::Prover;
use super::step::Step;
use super::wire::{AuthOutput, Operation, RespondToAuthChallenge};
use super::{device, explanation, mfa_setup, setup_question};
use crate::config::ClientConfig;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, Reply, Transport};
use crate::secret::{ChallengeSession, Password, TotpSecret};
use crate::srp::EphemeralKey;
use crate::text::{is_name, reveals};
use crate::tokens::{Origin, Tokens, TrackedDevice};

/// One sign-in under way.
#[derive(Clone, Copy)]
pub(super) struct Exchange<'a> {
    pub(super) transport: &'a Transport,
    pub(super) config: &'a Arc<ClientConfig>,
    pub(super) budget: &'a CallBudget,
    pub(super) identity: &'a SignInIdentity,
    /// The values for the pool's triggers: those of the sign-in, and of the answer that this exchange begins with.
    pub(super) client_metadata: &'a BTreeMap<String, String>,
}

impl<'a> Exchange<'a> {
    /// Starts a flow with these parameters and follows it.
    pub(super) async fn initiate(
        self,
        flow: &str,
        mut parameters: Parameters,
        key: Option<EphemeralKey>,
    ) -> Result<Step> {
        parameters.extend([entry("USERNAME", &self.identity.username)]);
        parameters.extend(self.identity.device.as_ref().map(|device| entry("DEVICE_KEY", device.key())));
        let given = self.identity.parameters.iter();
        parameters.extend(given.map(|(name, value)| (name.clone(), value.clone())));
        let password = parameters.get("PASSWORD").cloned();
        let reply = initiate(&self.api(), flow, parameters, self.client_metadata).await;
        let sent = password.as_ref().map(|password| password.as_str());
        self.follow(reply.map_err(|error| explanation::of_password(error, sent, None))?, key).await
    }

    /// Answers the challenges that need no person, until tokens or a challenge for a person come.
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
            log_challenge(&name);
            let parameters = &reply.output.challenge_parameters;
            let names = ["USERNAME", "USER_ID_FOR_SRP"].iter().filter_map(|name| parameters.get(*name));
            if let Some(username) = names.into_iter().find(|name| !name.is_empty()) {
                identity.username.clone_from(username);
            }
            // Taken out: after a refused code, the next one is for a person to answer.
            if let Some(secret) = identity.totp_secret.take_if(|_| name == APP_CODE) {
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

    /// The answer to a challenge that needs no person; `None` if it needs one.
    fn answer_alone(
        self,
        name: &str,
        reply: &Reply<AuthOutput>,
        identity: &SignInIdentity,
        key: &mut Option<EphemeralKey>,
    ) -> Result<Option<Parameters>> {
        // A code or a proof is for a time near ours, whatever time the service states.
        let server_time = reply.clock_offset.bounded().server_time(self.transport.clock().now());
        let prover = Prover { parameters: &reply.output.challenge_parameters, challenge: name, server_time };
        Ok(match (name, &identity.password, &identity.device) {
            ("PASSWORD_VERIFIER", Some(password), _) => {
                let key = key.take().ok_or_else(|| unexpected(name))?;
                Some(prover.prove_password(&key, pool_of(self.config)?.name(), password)?)
            }
            ("PASSWORD", Some(_), _) if identity.sends_password => {
                Some(Parameters::from([entry_password(self.identity)?]))
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

    /// Answers with a code of the app, or with the next one if that was used before.
    async fn answer_with_code(
        self,
        secret: &TotpSecret,
        challenge: &Reply<AuthOutput>,
        username: &str,
    ) -> Result<Reply<AuthOutput>> {
        let session = challenge.output.session.as_deref();
        let mut codes = AppCodes::new(secret, self.transport.clock(), challenge.clock_offset.bounded())?;
        loop {
            let code = Parameters::from([entry("SOFTWARE_TOKEN_MFA_CODE", &codes.code())]);
            match self.respond(APP_CODE, code, username, session).await {
                Ok(reply) => return Ok(reply),
                Err(error) => codes.wait_for_next(error, self.budget).await?,
            }
        }
    }

    /// Sends one answer. `username` is the name that the service used last; SECRET_HASH covers the one sent. Every
    /// answer holds the device's key:
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
            client_metadata: self.client_metadata,
        };
        let reply = self.api().call(&operation).await;
        let reply = reply.map_err(|error| self.explain(error, name, &responses))?;
        // The name of a challenge is shown: a service could put the secret just sent there.
        if reply
            .output
            .challenge_name
            .as_ref()
            .is_some_and(|name| reveals(name, &Operation::secrets(&operation)))
        {
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

    async fn ask(
        self,
        name: String,
        reply: Reply<AuthOutput>,
        identity: SignInIdentity,
    ) -> Result<Challenge> {
        let AuthOutput { mut challenge_parameters, available_challenges, session, .. } = reply.output;
        if let Some(available) = available_challenges {
            // Sent beside the parameters, and read among them.
            challenge_parameters
                .entry("AVAILABLE_CHALLENGES".to_owned())
                .or_insert_with(|| available.join(" "));
        }
        let mut session = session.map(ChallengeSession::new);
        let setup = match name.as_str() {
            "MFA_SETUP" if setup_question::is_for_an_app_alone(&challenge_parameters) => {
                mfa_setup::associate(&self.api(), &challenge_parameters, &mut session, &identity.username)
                    .await?
            }
            _ => None,
        };
        Ok(Challenge::new(name, challenge_parameters, session, setup, identity, self.config.clone()))
    }

    async fn conclude(self, mut reply: Reply<AuthOutput>, identity: &SignInIdentity) -> Result<Step> {
        let Some(result) = reply.output.authentication_result.take() else {
            return Err(neither_tokens_nor_challenge());
        };
        let device = match &result.new_device_metadata {
            None => TrackedDevice::from(identity.device.clone()),
            // A new device: the service did not know the one that was sent.
            Some(given) => {
                let unknown = TrackedDevice::Unknown { key: given.device_key.clone() };
                if identity.remember_device {
                    // A device that cannot be confirmed is no reason to lose the tokens.
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
            client_metadata: Arc::clone(&identity.client_metadata),
            ..Origin::new(self.config.clone(), &identity.username)
        };
        let server_time = reply.clock_offset.server_time(self.transport.clock().now());
        Tokens::from_result(result, origin, None, server_time).map(Step::Done)
    }

    pub(super) fn api(self) -> Api<'a> {
        Api { transport: self.transport, config: self.config, budget: self.budget }
    }
}

/// Starts a proof with a new key: the service has seen the public half of an earlier one.
fn start_srp(key: &mut Option<EphemeralKey>) -> Result<Parameters> {
    let fresh = EphemeralKey::generate()?;
    let parameters = Parameters::from([entry("SRP_A", fresh.public_hex())]);
    *key = Some(fresh);
    Ok(parameters)
}

fn unexpected(challenge: &str) -> Error {
    let message = format!(
        "the service sent the challenge {challenge}, which does not follow from the requests before it"
    );
    Error::new(ErrorKind::Service, "UnexpectedChallenge", message).with_hint(OTHER_THAN_COGNITO)
}

/// The error for an impossible challenge name, which is not shown: it may hold a secret that was sent.
fn nameless_challenge() -> Error {
    let message = "the service set a challenge whose name is not a valid one";
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
