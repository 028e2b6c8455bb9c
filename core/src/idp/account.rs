//! The operations on a user's account: passwords, confirmation, signing out.

use std::sync::Arc;

use super::account_request::Account;
use super::account_wire::{
    AccountFields, ChangePassword, CodeDelivery, ConfirmForgotPassword, ConfirmSignUp, ForgotPassword,
    GlobalSignOut, ResendConfirmationCode, RevokeToken,
};
use super::api::Api;
use super::explanation;
use super::wire::{Empty, Operation};
use crate::config::ClientConfig;
use crate::error::{Error, ErrorKind, Result, Subject};
use crate::http::{CallBudget, Transport};
use crate::secret::{AccessToken, ClientSecret, Password, RefreshToken};

/// Has a code sent to choose a new password with.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html>
///
/// # Errors
/// [`Throttled`](crate::ErrorKind::Throttled) after too many requests for one user; else as
/// [`sign_in`](crate::sign_in), without challenges.
pub(crate) async fn forgot_password(transport: &Transport, account: &Account) -> Result<CodeDelivery> {
    let operation = ForgotPassword { account: AccountFields::of(account) };
    Ok(account.api(transport).call(&operation).await?.output.code_delivery_details.unwrap_or_default())
}

/// Chooses a new password with the code that [`forgot_password`] sent.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html>
///
/// # Errors
/// [`Authentication`](crate::ErrorKind::Authentication) for a wrong or expired code, or a password that the pool's
/// policy refuses.
pub(crate) async fn confirm_forgot_password(
    transport: &Transport,
    account: &Account,
    code: &str,
    new_password: &Password,
) -> Result<()> {
    let operation = ConfirmForgotPassword {
        account: AccountFields::of(account),
        confirmation_code: given("code", code.trim())?,
        password: given("new password", new_password.expose())?,
    };
    let outcome = account.api(transport).call(&operation).await.map(drop);
    outcome.map_err(|error| explanation::of_password(error, Some(new_password.expose()), None))
}

/// Sends the code that confirms a sign-up once more.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html>
///
/// # Errors
/// The errors of [`forgot_password`].
pub(crate) async fn resend_confirmation_code(
    transport: &Transport,
    account: &Account,
) -> Result<CodeDelivery> {
    let operation = ResendConfirmationCode { account: AccountFields::of(account) };
    Ok(account.api(transport).call(&operation).await?.output.code_delivery_details.unwrap_or_default())
}

/// Confirms a sign-up with the code that was sent.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html>
///
/// # Errors
/// [`Authentication`](crate::ErrorKind::Authentication) for a wrong or expired code.
pub(crate) async fn confirm_sign_up(transport: &Transport, account: &Account, code: &str) -> Result<()> {
    let operation =
        ConfirmSignUp { account: AccountFields::of(account), confirmation_code: given("code", code.trim())? };
    account.api(transport).call(&operation).await.map(drop)
}

pub(crate) async fn change_password(
    transport: &Transport,
    config: &Arc<ClientConfig>,
    access_token: &AccessToken,
    previous: &Password,
    proposed: &Password,
) -> Result<()> {
    let operation = ChangePassword {
        access_token: access_token.expose(),
        previous_password: previous.expose(),
        proposed_password: proposed.expose(),
    };
    with_config(transport, config, &operation).await.map_err(|error| {
        let refused = if error.meaning().subject == Subject::NewPassword { proposed } else { previous };
        explanation::of_password(error, Some(refused.expose()), None)
    })
}

pub(crate) async fn global_sign_out(
    transport: &Transport,
    config: &Arc<ClientConfig>,
    access_token: &AccessToken,
) -> Result<()> {
    with_config(transport, config, &GlobalSignOut { access_token: access_token.expose() }).await
}

pub(crate) async fn revoke(
    transport: &Transport,
    config: &Arc<ClientConfig>,
    refresh_token: &RefreshToken,
) -> Result<()> {
    let operation = RevokeToken {
        token: refresh_token.expose(),
        client_id: &config.client_id,
        client_secret: config.client_secret.as_ref().map(ClientSecret::expose),
    };
    with_config(transport, config, &operation).await
}

async fn with_config<O: Operation<Output = Empty>>(
    transport: &Transport,
    config: &Arc<ClientConfig>,
    operation: &O,
) -> Result<()> {
    let budget = CallBudget::new(config.timeout);
    Api { transport, config, budget: &budget }.call(operation).await.map(drop)
}

fn given<'a>(what: &str, text: &'a str) -> Result<&'a str> {
    if text.is_empty() {
        return Err(Error::new(ErrorKind::Config, "MissingValue", format!("the {what} is empty"))
            .with_hint(format!("Give the {what}.")));
    }
    Ok(text)
}
