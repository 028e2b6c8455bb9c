//! The sign-in in a browser and its calls.

use std::sync::Arc;

use cognitoken::Error;
use cognitoken::binding::Waits;

use crate::any_values::AnyValues;
use crate::engine::cognito;
use crate::output::{Object, Output};
use crate::requests;
use crate::sso_attempt::SsoAttempt;
use crate::values::{unknown, unusable};
use crate::work::{Outcome, Prepared, Work};

/// Starts a sign-in in a browser.
pub(super) fn start(values: &AnyValues) -> Prepared {
    let request = requests::sso(values)?;
    let person_can_paste = !request.port_required;
    Ok(Work::wait(async move {
        let attempt = SsoAttempt::start(cognito().start_sso(request).await?, person_can_paste)?;
        Ok(Output::Object(Object::SsoAttempt(Arc::new(attempt))))
    }))
}

/// A call of a sign-in in a browser.
pub(super) fn call(method: &str, attempt: Arc<SsoAttempt>, values: &AnyValues) -> Prepared {
    let outcome: Outcome = match method {
        "sso.wait" => return Ok(wait(&attempt)),
        "sso.close" => return Ok(close(&attempt)),
        "sso.open_browser" => {
            return Ok(Work::compute(move || Work::done(Ok(attempt.open_browser().into()))));
        }
        // What is wrong with an address that is refused, for a person; nothing for one that is taken.
        "sso.paste" => {
            Ok(attempt.paste(&values.required_text("address")?).map(|error| in_a_line(&error)).into())
        }
        "sso.is_over" => Ok(attempt.is_over().into()),
        method => return Err(unknown(method).into()),
    };
    Ok(Work::done(outcome))
}

fn in_a_line(error: &Error) -> String {
    match error.hint() {
        Some(hint) => format!("{}. {hint}", error.message()),
        None => error.message().to_owned(),
    }
}

/// Waits for the tokens, which can be had once. Ends with no tokens if the attempt is closed meanwhile.
fn wait(attempt: &SsoAttempt) -> Work {
    let Some(receiver) = attempt.outcome() else {
        return Work::done(Err(unusable("this sign-in is waited for already, or is over".to_owned()).into()));
    };
    let waits = attempt.shown_waits().cloned();
    Work::wait(async move {
        let _following = waits.as_ref().map(Waits::followed);
        match receiver.await {
            Ok(outcome) => Ok(super::kept(outcome?).await.into()),
            Err(_) => Ok(Output::Nothing),
        }
    })
}

/// Ends the sign-in, and waits until its port is closed.
fn close(attempt: &SsoAttempt) -> Work {
    let released = attempt.close();
    Work::wait(async move {
        if let Some(released) = released {
            // An error is what tells that the other end is gone.
            let _ = released.await;
        }
        Ok(Output::Nothing)
    })
}
