//! The shell command `cognitoken`, the only crate that prints or exits.
//!
//! The binary and the command of the Python wheel both call [`run`].

#![forbid(unsafe_code)]

mod challenge;
mod colours;
mod given;
mod help;
mod input;
mod kept_profile;
mod log;
mod missing_values;
mod next_steps;
mod options;
mod output;
mod places;
mod prompt;
mod questions;
mod session;
mod verbs;
mod wait_line;
mod waiting;

use std::ffi::OsString;
use std::process::ExitCode;

use cognitoken::{Challenge, Error, ErrorKind};

/// The reason why a command has no result.
enum Failure {
    /// An error of the library, shown with its hint.
    Library(Error),
    /// A challenge that nobody answers now, and the next step.
    Unanswered(Box<Challenge>, String),
    /// The reader closed standard output; nothing is reported.
    OutputClosed,
    /// Standard output could not be written.
    OutputFailed(String),
    /// Ctrl-C.
    Interrupted,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Library(error)
    }
}

impl From<cognitoken_surface::Failure> for Failure {
    fn from(failure: cognitoken_surface::Failure) -> Self {
        use cognitoken_surface::Failure as Refused;
        Self::Library(match failure {
            Refused::Error(error) | Refused::StillWaits(error, _) => error,
            Refused::Unanswered(challenge) => Error::from(challenge),
        })
    }
}

type Outcome = Result<(), Failure>;

/// Runs the command that `arguments` name, the program's own name first, and returns the exit code:
/// 0 success, 1 failure, 2 wrong usage or configuration, 3 challenge pending, 4 not authorized, 5 network error, 130
/// interrupted by Ctrl-C.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let options = match verbs::command().try_get_matches_from(arguments) {
        Ok(options) => options,
        Err(usage) => {
            // clap returns help and version as errors, too, and prints them to standard output.
            let printed = usage.print().map_err(|why| output::unwritten(&why));
            return match u8::try_from(usage.exit_code()).unwrap_or(2) {
                0 => conclude(printed),
                code => code,
            };
        }
    };
    conclude(log::start(&options).and_then(|()| verbs::run(&options)))
}

/// Reports a failure and returns the exit code.
fn conclude(outcome: Outcome) -> u8 {
    match outcome {
        Ok(()) | Err(Failure::OutputClosed) => finish(0),
        // The exit code of shells for a program that SIGINT (2) ended.
        Err(Failure::Interrupted) => 128 + 2,
        Err(Failure::OutputFailed(why)) => {
            output::failed(&why);
            finish(1)
        }
        Err(Failure::Library(error)) => {
            output::error(&error);
            finish(exit_code(error.kind()))
        }
        Err(Failure::Unanswered(challenge, next_step)) => {
            output::unanswered(&challenge, next_step);
            finish(exit_code(ErrorKind::ChallengeRequired))
        }
    }
}

/// Waits for a refresh that continues after its time limit.
fn finish(code: u8) -> u8 {
    waiting::finish();
    code
}

/// Calls [`run`] with the arguments of the process.
pub fn main() -> ExitCode {
    ExitCode::from(run(std::env::args_os()))
}

fn exit_code(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::Config => 2,
        ErrorKind::ChallengeRequired => 3,
        ErrorKind::Authentication | ErrorKind::PasswordResetRequired | ErrorKind::UserNotConfirmed => 4,
        ErrorKind::Network | ErrorKind::RequestTimeout => 5,
        // Local among them, and every kind of a later version.
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_of_this_machine_is_neither_a_usage_error_nor_one_of_the_network() {
        assert_eq!(exit_code(ErrorKind::Local), 1);
    }
}
