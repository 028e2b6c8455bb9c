//! The conversation in which a person or a program answers the challenges of a sign-in.
//!
//! It is a machine that the caller steps, not a function that calls back: a condition of R must not unwind Rust frames, an
//! answer in Python may have to be awaited, and no thread may wait for a person inside Rust when Python exits. Every
//! decision is made here; the caller asks, sends the answer and comes back with the outcome.

use cognitoken::binding::printable;
use cognitoken::{AnswerForm, Challenge, Error};

use crate::output::{Object, Output};
use crate::work::{Failure, Outcome};

/// The number of attempts of a person; the service counts too.
pub const MOST_ATTEMPTS: usize = 3;

/// A conversation about one sign-in.
#[derive(Debug)]
pub struct Conversation {
    /// The number of wrong answers that are forgiven.
    forgiven: usize,
    /// The values that a missing one of which can still be asked for.
    may_ask: Vec<Missing>,
}

/// A value that a person who signs in knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    /// The name of the parameter.
    pub parameter: &'static str,
    /// The question, without a colon at its end.
    pub prompt: &'static str,
    /// `true` if nobody else may see the answer.
    pub is_hidden: bool,
}

/// The values that a person is asked for, in this order.
pub const MISSING: [Missing; 3] = [
    Missing { parameter: "username", prompt: "User name", is_hidden: false },
    Missing { parameter: "client_id", prompt: "Client ID", is_hidden: false },
    Missing { parameter: "password", prompt: "Password", is_hidden: true },
];

/// The next step of a conversation.
#[derive(Debug)]
pub enum Next {
    /// The sign-in is over.
    Done(Output),
    /// A challenge to answer.
    Ask(Challenge),
    /// The same challenge to answer again, after an error to show to the person.
    AskAgain(Challenge, Error),
    /// A value is missing, and nothing was sent: to begin again with the one that the person types.
    AskMissing(Missing, Error),
    /// The sign-in failed.
    Failed(Failure),
}

impl Conversation {
    /// A conversation with a person, who can type a missing value and may mistype: a wrong answer is asked for again,
    /// up to [`MOST_ATTEMPTS`] times.
    pub fn with_a_person() -> Self {
        Self { forgiven: MOST_ATTEMPTS - 1, may_ask: MISSING.to_vec() }
    }

    /// A conversation with a program, whose wrong answer is an error.
    pub fn with_a_program() -> Self {
        Self { forgiven: 0, may_ask: Vec::new() }
    }

    /// Returns the next step after the outcome of a sign-in or of an answer.
    pub fn after(&mut self, outcome: Outcome) -> Next {
        match outcome {
            Ok(Output::Object(Object::Challenge(challenge))) => Next::Ask((*challenge).clone()),
            Err(Failure::Unanswered(challenge)) => Next::Ask(challenge),
            Ok(output) => Next::Done(output),
            Err(Failure::StillWaits(error, challenge)) if self.forgiven > 0 => {
                self.forgiven -= 1;
                Next::AskAgain(challenge, error)
            }
            Err(Failure::Error(error)) => match self.take_missing(&error) {
                Some(missing) => Next::AskMissing(missing, error),
                None => Next::Failed(error.into()),
            },
            Err(failure) => Next::Failed(failure),
        }
    }

    /// The value that an error lacks, if it can be asked for and was not yet.
    fn take_missing(&mut self, error: &Error) -> Option<Missing> {
        let place = self.may_ask.iter().position(|missing| error.lacks() == Some(missing.parameter))?;
        Some(self.may_ask.remove(place))
    }
}

/// A person whom a language can ask while Rust waits, as the command can.
pub trait Person {
    /// The failure to ask, such as an interrupt.
    type Failure: From<Failure>;

    /// Asks, and sends the answer.
    ///
    /// # Errors
    /// If the person cannot be asked.
    fn answer(&mut self, challenge: &Challenge) -> Result<Outcome, Self::Failure>;

    /// Shows why an answer was refused.
    fn refused(&mut self, error: &Error);
}

/// Answers the challenges of a sign-in until it is over.
///
/// # Errors
/// The failure of the sign-in, or to ask the person.
pub fn answered<P: Person>(person: &mut P, outcome: Outcome) -> Result<Output, P::Failure> {
    let mut conversation = Conversation::with_a_person();
    let mut next = conversation.after(outcome);
    loop {
        let challenge = match next {
            Next::Done(output) => return Ok(output),
            Next::Failed(failure) => return Err(failure.into()),
            // The command asks for what is missing before it sends anything.
            Next::AskMissing(_, error) => return Err(Failure::Error(error).into()),
            Next::Ask(challenge) => challenge,
            Next::AskAgain(challenge, error) => {
                person.refused(&error);
                challenge
            }
        };
        next = conversation.after(person.answer(&challenge)?);
    }
}

/// A question to a person, ready to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The question, with the host that asks: the words are the service's. No colon at its end.
    pub prompt: String,
    /// `true` if nobody else may see the answer.
    pub is_hidden: bool,
    /// `true` if it is asked twice: a new password that nobody sees may be mistyped.
    pub is_asked_twice: bool,
    /// The user attributes that go with the answer, each with its question.
    pub attributes: Vec<(String, String)>,
    /// The lines that show how to set an authenticator app up, a QR code and the secret among them. Empty otherwise.
    pub setup: Vec<String>,
}

impl Question {
    /// The question of a challenge.
    pub fn of(challenge: &Challenge) -> Self {
        let attributes = challenge.required_attributes().into_iter();
        Self {
            prompt: asked(challenge, &challenge.question()),
            // A code is hidden, also the one that sets an app up: what MFA_SETUP asks for may be no secret.
            is_hidden: challenge.answer_is_secret() || challenge.answer_form() == AnswerForm::Code,
            is_asked_twice: challenge.answer_form() == AnswerForm::NewPassword,
            attributes: attributes.map(|name| (name.clone(), asked(challenge, &name))).collect(),
            setup: setup(challenge),
        }
    }
}

/// A question in the words of the service, with its host.
pub fn asked(challenge: &Challenge, words: &str) -> String {
    format!("{} asks (its words): {}", address(&challenge.host()), printable(words))
}

/// The address of a host. Without TLS, a service can only be on this machine.
fn address(host: &str) -> String {
    let is_here = ["127.", "localhost", "[::1]"].iter().any(|here| host.starts_with(here));
    let scheme = if is_here { "" } else { "https://" };
    format!("{scheme}{}", printable(host))
}

fn setup(challenge: &Challenge) -> Vec<String> {
    let Some(setup) = challenge.totp_setup() else { return Vec::new() };
    let mut lines: Vec<String> = setup.qr_text().lines().map(str::to_owned).collect();
    lines.push("Scan the code with an authenticator app, or type this secret into it:".to_owned());
    lines.push(format!("  {}", printable(setup.secret().expose())));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_names_the_host_with_its_scheme() {
        let host = "cognito-idp.us-east-1.amazonaws.com";
        assert_eq!(address(host), format!("https://{host}"));
        assert_eq!(address("127.0.0.1:9229"), "127.0.0.1:9229");
    }
}
