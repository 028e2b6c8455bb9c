//! The conversation about a sign-in, which Python code leads.

use std::sync::{Mutex, PoisonError};

use cognitoken::{Error, ErrorKind};
use cognitoken_surface::{
    Conversation as Decisions, Failure, MISSING, Missing, Next, Object, Outcome, Output,
};
use pyo3::exceptions::PyBaseException;
use pyo3::prelude::*;

use crate::exception::readable;
use crate::handle::Handle;

/// The decisions of a conversation, see :func:`conversation`.
#[pyclass(frozen, module = "cognitoken._cognitoken")]
pub(crate) struct Conversation {
    decisions: Mutex<Decisions>,
    refused: Mutex<Option<String>>,
    missing: Mutex<Option<Missing>>,
}

/// Return a conversation with a person, who may mistype, or with a program.
#[pyfunction]
pub(crate) fn conversation(person: bool) -> Conversation {
    let decisions = if person { Decisions::with_a_person() } else { Decisions::with_a_program() };
    Conversation { decisions: Mutex::new(decisions), refused: Mutex::default(), missing: Mutex::default() }
}

#[pymethods]
impl Conversation {
    /// Return the next object after a value that a call returned or an exception that it raised: a challenge to answer, or
    /// the result. None if a value is missing and a person can type it. Raises the exception if it ends the
    /// conversation.
    fn after<'py>(&self, came: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let decided = self.decisions.lock().unwrap_or_else(PoisonError::into_inner).after(outcome(&came));
        let refused = match &decided {
            Next::AskAgain(_, error) => Some(readable(error.message())),
            _ => None,
        };
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = refused;
        *self.missing.lock().unwrap_or_else(PoisonError::into_inner) = match decided {
            Next::AskMissing(missing, _) => Some(missing),
            _ => None,
        };
        match decided {
            Next::AskMissing(..) => Ok(came.py().None().into_bound(came.py())),
            Next::Done(_) => Ok(came),
            Next::Failed(_) => Err(PyErr::from_value(came)),
            Next::Ask(_) | Next::AskAgain(..) if came.is_instance_of::<PyBaseException>() => {
                came.getattr("challenge")
            }
            Next::Ask(_) | Next::AskAgain(..) => Ok(came),
        }
    }

    /// The text of the error to show before the same challenge is asked again, else None.
    #[getter]
    fn refused(&self) -> Option<String> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The name, the question and whether the answer is hidden, if the call failed because a value is missing: make it
    /// again with the one that the person types. Else None.
    #[getter]
    fn missing(&self) -> Option<(&'static str, &'static str, bool)> {
        let missing = *self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        missing.map(|missing| (missing.parameter, missing.prompt, missing.is_hidden))
    }
}

/// The outcome that a value or an exception was made of.
fn outcome(came: &Bound<'_, PyAny>) -> Outcome {
    if let Some(handle) = Handle::of(came) {
        return Ok(Output::Object(handle.get().object().clone()));
    }
    if !came.is_instance_of::<PyBaseException>() {
        return Ok(Output::Nothing);
    }
    let text = |name| came.getattr(name).and_then(|text| text.extract::<String>()).unwrap_or_default();
    let error = Error::new(ErrorKind::Authentication, text("code"), text("message"));
    let lacks = text("_lacks");
    let missing = MISSING.iter().find(|missing| missing.parameter == lacks);
    let error = missing.map_or(error.clone(), |missing| error.lacking(missing.parameter));
    let challenge = came.getattr("challenge").ok().and_then(|challenge| Handle::of(&challenge));
    match challenge.as_ref().map(|handle| handle.get().object()) {
        Some(Object::Challenge(challenge)) if is_unanswered(came) => {
            Err(Failure::Unanswered((**challenge).clone()))
        }
        Some(Object::Challenge(challenge)) => Err(Failure::StillWaits(error, (**challenge).clone())),
        _ => Err(error.into()),
    }
}

fn is_unanswered(exception: &Bound<'_, PyAny>) -> bool {
    let class =
        exception.py().import("cognitoken.exceptions").and_then(|module| module.getattr("ChallengeRequired"));
    class.and_then(|class| exception.is_instance(&class)).unwrap_or_default()
}
