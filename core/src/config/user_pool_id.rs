//! The id of a user pool: where it lives and what it is called.

use std::fmt;

use super::region::Region;
use crate::error::{Error, ErrorKind, Result};

/// The API's own limit, in bytes.
const LONGEST_ID: usize = 55;

/// The id of a user pool: `<region>_<name>`, such as `us-east-1_AbCdEfGhI`.
///
/// Its form: <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolType.html>.
///
/// ```
/// use cognitoken::UserPoolId;
/// let user_pool_id = UserPoolId::parse("us-east-1_AbCdEfGhI")?;
/// assert_eq!(user_pool_id.region().as_str(), "us-east-1");
/// assert_eq!(user_pool_id.name(), "AbCdEfGhI");
/// # Ok::<(), cognitoken::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UserPoolId {
    region: Region,
    name: String,
}

impl UserPoolId {
    /// Takes a pool id; white space around it is dropped.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], code `InvalidUserPoolId`, unless it is a region, `_`, and a name of ASCII letters and
    /// digits, at most 55 characters in all.
    pub fn parse(text: &str) -> Result<Self> {
        let id = text.trim();
        let Some((region, name)) = id.split_once('_') else {
            return Err(invalid("it has no `_`"));
        };
        if id.len() > LONGEST_ID {
            return Err(invalid("it is longer than 55 characters"));
        }
        let Some(region) = Region::from_exact(region) else {
            return Err(invalid("what stands before the `_` is not the name of an AWS region"));
        };
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(invalid("what follows the `_` is not made of letters and digits alone"));
        }
        Ok(Self { region, name: name.to_owned() })
    }

    /// The AWS region that the pool lives in.
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// The part after the `_`: the pool's name as SRP uses it.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for UserPoolId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}_{}", self.region, self.name)
    }
}

/// The value is not shown: arguments given in the wrong order put a password here.
fn invalid(reason: &str) -> Error {
    let message = format!("the user pool id is not of the form <region>_<id>: {reason}");
    Error::new(ErrorKind::Config, "InvalidUserPoolId", message).with_hint(
        "Copy the user pool's id, <region>_<id>, such as us-east-1_AbCdEfGhI (COGNITO_USER_POOL_ID).",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_falls_into_region_and_name_and_back() {
        for text in ["us-east-1_AbCdEfGhI", "us-gov-west-1_a", "eusc-de-east-1_0"] {
            let id = UserPoolId::parse(&format!(" {text}\n")).unwrap();
            assert_eq!(id.to_string(), text);
            assert_eq!(format!("{}_{}", id.region(), id.name()), text);
        }
    }

    #[test]
    fn what_is_not_a_pool_id_is_refused_with_the_form_and_without_being_shown() {
        for text in [
            "",
            "us-east-1",
            "_AbC",
            "us-east-1_",
            "us-east-1_Ab_C",
            "us-east-1_Ab-C",
            "us-east-1 _AbC",
            "us-east-1_AbC/../x",
            "foo-central-bar_cfE3xfsaf",
            "US-EAST-1_AbC",
            "us-east-1_\u{e9}",
            "us-east-1_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ] {
            let error = UserPoolId::parse(text).unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "InvalidUserPoolId"), "{text:?}");
            assert!(text.is_empty() || !error.message().contains(text), "{text:?}");
            assert!(error.hint().unwrap().contains("<region>_<id>"));
        }
    }
}
