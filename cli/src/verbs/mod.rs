//! The verbs of the command, one file each: its options, and its work.

mod account;
mod aws_credentials;
mod completions;
mod configure;
mod decode;
mod doctor;
mod export;
mod headers;
mod import;
mod login;
mod logout;
mod profiles;
mod refresh;
mod respond;
mod status;
mod switch;
mod token;
mod verify;

use clap::{ArgMatches, Command};

use crate::{Outcome, help, log};

/// A verb.
pub(crate) struct Verb {
    name: &'static str,
    /// The help in the list of verbs.
    about: &'static str,
    /// Adds the options. It is called for the verb that is given, and not for the others.
    describe: fn(Command) -> Command,
    run: fn(&ArgMatches) -> Outcome,
}

/// The verbs, in the order of the help.
const VERBS: [Verb; 18] = [
    Verb { name: "login", about: login::ABOUT, describe: login::describe, run: login::run },
    Verb { name: "configure", about: configure::ABOUT, describe: configure::describe, run: configure::run },
    Verb { name: "profiles", about: profiles::ABOUT, describe: profiles::describe, run: profiles::run },
    Verb { name: "switch", about: switch::ABOUT, describe: switch::describe, run: switch::run },
    Verb { name: "respond", about: respond::ABOUT, describe: respond::describe, run: respond::run },
    Verb { name: "token", about: token::ABOUT, describe: token::describe, run: token::run },
    Verb { name: "headers", about: headers::ABOUT, describe: headers::describe, run: headers::run },
    Verb {
        name: "aws-credentials",
        about: aws_credentials::ABOUT,
        describe: aws_credentials::describe,
        run: aws_credentials::run,
    },
    Verb { name: "refresh", about: refresh::ABOUT, describe: refresh::describe, run: refresh::run },
    Verb { name: "status", about: status::ABOUT, describe: status::describe, run: status::run },
    Verb { name: "logout", about: logout::ABOUT, describe: logout::describe, run: logout::run },
    Verb { name: "doctor", about: doctor::ABOUT, describe: doctor::describe, run: doctor::run },
    Verb { name: "export", about: export::ABOUT, describe: export::describe, run: export::run },
    Verb { name: "import", about: import::ABOUT, describe: import::describe, run: import::run },
    Verb { name: "account", about: account::ABOUT, describe: account::describe, run: account::run },
    Verb { name: "decode", about: decode::ABOUT, describe: decode::describe, run: decode::run },
    Verb { name: "verify", about: verify::ABOUT, describe: verify::describe, run: verify::run },
    Verb {
        name: "completions",
        about: completions::ABOUT,
        describe: completions::describe,
        run: completions::run,
    },
];

/// The whole command.
pub(crate) fn command() -> Command {
    let root = Command::new("cognitoken")
        .version(env!("CARGO_PKG_VERSION"))
        .about(env!("CARGO_PKG_DESCRIPTION"))
        .after_help(help::after_help())
        .disable_help_subcommand(true)
        .arg(log::option());
    with_verbs(root, &VERBS)
}

/// Runs the verb that was given.
pub(crate) fn run(options: &ArgMatches) -> Outcome {
    run_one_of(&VERBS, options)
}

fn with_verbs(command: Command, verbs: &[Verb]) -> Command {
    let described = verbs.iter().map(|verb| Command::new(verb.name).about(verb.about).defer(verb.describe));
    command.subcommand_required(true).arg_required_else_help(true).subcommands(described)
}

fn run_one_of(verbs: &[Verb], options: &ArgMatches) -> Outcome {
    let given = options.subcommand();
    let verb = given.and_then(|(name, options)| {
        let verb = verbs.iter().find(|verb| verb.name == name)?;
        Some((verb, options))
    });
    // The parser accepts no command without a verb, and no other verb.
    verb.map_or(Ok(()), |(verb, options)| (verb.run)(options))
}
