//! The challenge that the service sets before it issues tokens: data alone.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::answer_form::AnswerForm;
use super::challenge_kind::{self, AnswerRule, ChallengeKind, Question};
use super::identity::SignInIdentity;
use super::parameters::{choices_in, list};
use super::setup_question::{self, SetupQuestion};
use super::totp_setup::TotpSetup;
use crate::config::ClientConfig;
use crate::error::{Error, ErrorKind, Result};
use crate::http::host_of;
use crate::secret::{ChallengeSession, ClientSecret};
use crate::text::presentable;

/// A challenge: a name such as `SOFTWARE_TOKEN_MFA`, and the parameters that came with it.
///
/// It can be kept and answered later, for as long as the service waits (3 to 15 minutes, a setting of the app client),
/// with [`Cognito::respond`](crate::Cognito::respond). A wrong code leaves it as it is. A name that this library does
/// not know is passed through, to be answered with [`Answer::answers`](crate::Answer::answers).
#[derive(Clone)]
pub struct Challenge {
    // Shared: a challenge is copied into every binding, and never changes.
    inner: Arc<Inner>,
}

struct Inner {
    name: String,
    parameters: BTreeMap<String, String>,
    session: Option<ChallengeSession>,
    setup: Option<TotpSetup>,
    identity: SignInIdentity,
    config: Arc<ClientConfig>,
}

impl Challenge {
    pub(super) fn new(
        name: String,
        parameters: BTreeMap<String, String>,
        session: Option<ChallengeSession>,
        setup: Option<TotpSetup>,
        identity: SignInIdentity,
        config: Arc<ClientConfig>,
    ) -> Self {
        Self { inner: Arc::new(Inner { name, parameters, session, setup, identity, config }) }
    }

    /// Cognito's name for it.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// The parameters of the challenge as the service sent them.
    pub fn parameters(&self) -> &BTreeMap<String, String> {
        &self.inner.parameters
    }

    /// The user that it is for, by the service's own name.
    pub fn username(&self) -> &str {
        &self.inner.identity.username
    }

    /// The address that the code was sent to, as far as the service shows it: `a***@e***`, `+*******1234`.
    pub fn destination(&self) -> Option<&str> {
        self.parameters().get("CODE_DELIVERY_DESTINATION").map(String::as_str)
    }

    /// The choices: factors of `SELECT_MFA_TYPE` and `MFA_SETUP`, challenges of `SELECT_CHALLENGE`.
    pub fn choices(&self) -> Vec<String> {
        choices_in(self.parameters())
    }

    /// The attributes that `NEW_PASSWORD_REQUIRED` requires with the new password, without the prefix
    /// `userAttributes.`.
    pub fn required_attributes(&self) -> Vec<String> {
        let named = self.parameters().get("requiredAttributes").map(|text| list(text)).unwrap_or_default();
        named.iter().map(|name| name.strip_prefix("userAttributes.").unwrap_or(name).to_owned()).collect()
    }

    /// The secret to set up an authenticator app with, for `MFA_SETUP`: show it, then answer with the app's code.
    pub fn totp_setup(&self) -> Option<&TotpSetup> {
        self.inner.setup.as_ref()
    }

    /// The next question of `MFA_SETUP`.
    pub(super) fn setup_question(&self) -> SetupQuestion {
        match self.totp_setup() {
            Some(_) => SetupQuestion::Code,
            None => setup_question::first_question(self.parameters()),
        }
    }

    /// The parameters, safe to show: without invisible characters, and without the secrets that were sent. See
    /// [`parameters`](Self::parameters) for the original ones.
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
        match self.kind().question {
            Question::Words(words) => words.to_owned(),
            Question::CodeSentBy(way) => {
                match self.destination().map(|destination| self.shown(destination)) {
                    Some(destination) => format!("Code sent to {destination}"),
                    None => format!("Code sent by {way}"),
                }
            }
            Question::Choices => self.shown(&format!("Choose one of {}", self.choices().join(", "))),
            Question::Setup => self.setup_question().in_words(),
            Question::PublicParameters => self.public_parameters(),
            Question::Name => self.name().to_owned(),
        }
    }

    /// Returns whether the answer should be typed without echo.
    pub fn answer_is_secret(&self) -> bool {
        self.kind().is_secret
    }

    /// The form of the answer: how a program asks a person for it.
    pub fn answer_form(&self) -> AnswerForm {
        self.kind().rule.form().unwrap_or_else(|| self.setup_question().answer_form())
    }

    /// The name of the answer among the service's `ChallengeResponses`; `None` where it takes more than one value, or more
    /// than sending what was typed.
    pub fn answer_field(&self) -> Option<&'static str> {
        let kind = self.kind();
        kind.rule.is_sent_as_typed().then_some(kind.field)
    }

    pub(super) fn kind(&self) -> &'static ChallengeKind {
        challenge_kind::find(self.name())
    }

    /// The public parameters of the pool's own challenge, safe to show.
    fn public_parameters(&self) -> String {
        let about_the_user = |name: &str| matches!(name, "USERNAME" | "USER_ID_FOR_SRP");
        let shown = self.parameters().iter().filter(|(name, _)| !about_the_user(name));
        let shown: Vec<String> = shown.map(|(name, value)| format!("{name}: {value}")).collect();
        if shown.is_empty() { self.name().to_owned() } else { self.shown(&shown.join(", ")) }
    }

    /// Returns whether the challenge can be answered again after an answer failed with this error: after a mistyped
    /// code or an answer that was never sent, but not once the service has ended the sign-in.
    pub fn still_waits_after(&self, error: &Error) -> bool {
        // An error of the answer itself is found before anything is sent.
        error.kind() == ErrorKind::Config || error.meaning().challenge_waits
    }

    /// Checks that an answer may be sent to the host of the challenge, before a person is asked for one. Nothing is
    /// sent.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], code `UntrustedHost`, if only a `.env` file names that host: the file may be a
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

    /// The host that the answer is sent to, with its port if that is not the usual one.
    pub fn host(&self) -> String {
        host_of(&self.inner.config.endpoint)
    }

    pub(super) fn session(&self) -> Option<&ChallengeSession> {
        self.inner.session.as_ref()
    }

    pub(super) fn identity(&self) -> &SignInIdentity {
        &self.inner.identity
    }

    pub(super) fn config(&self) -> &Arc<ClientConfig> {
        &self.inner.config
    }

    fn hint(&self) -> &'static str {
        let kind = self.kind();
        if kind.rule == AnswerRule::Setup { self.setup_question().hint() } else { kind.hint }
    }
}

impl From<Challenge> for Error {
    /// The error for a challenge that nobody answers.
    fn from(challenge: Challenge) -> Self {
        let name = challenge.name();
        let message = format!("the service set the challenge {name}, which is not answered");
        Self::new(ErrorKind::ChallengeRequired, name.to_owned(), message).with_hint(challenge.hint())
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Challenge").field("name", &self.name()).finish_non_exhaustive()
    }
}
