//! Signing in, refreshing, and the tokens that come of it.

use std::time::SystemTime;

use cognitoken::{
    AccessToken, ClientSecret, ClientValues, Environment, Flow, IdToken, Password, RefreshRequest,
    RefreshToken, SignInRequest, Summary, Tokens, timeout_from_seconds,
};
use extendr_api::prelude::*;

use crate::arguments::Arguments;
use crate::json;
use crate::reply::{Failure, reply};
use crate::runtime;

#[extendr]
fn sign_in(values: Robj) -> Robj {
    reply(|| {
        let values = Arguments::new(&values)?;
        let request = SignInRequest {
            username: values.text("username")?,
            password: values.text("password")?.map(Password::new),
            flow: values.text("flow")?.map_or(Ok(Flow::default()), |flow| flow.parse())?,
            client: client_values(&values)?,
            ..SignInRequest::new(Environment::read()?)
        };
        let tokens =
            runtime::wait(|transport| async move { cognitoken::sign_in(&transport, request).await })?;
        Ok(ExternalPtr::new(tokens).into())
    })
}

#[extendr]
fn refresh(values: Robj) -> Robj {
    reply(|| {
        let values = Arguments::new(&values)?;
        let tokens = match values.value("tokens") {
            Some(_) => refresh_tokens(&values)?,
            None => refresh_from_refresh_token(&values)?,
        };
        Ok(ExternalPtr::new(tokens).into())
    })
}

fn refresh_tokens(values: &Arguments) -> Result<Tokens, Failure> {
    if let Some(name) = values.names().find(|name| *name != "tokens") {
        return Err(Failure::argument(format!(
            "`{name}` and `tokens` exclude each other: tokens know where they came from"
        )));
    }
    let tokens = given_tokens(values)?;
    runtime::wait(|transport| async move { tokens.refresh(&transport).await })
}

fn refresh_from_refresh_token(values: &Arguments) -> Result<Tokens, Failure> {
    let request = RefreshRequest {
        refresh_token: values.text("refresh_token")?.map(RefreshToken::new),
        username: values.text("username")?,
        client: client_values(values)?,
        ..RefreshRequest::new(Environment::read()?)
    };
    runtime::wait(|transport| async move { cognitoken::refresh(&transport, request).await })
}

fn client_values(values: &Arguments) -> Result<ClientValues, Failure> {
    Ok(ClientValues {
        client_id: values.text("client_id")?,
        client_secret: values.text("client_secret")?.map(ClientSecret::new),
        region: values.text("region")?,
        user_pool_id: values.text("user_pool_id")?,
        endpoint: values.text("endpoint")?,
        timeout: values.number("timeout")?.map(timeout_from_seconds).transpose()?,
    })
}

/// One part of the tokens, by its name in R.
#[extendr]
fn tokens_field(values: Robj) -> Robj {
    reply(|| {
        let values = Arguments::new(&values)?;
        let tokens = given_tokens(&values)?;
        let name = values.text("name")?.unwrap_or_default();
        Ok(match name.as_str() {
            "id_token" => tokens.id_token().map(IdToken::expose).into(),
            "access_token" => AccessToken::expose(tokens.access_token()).into(),
            "refresh_token" => tokens.refresh_token().map(RefreshToken::expose).into(),
            "token_type" => tokens.token_type().into(),
            "expires_in" => (tokens.expires_in() as f64).into(),
            "expires_at" => (tokens.expires_at() as f64).into(),
            "claims" => json::object_to_r(&tokens.claims()?)?,
            _ => {
                return Err(Failure::argument(
                    "tokens have no part of that name; names(tokens) tells which".to_owned(),
                ));
            }
        })
    })
}

/// The lines that `print` shows.
#[extendr]
fn tokens_summary(values: Robj) -> Robj {
    reply(|| {
        let tokens = given_tokens(&Arguments::new(&values)?)?;
        let summary = tokens.summary();
        let expiry = summary.expiry(SystemTime::now());
        let Summary { who, issuer, client_id, refreshable, .. } = summary;
        let absent = || "unknown".to_owned();
        let lines = [
            "<cognito_tokens>".to_owned(),
            format!("who:     {}", who.unwrap_or_else(absent)),
            format!("issuer:  {}", issuer.unwrap_or_else(absent)),
            format!("client:  {client_id}"),
            format!("expiry:  {expiry}"),
            format!(
                "refresh: {}",
                if refreshable { "possible" } else { "not possible, there is no refresh token" }
            ),
        ];
        Ok(lines.map(|line| json::without_nul(&line)).into())
    })
}

#[extendr]
fn tokens_authorization(values: Robj) -> Robj {
    reply(|| Ok(given_tokens(&Arguments::new(&values)?)?.authorization().into()))
}

fn given_tokens(values: &Arguments) -> Result<Tokens, Failure> {
    values.object("tokens", "what cognito_login() gave")
}

extendr_module! {
    mod sign_in;
    fn sign_in;
    fn refresh;
    fn tokens_field;
    fn tokens_summary;
    fn tokens_authorization;
}
