//! The parameters of requests and challenges: names and values.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::identity::SignInIdentity;
use super::secret_hash::secret_hash;
use crate::config::{ClientConfig, UserPoolId, missing};
use crate::error::{Error, ErrorKind, Result};

/// The names and values of `AuthParameters` or `ChallengeResponses`, most of which are secrets.
pub(super) type Parameters = BTreeMap<String, Zeroizing<String>>;

/// The hint for an answer that Cognito does not send.
pub(super) const OTHER_THAN_COGNITO: &str =
    "Check the endpoint: something other than Cognito may be answering.";

pub(super) fn entry(name: &str, value: &str) -> (String, Zeroizing<String>) {
    (name.to_owned(), Zeroizing::new(value.to_owned()))
}

/// The entry of the user's password.
pub(super) fn entry_password(identity: &SignInIdentity) -> Result<(String, Zeroizing<String>)> {
    let password = identity.password.as_ref().ok_or_else(|| missing("password", "COGNITO_PASSWORD"))?;
    Ok(entry("PASSWORD", password.expose()))
}

/// Adds SECRET_HASH for a client with a secret, over the user name of this request.
pub(super) fn add_secret_hash(parameters: &mut Parameters, config: &ClientConfig) {
    let (Some(secret), Some(username)) = (&config.client_secret, parameters.get("USERNAME")) else {
        return;
    };
    let hash = secret_hash(username, &config.client_id, secret);
    parameters.entry("SECRET_HASH".to_owned()).or_insert(Zeroizing::new(hash));
}

/// Returns the pool, whose name is part of every proof of a password.
pub(super) fn pool_of(config: &ClientConfig) -> Result<&UserPoolId> {
    let pool = config.user_pool_id.as_ref();
    pool.ok_or_else(|| missing("user pool id, which SRP needs", "COGNITO_USER_POOL_ID"))
}

/// Returns a parameter that a challenge must have.
pub(super) fn required<'p>(
    parameters: &'p BTreeMap<String, String>,
    challenge: &str,
    name: &str,
) -> Result<&'p str> {
    parameters.get(name).map(String::as_str).ok_or_else(|| {
        let message = format!("the service's challenge {challenge} lacks {name}");
        Error::new(ErrorKind::Service, "InvalidChallengeParameters", message).with_hint(OTHER_THAN_COGNITO)
    })
}

/// The choices that the parameters of a challenge offer.
pub(super) fn choices_in(parameters: &BTreeMap<String, String>) -> Vec<String> {
    let names = ["MFAS_CAN_CHOOSE", "MFAS_CAN_SETUP", "AVAILABLE_CHALLENGES"];
    let choices = names.iter().find_map(|name| parameters.get(*name));
    choices.map(|text| list(text)).unwrap_or_default()
}

/// A list inside a parameter: JSON, or words with spaces or commas between them.
pub(super) fn list(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_else(|_| {
        text.split([',', ' ']).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    })
}
