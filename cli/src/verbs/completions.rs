//! `completions`: prints the completion script for a shell.

use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::Shell;

use crate::{Outcome, output};

pub(super) const ABOUT: &str = "Print the completion script for a shell";

pub(super) fn describe(command: Command) -> Command {
    command.arg(Arg::new("shell").value_parser(value_parser!(Shell)).required(true).help("The shell"))
}

pub(super) fn run(options: &ArgMatches) -> Outcome {
    let Some(shell) = options.get_one::<Shell>("shell") else { return Ok(()) };
    let mut script = Vec::new();
    clap_complete::generate(*shell, &mut super::command(), "cognitoken", &mut script);
    output::bytes(&script)
}
