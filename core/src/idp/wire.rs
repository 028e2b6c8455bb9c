//! What goes over the wire: the fields of the cognito-idp API that this library sends and reads.
//!
//! Field names as in <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/>.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

/// One operation of the API.
pub(super) trait Operation: Serialize {
    /// Its name in `X-Amz-Target`.
    const NAME: &'static str;
    /// Whether a second try after an unknown fault would be another act: an answer to a challenge is taken once.
    const RUNS_ONCE: bool;
    type Output: DeserializeOwned;

    /// What must not come back in an error message.
    fn secrets(&self) -> Vec<&str>;
}

/// Names and values of `AuthParameters` or `ChallengeResponses`: most of them are secrets.
pub(super) type Parameters = BTreeMap<String, Zeroizing<String>>;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct InitiateAuth<'a> {
    pub(super) auth_flow: &'a str,
    pub(super) auth_parameters: &'a Parameters,
    pub(super) client_id: &'a str,
}

impl Operation for InitiateAuth<'_> {
    const NAME: &'static str = "InitiateAuth";
    const RUNS_ONCE: bool = false;
    type Output = AuthOutput;

    fn secrets(&self) -> Vec<&str> {
        secrets_of(self.auth_parameters)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RespondToAuthChallenge<'a> {
    pub(super) challenge_name: &'a str,
    pub(super) challenge_responses: &'a Parameters,
    pub(super) client_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) session: Option<&'a str>,
}

impl Operation for RespondToAuthChallenge<'_> {
    const NAME: &'static str = "RespondToAuthChallenge";
    const RUNS_ONCE: bool = true;
    type Output = AuthOutput;

    fn secrets(&self) -> Vec<&str> {
        secrets_of(self.challenge_responses).into_iter().chain(self.session).collect()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetTokensFromRefreshToken<'a> {
    pub(super) refresh_token: &'a str,
    pub(super) client_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client_secret: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) device_key: Option<&'a str>,
}

impl Operation for GetTokensFromRefreshToken<'_> {
    const NAME: &'static str = "GetTokensFromRefreshToken";
    // With rotation on, an answer that got lost has used the token up, sent again or not: within the grace period
    // the second try brings it back, and without one nothing would.
    const RUNS_ONCE: bool = false;
    type Output = AuthOutput;

    fn secrets(&self) -> Vec<&str> {
        [Some(self.refresh_token), self.client_secret].into_iter().flatten().collect()
    }
}

/// The answer of every operation that can end in tokens: either they, or the next challenge.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AuthOutput {
    pub(super) authentication_result: Option<AuthenticationResult>,
    pub(super) challenge_name: Option<String>,
    #[serde(default, deserialize_with = "texts")]
    pub(super) challenge_parameters: BTreeMap<String, String>,
    pub(super) session: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AuthenticationResult {
    pub(crate) access_token: String,
    pub(crate) id_token: Option<String>,
    pub(crate) refresh_token: Option<String>,
    pub(crate) token_type: Option<String>,
    pub(crate) expires_in: Option<u64>,
}

fn secrets_of(parameters: &Parameters) -> Vec<&str> {
    const PLAIN: [&str; 4] = ["USERNAME", "TIMESTAMP", "ANSWER", "DEVICE_KEY"];
    parameters.iter().filter(|(name, _)| !PLAIN.contains(&name.as_str())).map(|(_, value)| value.as_str()).collect()
}

/// The model says that every value is a string; one that is not is kept as its JSON text rather than refused.
fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let values: Option<BTreeMap<String, Value>> = Option::deserialize(deserializer)?;
    let text = |value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    Ok(values.unwrap_or_default().into_iter().map(|(name, value)| (name, text(value))).collect())
}
