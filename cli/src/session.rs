//! The sign-in that lasts between commands.

use std::io::IsTerminal as _;
use std::time::SystemTime;

use cognitoken::{
    ClientValues, Environment, Error, ErrorKind, Password, RefreshRequest, RefreshToken, Session,
    SessionRequest, SignInRequest, TokenUse, Tokens, Transport,
};
use serde_json::{Map, Value};

use crate::arguments::{Identity, Logout, Refresh, Status, Token, User};
use crate::sign_in::client_values;
use crate::waiting::wait;
use crate::{Failure, Outcome, challenge, input, output};

/// Where the shell keeps tokens when nothing says otherwise: a command has no memory.
const DEFAULT_STORE: &str = "file";

/// What a session of the shell's starts from.
pub(crate) fn request(
    username: Option<String>,
    client: ClientValues,
    store: Option<String>,
    environment: &Environment,
) -> SessionRequest {
    let by_default = (!environment.has("COGNITO_STORE")).then(|| DEFAULT_STORE.to_owned());
    SessionRequest {
        sign_in: SignInRequest { username, client, ..SignInRequest::new(environment.clone()) },
        store: store.or(by_default),
        ..SessionRequest::new(environment.clone())
    }
}

/// As [`request`], with how the user is proved.
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

/// Stores tokens that came another way than by a session.
pub(crate) fn keep(tokens: &Tokens, store: Option<String>, environment: &Environment) -> Result<(), Failure> {
    let session = Session::open(request(None, tokens.client(), store, environment))?;
    call(&session, |transport, session| async move { session.keep(&transport, tokens.clone()).await })
}

/// Makes one call of a session's, and tells what it has to tell.
pub(crate) fn call<T, F: Future<Output = Result<T, Error>>>(
    session: &Session,
    call: impl FnOnce(Transport, Session) -> F,
) -> Result<T, Failure> {
    let outcome = wait(call(Transport::new(), session.clone()));
    for notice in session.take_notices() {
        output::note(&notice);
    }
    Ok(outcome??)
}

pub(crate) fn token(command: Token) -> Outcome {
    let access = command.access;
    let session = signed_in(command)?;
    let token = match access {
        true => call(&session, |transport, session| async move {
            Ok(session.access_token(&transport).await?.expose().to_owned())
        }),
        false => call(&session, |transport, session| async move {
            Ok(session.id_token(&transport).await?.expose().to_owned())
        }),
    };
    output::line(&token?)
}

pub(crate) fn headers(command: Token) -> Outcome {
    let session = signed_in(command)?;
    let authorization =
        call(&session, |transport, session| async move { session.authorization(&transport).await })?;
    output::line(&format!("Authorization: {authorization}"))
}

/// A session that has an answer: it had one, or found one, or a person gave what was missing.
fn signed_in(command: Token) -> Result<Session, Failure> {
    let Token { user, client, store, access } = command;
    let environment = Environment::read()?;
    let mut request = request_of(&user, client_values(client)?, store.store, &environment)?;
    request.token_use = if access { TokenUse::Access } else { TokenUse::Id };
    if user.password_stdin {
        request.sign_in.password = Some(Password::new(input::line_from_stdin("password")?));
    }
    let session = Session::open(request.clone())?;
    match (try_out(&session), request.sign_in.password.is_some()) {
        (Err(Failure::Library(error)), false) if wants_password(&error) => {
            request.sign_in.password = Some(Password::new(input::hidden("Password")?));
            let session = Session::open(request)?;
            answer(&session, try_out(&session), user.prompt)
        }
        (outcome, _) => answer(&session, outcome, user.prompt),
    }
}

fn try_out(session: &Session) -> Result<(), Failure> {
    call(session, |transport, session| async move { session.authorization(&transport).await.map(drop) })
}

fn answer(session: &Session, outcome: Result<(), Failure>, prompt: bool) -> Result<Session, Failure> {
    match outcome {
        Err(Failure::Library(error)) if error.challenge().is_some() => {
            let tokens = challenge::answer_or_keep(Err(error), prompt)?;
            call(session, |transport, session| async move { session.keep(&transport, tokens).await })?;
        }
        outcome => outcome?,
    }
    Ok(session.clone())
}

/// Whether a person at the terminal can give what is missing.
fn wants_password(error: &Error) -> bool {
    error.kind() == ErrorKind::Config
        && error.code() == "MissingValue"
        && error.message().contains("COGNITO_PASSWORD")
        && std::io::stdin().is_terminal()
}

pub(crate) fn refresh(command: Refresh) -> Outcome {
    let Refresh { client, username, refresh_token_stdin, store, json } = command;
    let environment = Environment::read()?;
    let client = client_values(client)?;
    let tokens = if refresh_token_stdin {
        let request = RefreshRequest {
            refresh_token: Some(RefreshToken::new(input::line_from_stdin("refresh token")?)),
            username,
            client,
            ..RefreshRequest::new(environment.clone())
        };
        let tokens = wait(cognitoken::refresh(&Transport::new(), request))??;
        keep(&tokens, store.store, &environment)?;
        tokens
    } else {
        let request =
            SessionRequest { may_sign_in: false, ..request(username, client, store.store, &environment) };
        let session = Session::open(request)?;
        call(&session, |transport, session| async move {
            session.refresh(&transport).await.map(|tokens| (*tokens).clone())
        })?
    };
    if json { output::json(&tokens.to_response()) } else { output::summary(&tokens) }
}

pub(crate) fn status(command: Status) -> Outcome {
    let session = open(command.identity)?;
    let status = call(&session, |transport, session| async move { session.status(&transport).await })?;
    if command.json {
        let text = |value: &Option<String>| value.clone().map_or(Value::Null, Value::from);
        let fields = [
            ("signed_in", Value::from(status.signed_in)),
            ("who", text(&status.who)),
            ("username", text(&status.username)),
            ("user_pool_id", text(&status.user_pool_id)),
            ("issuer", text(&status.issuer)),
            ("client_id", text(&status.client_id)),
            ("expires_at", status.expires_at.map_or(Value::Null, Value::from)),
            ("refreshable", Value::from(status.refreshable)),
            ("store", Value::from(status.place.as_str())),
            ("protection", Value::from(status.protection.as_str())),
        ];
        let fields: Map<String, Value> =
            fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        output::json(&Value::Object(fields))?;
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

pub(crate) fn logout(command: Logout) -> Outcome {
    let session = open(command.identity)?;
    let everywhere = command.global;
    let outcome =
        call(&session, |transport, session| async move { session.sign_out(&transport, everywhere).await })?;
    output::line(outcome.message())
}

pub(crate) fn export(identity: Identity) -> Outcome {
    let session = open(identity)?;
    let environment = Environment::read()?;
    let bundle =
        call(&session, |transport, session| async move { session.export(&transport, &environment).await })?;
    output::line(&bundle)
}

pub(crate) fn import(identity: Identity) -> Outcome {
    let session = open(identity)?;
    let environment = Environment::read()?;
    let bundle = input::line_from_stdin("bundle")?;
    let tokens = call(&session, |transport, session| async move {
        session.import(&transport, &bundle, &environment).await
    })?;
    output::summary(&tokens)
}

fn open(identity: Identity) -> Result<Session, Error> {
    let Identity { username, client, store } = identity;
    Session::open(request(username, client_values(client)?, store.store, &Environment::read()?))
}
