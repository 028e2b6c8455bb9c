//! What a user does to their own account beside signing in: passwords, confirmation, signing out.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::api::Api;
use super::explanation;
use super::secret_hash::secret_hash;
use super::wire::{Empty, Operation};
use crate::config::{ClientConfig, ClientValues, Environment, SecretsInUse, Values};
use crate::discovery;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, Transport};
use crate::secret::{AccessToken, ClientSecret, Password, RefreshToken};
use crate::verdict::{About, Asked};

/// Whose account, at which client. Whatever is absent comes from the environment.
#[derive(Debug, Clone)]
pub struct AccountRequest {
    /// Where absent values come from.
    pub environment: Environment,
    /// The user name, or an alias (`COGNITO_USER_NAME`).
    pub username: Option<String>,
    /// The app client and its pool.
    pub client: ClientValues,
}

impl AccountRequest {
    /// A request that takes everything from the environment.
    pub fn new(environment: Environment) -> Self {
        Self { environment, username: None, client: ClientValues::default() }
    }
}

/// Where the service sent a code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct CodeDelivery {
    /// The address, as far as the service shows it: `a***@e***`.
    pub destination: Option<String>,
    /// `EMAIL` or `SMS`.
    pub delivery_medium: Option<String>,
    /// The user attribute that holds the address: `email`, `phone_number`.
    pub attribute_name: Option<String>,
}

/// Asks for a code to choose a new password with.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html>
///
/// # Errors
/// [`Throttled`](crate::ErrorKind::Throttled) after too many requests for one user; else as
/// [`sign_in`](crate::sign_in), without challenges.
pub async fn forgot_password(transport: &Transport, request: AccountRequest) -> Result<CodeDelivery> {
    let account = Account::resolve(transport, request, false).await?;
    let operation = ForgotPassword { account: account.wire() };
    Ok(account.api(transport).call(&operation).await?.output.code_delivery_details.unwrap_or_default())
}

/// Chooses a new password with the code that [`forgot_password`] sent.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html>
///
/// # Errors
/// [`Authentication`](crate::ErrorKind::Authentication) for a wrong or expired code, or a password that the pool's
/// policy refuses.
pub async fn confirm_forgot_password(
    transport: &Transport,
    request: AccountRequest,
    code: &str,
    new_password: &Password,
) -> Result<()> {
    // The new password is a secret that no file gave.
    let account = Account::resolve(transport, request, true).await?;
    let operation = ConfirmForgotPassword {
        account: account.wire(),
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
/// As [`forgot_password`].
pub async fn resend_confirmation_code(
    transport: &Transport,
    request: AccountRequest,
) -> Result<CodeDelivery> {
    let account = Account::resolve(transport, request, false).await?;
    let operation = ResendConfirmationCode { account: account.wire() };
    Ok(account.api(transport).call(&operation).await?.output.code_delivery_details.unwrap_or_default())
}

/// Confirms a sign-up with the code that was sent.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html>
///
/// # Errors
/// [`Authentication`](crate::ErrorKind::Authentication) for a wrong or expired code.
pub async fn confirm_sign_up(transport: &Transport, request: AccountRequest, code: &str) -> Result<()> {
    let account = Account::resolve(transport, request, false).await?;
    let operation = ConfirmSignUp { account: account.wire(), confirmation_code: given("code", code.trim())? };
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
        let refused = if error.meaning().about == About::NewPassword { proposed } else { previous };
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

/// A request with nothing missing.
struct Account {
    username: String,
    secret_hash: Option<String>,
    config: Arc<ClientConfig>,
    budget: CallBudget,
}

impl Account {
    async fn resolve(transport: &Transport, request: AccountRequest, with_a_secret: bool) -> Result<Self> {
        let AccountRequest { environment, username, client } = request;
        let used = SecretsInUse::of(&environment, &[("COGNITO_CLIENT_SECRET", client.has_secret())]);
        let values = Values::new(&environment, used.and_elsewhere(with_a_secret));
        let username = values.required_username(username)?;
        let budget = CallBudget::new(client.timeout());
        let config = discovery::resolve(client, &values, transport, &budget).await;
        transport.notices().add(values.take_left_out());
        let config = config?;
        let secret = config.client_secret.as_ref();
        let secret_hash = secret.map(|secret| secret_hash(&username, &config.client_id, secret));
        Ok(Self { username, secret_hash, config: Arc::new(config), budget })
    }

    fn wire(&self) -> AccountFields<'_> {
        AccountFields {
            client_id: &self.config.client_id,
            username: &self.username,
            secret_hash: self.secret_hash.as_deref(),
        }
    }

    fn api<'a>(&'a self, transport: &'a Transport) -> Api<'a> {
        Api { transport, config: &self.config, budget: &self.budget }
    }
}

fn given<'a>(what: &str, text: &'a str) -> Result<&'a str> {
    if text.is_empty() {
        return Err(Error::new(ErrorKind::Config, "MissingValue", format!("the {what} is empty"))
            .with_hint(format!("Give the {what}.")));
    }
    Ok(text)
}

/// The fields that all operations without a token begin with.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AccountFields<'a> {
    client_id: &'a str,
    username: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_hash: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CodeDeliveryOutput {
    code_delivery_details: Option<CodeDelivery>,
}

/// The operations on an account by its name: its fields, then their own.
macro_rules! account_operations {
    ($($name:ident { $($field:ident),* } -> $output:ty;)+) => {$(
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct $name<'a> {
            #[serde(flatten)]
            account: AccountFields<'a>,
            $($field: &'a str,)*
        }

        impl Operation for $name<'_> {
            const NAME: &'static str = stringify!($name);
            // Each sends a message or uses a code up.
            const RUNS_ONCE: bool = true;
            type Output = $output;

            fn asked(&self) -> Asked {
                Asked::$name
            }

            fn secrets(&self) -> Vec<&str> {
                let mut secrets: Vec<&str> = vec![$(self.$field),*];
                secrets.extend(self.account.secret_hash);
                secrets
            }
        }
    )+};
}

account_operations! {
    ForgotPassword {} -> CodeDeliveryOutput;
    ConfirmForgotPassword { confirmation_code, password } -> Empty;
    ResendConfirmationCode {} -> CodeDeliveryOutput;
    ConfirmSignUp { confirmation_code } -> Empty;
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RevokeToken<'a> {
    token: &'a str,
    client_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<&'a str>,
}

impl Operation for RevokeToken<'_> {
    const NAME: &'static str = "RevokeToken";
    const RUNS_ONCE: bool = false;
    type Output = Empty;

    fn asked(&self) -> Asked {
        Asked::RevokeToken
    }

    fn secrets(&self) -> Vec<&str> {
        [Some(self.token), self.client_secret].into_iter().flatten().collect()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ChangePassword<'a> {
    access_token: &'a str,
    previous_password: &'a str,
    proposed_password: &'a str,
}

impl Operation for ChangePassword<'_> {
    const NAME: &'static str = "ChangePassword";
    const RUNS_ONCE: bool = true;
    type Output = Empty;

    fn asked(&self) -> Asked {
        Asked::ChangePassword
    }

    fn secrets(&self) -> Vec<&str> {
        vec![self.access_token, self.previous_password, self.proposed_password]
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GlobalSignOut<'a> {
    access_token: &'a str,
}

impl Operation for GlobalSignOut<'_> {
    const NAME: &'static str = "GlobalSignOut";
    const RUNS_ONCE: bool = false;
    type Output = Empty;

    fn asked(&self) -> Asked {
        Asked::GlobalSignOut
    }

    fn secrets(&self) -> Vec<&str> {
        vec![self.access_token]
    }
}
