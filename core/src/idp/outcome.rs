//! The events of a sign-in, under the target `cognitoken::sign_in`.

use tracing::{debug, info};

use super::step::Step;
use crate::error::Result;

/// The event of a sign-in, or of an answer, that has ended.
pub(super) fn log(step: &Result<Step>) {
    match step {
        Ok(Step::Done(tokens)) => {
            info!(target: "cognitoken::sign_in", expires_at = tokens.expires_at_seconds(), "signed in");
        }
        Ok(Step::Challenge(challenge)) => {
            info!(target: "cognitoken::sign_in", challenge = challenge.name(), "challenge to be answered");
        }
        Err(error) => info!(
            target: "cognitoken::sign_in",
            code = error.code(),
            kind = ?error.kind(),
            request_id = error.request_id(),
            "sign-in failed"
        ),
    }
}

/// The event of a challenge that came. `name` has the form of one, and is no secret.
pub(super) fn log_challenge(name: &str) {
    debug!(target: "cognitoken::sign_in", challenge = name, "challenge received");
}
