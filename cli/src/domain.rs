//! Tokens from the pool's domain: SSO on the sign-in page, and client credentials.

use std::io::{BufRead as _, IsTerminal as _};

use cognitoken::{
    ClientCredentialsRequest, Environment, Error, PasteHandle, SessionRequest, SsoRequest, TokenUse, Tokens,
    likely_remote, open_browser, timeout_from_seconds,
};

use crate::arguments::{Client, Domain, Page};
use crate::output;
use crate::sign_in::client_values;
use crate::waiting::{cognito, wait};
use crate::{Failure, session};

pub(crate) fn client_credentials(
    client: Client,
    domain: Domain,
    store: Option<String>,
    environment: &Environment,
) -> Result<Tokens, Failure> {
    let client = client_values(client)?;
    let mut credentials = ClientCredentialsRequest::new(environment.clone())
        .with_client(client.clone())
        .with_client_authentication(domain.client_authentication.parse()?)
        .with_scopes(domain.scopes);
    credentials.domain = domain.domain;
    let request = SessionRequest {
        client_credentials: Some(credentials),
        token_use: TokenUse::Access,
        ..session::request(None, client, store, environment)
    };
    let session = cognito()?.session(request)?;
    session::call(&session, |session| async move {
        session.tokens().await?.or_error().map(|tokens| (*tokens).clone())
    })
}

pub(crate) fn sso(
    client: Client,
    domain: Domain,
    page: Page,
    environment: Environment,
) -> Result<Tokens, Failure> {
    let elsewhere = page.no_browser || likely_remote();
    let timeout = page.wait.or(client.timeout).map(timeout_from_seconds).transpose()?;
    let mut request = SsoRequest::new(environment)
        .with_client(client_values(client)?)
        .with_client_authentication(domain.client_authentication.parse()?)
        .with_scopes(domain.scopes)
        .with_port_required(!elsewhere);
    request.domain = domain.domain;
    request.timeout = timeout;
    request.identity_provider = page.identity_provider;
    request.idp_identifier = page.idp_identifier;
    request.login_hint = page.login_hint;
    request.lang = page.lang;
    request.prompt = page.page_prompt;
    request.redirect_uri = page.redirect_uri;
    let cognito = cognito()?;
    let tokens: Result<Tokens, Error> = wait(async {
        let attempt = cognito.start_sso(request).await?;
        let opened = !elsewhere && open_browser(attempt.authorize_url()).is_ok();
        output::link(attempt.authorize_url().as_str(), opened);
        if !opened {
            let handle = attempt.paste_handle();
            output::paste_question(attempt.listens());
            std::thread::spawn(move || take_pasted(&handle));
        }
        attempt.wait().await
    })?;
    Ok(tokens?)
}

/// Reads addresses until one is accepted. The command does not wait for this thread if the browser comes back first.
fn take_pasted(handle: &PasteHandle) {
    let stdin = std::io::stdin();
    let asks_again = stdin.is_terminal();
    for line in stdin.lock().lines().map_while(Result::ok).filter(|line| !line.trim().is_empty()) {
        match handle.accept(&line) {
            Ok(()) => return,
            Err(error) => output::error(&error),
        }
        if asks_again {
            output::paste_question(false);
        }
    }
}
