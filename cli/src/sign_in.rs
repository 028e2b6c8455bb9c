//! The commands that start a sign-in.

use cognitoken::{ClientValues, Environment, Error, Step, Tokens, timeout_from_seconds};

use crate::arguments::{Client, Login, User};
use crate::waiting::cognito;
use crate::{Failure, Outcome, challenge, domain, input, output, session};

pub(crate) fn login(command: Login) -> Outcome {
    let environment = Environment::read()?;
    let store = session::chosen(command.store)?;
    let tokens = if command.sso {
        session::check_keeps(store.clone(), &environment)?;
        let tokens = domain::sso(command.client, command.domain, command.page, environment.clone())?;
        session::keep(&tokens, store, &environment)?;
        tokens
    } else if command.client_credentials {
        domain::client_credentials(command.client, command.domain, store, &environment)?
    } else {
        sign_in(command.user, command.client, store, &environment)?
    };
    if command.json { output::json(&tokens.to_response()) } else { output::summary(&tokens) }
}

fn sign_in(
    user: User,
    client: Client,
    store: Option<String>,
    environment: &Environment,
) -> Result<Tokens, Failure> {
    let mut request = session::request_of(&user, client_values(client)?, store, environment)?;
    let needs_password = request.sign_in.flow.needs_password();
    // A person who can be asked for a password can be asked for a code, too.
    let may_ask = user.prompt || (!user.password_stdin && input::a_person_is_there());
    let check = || session::check_before_password(&request);
    request.sign_in.password = input::password(user.password_stdin, needs_password, environment, check)?;
    let session = cognito()?.session(request)?;
    let outcome = session::call(&session, |session| async move {
        Ok(session.sign_in().await?.map(|tokens| (*tokens).clone()))
    });
    let challenge = match outcome? {
        Step::Done(tokens) => return Ok(tokens),
        Step::Challenge(challenge) => challenge,
    };
    if may_ask {
        session.check_keeps()?;
    }
    let tokens = challenge::answer_or_keep(challenge, may_ask)?;
    let kept = tokens.clone();
    session::call(&session, |session| async move { session.keep(kept).await })?;
    Ok(tokens)
}

pub(crate) fn client_values(client: Client) -> Result<ClientValues, Error> {
    let Client { client_id, region, user_pool_id, endpoint, timeout } = client;
    let timeout = timeout.map(timeout_from_seconds).transpose()?;
    Ok(ClientValues { client_id, client_secret: None, region, user_pool_id, endpoint, timeout })
}
