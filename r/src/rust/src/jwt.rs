//! Decoding and verifying tokens.

use std::time::{Duration, SystemTime};

use cognitoken::{
    Environment, Expected, SessionRequest, TokenUse, Verifier, VerifierOptions, leeway_from_seconds,
    refused_by_check, timeout_from_seconds, with_stored_client,
};
use extendr_api::prelude::*;
use serde_json::Value;

use crate::arguments::Arguments;
use crate::json;
use crate::reply::{Failure, described, reply};
use crate::runtime;

/// Header, payload and signature of a token, which nobody has verified.
#[extendr]
fn decode(values: Robj) -> Robj {
    reply(|| {
        let token = Arguments::new(&values)?.text("token")?.unwrap_or_default();
        let decoded = cognitoken::decode(&token)?;
        Ok(list!(
            header = json::object_to_r(&decoded.header)?,
            payload = json::object_to_r(&decoded.payload)?,
            signature = decoded.signature
        )
        .into())
    })
}

#[extendr]
fn verifier(values: Robj) -> Robj {
    reply(|| {
        let values = Arguments::new(&values)?;
        let mut options = VerifierOptions::new()
            .with_jwks_url(values.text("jwks_url")?.unwrap_or_default())
            .with_leeway(values.number("leeway")?.map_or(Ok(Duration::ZERO), leeway_from_seconds)?);
        options.user_pool_ids = one_or_many(&values, "user_pool_id")?;
        options.issuers = one_or_many(&values, "issuer")?;
        options.client_ids = accepted_clients(&values)?;
        options.token_use = accepted_use(&values)?;
        options.jwks = given_keys(&values)?;
        options.groups = values.texts("groups")?;
        options.scopes = values.texts("scopes")?;
        if let Some(seconds) = values.number("timeout")? {
            options.timeout = timeout_from_seconds(seconds)?;
        }
        let environment = Environment::read()?;
        let mut options = options.with_environment(&environment);
        if options.lacks_pool_or_client() {
            let request = SessionRequest::new(environment);
            options = runtime::wait(|_| async move { Ok(with_stored_client(options, &request).await) })?;
        }
        runtime::add_notices(std::mem::take(&mut options.notices));
        Ok(ExternalPtr::new(runtime::cognito().verifier(options)?).into())
    })
}

fn accepted_clients(values: &Arguments) -> Result<Option<Expected<Vec<String>>>, Failure> {
    if values.flag("any_client") {
        return Ok(Some(Expected::Unchecked));
    }
    Ok(one_or_many(values, "client_id")?.map(Expected::Exactly))
}

/// A character vector; a single empty string is an absent value.
fn one_or_many(values: &Arguments, name: &str) -> Result<Option<Vec<String>>, Failure> {
    let is_absent = |texts: &Vec<String>| matches!(&texts[..], [text] if text.trim().is_empty());
    Ok(values.texts(name)?.filter(|texts| !is_absent(texts)))
}

fn accepted_use(values: &Arguments) -> Result<Expected<TokenUse>, Failure> {
    if values.flag("any_use") {
        return Ok(Expected::Unchecked);
    }
    let given = values.text("token_use")?.filter(|token_use| !token_use.trim().is_empty());
    Ok(Expected::Exactly(given.map_or(Ok(TokenUse::Id), |token_use| token_use.parse())?))
}

/// A JWKS document: as text, or as a list.
fn given_keys(values: &Arguments) -> Result<Option<Value>, Failure> {
    let Some(keys) = values.value("jwks") else { return Ok(None) };
    if keys.is_list() {
        return json::from_r(&keys).map(Some);
    }
    let text = values.text("jwks")?.unwrap_or_default();
    let document = serde_json::from_str(&text);
    document.map(Some).map_err(|reason| Failure::argument(format!("`jwks` is not JSON: {reason}")))
}

#[extendr]
fn verify(values: Robj) -> Robj {
    reply(|| {
        let values = Arguments::new(&values)?;
        let verifier: Verifier = values.object("verifier", "what jwt_verifier() gave")?;
        let token = values.text("token")?.unwrap_or_default();
        let now = values.time("now")?;
        let known = verifier.verify_with_known_keys(&token, now.unwrap_or_else(SystemTime::now));
        let claims = match known {
            Some(claims) => claims?,
            None => runtime::wait(|_| async move { verifier.verify(&token, now).await })?,
        };
        json::object_to_r(&claims)
    })
}

/// The error of a token that the caller's own check refused by returning FALSE.
#[extendr]
fn check_refused() -> Robj {
    reply(|| Err(refused_by_check().into()))
}

/// For each token `list(ok =)` or `list(error =)`.
#[extendr]
fn verify_many(values: Robj) -> Robj {
    reply(|| {
        let values = Arguments::new(&values)?;
        let verifier: Verifier = values.object("verifier", "what jwt_verifier() gave")?;
        let tokens = values.texts("tokens")?.unwrap_or_default();
        let now = values.time("now")?.unwrap_or_else(SystemTime::now);
        let known = verifier.verify_many_with_known_keys(&tokens, now);
        let answers = if known.iter().all(Option::is_some) {
            known.into_iter().flatten().collect()
        } else {
            runtime::wait(|_| async move { Ok(verifier.verify_many(&tokens, Some(now)).await) })?
        };
        let answers = answers.into_iter().map(|answer| match answer {
            Ok(claims) => Ok(list!(ok = json::object_to_r(&claims)?).into()),
            Err(error) => Ok(list!(error = described(&error, None)).into()),
        });
        Ok(List::from_values(answers.collect::<Result<Vec<Robj>, Failure>>()?).into())
    })
}

extendr_module! {
    mod jwt;
    fn decode;
    fn verifier;
    fn verify;
    fn verify_many;
    fn check_refused;
}
