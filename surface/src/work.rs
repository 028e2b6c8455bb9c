//! The work of one call, and its outcome.

use std::future::Future;
use std::pin::Pin;

use cognitoken::{Challenge, Error, Session, Step};

use crate::any_values::Refusal;
use crate::engine::cognito;
use crate::output::Output;

/// The reason why a call has no result.
#[derive(Debug)]
pub enum Failure {
    /// An error of the core.
    Error(Error),
    /// An error of an answer after which the same challenge can be answered again.
    StillWaits(Error, Challenge),
    /// A challenge that nobody has answered yet.
    Unanswered(Challenge),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// The work of a call, or the reason why there is none.
pub(crate) type Prepared = Result<Work, Refusal>;

/// The result of a call.
pub type Outcome = std::result::Result<Output, Failure>;

/// The outcome of a call, and the notices for a person that came with it.
#[derive(Debug)]
pub struct Reply {
    /// The outcome.
    pub outcome: Outcome,
    /// The notices, each once.
    pub notices: Vec<Notice>,
}

/// A sentence that a person should hear. No secret is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The subject.
    pub about: Subject,
    /// The sentence.
    pub text: String,
}

/// The subject of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The values of a call and their sources.
    Config,
    /// The store of a session.
    Store,
}

impl Reply {
    /// The reply of a call that has no session.
    pub fn new(outcome: Outcome) -> Self {
        Self { outcome, notices: notices(Subject::Config, cognito().take_notices()).collect() }
    }

    /// The reply of a call of a session.
    pub fn of_session(outcome: Outcome, session: &Session) -> Self {
        let mut reply = Self::new(outcome);
        reply.notices.extend(notices(Subject::Store, session.take_notices()));
        reply
    }

    /// The reply of a call that cannot have found anything to notice.
    pub fn at_hand(output: Output) -> Self {
        Self { outcome: Ok(output), notices: Vec::new() }
    }
}

fn notices(about: Subject, texts: Vec<String>) -> impl Iterator<Item = Notice> {
    texts.into_iter().map(move |text| Notice { about, text })
}

/// The work of a call, from which the bag of values is gone: it can leave the interpreter.
pub enum Work {
    /// The reply is at hand.
    Done(Reply),
    /// Arithmetic of some microseconds or more, best done outside the interpreter. It may find that it has to wait.
    Compute(Box<dyn FnOnce() -> Self + Send>),
    /// Something to wait for.
    Wait(Pin<Box<dyn Future<Output = Reply> + Send>>),
}

impl Work {
    /// Creates work that waits.
    pub fn wait(work: impl Future<Output = Outcome> + Send + 'static) -> Self {
        Self::Wait(Box::pin(async move { Reply::new(work.await) }))
    }

    /// Creates work of a session that waits.
    pub fn of_session(session: Session, work: impl Future<Output = Outcome> + Send + 'static) -> Self {
        Self::Wait(Box::pin(async move { Reply::of_session(work.await, &session) }))
    }

    /// Creates work whose outcome is at hand.
    pub fn done(outcome: Outcome) -> Self {
        Self::Done(Reply::new(outcome))
    }

    /// Creates work that computes.
    pub fn compute(work: impl FnOnce() -> Self + Send + 'static) -> Self {
        Self::Compute(Box::new(work))
    }

    /// The whole work as a future, for a caller that waits anyway.
    pub async fn reply(self) -> Reply {
        let mut work = self;
        loop {
            match work {
                Self::Done(reply) => return reply,
                Self::Compute(compute) => work = compute(),
                Self::Wait(future) => return future.await,
            }
        }
    }
}

/// Returns the value that was asked for; a challenge that nobody answers is a failure.
pub(crate) fn required<T>(step: Step<T>) -> Result<T, Failure> {
    match step {
        Step::Done(value) => Ok(value),
        Step::Challenge(challenge) => Err(Failure::Unanswered(challenge)),
    }
}
