//! The commands `decode` and `verify`.

use std::path::Path;

use cognitoken::{
    ClientValues, Environment, Error, ErrorKind, Expected, TokenUse, VerifierOptions, leeway_from_seconds,
    timeout_from_seconds, with_stored_client,
};
use serde_json::{Value, json};

use crate::arguments::{self, Decode, Verify};
use crate::waiting::{cognito, wait};
use crate::{Outcome, input, output, session};

pub(crate) fn decode(command: Decode) -> Outcome {
    let token = cognitoken::decode(&input::token(command.token)?)?;
    output::json(&json!({"header": token.header, "payload": token.payload, "signature": token.signature}))
}

pub(crate) fn verify(command: Verify) -> Outcome {
    let token = input::token(command.token.clone())?;
    let environment = Environment::read()?;
    let options = options(command, &environment)?;
    let request = session::request(None, ClientValues::default(), None, &environment);
    let mut options = wait(with_stored_client(options, &request))?;
    cognito()?.add_notices(std::mem::take(&mut options.notices));
    let verifier = cognito()?.verifier(options)?;
    let claims = wait(verifier.verify(&token, None))??;
    output::json(&Value::Object(claims))
}

fn options(command: Verify, environment: &Environment) -> Result<VerifierOptions, Error> {
    let mut options = VerifierOptions::new()
        .with_jwks_url(command.jwks_url.unwrap_or_default())
        .with_leeway(leeway_from_seconds(command.leeway)?)
        .with_timeout(timeout_from_seconds(command.timeout)?);
    options.user_pool_ids = given(with_text(command.user_pool_id));
    options.client_ids = given(with_text(command.client_id)).map(Expected::Exactly);
    options.issuers = given(with_text(command.issuer));
    options.jwks = command.jwks.as_deref().map(read_keys).transpose()?;
    options.groups = given(command.groups);
    options.scopes = given(command.scopes);
    if command.any_client {
        options = options.any_client();
    }
    options = match command.token_use {
        arguments::TokenUse::Id => options.with_token_use(TokenUse::Id),
        arguments::TokenUse::Access => options.with_token_use(TokenUse::Access),
        arguments::TokenUse::Any => options.any_token_use(),
    };
    Ok(options.with_environment(environment))
}

fn given(list: Vec<String>) -> Option<Vec<String>> {
    (!list.is_empty()).then_some(list)
}

/// An empty value is an absent value, as `--client-id "$UNSET"` has it.
fn with_text(mut list: Vec<String>) -> Vec<String> {
    list.retain(|value| !value.trim().is_empty());
    list
}

fn read_keys(path: &Path) -> Result<Value, Error> {
    let unusable = |why: &str| {
        let message = format!("the file {} {why}", path.display());
        Error::new(ErrorKind::Config, "InvalidJwks", message)
            .with_hint("Give a file with the pool's JWK set, as it stands at <issuer>/.well-known/jwks.json.")
    };
    let text = std::fs::read_to_string(path).map_err(|_| unusable("cannot be read"))?;
    serde_json::from_str(&text).map_err(|_| unusable("is not JSON"))
}
