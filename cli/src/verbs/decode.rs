//! `decode`: shows the contents of a token.

use clap::{Arg, ArgMatches, Command};
use cognitoken_surface::{Values as _, prepare};

use crate::given::Given;
use crate::waiting::done;
use crate::{Failure, Outcome, input, options, output};

pub(super) const ABOUT: &str = "Show the contents of a token WITHOUT verifying it";

pub(super) fn describe(command: Command) -> Command {
    command.arg(token()).arg(options::json("Print JSON, as without this option"))
}

pub(super) fn run(options: &ArgMatches) -> Outcome {
    let given = with_token(Given::options(options))?;
    output::json(&output::as_json(&done(prepare("decode", &given)?)??)?)
}

/// The argument with the token.
pub(super) fn token() -> Arg {
    Arg::new("jwt").value_name("TOKEN").help("The token; read from standard input if omitted")
}

/// The values, with the token from standard input if no argument gives it.
pub(super) fn with_token(given: Given<'_>) -> Result<Given<'_>, Failure> {
    let token = input::token(given.text("jwt")?)?;
    Ok(given.with_text("jwt", token))
}
