//! The surface that the command and the packages for Python and R share: everything that a caller needs, and that is
//! neither about Cognito nor about one language.
//!
//! A call goes through this crate once, whatever the language:
//!
//! 1. A [bag of named values](Values), read from a Python dict, an R list or the matches of the command line, becomes a
//!    request of the core, and the request becomes [`Work`]: [`prepare`].
//! 2. The [`Engine`] waits for the work, with the language's own way to notice an interrupt.
//! 3. The [`Output`] is converted by the language. What it shows of an [`Object`] are [rows](rows::Row) with one set of
//!    labels.
//!
//! The [table of parameters](PARAMETERS) names every parameter of every call, with its default, its variable and its
//! sentence. Tests hold the signatures of Python and R, the options of the command and the documents against it.

#![forbid(unsafe_code)]

mod any_values;
mod conversation;
mod engine;
mod fields;
mod html;
mod lines;
pub mod log;
mod object_rows;
mod open_session;
mod open_verifier;
mod operations;
mod output;
mod parameters;
mod profile_questions;
pub mod reference;
pub mod requests;
pub mod rows;
mod sections;
mod sso_attempt;
mod typed;
mod values;
mod wait_line;
mod work;

pub use conversation::{
    Conversation, MISSING, MOST_ATTEMPTS, Missing, Next, Person, Question, answered, asked,
};
pub use engine::{Engine, Host, cognito};
pub use fields::Field;
pub use open_session::OpenSession;
pub use open_verifier::OpenVerifier;
pub use operations::prepare;
pub use output::{NamedProfile, Object, Output};
pub use parameters::{
    CALLS, Call, DefaultValue, EXCEPTIONS, Exception, Kind, Language, PARAMETERS, Parameter,
};
pub use profile_questions::{
    ProfileQuestion, profile_answer, profile_questions, the_client, the_domain, the_username,
    where_the_client_is,
};
pub use sso_attempt::SsoAttempt;
pub use values::Values;
pub use wait_line::{WaitLine, columns_of_stderr, terminal_has_lines};
pub use work::{Failure, Notice, Outcome, Reply, Subject, Work};
