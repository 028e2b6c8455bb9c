//! The tokens of a sign-in, as R looks at them and uses them.

use std::time::SystemTime;

use cognitoken::binding::unix_seconds;
use cognitoken::{AccessToken, IdToken, Password, RefreshToken, Summary, Tokens};
use extendr_api::prelude::*;

use crate::arguments::Arguments;
use crate::json;
use crate::reply::{Failure, reply};
use crate::runtime;

/// One part of the tokens, by its name in R.
#[extendr]
fn tokens_field(values: Robj) -> Robj {
    reply(|| {
        let values = Arguments::new(&values)?;
        let tokens = given_tokens(&values)?;
        let name = values.text("name")?.unwrap_or_default();
        Ok(match name.as_str() {
            "id_token" => json::text_or_null(tokens.id_token().map(IdToken::expose)),
            "access_token" => AccessToken::expose(tokens.access_token()).into(),
            "refresh_token" => json::text_or_null(tokens.refresh_token().map(RefreshToken::expose)),
            "token_type" => tokens.token_type().into(),
            "expires_in" => tokens.expires_in().as_secs_f64().into(),
            "expires_at" => (unix_seconds(tokens.expires_at()) as f64).into(),
            "device" => {
                tokens.device().map_or_else(Robj::default, |device| ExternalPtr::new(device.clone()).into())
            }
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
            format!("sends:   {}", sent(&tokens)),
            format!(
                "refresh: {}",
                if refreshable { "possible" } else { "not possible, there is no refresh token" }
            ),
        ];
        Ok(lines.map(|line| json::without_nul(&line)).into())
    })
}

fn sent(tokens: &Tokens) -> &'static str {
    if tokens.id_token().is_some() { "the ID token" } else { "the access token; there is no ID token" }
}

#[extendr]
fn tokens_authorization(values: Robj) -> Robj {
    reply(|| Ok(given_tokens(&Arguments::new(&values)?)?.authorization().into()))
}

#[extendr]
fn change_password(values: Robj) -> Robj {
    reply(|| {
        let values = Arguments::new(&values)?;
        let tokens = given_tokens(&values)?;
        let previous = Password::new(values.required_text("previous")?);
        let proposed = Password::new(values.required_text("proposed")?);
        runtime::wait(|cognito| async move { cognito.change_password(&tokens, &previous, &proposed).await })
            .map(Robj::from)
    })
}

#[extendr]
fn global_sign_out(values: Robj) -> Robj {
    reply(|| {
        let tokens = given_tokens(&Arguments::new(&values)?)?;
        runtime::wait(|cognito| async move { cognito.sign_out_everywhere(&tokens).await }).map(Robj::from)
    })
}

#[extendr]
fn revoke(values: Robj) -> Robj {
    reply(|| {
        let tokens = given_tokens(&Arguments::new(&values)?)?;
        runtime::wait(|cognito| async move { cognito.revoke_tokens(&tokens).await }).map(Robj::from)
    })
}

pub(crate) fn given_tokens(values: &Arguments) -> Result<Tokens, Failure> {
    values.object("tokens", "tokens, as cognito_login() gives them")
}

extendr_module! {
    mod tokens;
    fn tokens_field;
    fn tokens_summary;
    fn tokens_authorization;
    fn change_password;
    fn global_sign_out;
    fn revoke;
}
