//! The stored sign-in and the commands that use it.

use std::io::IsTerminal as _;
use std::time::SystemTime;

use cognitoken::binding::unix_seconds;
use cognitoken::{
    ClientValues, Environment, Error, ErrorKind, Password, PendingChallenges, RefreshRequest, RefreshToken,
    Session, SessionRequest, SessionStatus, SignInRequest, Step, TokenUse, Tokens,
};
use serde_json::{Map, Value};

use crate::arguments::{Identity, Logout, Refresh, Status, Store, Token, User};
use crate::sign_in::client_values;
use crate::waiting::{cognito, wait};
use crate::{Failure, Outcome, challenge, input, output, places, prompt};

/// The default store of the command, since memory does not last between commands.
const DEFAULT_STORE: &str = "file";

/// Returns the store that the command line names.
///
/// # Errors
/// If the address contains a user name or password, because other users can read the arguments of a process.
pub(crate) fn chosen(store: Store) -> Result<Option<String>, Error> {
    let Some(store) = store.store else { return Ok(None) };
    if store.split_once("://").is_some_and(|(_, address)| address.contains('@')) {
        let message = "a store's address with a user name or a password in it is not taken from the command line, \
                       where others can read it";
        return Err(Error::new(ErrorKind::Config, "SecretInArguments", message)
            .with_hint("Set it as COGNITO_STORE, in the environment or in .env."));
    }
    Ok(Some(store))
}

/// The request of a session of the command.
pub(crate) fn request(
    username: Option<String>,
    client: ClientValues,
    store: Option<String>,
    environment: &Environment,
) -> SessionRequest {
    SessionRequest {
        sign_in: SignInRequest { username, client, ..SignInRequest::new(environment.clone()) },
        store,
        default_store: Some(DEFAULT_STORE.to_owned()),
        ..SessionRequest::new(environment.clone())
    }
}

/// As [`request`], with the authentication flow.
pub(crate) fn request_of(
    user: &User,
    client: ClientValues,
    store: Option<String>,
    environment: &Environment,
) -> Result<SessionRequest, Error> {
    let mut request = request(user.username.clone(), client, store, environment);
    request.sign_in.flow = user.flow.parse()?;
    request.sign_in.preferred_challenge = user.preferred_challenge.clone();
    request.sign_in.remember_device = user.remember_device;
    Ok(request)
}

/// Stores tokens that were not obtained by a session.
pub(crate) fn keep(tokens: &Tokens, store: Option<String>, environment: &Environment) -> Result<(), Failure> {
    let session = cognito()?.session(keeping(tokens.client(), store, environment))?;
    call(&session, |session| async move { session.keep(tokens.clone()).await })
}

/// Checks that such tokens can be stored, before they are obtained.
pub(crate) fn check_keeps(store: Option<String>, environment: &Environment) -> Outcome {
    let session = cognito()?.session(keeping(ClientValues::default(), store, environment))?;
    Ok(session.check_keeps()?)
}

/// The request of a session that stores such tokens.
fn keeping(client: ClientValues, store: Option<String>, environment: &Environment) -> SessionRequest {
    SessionRequest { keeps_tokens_from_elsewhere: true, ..request(None, client, store, environment) }
}

/// Checks everything that a sign-in needs except the password, before a person types one.
pub(crate) fn check_before_password(request: &SessionRequest) -> Outcome {
    let cognito = cognito()?;
    wait(cognito.check_all_but_password(&request.sign_in))??;
    Ok(cognito.session(request.clone())?.check_keeps()?)
}

/// Makes a call of a session and prints its notices.
pub(crate) fn call<T, F: Future<Output = Result<T, Error>>>(
    session: &Session,
    call: impl FnOnce(Session) -> F,
) -> Result<T, Failure> {
    let outcome = wait(call(session.clone()));
    for notice in session.take_notices() {
        output::note(&notice);
    }
    Ok(outcome??)
}

pub(crate) fn token(command: Token) -> Outcome {
    let access = command.access;
    let session = signed_in(command)?;
    let token = match access {
        true => call(&session, |session| async move {
            Ok(session.access_token().await?.or_error()?.expose().to_owned())
        }),
        false => call(&session, |session| async move { session.sent_token().await?.or_error() }),
    };
    output::line(&token?)
}

pub(crate) fn headers(command: Token) -> Outcome {
    let session = signed_in(command)?;
    let authorization = call(&session, |session| async move { session.authorization().await?.or_error() })?;
    output::line(&format!("Authorization: {authorization}"))
}

/// Opens a session and makes sure that it has tokens, with prompts for missing values if allowed.
fn signed_in(command: Token) -> Result<Session, Failure> {
    let Token { user, client, store, access } = command;
    let environment = Environment::read()?;
    let mut request = request_of(&user, client_values(client)?, chosen(store)?, &environment)?;
    request.token_use = if access { TokenUse::Access } else { TokenUse::Id };
    if user.password_stdin {
        request.sign_in.password = Some(input::secret_from_stdin("password")?);
    }
    let session = cognito()?.session(request.clone())?;
    let outcome = try_out(&session);
    let may_ask = user.prompt && input::a_person_is_there();
    if may_ask && outcome.as_ref().is_err_and(wants_sign_in) && request.lacks_password() {
        check_before_password(&request)?;
        request.sign_in.password = Some(Password::new(prompt::hidden("Password")?));
        let session = cognito()?.session(request)?;
        return answer(&session, try_out(&session), user.prompt);
    }
    answer(&session, outcome, user.prompt)
}

