//! The commands `decode` and `verify`.

use std::path::Path;

use cognitoken::{
    ClientValues, Environment, Error, ErrorKind, Expected, TokenUse, Verifier, VerifierOptions,
    leeway_from_seconds, timeout_from_seconds,
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
    let mut options = wait(options.with_stored(&request))?;
    cognito()?.add_notices(std::mem::take(&mut options.notices));
    let verifier = Verifier::new(options)?;
    let claims = wait(verifier.verify(cognito()?.transport(), &token, None))??;
    output::json(&Value::Object(claims))
}

fn options(command: Verify, environment: &Environment) -> Result<VerifierOptions, Error> {
    let client_id =
        if command.any_client { Expected::Unchecked } else { Expected::Exactly(command.client_id) };
    let token_use = match command.token_use {
        arguments::TokenUse::Id => Expected::Exactly(TokenUse::Id),
        arguments::TokenUse::Access => Expected::Exactly(TokenUse::Access),
        arguments::TokenUse::Any => Expected::Unchecked,
    };
    let options = VerifierOptions {
        user_pool_id: command.user_pool_id,
        issuer: command.issuer,
        jwks_url: command.jwks_url,
        jwks: command.jwks.as_deref().map(read_keys).transpose()?,
        leeway: leeway_from_seconds(command.leeway)?,
        groups: given(command.groups),
        scopes: given(command.scopes),
        timeout: timeout_from_seconds(command.timeout)?,
        ..VerifierOptions::new(client_id, token_use)
    };
    Ok(options.with_environment(environment))
}

fn given(list: Vec<String>) -> Option<Vec<String>> {
    (!list.is_empty()).then_some(list)
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
