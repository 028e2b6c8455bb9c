//! The session of the command: its request, its calls, and what is stored in it.

use std::sync::Arc;

use cognitoken::{
    Challenge, ClientValues, Environment, Error, Password, Profiles, Session, SessionRequest, SignInRequest,
    Tokens,
};
use cognitoken_surface::{Values as _, cognito, requests};

use crate::given::Given;
use crate::waiting::wait;
use crate::{Failure, Outcome, challenge, output, prompt};

/// The default store of the command, since memory does not last between commands.
pub(crate) const DEFAULT_STORE: &str = "file";

/// The request of a session of the command.
pub(crate) fn request(given: &Given<'_>, environment: &Environment) -> Result<SessionRequest, Failure> {
    let request = requests::session(given, environment.clone())?;
    Ok(SessionRequest { default_store: Some(DEFAULT_STORE.to_owned()), ..request })
}

/// Opens the session that the options select.
pub(crate) fn open(given: &Given<'_>) -> Result<Session, Failure> {
    Ok(cognito().session(request(given, &requests::environment(given)?)?)?)
}

/// Stores tokens that were not obtained by a session, and returns their place.
pub(crate) fn keep(
    tokens: &Arc<Tokens>,
    given: &Given<'_>,
    environment: &Environment,
) -> Result<String, Failure> {
    let session = cognito().session(keeping(tokens.client(), given, environment)?)?;
    let tokens = (**tokens).clone();
    call(&session, |session| async move { session.keep(tokens).await })?;
    Ok(session.place())
}

/// Checks that such tokens can be stored, before they are obtained.
pub(crate) fn check_keeps(given: &Given<'_>, environment: &Environment) -> Outcome {
    let session = cognito().session(keeping(ClientValues::default(), given, environment)?)?;
    Ok(session.check_keeps()?)
}

/// The request of a session that stores such tokens.
fn keeping(
    client: ClientValues,
    given: &Given<'_>,
    environment: &Environment,
) -> Result<SessionRequest, Failure> {
    Ok(SessionRequest {
        sign_in: SignInRequest { client, ..SignInRequest::new(environment.clone()) },
        store: given.text("store")?,
        default_store: Some(DEFAULT_STORE.to_owned()),
        keeps_tokens_from_elsewhere: true,
        ..SessionRequest::new(environment.clone())
    })
}

/// Checks everything that a sign-in needs except the password, before a person types one.
pub(crate) fn check_before_password(request: &SessionRequest) -> Outcome {
    wait(cognito().check_all_but_password(&request.sign_in))??;
    Ok(cognito().session(request.clone())?.check_keeps()?)
}

/// The session that goes on where another one found no tokens that are good: with the password that a person types, who
/// is asked if `may_ask` and if the password alone is missing.
///
/// # Errors
/// The failure itself where nobody is asked; where a sign-in would help, its hint names the command for a person.
pub(crate) fn with_typed_password(
    mut request: SessionRequest,
    failure: Failure,
    may_ask: bool,
) -> Result<Session, Failure> {
    let Failure::Library(error) = failure else { return Err(failure) };
    if !error.wants_sign_in() {
        return Err(error.into());
    }
    let sso = profile_for_the_page(&request)?;
    if sso || !may_ask || !request.lacks_password() {
        return Err(with_command(error, &request, sso).into());
    }
    check_before_password(&request)?;
    if error.code() != "MissingValue" {
        output::note(&format!("the stored sign-in is over: {}", error.message()));
    }
    request.sign_in.password = Some(Password::new(prompt::hidden("Password")?));
    Ok(cognito().session(request)?)
}

/// Returns whether the profile of this client is of a person who signs in on the pool's page.
pub(crate) fn profile_for_the_page(request: &SessionRequest) -> Result<bool, Failure> {
    let Some(name) = request.profile_name() else { return Ok(false) };
    Ok(Profiles::read()?.get(&name).is_some_and(|profile| profile.sso))
}

/// The error with the command that a person has to run, where a sign-in would help.
fn with_command(error: Error, request: &SessionRequest, sso: bool) -> Error {
    let is_of_client = request.client_credentials.is_some();
    let is_complete = request.lacks_password() || sso;
    if is_of_client || !is_complete {
        return error;
    }
    let username = request.known_values(None).remove("username").map(|known| known.value);
    let who = match (request.profile_name(), username) {
        (Some(profile), _) => format!(" --profile {profile}"),
        (None, Some(username)) => format!(" --username {username}"),
        (None, None) => String::new(),
    };
    let own = error.hint().map(|hint| format!("{hint} ")).unwrap_or_default();
    error.with_hint(format!("{own}A person can sign in with `cognitoken login{who}`."))
}

/// Makes a call of a session and prints its notices.
pub(crate) fn call<T: Send, F: Future<Output = Result<T, Error>> + Send>(
    session: &Session,
    call: impl FnOnce(Session) -> F,
) -> Result<T, Failure> {
    let outcome = wait(call(session.clone()));
    for notice in session.take_notices() {
        output::note(&notice);
    }
    Ok(outcome??)
}

/// Answers the challenge that a session ended in, and stores the tokens. Without a person to ask, the challenge is kept
/// for `cognitoken respond`.
pub(crate) fn answered(
    session: &Session,
    challenge: Challenge,
    may_ask: bool,
) -> Result<Arc<Tokens>, Failure> {
    if may_ask {
        session.check_keeps()?;
    }
    let tokens = challenge::answer_or_keep(challenge, may_ask)?;
    let kept = (*tokens).clone();
    call(session, |session| async move { session.keep(kept).await })?;
    Ok(tokens)
}
