//! Challenges, answered at the terminal or kept for `cognitoken respond`.

use std::collections::BTreeMap;
use std::sync::Arc;

use cognitoken::{AnswerForm, Challenge, Environment, Error, ErrorKind, PendingChallenges, Tokens};
use cognitoken_surface::{Object, Outcome, Output, Person, Question, answered, prepare};
use zeroize::Zeroizing;

use crate::given::{Added, Given};
use crate::waiting::{done, wait};
use crate::{Failure, output, prompt};

/// Answers a challenge at the terminal where that is wanted; else keeps it for the next command.
pub(crate) fn answer_or_keep(challenge: Challenge, may_ask: bool) -> Result<Arc<Tokens>, Failure> {
    if may_ask { tokens(answered(&mut AtTheTerminal, Ok(challenge.into()))?) } else { Err(keep(&challenge)) }
}

/// The tokens of a sign-in that is over.
pub(crate) fn tokens(output: Output) -> Result<Arc<Tokens>, Failure> {
    match output {
        Output::Object(Object::Tokens(tokens)) => Ok(tokens),
        Output::Object(Object::Challenge(challenge)) => Err(keep(&challenge)),
        _ => Err(ended()),
    }
}

/// The failure of a call that ended without its result, such as a sign-in whose page was closed.
pub(crate) fn ended() -> Failure {
    Error::new(ErrorKind::Local, "CallEnded", "the call was ended before it had a result").into()
}

/// The person at the terminal.
struct AtTheTerminal;

impl Person for AtTheTerminal {
    type Failure = Failure;

    fn answer(&mut self, challenge: &Challenge) -> Result<Outcome, Failure> {
        challenge.check_host()?;
        let question = Question::of(challenge);
        output::setup(&question.setup);
        let typed = match (question.is_asked_twice, question.is_hidden) {
            (true, _) => prompt::hidden_twice(&question.prompt)?,
            (false, true) => prompt::hidden(&question.prompt)?,
            (false, false) => prompt::shown(&question.prompt)?,
        };
        let mut attributes = BTreeMap::new();
        for (name, prompt) in question.attributes {
            attributes.insert(name, Zeroizing::new(prompt::shown(&prompt)?));
        }
        let answer =
            Given::nothing().with_text("answer", typed).with("attributes", Added::NamedTexts(attributes));
        respond(challenge, answer)
    }

    fn refused(&mut self, error: &Error) {
        output::error(error);
    }
}

/// Sends an answer.
pub(crate) fn respond(challenge: &Challenge, answer: Given<'_>) -> Result<Outcome, Failure> {
    let challenge = Object::Challenge(Arc::new(challenge.clone()));
    done(prepare("challenge.respond", &answer.with("self", Added::Object(challenge)))?)
}

/// Keeps a challenge for the next command and returns the failure with the command to answer it.
pub(crate) fn keep(challenge: &Challenge) -> Failure {
    let kept = Environment::read_without_profile()
        .and_then(|environment| PendingChallenges::of_this_user(&environment))
        .map(|pending| wait(async move { pending.keep(challenge).await }));
    match kept {
        Ok(Ok(Ok(()))) => Failure::Unanswered(Box::new(challenge.clone()), next_command(challenge)),
        Ok(Err(failure)) => failure,
        Ok(Ok(Err(error))) | Err(error) => error.into(),
    }
}

fn next_command(challenge: &Challenge) -> String {
    let command = match challenge.answer_form() {
        AnswerForm::NewPassword => {
            let attributes: String = challenge
                .required_attributes()
                .iter()
                .map(|name| format!(" --attribute {name}=VALUE"))
                .collect();
            format!("--new-password-stdin{attributes}")
        }
        AnswerForm::Choice if challenge.choices().is_empty() => "--choice CHOICE".to_owned(),
        AnswerForm::Choice => format!("--choice {}", challenge.choices().join("|")),
        AnswerForm::Code => "--code 123456".to_owned(),
        AnswerForm::EmailAddress => "--code E-MAIL-ADDRESS".to_owned(),
        // Other users can read the arguments of a process: a text that may be a secret is prompted for.
        _ => format!("--answer {}", challenge.answer_field().unwrap_or("KEY")),
    };
    format!("Answer with `cognitoken respond {command}`.")
}
