//! `refresh`: gets new tokens without a password.

use std::sync::Arc;

use clap::{ArgMatches, Command};
use cognitoken::{SessionRequest, Step, Tokens};
use cognitoken_surface::{cognito, prepare, requests};

use super::token;
use crate::given::Given;
use crate::options::{self, switch};
use crate::waiting::done;
use crate::{Failure, Outcome, challenge, input, output, session};

pub(super) const ABOUT: &str =
    "Get new tokens for the stored sign-in, or from COGNITO_REFRESH_TOKEN, without a password";

pub(super) fn describe(command: Command) -> Command {
    command
        .arg(switch(
            "refresh_token_stdin",
            "Read the refresh token from standard input instead of COGNITO_REFRESH_TOKEN",
        ))
        .args(options::of("refresh"))
        .args(options::some_of("session", &["store"]))
        .arg(options::json_with_tokens())
}

pub(super) fn run(options: &ArgMatches) -> Outcome {
    let given = Given::options(options);
    let (environment, json) = (requests::environment(&given)?, given.has("json"));
    let tokens = if given.has("refresh_token_stdin") {
        session::check_keeps(&given, &environment)?;
        let given = given.with_text("refresh_token", input::secret_from_stdin("refresh token")?.expose());
        let tokens = challenge::tokens(done(prepare("refresh", &given)?)??)?;
        session::keep(&tokens, &given, &environment)?;
        tokens
    } else {
        refreshed(session::request(&given, &environment)?, token::may_ask(&given))?
    };
    output::tokens(&tokens, json)
}

/// The tokens of a refresh. A person at the terminal whose sign-in is over signs in again.
fn refreshed(request: SessionRequest, may_ask: bool) -> Result<Arc<Tokens>, Failure> {
    let session = cognito().session(SessionRequest { may_sign_in: false, ..request.clone() })?;
    let refreshed = session::call(&session, |session| async move { session.refresh().await?.or_error() });
    let failure = match refreshed {
        Err(failure) => failure,
        refreshed => return refreshed,
    };
    let session = session::with_typed_password(request, failure, may_ask)?;
    match session::call(&session, |session| async move { session.sign_in().await })? {
        Step::Done(tokens) => Ok(tokens),
        Step::Challenge(challenge) => session::answered(&session, challenge, may_ask),
    }
}
