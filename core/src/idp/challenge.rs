//! What the service asks before it gives tokens.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::answer::Answer;
use super::exchange::{Exchange, Identity};
use super::mfa_setup::{self, SetupQuestion, TotpSetup};
use crate::config::ClientConfig;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, Transport, host_of};
use crate::secret::{ChallengeSession, ClientSecret};
use crate::text::presentable;
use crate::tokens::Tokens;

/// One question of the service's: a name such as `SOFTWARE_TOKEN_MFA`, and what it says about it.
///
/// It can be kept and answered later, for as long as the service waits (3 to 15 minutes, as the app client says). A
/// wrong code leaves it as it is. A name that this library does not know is passed through, to be answered with
/// [`Answer::answers`].
#[derive(Clone)]
pub struct Challenge {
    // Shared: a challenge travels inside errors, is copied into every binding, and never changes.
    inner: Arc<Inner>,
}

struct Inner {
    name: String,
    parameters: BTreeMap<String, String>,
    session: Option<ChallengeSession>,
    setup: Option<TotpSetup>,
    identity: Identity,
    config: Arc<ClientConfig>,
}

/// Where an answer leads.
#[derive(Debug, Clone)]
pub enum Step {
    /// The sign-in is done.
    Tokens(Tokens),
    /// The service asks on.
    Challenge(Challenge),
}

impl Challenge {
    pub(super) fn new(
        name: String,
        parameters: BTreeMap<String, String>,
        session: Option<ChallengeSession>,
        setup: Option<TotpSetup>,
        identity: Identity,
        config: Arc<ClientConfig>,
    ) -> Self {
        Self { inner: Arc::new(Inner { name, parameters, session, setup, identity, config }) }
    }

    /// Cognito's name for it.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// What the service says about it, as it came.
    pub fn parameters(&self) -> &BTreeMap<String, String> {
        &self.inner.parameters
    }

    /// The user whom it asks, by the name that the service knows.
    pub fn username(&self) -> &str {
        &self.inner.identity.username
    }

    /// Where the code went, as far as the service shows it: `a***@e***`, `+*******1234`.
    pub fn destination(&self) -> Option<&str> {
        self.parameters().get("CODE_DELIVERY_DESTINATION").map(String::as_str)
    }

    /// What can be chosen: factors of `SELECT_MFA_TYPE` and `MFA_SETUP`, challenges of `SELECT_CHALLENGE`.
    pub fn choices(&self) -> Vec<String> {
        choices_in(self.parameters())
    }

    /// The attributes that `NEW_PASSWORD_REQUIRED` wants with the new password, without the prefix `userAttributes.`.
    pub fn required_attributes(&self) -> Vec<String> {
        let named = self.parameters().get("requiredAttributes").map(|text| list(text)).unwrap_or_default();
        named.iter().map(|name| name.strip_prefix("userAttributes.").unwrap_or(name).to_owned()).collect()
    }

    /// What an authenticator app is set up with, for `MFA_SETUP`: show it, then answer with the app's code.
    pub fn totp_setup(&self) -> Option<&TotpSetup> {
        self.inner.setup.as_ref()
    }

    /// What the next answer to `MFA_SETUP` is.
    pub(super) fn asked_for_setup(&self) -> SetupQuestion {
        match self.totp_setup() {
            Some(_) => SetupQuestion::Code,
            None => mfa_setup::asked_first(self.parameters()),
        }
    }

    /// What the service says about it, fit to be shown: without what cannot be seen, and without what was sent to it in
    /// secret. [`parameters`](Self::parameters) has it as it came.
    pub fn shown_parameters(&self) -> BTreeMap<String, String> {
        let shown = |(name, value): (&String, &String)| (self.shown(name), self.shown(value));
        self.parameters().iter().map(shown).collect()
    }

    fn shown(&self, text: &str) -> String {
        let Inner { session, identity, config, .. } = &*self.inner;
        let mut secrets = identity.secrets();
        secrets.extend(session.as_ref().map(ChallengeSession::expose));
        secrets.extend(config.client_secret.as_ref().map(ClientSecret::expose));
        presentable(text, &secrets)
    }