fn try_out(session: &Session) -> Result<Step<()>, Failure> {
    call(session, |session| async move { Ok(session.authorization().await?.map(drop)) })
}

fn answer(session: &Session, outcome: Result<Step<()>, Failure>, prompt: bool) -> Result<Session, Failure> {
    if let Step::Challenge(challenge) = outcome? {
        if prompt {
            session.check_keeps()?;
        }
        let tokens = challenge::answer_or_keep(challenge, prompt)?;
        call(session, |session| async move { session.keep(tokens).await })?;
    }
    Ok(session.clone())
}

/// Returns whether a new sign-in would help: nothing is stored, or the stored tokens are no longer valid.
fn wants_sign_in(failure: &Failure) -> bool {
    matches!(failure, Failure::Library(error) if error.wants_sign_in())
}

pub(crate) fn refresh(command: Refresh) -> Outcome {
    let Refresh { client, username, refresh_token_stdin, device_key, store, json } = command;
    let environment = Environment::read()?;
    let (client, store) = (client_values(client)?, chosen(store)?);
    let tokens = if refresh_token_stdin {
        check_keeps(store.clone(), &environment)?;
        let request = RefreshRequest {
            refresh_token: Some(RefreshToken::new(input::secret_from_stdin("refresh token")?.expose())),
            username,
            device_key,
            client,
            ..RefreshRequest::new(environment.clone())
        };
        let tokens = wait(cognito()?.refresh(request))??;
        keep(&tokens, store, &environment)?;
        tokens
    } else {
        let opened = request(username, client, store, &environment);
        let request = SessionRequest { may_sign_in: false, device_key, ..opened };
        let session = cognito()?.session(request)?;
        call(&session, |session| async move {
            session.refresh().await?.or_error().map(|tokens| (*tokens).clone())
        })?
    };
    if json { output::json(&tokens.to_response()) } else { output::summary(&tokens) }
}

pub(crate) fn status(command: Status) -> Outcome {
    if command.all {
        return places::show(command.identity, command.json);
    }
    let session = open(command.identity)?;
    let status = call(&session, |session| async move { session.status().await })?;
    if command.json {
        output::json(&as_json(&status))?;
    } else {
        output::rows(&status.rows(SystemTime::now()))?;
    }
    if status.signed_in {
        return Ok(());
    }
    let message = format!("nobody is signed in: nothing that fits is stored in {}", session.place());
    Err(Error::new(ErrorKind::Authentication, "NotSignedIn", message)
        .with_hint("Sign in with `cognitoken login`.")
        .into())
}

/// The status of a sign-in as JSON, without secrets.
pub(crate) fn as_json(status: &SessionStatus) -> Value {
    let text = |value: &Option<String>| value.clone().map_or(Value::Null, Value::from);
    let fields = [
        ("signed_in", Value::from(status.signed_in)),
        ("who", text(&status.who)),
        ("username", text(&status.username)),
        ("user_pool_id", text(&status.user_pool_id)),
        ("issuer", text(&status.issuer)),
        ("client_id", text(&status.client_id)),
        ("expires_at", status.expires_at.map(unix_seconds).map_or(Value::Null, Value::from)),
        ("refreshable", Value::from(status.refreshable)),
        ("store", Value::from(status.place.as_str())),
        ("protection", Value::from(status.protection.as_str())),
    ];
    let fields: Map<String, Value> =
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Value::Object(fields)
}

pub(crate) fn logout(command: Logout) -> Outcome {
    if command.all {
        return places::empty(command.identity);
    }
    let environment = Environment::read()?;
    let (username, client_id) =
        (command.identity.username.clone(), command.identity.client.client_id.clone());
    let session = open(command.identity)?;
    let everywhere = command.global;
    let outcome = call(&session, |session| async move { session.sign_out(everywhere).await })?;
    let challenges = PendingChallenges::of_this_user(&environment)?;
    let forgotten = wait(challenges.forget_of(username.as_deref(), client_id.as_deref(), &environment))??;
    if forgotten > 0 {
        output::note("a challenge that waited for an answer is forgotten too");
    }
    output::line(outcome.message())
}

pub(crate) fn export(identity: Identity) -> Outcome {
    if std::io::stdout().is_terminal() {
        let message =
            "the bundle would stay on the screen: it is as good as the sign-in for whoever has the key";
        return Err(Error::new(ErrorKind::Config, "ExportToTerminal", message)
            .with_hint("Redirect it: `cognitoken export > FILE`, or pipe it to where it is needed.")
            .into());
    }
    let session = open(identity)?;
    let environment = Environment::read()?;
    let bundle = call(&session, |session| async move { session.export(&environment).await })?;
    output::line(&bundle)
}

pub(crate) fn import(identity: Identity) -> Outcome {
    let session = open(identity)?;
    let environment = Environment::read()?;
    let bundle = input::line_from_stdin("bundle")?;
    let tokens = call(&session, |session| async move { session.import(&bundle, &environment).await })?;
    output::summary(&tokens)
}

fn open(identity: Identity) -> Result<Session, Failure> {
    let Identity { username, client, store } = identity;
    let request = request(username, client_values(client)?, chosen(store)?, &Environment::read()?);
    Ok(cognito()?.session(request)?)
}
