//! The value that every function returns to R: `list(ok =, error =, still_waits =, asks =, missing =,
//! notices =, log =)`, or
//! `list(interrupted = TRUE)`.
//!
//! An error never leaves by way of extendr: it would reach R as the format of a `printf`, and the words of a server
//! are in it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use cognitoken::{Challenge, Error, ErrorKind};
use cognitoken_surface::{
    Conversation, Failure, Missing, Next, Outcome, Reply, Subject,
    log::{self, Level},
};
use extendr_api::prelude::*;

use crate::objects;
use crate::values::{text_or_null, without_nul};

/// A defect of this package: a panic in the compiled code, or R code that passes something else than it should.
pub(crate) fn defect() -> Error {
    Error::new(ErrorKind::Local, "InternalFault", "cognitoken failed inside; the call was not finished")
        .with_hint("This is a defect of cognitoken. Please report what you called.")
}

/// Does the work of a function. A panic is an outcome too, and its text, whatever it holds, is dropped.
pub(crate) fn guarded(work: impl FnOnce() -> std::result::Result<Robj, Error>) -> Robj {
    let reply = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(defect()));
    reply.unwrap_or_else(|error| list!(error = described(&error, None)).into())
}

/// The reply with a value.
pub(crate) fn replied(value: Robj) -> Robj {
    list!(ok = value).into()
}

/// The reply with an outcome. `asks` is there if a person or a program has to answer now; the error is the one to raise if
/// nobody does.
pub(crate) fn answered(
    reply: Reply,
    conversation: Option<&mut Conversation>,
) -> std::result::Result<Robj, Error> {
    let Reply { outcome, notices } = reply;
    let (outcome, mut pairs) = match conversation {
        Some(conversation) => after(conversation, outcome),
        None => (outcome, Vec::new()),
    };
    match outcome {
        Ok(output) => pairs.push(("ok", objects::to_r(&output)?)),
        Err(Failure::Error(error)) => pairs.push(("error", described(&error, None))),
        Err(Failure::StillWaits(error, challenge)) => {
            pairs.push(("error", described(&error, Some(&challenge))));
            pairs.push(("still_waits", true.into()));
        }
        Err(Failure::Unanswered(challenge)) => {
            pairs.push(("error", described(&Error::from(challenge.clone()), Some(&challenge))));
        }
    }
    if !notices.is_empty() {
        let texts = notices.iter().map(|notice| without_nul(&notice.text));
        let subjects = notices.iter().map(|notice| match notice.about {
            Subject::Config => "config",
            Subject::Store => "store",
        });
        let (texts, subjects): (Vec<_>, Vec<_>) = (texts.collect(), subjects.collect());
        pairs.push(("notices", list!(text = texts, about = subjects).into()));
    }
    Ok(List::from_pairs(pairs).into())
}

/// Returns the outcome and the next question, if any: for an answer to the challenge, or for a missing value.
fn after(conversation: &mut Conversation, outcome: Outcome) -> (Outcome, Vec<(&'static str, Robj)>) {
    match conversation.after(outcome) {
        Next::Done(output) => (Ok(output), Vec::new()),
        Next::Ask(challenge) => (Err(Failure::Unanswered(challenge)), vec![("asks", "answer".into())]),
        Next::AskAgain(challenge, error) => {
            (Err(Failure::StillWaits(error, challenge)), vec![("asks", "answer".into())])
        }
        Next::AskMissing(Missing { parameter, prompt, is_hidden }, error) => {
            let missing = list!(parameter = parameter, prompt = prompt, is_hidden = is_hidden);
            (Err(error.into()), vec![("asks", "value".into()), ("missing", missing.into())])
        }
        Next::Failed(failure) => (Err(failure), Vec::new()),
    }
}

/// Adds the lines of the log, those of work in the background too.
pub(crate) fn with_log(reply: Robj, level: Option<Level>) -> Robj {
    // Lines from before the log was switched off are dropped.
    let lines = log::take_lines().into_iter().filter(|line| Some(line.level) <= level).collect::<Vec<_>>();
    let Some(list) = reply.as_list().filter(|_| !lines.is_empty()) else { return reply };
    let levels: Vec<&str> = lines.iter().map(|line| line.level.as_str()).collect();
    let targets: Vec<&str> = lines.iter().map(|line| line.target).collect();
    let texts: Vec<String> = lines.iter().map(|line| without_nul(&line.text)).collect();
    let log = list!(level = levels, target = targets, text = texts);
    let pairs: Vec<_> = list.iter().chain([("log", log.into())]).collect();
    List::from_pairs(pairs).into()
}

/// An error as R's half reads it.
pub(crate) fn described(error: &Error, challenge: Option<&Challenge>) -> Robj {
    list!(
        lineage = error.kind().lineage(),
        code = without_nul(error.code()),
        message = without_nul(error.message()),
        hint = text_or_null(error.hint()),
        request_id = text_or_null(error.request_id()),
        retryable = error.retryable(),
        expected = text_or_null(error.expected()),
        actual = text_or_null(error.actual()),
        challenge = challenge.map_or_else(Robj::default, objects::challenge_to_r)
    )
    .into()
}