    /// The question in words, for a prompt.
    pub fn question(&self) -> String {
        let sent_to = |what: &str| match self.destination().map(|destination| self.shown(destination)) {
            Some(destination) => format!("Code sent to {destination}"),
            None => format!("Code sent by {what}"),
        };
        match self.name() {
            "NEW_PASSWORD_REQUIRED" => "New password".to_owned(),
            "SMS_MFA" | "SMS_OTP" => sent_to("SMS"),
            "EMAIL_OTP" => sent_to("e-mail"),
            "SOFTWARE_TOKEN_MFA" => "Code of the authenticator app".to_owned(),
            "MFA_SETUP" => match self.asked_for_setup() {
                SetupQuestion::Code => "Code of the authenticator app".to_owned(),
                SetupQuestion::Which(ways) => format!("Choose what to set up: {}", ways.join(", ")),
                SetupQuestion::Address => "E-mail address to send codes to".to_owned(),
            },
            "SELECT_MFA_TYPE" | "SELECT_CHALLENGE" => {
                self.shown(&format!("Choose one of {}", self.choices().join(", ")))
            }
            "PASSWORD" | "PASSWORD_SRP" => "Password".to_owned(),
            "CUSTOM_CHALLENGE" => self.question_of_the_pool(),
            name => name.to_owned(),
        }
    }

    /// What the pool's own code says in its public parameters, fit for a terminal.
    fn question_of_the_pool(&self) -> String {
        let about_the_user = |name: &str| matches!(name, "USERNAME" | "USER_ID_FOR_SRP");
        let said = self.parameters().iter().filter(|(name, _)| !about_the_user(name));
        let said: Vec<String> = said.map(|(name, value)| format!("{name}: {value}")).collect();
        if said.is_empty() { self.name().to_owned() } else { self.shown(&said.join(", ")) }
    }

    /// Whether the challenge can be answered again after [`respond`](Self::respond) failed with this error: after a
    /// mistyped code or an answer that was never sent, but not once the service has ended the sign-in.
    pub fn still_waits_after(&self, error: &Error) -> bool {
        // A fault of the answer itself is found before anything is sent.
        error.kind() == ErrorKind::Config || error.meaning().challenge_waits
    }

    /// Answers, and gives tokens or the next question.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] before anything is sent where the answer lacks something. [`ErrorKind::Authentication`]
    /// for a wrong code (`CodeMismatchException`), after which this challenge can be answered again, or for a
    /// challenge that is over (`NotAuthorizedException`). Else as [`sign_in`](crate::sign_in).
    pub async fn respond(&self, transport: &Transport, answer: Answer) -> Result<Step> {
        let Inner { name, session, identity, config, .. } = &*self.inner;
        self.check_host()?;
        let budget = CallBudget::new(config.timeout);
        let mut identity = identity.clone();
        // An answer is a secret that no file gave.
        identity.secrets_from_dotenv = false;
        identity.count_answer()?;
        if let Some(way) = answer.chosen_setup(self) {
            let exchange = Exchange { transport, config, budget: &budget, identity: &identity };
            return self.set_up(exchange, way).await.map(Step::Challenge);
        }
        let prepared = answer.prepare(self, &mut identity)?;
        let exchange = Exchange { transport, config, budget: &budget, identity: &identity };
        let session = match (&prepared.code_of_new_app, session) {
            (Some(code), Some(session)) => {
                Some(super::mfa_setup::verify(&exchange.api(), session, code).await?)
            }
            _ => session.clone(),
        };
        let session = session.as_ref().map(ChallengeSession::expose);
        let reply = exchange.respond(name, prepared.responses, self.username(), session).await?;
        exchange.follow(reply, prepared.key).await
    }

