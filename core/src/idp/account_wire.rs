//! The fields of the operations on a user's account.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::account_request::Account;
use super::wire::{Empty, Operation};
use crate::verdict::RequestKind;

/// The delivery of a code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct CodeDelivery {
    /// The address it was sent to, as far as the service shows it: `a***@e***`.
    pub destination: Option<String>,
    /// `EMAIL` or `SMS`.
    pub delivery_medium: Option<String>,
    /// The user attribute that holds the address: `email`, `phone_number`.
    pub attribute_name: Option<String>,
}

/// The common fields of the operations without a token.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AccountFields<'a> {
    pub(super) client_id: &'a str,
    username: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_hash: Option<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    client_metadata: &'a BTreeMap<String, String>,
}

impl<'a> AccountFields<'a> {
    pub(super) fn of(account: &'a Account) -> Self {
        Self {
            client_id: &account.config.client_id,
            username: &account.username,
            secret_hash: account.secret_hash.as_deref(),
            client_metadata: &account.client_metadata,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CodeDeliveryOutput {
    pub(super) code_delivery_details: Option<CodeDelivery>,
}

/// Defines the operations on an account by its name: the common fields, then their own.
macro_rules! account_operations {
    ($($name:ident { $($field:ident),* } -> $output:ty;)+) => {$(
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        pub(super) struct $name<'a> {
            #[serde(flatten)]
            pub(super) account: AccountFields<'a>,
            $(pub(super) $field: &'a str,)*
        }

        impl Operation for $name<'_> {
            const NAME: &'static str = stringify!($name);
            // Each sends a message or uses up a code.
            const RUNS_ONCE: bool = true;
            type Output = $output;

            fn request_kind(&self) -> RequestKind {
                RequestKind::$name
            }

            fn secrets(&self) -> Vec<&str> {
                let mut secrets: Vec<&str> = vec![$(self.$field),*];
                secrets.extend(self.account.secret_hash);
                secrets
            }

            fn client_metadata(&self) -> Option<&BTreeMap<String, String>> {
                Some(self.account.client_metadata)
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
pub(super) struct RevokeToken<'a> {
    pub(super) token: &'a str,
    pub(super) client_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client_secret: Option<&'a str>,
}

impl Operation for RevokeToken<'_> {
    const NAME: &'static str = "RevokeToken";
    const RUNS_ONCE: bool = false;
    type Output = Empty;

    fn request_kind(&self) -> RequestKind {
        RequestKind::RevokeToken
    }

    fn secrets(&self) -> Vec<&str> {
        [Some(self.token), self.client_secret].into_iter().flatten().collect()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ChangePassword<'a> {
    pub(super) access_token: &'a str,
    pub(super) previous_password: &'a str,
    pub(super) proposed_password: &'a str,
}

impl Operation for ChangePassword<'_> {
    const NAME: &'static str = "ChangePassword";
    const RUNS_ONCE: bool = true;
    type Output = Empty;

    fn request_kind(&self) -> RequestKind {
        RequestKind::ChangePassword
    }

    fn secrets(&self) -> Vec<&str> {
        vec![self.access_token, self.previous_password, self.proposed_password]
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GlobalSignOut<'a> {
    pub(super) access_token: &'a str,
}

impl Operation for GlobalSignOut<'_> {
    const NAME: &'static str = "GlobalSignOut";
    const RUNS_ONCE: bool = false;
    type Output = Empty;

    fn request_kind(&self) -> RequestKind {
        RequestKind::GlobalSignOut
    }

    fn secrets(&self) -> Vec<&str> {
        vec![self.access_token]
    }
}
