//! `token`: prints a token of the stored sign-in, or of a new one.

use clap::{Arg, ArgMatches, Command};
use cognitoken::{Session, Step};
use cognitoken_surface::{cognito, requests};
use serde_json::json;

use crate::given::Given;
use crate::options::{self, switch};
use crate::{Failure, Outcome, input, output, session};

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

/// Opens a session and makes sure that it has tokens: a person at the terminal is asked for the password that is missing.
pub(super) fn signed_in(given: &Given<'_>) -> Result<Session, Failure> {
    let mut request = session::request(given, &requests::environment(given)?)?;
    let from_stdin = given.has("password_stdin");
    if from_stdin {
        request.sign_in.password = Some(input::secret_from_stdin("password")?);
    }
    let may_ask = may_ask(given);
    let mut session = cognito().session(request.clone())?;
    let mut outcome = try_out(&session);
    if let Err(failure) = outcome {
        session = session::with_typed_password(request, failure, may_ask)?;
        outcome = try_out(&session);
    }
    if let Step::Challenge(challenge) = outcome? {
        session::answered(&session, challenge, may_ask)?;
    }
    Ok(session)
}

/// Returns whether a person is asked for what is missing: one who reads the questions, or whom an option says is there.
pub(super) fn may_ask(given: &Given<'_>) -> bool {
    let is_wanted = given.has("on_challenge") && input::a_person_is_there();
    is_wanted || (!given.has("password_stdin") && input::a_person_reads_questions())
}

fn try_out(session: &Session) -> Result<Step<()>, Failure> {
    session::call(session, |session| async move { Ok(session.authorization().await?.map(drop)) })
}
