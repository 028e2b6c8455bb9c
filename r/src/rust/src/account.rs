//! Operations on a user's own account beside signing in.

use cognitoken::{AccountRequest, CodeDelivery, Cognito, Environment, Password};
use extendr_api::prelude::*;

use crate::arguments::Arguments;
use crate::json;
use crate::reply::{Failure, reply};
use crate::runtime;
use crate::sign_in::client_values;

#[extendr]
fn forgot_password(values: Robj) -> Robj {
    reply(|| {
        let request = account_request(&Arguments::new(&values)?)?;
        let call = |cognito: Cognito| async move { cognito.forgot_password(request).await };
        runtime::wait(call).map(delivery_to_r)
    })
}

#[extendr]
fn confirm_forgot_password(values: Robj) -> Robj {
    reply(|| {
        let values = Arguments::new(&values)?;
        let request = account_request(&values)?;
        let code = values.required_text("code")?;
        let new_password = Password::new(values.required_text("new_password")?);
        runtime::wait(|cognito| async move {
            cognito.confirm_forgot_password(request, &code, &new_password).await
        })
        .map(Robj::from)
    })
}

#[extendr]
fn resend_confirmation_code(values: Robj) -> Robj {
    reply(|| {
        let request = account_request(&Arguments::new(&values)?)?;
        let call = |cognito: Cognito| async move { cognito.resend_confirmation_code(request).await };
        runtime::wait(call).map(delivery_to_r)
    })
}

#[extendr]
fn confirm_sign_up(values: Robj) -> Robj {
    reply(|| {
        let values = Arguments::new(&values)?;
        let request = account_request(&values)?;
        let code = values.required_text("code")?;
        let call = |cognito: Cognito| async move { cognito.confirm_sign_up(request, &code).await };
        runtime::wait(call).map(Robj::from)
    })
}

fn account_request(values: &Arguments) -> Result<AccountRequest, Failure> {
    Ok(AccountRequest {
        username: values.text("username")?,
        client: client_values(values)?,
        ..AccountRequest::new(Environment::read()?)
    })
}

fn delivery_to_r(delivery: CodeDelivery) -> Robj {
    list!(
        destination = json::text_or_null(delivery.destination.as_deref()),
        delivery_medium = json::text_or_null(delivery.delivery_medium.as_deref()),
        attribute_name = json::text_or_null(delivery.attribute_name.as_deref())
    )
    .into()
}

extendr_module! {
    mod account;
    fn forgot_password;
    fn confirm_forgot_password;
    fn resend_confirmation_code;
    fn confirm_sign_up;
}
