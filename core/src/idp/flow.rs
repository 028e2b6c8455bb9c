//! The flows of a sign-in.

use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};

/// The way that a user proves who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Flow {
    /// [`Srp`](Self::Srp) where the pool id is known, [`Password`](Self::Password) otherwise. Decided before the first
    /// request and never changed after it: a failed SRP sign-in does not fall back to sending the password.
    #[default]
    Auto,
    /// Secure Remote Password (`USER_SRP_AUTH`): the password never leaves this process. Needs the pool id.
    Srp,
    /// `USER_PASSWORD_AUTH`: the password is sent to the service, inside TLS.
    Password,
    /// `CUSTOM_AUTH`: the pool's own challenges. Where password and pool id are known it starts with SRP.
    Custom,
    /// `USER_AUTH`: the user chooses among what the pool offers. With a password it is the first choice, by SRP
    /// where the pool id is known; [`SignInRequest::preferred_challenge`](crate::SignInRequest::preferred_challenge) says otherwise.
    UserAuth,
}

impl Flow {
    /// Returns whether the flow cannot begin without a password.
    pub fn needs_password(self) -> bool {
        !matches!(self, Self::Custom | Self::UserAuth)
    }

    /// The flow that is taken: what [`Auto`](Self::Auto) stands for, every other flow as it is.
    pub(crate) fn taken(self, pool_is_known: bool) -> Self {
        match self {
            Self::Auto if pool_is_known => Self::Srp,
            Self::Auto => Self::Password,
            chosen => chosen,
        }
    }
}

impl FromStr for Flow {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "auto" => Ok(Self::Auto),
            "srp" => Ok(Self::Srp),
            "password" => Ok(Self::Password),
            "custom" => Ok(Self::Custom),
            "user_auth" => Ok(Self::UserAuth),
            _ => Err(Error::new(
                ErrorKind::Config,
                "InvalidFlow",
                "the flow is not one that this library knows",
            )
            .with_hint("Choose \"auto\", \"srp\", \"password\", \"custom\" or \"user_auth\".")),
        }
    }
}
