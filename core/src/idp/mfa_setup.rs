//! The operations of MFA_SETUP: setting up an authenticator app during a sign-in.
//!
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html>

use std::collections::BTreeMap;

use super::api::Api;
use super::setup_question::{APP, ways};
use super::totp_setup::TotpSetup;
use super::wire::{AssociateSoftwareToken, VerifySoftwareToken};
use crate::error::{Error, Result};
use crate::secret::ChallengeSession;
use crate::verdict::{CODE_MISMATCH, code_mismatch};

/// Asks for the app's secret, if the pool lets this user set up an app. `session` is replaced by the one that comes
/// with it.
pub(super) async fn associate(
    api: &Api<'_>,
    parameters: &BTreeMap<String, String>,
    session: &mut Option<ChallengeSession>,
    username: &str,
) -> Result<Option<TotpSetup>> {
    let Some(before) = session.as_ref().filter(|_| ways(parameters).contains(&APP)) else {
        return Ok(None);
    };
    let output = api.call(&AssociateSoftwareToken { session: before.expose() }).await?.output;
    if let Some(next) = output.session {
        *session = Some(ChallengeSession::new(next));
    }
    let issuer = api.config.user_pool_id.as_ref().map_or_else(|| "Cognito".to_owned(), ToString::to_string);
    Ok(Some(TotpSetup::new(output.secret_code, &issuer, username)))
}

/// Sends a code of the app, and returns the session to continue with.
pub(super) async fn verify(
    api: &Api<'_>,
    session: &ChallengeSession,
    code: &str,
) -> Result<ChallengeSession> {
    let output = api.call(&VerifySoftwareToken { session: session.expose(), user_code: code }).await?.output;
    if output.status.as_deref().is_some_and(|status| status != "SUCCESS") {
        return Err(Error::judged(code_mismatch(), CODE_MISMATCH, "the code of the app is not right")
            .with_hint("Check the app's clock, and answer with the code that it shows now."));
    }
    Ok(output.session.map_or_else(|| session.clone(), ChallengeSession::new))
}
