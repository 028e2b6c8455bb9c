//! The commands that end in tokens.

use cognitoken::{
    ClientValues, Environment, Error, ErrorKind, Flow, RefreshRequest, RefreshToken, SignInRequest, Tokens,
    Transport, timeout_from_seconds,
};

use crate::arguments::{Client, Login, Refresh, Token, User};
use crate::{Failure, Outcome, challenge, domain, input, output};

pub(crate) fn login(command: Login) -> Outcome {
    let environment = Environment::read()?;
    let tokens = if command.sso {
        domain::sso(command.client, command.domain, command.page, environment)?
    } else if command.client_credentials {
        domain::client_credentials(command.client, command.domain, environment)?
    } else {
        sign_in(command.user, command.client, environment)?
    };
    if command.json { output::json(&tokens.to_response()) } else { output::summary(&tokens) }
}

pub(crate) fn token(command: Token) -> Outcome {
    let tokens = any_tokens(command)?;
    let token = tokens.id_token().ok_or_else(no_id_token)?;
    output::line(token.expose())
}

pub(crate) fn headers(command: Token) -> Outcome {
    let tokens = any_tokens(command)?;
    output::line(&format!("Authorization: {}", tokens.authorization()))
}

pub(crate) fn refresh(command: Refresh) -> Outcome {
    let refresh_token = match command.refresh_token_stdin {
        true => Some(RefreshToken::new(input::line_from_stdin("refresh token")?)),
        false => None,
    };
    let request = RefreshRequest {
        refresh_token,
        username: command.username,
        client: client_values(command.client)?,
        ..RefreshRequest::new(Environment::read()?)
    };
    let tokens = wait(cognitoken::refresh(&Transport::new(), request))??;
    if command.json { output::json(&tokens.to_response()) } else { output::summary(&tokens) }
}

/// Silent first: a refresh token needs no password.
fn any_tokens(command: Token) -> Result<Tokens, Failure> {
    let environment = Environment::read()?;
    let asked_to_sign_in = command.user.password_stdin || command.user.username.is_some();
    if asked_to_sign_in || !environment.has("COGNITO_REFRESH_TOKEN") {
        return sign_in(command.user, command.client, environment);
    }
    let request =
        RefreshRequest { client: client_values(command.client)?, ..RefreshRequest::new(environment) };
    Ok(wait(cognitoken::refresh(&Transport::new(), request))??)
}

pub(crate) fn sign_in(user: User, client: Client, environment: Environment) -> Result<Tokens, Failure> {
    let flow: Flow = user.flow.parse()?;
    let client = client_values(client)?;
    let wants_password = !matches!(flow, Flow::Custom | Flow::UserAuth);
    let password = input::password(user.password_stdin, wants_password, &environment)?;
    let request = SignInRequest {
        username: user.username,
        password,
        client,
        flow,
        preferred_challenge: user.preferred_challenge,
        ..SignInRequest::new(environment)
    };
    let transport = Transport::new();
    let outcome = wait(cognitoken::sign_in(&transport, request))?;
    challenge::answer_or_keep(outcome, user.prompt)
}

pub(crate) fn client_values(client: Client) -> Result<ClientValues, Error> {
    let Client { client_id, region, user_pool_id, endpoint, timeout } = client;
    let timeout = Some(timeout_from_seconds(timeout)?);
    Ok(ClientValues { client_id, client_secret: None, region, user_pool_id, endpoint, timeout })
}

fn no_id_token() -> Error {
    Error::new(ErrorKind::Authentication, "NoIdToken", "the service gave no ID token, only an access token")
        .with_hint("Use `cognitoken headers`, which sends the access token then.")
}

/// Drives one future to its end on this thread.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|why| {
        Error::new(ErrorKind::Network, "RuntimeFailed", format!("the network could not be set up: {why}"))
    })?;
    Ok(runtime.block_on(future))
}
