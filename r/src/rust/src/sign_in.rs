//! Signing in with a user name, and refreshing.

use cognitoken::{
    ClientSecret, ClientValues, Environment, Flow, Password, RefreshRequest, RefreshToken, SignInRequest,
    Tokens, TotpSecret, timeout_from_seconds,
};
use extendr_api::prelude::*;

use crate::arguments::Arguments;
use crate::device::{given_device, given_device_or_key};
use crate::reply::{Failure, done, reply};
use crate::runtime;
use crate::tokens::given_tokens;

#[extendr]
fn sign_in(values: Robj) -> Robj {
    reply(|| {
        let values = Arguments::new(&values)?;
        let request = SignInRequest {
            username: values.text("username")?,
            password: values.text("password")?.map(Password::new),
            flow: values.text("flow")?.map_or(Ok(Flow::default()), |flow| flow.parse())?,
            client: client_values(&values)?,
            preferred_challenge: values.text("preferred_challenge")?,
            totp_secret: values.text("totp_secret")?.map(TotpSecret::new),
            remember_device: values.truth("remember_device")?,
            device: given_device(&values)?,
            ..SignInRequest::new(Environment::read()?)
        };
        let tokens = done(runtime::wait(|cognito| async move { cognito.sign_in(request).await })?)?;
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
    runtime::wait(|cognito| async move { cognito.refresh_tokens(&tokens).await })
}

fn refresh_from_refresh_token(values: &Arguments) -> Result<Tokens, Failure> {
    let (device, device_key) = given_device_or_key(values)?;
    let request = RefreshRequest {
        refresh_token: values.text("refresh_token")?.map(RefreshToken::new),
        username: values.text("username")?,
        device,
        device_key,
        client: client_values(values)?,
        ..RefreshRequest::new(Environment::read()?)
    };
    runtime::wait(|cognito| async move { cognito.refresh(request).await })
}

pub(crate) fn client_values(values: &Arguments) -> Result<ClientValues, Failure> {
    Ok(ClientValues {
        client_id: values.text("client_id")?,
        client_secret: values.text("client_secret")?.map(ClientSecret::new),
        region: values.text("region")?,
        user_pool_id: values.text("user_pool_id")?,
        endpoint: values.text("endpoint")?,
        timeout: values.number("timeout")?.map(timeout_from_seconds).transpose()?,
    })
}

extendr_module! {
    mod sign_in;
    fn sign_in;
    fn refresh;
}
