//! The `account` commands.

use cognitoken::{AccountRequest, CodeDelivery, Environment, Error, Password, RefreshRequest, SignInRequest};

use crate::arguments::{Account, AccountArgs};
use crate::sign_in::client_values;
use crate::waiting::{cognito, wait};
use crate::{Failure, Outcome, input, output};

pub(crate) fn run(command: Account) -> Outcome {
    let cognito = cognito()?;
    match command {
        Account::ForgotPassword(arguments) => {
            let delivery = wait(cognito.forgot_password(account_request(arguments)?))??;
            output::line(&sent(&delivery))
        }
        Account::ConfirmForgotPassword { account: arguments, code } => {
            let new = input::new_password()?;
            wait(cognito.confirm_forgot_password(account_request(arguments)?, &code, &new))??;
            output::line("The new password is set.")
        }
        Account::ResendConfirmation(arguments) => {
            let delivery = wait(cognito.resend_confirmation_code(account_request(arguments)?))??;
            output::line(&sent(&delivery))
        }
        Account::ConfirmSignUp { account: arguments, code } => {
            wait(cognito.confirm_sign_up(account_request(arguments)?, &code))??;
            output::line("The sign-up is confirmed.")
        }
        Account::ChangePassword(arguments) => {
            let environment = Environment::read()?;
            let mut request = sign_in_request(arguments, environment)?;
            request.password = password(&request)?;
            let new = input::new_password()?;
            wait(cognito.sign_in_and_change_password(request, &new))??.or_error()?;
            output::line("The password is changed.")
        }
        Account::SignOutEverywhere(arguments) => {
            let environment = Environment::read()?;
            let mut request = sign_in_request(arguments, environment)?;
            request.password = password(&request)?;
            let tokens = wait(cognito.sign_in(request))??.or_error()?;
            wait(cognito.sign_out_everywhere(&tokens))??;
            output::line("Every sign-in of this user is ended.")
        }
        Account::Revoke(arguments) => {
            let request = RefreshRequest {
                username: arguments.username,
                client: client_values(arguments.client)?,
                ..RefreshRequest::new(Environment::read()?)
            };
            wait(cognito.revoke(request))??;
            output::line("The refresh token is revoked.")
        }
    }
}

fn sign_in_request(arguments: AccountArgs, environment: Environment) -> Result<SignInRequest, Error> {
    let client = client_values(arguments.client)?;
    Ok(SignInRequest { username: arguments.username, client, ..SignInRequest::new(environment) })
}

fn password(request: &SignInRequest) -> Result<Option<Password>, Failure> {
    let check = || {
        let cognito = cognito()?;
        Ok(wait(cognito.check_all_but_password(request))??)
    };
    input::password(false, true, &request.environment, check)
}

fn account_request(arguments: AccountArgs) -> Result<AccountRequest, Error> {
    let client = client_values(arguments.client)?;
    Ok(AccountRequest { username: arguments.username, client, ..AccountRequest::new(Environment::read()?) })
}

fn sent(delivery: &CodeDelivery) -> String {
    match &delivery.destination {
        Some(destination) => format!("A code was sent to {destination}."),
        None => "A code was sent.".to_owned(),
    }
}
