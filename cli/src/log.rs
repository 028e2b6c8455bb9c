//! The log of the core on standard error.

use std::io::Write as _;

use clap::{Arg, ArgAction, ArgMatches};
use cognitoken::Environment;
use cognitoken_surface::log::{self, Level};

use crate::Outcome;
use crate::wait_line::stderr;

/// The part of the core whose lines are the notices, which the command prints by itself.
const NOTICES: &str = "cognitoken::notices";

/// Puts the option below those of the verb.
const LAST: usize = 900;

/// The option of every verb that selects the level.
pub(crate) fn option() -> Arg {
    Arg::new("verbose")
        .short('v')
        .long("verbose")
        .action(ArgAction::Count)
        .global(true)
        .display_order(LAST)
        .help(
            "Log to standard error (-v: sign-ins, refreshes and sign-outs; -vv: each request too) [COGNITO_LOG]",
        )
}

/// Writes the log from the level that the options or the environment select.
///
/// # Errors
/// If `COGNITO_LOG` names no level.
pub(crate) fn start(options: &ArgMatches) -> Outcome {
    let level = match options.get_count("verbose") {
        0 => by_environment()?,
        verbosity => Level::of_verbosity(verbosity),
    };
    log::on_line(write_lines);
    log::set_level(Some(level));
    Ok(())
}

fn by_environment() -> cognitoken::Result<Level> {
    // A .env file with a fault is reported by the verbs that need its values.
    let environment = Environment::read_for_doctor(None);
    environment.log_level().map_or(Ok(Level::of_verbosity(0)), str::parse)
}

fn write_lines() {
    let mut stderr = stderr();
    for line in log::take_lines().into_iter().filter(|line| line.target != NOTICES) {
        // Nothing can be reported if standard error is closed.
        let _ = writeln!(stderr, "cognitoken: {}: {}", line.level.as_str(), line.text);
    }
}
