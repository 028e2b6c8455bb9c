//! The command `doctor`.

use cognitoken::{Check, CheckState, Environment, Error, ErrorKind};
use serde_json::{Value, json};

use crate::arguments::{Doctor, Identity};
use crate::sign_in::client_values;
use crate::waiting::{cognito, wait};
use crate::{Outcome, output, session};

pub(crate) fn run(command: Doctor) -> Outcome {
    let Identity { username, client, store } = command.identity;
    let environment = Environment::read_for_doctor();
    let mut request =
        session::request(username, client_values(client)?, session::chosen(store)?, &environment);
    request.sign_in.flow = command.flow.parse()?;
    let checks = wait(cognito()?.doctor(&request, !command.offline))?;
    if command.json {
        output::json(&Value::Array(checks.iter().map(as_json).collect()))?;
    } else {
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

fn show(checks: &[Check]) -> Outcome {
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

fn as_json(check: &Check) -> Value {
    json!({
        "group": check.group,
        "name": check.name,
        "state": check.state.as_str(),
        "finding": check.finding,
        "fix": check.fix,
    })
}
