//! An answer to a challenge, and its form in the fields of a request.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::challenge::Challenge;
use super::challenge_kind::AnswerRule;
use super::identity::SignInIdentity;
use super::parameters::{Parameters, entry, pool_of};
use super::setup_question::SetupQuestion;
use crate::config::pairs;
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Password;
use crate::srp::EphemeralKey;

/// The answer of a person, or of a program, to a [`Challenge`].
#[derive(Clone, Default)]
pub struct Answer {
    /// The code, the choice or the new password: the answer to the challenge's one question.
    pub answer: Option<Zeroizing<String>>,
    /// The new password, for `NEW_PASSWORD_REQUIRED`.
    pub new_password: Option<Password>,
    /// User attributes that are sent with it, by their names: `given_name`.
    pub attributes: BTreeMap<String, String>,
    /// `ChallengeResponses` in the form of the API, for a challenge that this library does not know, or to add to an
    /// answer. They take precedence over what the library would send.
    pub answers: BTreeMap<String, Zeroizing<String>>,
    /// More names and values of `ClientMetadata`, for the pool's Lambda triggers: they are added to those of the
    /// sign-in, over which they take precedence, in the requests that this answer leads to.
    pub client_metadata: BTreeMap<String, String>,
}

impl Answer {
    /// Creates an answer of one code, choice or text.
    pub fn text(answer: impl Into<String>) -> Self {
        Self { answer: Some(Zeroizing::new(answer.into())), ..Self::default() }
    }

    /// Creates an answer of a new password and its attributes.
    pub fn new_password(password: impl Into<Password>, attributes: BTreeMap<String, String>) -> Self {
        Self { new_password: Some(password.into()), attributes, ..Self::default() }
    }

    /// Adds the new password.
    #[must_use]
    pub fn with_new_password(mut self, password: impl Into<Password>) -> Self {
        self.new_password = Some(password.into());
        self
    }

    /// Adds a user attribute.
    #[must_use]
    pub fn with_attribute(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.attributes.insert(name.into(), value.into());
        self
    }

    /// Adds an entry of `ChallengeResponses` as the service takes it.
    #[must_use]
    pub fn with_response(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.answers.insert(name.into(), Zeroizing::new(value.into()));
        self
    }

    /// Sets the names and values that are added to the `ClientMetadata` of the sign-in.
    #[must_use]
    pub fn with_client_metadata(
        mut self,
        client_metadata: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        self.client_metadata = pairs(client_metadata);
        self
    }

