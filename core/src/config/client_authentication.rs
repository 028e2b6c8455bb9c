//! The authentication of an app client that has a secret.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};

/// The way in which an app client proves its secret at the token endpoint; never both ways at once. A client without a
/// secret sends its id alone.
///
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ClientAuthentication {
    /// Id and secret in the header `Authorization: Basic ...` (RFC 6749, 2.3.1). Where one of them holds a character that
    /// this RFC encodes and AWS does not, such as `+`, they go into the body all the same.
    #[default]
    Basic,
    /// Id and secret as fields of the request's body.
    Body,
}

impl FromStr for ClientAuthentication {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "basic" => Ok(Self::Basic),
            "body" => Ok(Self::Body),
            _ => Err(Error::new(
                ErrorKind::Config,
                "InvalidAuthentication",
                "the client authentication is not one that this library knows",
            )
            .with_hint("Choose \"basic\" or \"body\".")),
        }
    }
}
