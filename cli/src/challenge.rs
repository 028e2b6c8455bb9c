//! Challenges, answered at the terminal or kept for `cognitoken respond`.

use cognitoken::binding::printable;
use cognitoken::{
    Answer, AnswerForm, Challenge, Environment, Error, ErrorKind, PendingChallenges, Step, Tokens,
};
use zeroize::Zeroizing;

use crate::arguments::Respond;
use crate::waiting::{cognito, wait};
use crate::{Failure, Outcome, input, output, prompt, session};

/// The number of attempts at the terminal; the service counts too.
const MOST_WRONG_ANSWERS: usize = 3;

pub(crate) fn respond(command: Respond) -> Outcome {
    let environment = Environment::read()?;
    let pending = PendingChallenges::of_this_user(&environment)?;
    let challenge =
        wait(pending.find(command.username.as_deref(), command.client_id.as_deref(), &environment))??;
    let json = command.json;
    let store = session::chosen(command.store.clone())?;
    challenge.check_host()?;
    session::check_keeps(store.clone(), &environment)?;
    let answer = answer(command, &challenge)?;
    let step = wait(cognito()?.respond(&challenge, answer))?;
    // After an unknown outcome the challenge is kept, because the service may still accept an answer.
    let over =
        |error: &Error| error.kind() == ErrorKind::Authentication && !challenge.still_waits_after(error);
    if step.as_ref().is_ok() || step.as_ref().is_err_and(over) {
        pending.forget(&challenge)?;
    }
    match step? {
        Step::Done(tokens) => {
            session::keep(&tokens, store, &environment)?;
            if json { output::json(&tokens.to_response()) } else { output::summary(&tokens) }
        }
        Step::Challenge(next) => Err(keep(&next)),
    }
}

/// Answers a challenge at the terminal where that is wanted; else keeps it for the next command.
pub(crate) fn answer_or_keep(challenge: Challenge, prompt: bool) -> Result<Tokens, Failure> {
    if prompt { ask(challenge) } else { Err(keep(&challenge)) }
}

fn ask(mut challenge: Challenge) -> Result<Tokens, Failure> {
    let cognito = cognito()?;
    let mut wrong_answers = 0;
    loop {
        challenge.check_host()?;
        output::setup(&challenge);
        let question = asked(&challenge, &challenge.question());
        let typed = match challenge.answer_form() {
            AnswerForm::NewPassword => prompt::hidden_twice(&question)?,
            _ if challenge.answer_is_secret() => prompt::hidden(&question)?,
            _ => prompt::shown(&question)?,
        };
        let mut answer = Answer::text(typed);
        for name in challenge.required_attributes() {
            answer.attributes.insert(name.clone(), prompt::shown(&asked(&challenge, &name))?);
        }
        match wait(cognito.respond(&challenge, answer))? {
            Ok(Step::Done(tokens)) => return Ok(tokens),
            Ok(Step::Challenge(next)) => challenge = next,
            Err(error) if wrong_answers + 1 < MOST_WRONG_ANSWERS && challenge.still_waits_after(&error) => {
                wrong_answers += 1;
                output::error(&error);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// A question of the service, with its host, because the text is from the service.
fn asked(challenge: &Challenge, question: &str) -> String {
    format!("{} asks (its words): {}", challenge.host(), printable(question))
}

/// Keeps a challenge for the next command and returns the failure with the command to answer it.
fn keep(challenge: &Challenge) -> Failure {
    let kept = Environment::read()
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

fn answer(command: Respond, challenge: &Challenge) -> Result<Answer, Failure> {
    let new_password = match command.new_password_stdin {
        true => Some(input::new_password()?),
        false => None,
    };
    let answers = input::fields(command.answers, |name| asked(challenge, name))?;
    Ok(Answer {
        answer: command.code.or(command.choice).map(Zeroizing::new),
        new_password,
        attributes: command.attributes.into_iter().collect(),
        answers,
        ..Answer::default()
    })
}
