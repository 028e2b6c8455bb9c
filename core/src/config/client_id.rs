//! The form of an app client's id.

use crate::error::{Error, ErrorKind, Result};

/// The API's own limit, in characters.
const LONGEST_ID: usize = 128;

/// Returns the client id if it has the form that the API demands: 1 to 128 word characters or `+`.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html>
///
/// # Errors
/// [`ErrorKind::Config`], code `InvalidClientId`. The value is not shown: arguments given in the wrong order put a
/// password here.
pub(crate) fn valid_client_id(client_id: String) -> Result<String> {
    let allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '+');
    let fault = if !client_id.chars().all(allowed) {
        "contains characters other than letters, digits, `_` and `+`"
    } else if client_id.len() > LONGEST_ID {
        "is longer than 128 characters"
    } else {
        return Ok(client_id);
    };
    Err(Error::new(ErrorKind::Config, "InvalidClientId", format!("the client id {fault}"))
        .with_hint("Copy the app client's id as it was given to you (COGNITO_CLIENT_ID), without quotes."))
}
