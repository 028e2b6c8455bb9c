//! `doctor`: checks everything that a sign-in uses.

use std::sync::Arc;

use clap::{ArgMatches, Command};
use cognitoken::{CheckState, Error, ErrorKind};
use cognitoken_surface::{Object, Output, prepare};

use crate::given::Given;
use crate::session::DEFAULT_STORE;
use crate::waiting::done;
use crate::{Outcome, challenge, options, output};

pub(super) const ABOUT: &str = "Check everything that a sign-in uses and show how to fix what is wrong; exit code 1 \
                                if a sign-in cannot work";

pub(super) fn describe(command: Command) -> Command {
    command.args(options::of("doctor")).arg(options::json("Print JSON, without secrets"))
}

pub(super) fn run(options: &ArgMatches) -> Outcome {
    let given = Given::options(options).with_text("default_store", DEFAULT_STORE);
    let Output::Object(Object::Report(checks)) = done(prepare("doctor", &given)?)?? else {
        return Err(challenge::ended());
    };
    let report = Object::Report(Arc::clone(&checks));
    output::object(&report, given.has("json"))?;
    let bad = checks.iter().filter(|check| check.state == CheckState::Bad).count();
    if bad == 0 {
        return Ok(());
    }
    let message = format!("{bad} of {} checks found something in the way", checks.len());
    Err(Error::new(ErrorKind::Service, "DoctorFoundFaults", message)
        .with_hint("Each has its next step beside it.")
        .into())
}
