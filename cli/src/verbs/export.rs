//! `export`: prints the stored sign-in, sealed, for another machine.

use std::io::IsTerminal as _;

use clap::{ArgMatches, Command};
use cognitoken::{Environment, Error, ErrorKind};

use crate::given::Given;
use crate::{Outcome, options, output, session};

pub(super) const ABOUT: &str = "Print the stored sign-in as one line, encrypted with the key in COGNITO_BUNDLE_KEY, \
                                for `import` elsewhere";

pub(super) fn describe(command: Command) -> Command {
    command.args(options::identity())
}

pub(super) fn run(options: &ArgMatches) -> Outcome {
    if std::io::stdout().is_terminal() {
        let message =
            "the bundle would stay on the screen: it is as good as the sign-in for whoever has the key";
        return Err(Error::new(ErrorKind::Config, "ExportToTerminal", message)
            .with_hint("Redirect it: `cognitoken export > FILE`, or pipe it to where it is needed.")
            .into());
    }
    let session = session::open(&Given::options(options))?;
    let environment = Environment::read_without_profile()?;
    let bundle = session::call(&session, |session| async move { session.export(&environment).await })?;
    output::line(&bundle)
}
