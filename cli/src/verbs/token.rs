//! `token`: prints a token of the stored sign-in, or of a new one.

use clap::{Arg, ArgMatches, Command};
use cognitoken::{Password, Session, Step};
use cognitoken_surface::{cognito, requests};
use serde_json::json;

use crate::given::Given;
use crate::options::{self, switch};
use crate::{Failure, Outcome, input, output, prompt, session};

/// The parameters that only a token of the app client itself has.
pub(super) const OF_THE_CLIENT_ITSELF: [&str; 3] = ["domain", "scopes", "client_authentication"];

pub(super) const ABOUT: &str =
    "Print the ID token: stored, refreshed if necessary, or from COGNITO_REFRESH_TOKEN or a new sign-in";

pub(super) fn describe(command: Command) -> Command {
    signing_in(command).arg(options::json("Print JSON: {\"id_token\": ...}, or {\"access_token\": ...}"))
}

/// Adds the options of a verb that signs in if there is no token.
pub(super) fn signing_in(command: Command) -> Command {
    let is_of_session = |option: &Arg| option.get_id() != "token_use";
    let under_heading = |option: Arg| match OF_THE_CLIENT_ITSELF.contains(&option.get_id().as_str()) {
        true => option.help_heading("With --flow client_credentials"),
        false => option,
    };
    command
        .arg(switch("access", "Use the access token instead of the ID token"))
        .arg(options::password_stdin())
        .arg(options::prompt())
        .args(options::of("session").into_iter().filter(is_of_session).map(under_heading))
}

pub(super) fn run(options: &ArgMatches) -> Outcome {
    let given = Given::options(options);
    let session = signed_in(&given)?;
    let token = match given.has("access") {
        true => session::call(&session, |session| async move {
            Ok(session.access_token().await?.or_error()?.expose().to_owned())
        }),
        false => session::call(&session, |session| async move { session.sent_token().await?.or_error() }),
    }?;
    if !given.has("json") {
        return output::line(&token);
    }
    let is_access = given.has("access") || session.fresh().is_some_and(|tokens| tokens.id_token().is_none());
    output::json(&json!({ if is_access { "access_token" } else { "id_token" }: token }))
}

/// Opens a session and makes sure that it has tokens, with prompts for missing values if allowed.
pub(super) fn signed_in(given: &Given<'_>) -> Result<Session, Failure> {
    let mut request = session::request(given, &requests::environment(given)?)?;
    if given.has("password_stdin") {
        request.sign_in.password = Some(input::secret_from_stdin("password")?);
    }
    let mut session = cognito().session(request.clone())?;
    let mut outcome = try_out(&session);
    let may_ask = given.has("on_challenge");
    let lacks_password = outcome.as_ref().is_err_and(wants_sign_in) && request.lacks_password();
    if lacks_password && may_ask && input::a_person_is_there() {
        session::check_before_password(&request)?;
        request.sign_in.password = Some(Password::new(prompt::hidden("Password")?));
        session = cognito().session(request)?;
        outcome = try_out(&session);
    }
    if let Step::Challenge(challenge) = outcome? {
        session::answered(&session, challenge, may_ask)?;
    }
    Ok(session)
}

fn try_out(session: &Session) -> Result<Step<()>, Failure> {
    session::call(session, |session| async move { Ok(session.authorization().await?.map(drop)) })
}

/// Returns whether a new sign-in would help: nothing is stored, or the stored tokens are no longer valid.
fn wants_sign_in(failure: &Failure) -> bool {
    matches!(failure, Failure::Library(error) if error.wants_sign_in())
}
