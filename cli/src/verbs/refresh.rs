//! `refresh`: gets new tokens without a password.

use clap::{ArgMatches, Command};
use cognitoken::SessionRequest;
use cognitoken_surface::{cognito, prepare, requests};

use crate::given::Given;
use crate::options::{self, switch};
use crate::waiting::done;
use crate::{Outcome, challenge, input, output, session};

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
        let request = SessionRequest { may_sign_in: false, ..session::request(&given, &environment)? };
        let session = cognito().session(request)?;
        session::call(&session, |session| async move { session.refresh().await?.or_error() })?
    };
    output::tokens(&tokens, json)
}
