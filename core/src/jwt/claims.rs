//! The claims of a token, and the names of its two uses.

use std::str::FromStr;

use serde_json::Value;

use super::token_errors::shown;
use crate::error::{Error, ErrorKind, Result};

/// The header or the payload of a token: names and values, in the token's own order.
pub type Claims = serde_json::Map<String, Value>;

/// The use of a token: its claim `token_use`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenUse {
    /// An ID token, which identifies the user.
    Id,
    /// An access token, which authorizes its bearer.
    Access,
}

impl TokenUse {
    /// Returns the value of the claim: `id` or `access`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Access => "access",
        }
    }
}

impl FromStr for TokenUse {
    type Err = Error;

    /// Reads `id` or `access`.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], code `InvalidTokenUse`, for anything else.
    fn from_str(text: &str) -> Result<Self> {
        match text {
            "id" => Ok(Self::Id),
            "access" => Ok(Self::Access),
            _ => {
                let message =
                    format!("the token use is {}; expected \"id\" or \"access\"", shown(&Value::from(text)));
                Err(Error::new(ErrorKind::Config, "InvalidTokenUse", message)
                    .with_hint("Use \"id\" for ID tokens or \"access\" for access tokens."))
            }
        }
    }
}