    /// The way of MFA_SETUP that the answer chooses; `None` for any other answer.
    pub(super) fn chosen_setup(&self, challenge: &Challenge) -> Option<&'static str> {
        if challenge.kind().rule != AnswerRule::Setup
            || !self.answers.is_empty()
            || self.attributes.contains_key("email")
        {
            return None;
        }
        let SetupQuestion::Which(ways) = challenge.setup_question() else { return None };
        let answer = self.answer.as_ref()?.trim();
        ways.into_iter().find(|way| *way == answer)
    }

    /// Checks the answer against the question before anything is sent.
    pub(super) fn prepare(self, challenge: &Challenge, identity: &mut SignInIdentity) -> Result<Prepared> {
        let mut prepared = Prepared { responses: Parameters::new(), key: None, code_of_new_app: None };
        // A raw map alone is sent unchecked.
        if self.answers.is_empty() || self.answer.is_some() || self.new_password.is_some() {
            self.fill(challenge, identity, &mut prepared)?;
        }
        if challenge.kind().rule == AnswerRule::NewPassword {
            let named = |(name, value): (&String, &String)| entry(&attribute_field(name), value);
            prepared.responses.extend(self.attributes.iter().map(named));
        }
        prepared.responses.extend(self.answers);
        Ok(prepared)
    }

    fn fill(
        &self,
        challenge: &Challenge,
        identity: &mut SignInIdentity,
        prepared: &mut Prepared,
    ) -> Result<()> {
        let (name, field) = (challenge.name(), challenge.kind().field);
        let mut put = |value: &str| {
            prepared.responses.extend([entry(field, value)]);
        };
        match challenge.kind().rule {
            AnswerRule::NewPassword => put(self.checked_new_password(challenge)?),
            AnswerRule::Code => put(&self.code()?),
            AnswerRule::Setup if challenge.totp_setup().is_some() => {
                prepared.code_of_new_app = Some(self.code()?);
            }
            AnswerRule::Setup => put(&self.address(challenge)?),
            AnswerRule::Choice => {
                let choice = self.choice(challenge)?;
                put(choice);
                if name == "SELECT_CHALLENGE" {
                    self.fill_chosen(choice, challenge, identity, prepared)?;
                }
            }
            AnswerRule::Password => {
                self.check_may_send(identity)?;
                put(self.required("the password")?);
            }
            AnswerRule::PasswordProof => {
                identity.password = Some(Password::new(self.required("the password")?));
                prepared.start_srp(challenge)?;
            }
            AnswerRule::Text(what) => put(self.required(what)?),
            AnswerRule::LibraryProof => {
                return Err(lacking(&format!("the challenge {name} is not one that this library knows"))
                    .with_hint(
                        "Answer it with `answers`, a map of the ChallengeResponses that the service wants.",
                    ));
            }
        }
        Ok(())
    }

    /// Adds the password, if it is known, to the choice of a challenge that needs it.
    fn fill_chosen(
        &self,
        choice: &str,
        challenge: &Challenge,
        identity: &mut SignInIdentity,
        prepared: &mut Prepared,
    ) -> Result<()> {
        match choice {
            "PASSWORD" if !self.answers.contains_key("PASSWORD") => {
                let password = self.password_to_send(identity)?.expose();
                prepared.responses.extend([entry("PASSWORD", password)]);
            }
            "PASSWORD_SRP" => {
                identity.password = Some(self.known_password(identity)?.clone());
                prepared.start_srp(challenge)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn checked_new_password(&self, challenge: &Challenge) -> Result<&str> {
        let new = match &self.new_password {
            Some(password) => password.expose(),
            None => self.required("the new password")?,
        };
        if new.is_empty() {
            return Err(lacking("the new password is empty"));
        }
        let given = |name: &String| {
            let field = attribute_field(name);
            self.answers.contains_key(&field)
                || self.attributes.keys().any(|key| attribute_field(key) == field)
        };
        let absent: Vec<String> =
            challenge.required_attributes().into_iter().filter(|name| !given(name)).collect();
        if !absent.is_empty() {
            let message =
                format!("the pool requires these attributes with the new password: {}", absent.join(", "));
            return Err(lacking(&message).with_hint("Give each in `attributes`, with its name and value."));
        }
        Ok(new)
    }

    /// The code, without blanks.
    fn code(&self) -> Result<String> {
        let code: String =
            self.required("the code")?.chars().filter(|digit| !digit.is_whitespace()).collect();
        if code.is_empty() { Err(lacking("the code is empty")) } else { Ok(code) }
    }

    /// The e-mail address to send codes to, for MFA_SETUP.
    fn address(&self, challenge: &Challenge) -> Result<String> {
        let question = challenge.setup_question();
        if matches!(question, SetupQuestion::Code) {
            return Err(lacking(
                "the pool offers no factor that can be set up during a sign-in, neither an app nor e-mail",
            ));
        }
        let given = match self.attributes.get("email") {
            Some(address) => address.trim(),
            None => self.required("the e-mail address to send codes to")?.trim(),
        };
        let is_address =
            given.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
                && !given.contains(char::is_whitespace);
        match question {
            _ if is_address => Ok(given.to_owned()),
            SetupQuestion::Which(ways) => {
                let ways = ways.join(", ");
                Err(lacking(&format!(
                    "the answer is neither one of the choices ({ways}) nor an e-mail address"
                )))
            }
            _ => Err(lacking("the answer is not an e-mail address")),
        }
    }

    fn choice(&self, challenge: &Challenge) -> Result<&str> {
        let choice = self.required("the choice")?.trim();
        let choices = challenge.choices();
        if !choices.is_empty() && !choices.iter().any(|offered| offered == choice) {
            return Err(lacking(&format!("the answer is none of the choices: {}", choices.join(", "))));
        }
        Ok(choice)
    }

    fn known_password<'a>(&'a self, identity: &'a SignInIdentity) -> Result<&'a Password> {
        let known = self.new_password.as_ref().or(identity.password.as_ref());
        known.ok_or_else(|| {
            lacking("this choice needs the password as well")
                .with_hint("Sign in with a password, or give it as `new_password` with the choice.")
        })
    }

    fn password_to_send<'a>(&'a self, identity: &'a SignInIdentity) -> Result<&'a Password> {
        self.check_may_send(identity)?;
        self.known_password(identity)
    }

    /// Checks that the password may be sent: a client that only a `.env` file names gets a proof by SRP alone.
    fn check_may_send(&self, identity: &SignInIdentity) -> Result<()> {
        if identity.may_send_password {
            return Ok(());
        }
        Err(lacking("the password is not sent to an app client that only .env names").with_hint(
            "Choose PASSWORD_SRP, or give client id, pool and region as arguments or in the environment.",
        ))
    }

    fn required(&self, what: &str) -> Result<&str> {
        let given = self.answer.as_ref().map(|answer| answer.as_str()).filter(|text| !text.trim().is_empty());
        given.ok_or_else(|| lacking(&format!("the answer lacks {what}")))
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Answer([redacted])")
    }
}

/// An answer in the fields of the API, and the values that the next rounds need.
pub(super) struct Prepared {
    pub(super) responses: Parameters,
    pub(super) key: Option<EphemeralKey>,
    /// The code of a new app, which MFA_SETUP verifies by another operation first.
    pub(super) code_of_new_app: Option<String>,
}

impl Prepared {
    fn start_srp(&mut self, challenge: &Challenge) -> Result<()> {
        pool_of(challenge.config())?;
        let key = EphemeralKey::generate()?;
        self.responses.extend([entry("SRP_A", key.public_hex())]);
        self.key = Some(key);
        Ok(())
    }
}

/// The field of an attribute, whose name may have the field's prefix already.
fn attribute_field(name: &str) -> String {
    format!("userAttributes.{}", name.strip_prefix("userAttributes.").unwrap_or(name))
}

fn lacking(message: &str) -> Error {
    Error::new(ErrorKind::Config, "InvalidAnswer", message)
        .with_hint("The challenge still waits: answer it again.")
}