    /// The challenge with the one way to go on that was chosen. The service hears of the choice by what follows.
    async fn set_up(&self, exchange: Exchange<'_>, way: &'static str) -> Result<Self> {
        let Inner { name, session, config, .. } = &*self.inner;
        let mut parameters = self.parameters().clone();
        parameters.insert("MFAS_CAN_SETUP".to_owned(), format!("[\"{way}\"]"));
        let mut session = session.clone();
        let setup = mfa_setup::associate(&exchange.api(), &parameters, &mut session, self.username()).await?;
        let identity = exchange.identity.clone();
        Ok(Self::new(name.clone(), parameters, session, setup, identity, config.clone()))
    }

    /// Whether an answer may go to the host that asks, before anybody takes the trouble to give one. Nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], code `UntrustedHost`, where only a `.env` file names that host: the file may be a
    /// stranger's, and an answer is a secret that did not come from it.
    pub fn check_host(&self) -> Result<()> {
        if !self.inner.config.from_dotenv.endpoint {
            return Ok(());
        }
        let message = format!("the answer would go to {}, which only .env names", self.host());
        Err(Error::new(ErrorKind::Config, "UntrustedHost", message).with_hint(
            "If you trust the .env file, give `endpoint`, or set COGNITO_ENDPOINT in the environment, and sign in again.",
        ))
    }

    /// The host that asks, with its port where that is not the usual one.
    pub fn host(&self) -> String {
        host_of(&self.inner.config.endpoint)
    }

    /// What goes on to another process.
    pub(super) fn inside(&self) -> (Option<&ChallengeSession>, &Identity, &ClientConfig) {
        (self.inner.session.as_ref(), &self.inner.identity, &self.inner.config)
    }

    /// The error that a call ends with when nothing answers: [`ErrorKind::ChallengeRequired`].
    pub fn into_error(self) -> Error {
        let message = format!("the service asks for more before it gives tokens: {}", self.name());
        Error::new(ErrorKind::ChallengeRequired, self.name().to_owned(), message)
            .with_hint(self.what_to_do())
            .with_challenge(self)
    }

    fn what_to_do(&self) -> &'static str {
        match self.name() {
            "NEW_PASSWORD_REQUIRED" => "Answer with a new password, and the attributes that it requires.",
            "SMS_MFA" | "SMS_OTP" => "Answer with the code that was sent to the user's phone.",
            "EMAIL_OTP" => "Answer with the code that was sent to the user's e-mail address.",
            "SOFTWARE_TOKEN_MFA" => {
                "Answer with the code that the user's authenticator app shows; a job that runs alone sets \
                 COGNITO_TOTP_SECRET."
            }
            "SELECT_MFA_TYPE" | "SELECT_CHALLENGE" => "Answer with one of the choices.",
            "MFA_SETUP" => match self.asked_for_setup() {
                SetupQuestion::Code => {
                    "Set an authenticator app up with the secret, then answer with the code that it shows."
                }
                SetupQuestion::Which(_) => {
                    "Answer with what to set up: SOFTWARE_TOKEN_MFA for an authenticator app, EMAIL_OTP or an e-mail \
                     address for codes by e-mail."
                }
                SetupQuestion::Address => "Answer with the e-mail address to send codes to.",
            },
            "CUSTOM_CHALLENGE" => "Answer what the pool asks in the challenge's parameters.",
            _ => "Look at the challenge's name and parameters, and answer it with a raw map of answers.",
        }
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Challenge").field("name", &self.name()).finish_non_exhaustive()
    }
}

/// What the parameters of a challenge say can be chosen.
pub(super) fn choices_in(parameters: &BTreeMap<String, String>) -> Vec<String> {
    let names = ["MFAS_CAN_CHOOSE", "MFAS_CAN_SETUP", "AVAILABLE_CHALLENGES"];
    let told = names.iter().find_map(|name| parameters.get(*name));
    told.map(|text| list(text)).unwrap_or_default()
}

/// A list inside a parameter: JSON, or words with spaces or commas between them.
pub(super) fn list(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_else(|_| {
        text.split([',', ' ']).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    })
}
