//! `doctor`: checks everything that a sign-in uses.

use std::sync::Arc;

use clap::{ArgMatches, Command};
use cognitoken::{Check, CheckState, Error, ErrorKind};
use cognitoken_surface::{Object, Output, prepare};

use crate::given::Given;
use crate::session::DEFAULT_STORE;
use crate::waiting::done;
use crate::{Outcome, options, output};

pub(super) const ABOUT: &str = "Check everything that a sign-in uses and show how to fix what is wrong; exit code 1 \
                                if a sign-in cannot work";

pub(super) fn describe(command: Command) -> Command {
    command.args(options::of("doctor")).arg(options::json("Print JSON, without secrets"))
}

pub(super) fn run(options: &ArgMatches) -> Outcome {
    let given = Given::options(options).with_text("default_store", DEFAULT_STORE);
    let found = done(prepare("doctor", &given)?)??;
    if given.has("json") {
        output::json(&output::as_json(&found)?)?;
    }
    let checks = checks(found);
    if !given.has("json") {
        show(&checks)?;
    }
    let bad = checks.iter().filter(|check| check.state == CheckState::Bad).count();
    if bad == 0 {
        return Ok(());
    }
    let message = format!("{bad} of {} checks found something in the way", checks.len());
    Err(Error::new(ErrorKind::Service, "DoctorFoundFaults", message)
        .with_hint("Each has its next step beside it.")
        .into())
}

fn checks(found: Output) -> Vec<Arc<Check>> {
    match found {
        Output::List(found) => found.into_iter().flat_map(checks).collect(),
        Output::Object(Object::Check(check)) => vec![check],
        _ => Vec::new(),
    }
}

fn show(checks: &[Arc<Check>]) -> Outcome {
    let width = checks.iter().map(|check| check.name.len()).max().unwrap_or_default();
    let mut group = "";
    for check in checks {
        if check.group != group {
            group = check.group;
            output::line(group)?;
        }
        output::line(&format!("  {:<4}  {:<width$}  {}", check.state.as_str(), check.name, check.finding))?;
        if let Some(fix) = &check.fix {
            output::line(&format!("{:<1$}fix: {fix}", "", width + 10))?;
        }
    }
    Ok(())
}
