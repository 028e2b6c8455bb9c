//! `import`: stores a sign-in that `export` printed.

use clap::{ArgMatches, Command};
use cognitoken::Environment;

use crate::given::Given;
use crate::{Outcome, input, options, output, session};

pub(super) const ABOUT: &str = "Read a sign-in that `export` printed from standard input and store it";

pub(super) fn describe(command: Command) -> Command {
    command.args(options::identity()).arg(options::json_with_tokens())
}

pub(super) fn run(options: &ArgMatches) -> Outcome {
    let given = Given::options(options);
    let session = session::open(&given)?;
    let environment = Environment::read_without_profile()?;
    let bundle = input::line_from_stdin("bundle")?;
    let tokens =
        session::call(&session, |session| async move { session.import(&bundle, &environment).await })?;
    output::tokens(&tokens, given.has("json"))
}
