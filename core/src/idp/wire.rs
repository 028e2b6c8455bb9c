//! The fields of the cognito-idp API that this library sends and reads.
//!
//! Field names as in <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/>.

use std::collections::BTreeMap;

use super::challenge_kind;
use super::parameters::Parameters;
use super::public_parameters::is_public;
use crate::tokens::AuthenticationResult;
use crate::verdict::RequestKind;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// One operation of the API.
pub(super) trait Operation: Serialize {
    /// Its name in `X-Amz-Target`.
    const NAME: &'static str;
    /// `true` if the operation must not be repeated after a failure in which it may have been carried out: an answer to
    /// a challenge is accepted once.
    const RUNS_ONCE: bool;
    type Output: DeserializeOwned;

    /// The kind of request, by which a refusal is judged.
    fn request_kind(&self) -> RequestKind;

    /// The secrets of the request, which are hidden in error messages.
    fn secrets(&self) -> Vec<&str>;

    /// The values for the pool's triggers, which are the caller's own affair and hidden in error messages too.
    fn client_metadata(&self) -> Option<&BTreeMap<String, String>> {
        None
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct InitiateAuth<'a> {
    pub(super) auth_flow: &'a str,
    pub(super) auth_parameters: &'a Parameters,
    pub(super) client_id: &'a str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) client_metadata: &'a BTreeMap<String, String>,
}

impl Operation for InitiateAuth<'_> {
    const NAME: &'static str = "InitiateAuth";
    const RUNS_ONCE: bool = false;
    type Output = AuthOutput;

    fn request_kind(&self) -> RequestKind {
        RequestKind::flow(self.auth_flow)
    }

    fn secrets(&self) -> Vec<&str> {
        secrets_of(self.auth_parameters)
    }

    fn client_metadata(&self) -> Option<&BTreeMap<String, String>> {
        Some(self.client_metadata)
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
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) client_metadata: &'a BTreeMap<String, String>,
}

impl Operation for RespondToAuthChallenge<'_> {
    const NAME: &'static str = "RespondToAuthChallenge";
    const RUNS_ONCE: bool = true;
    type Output = AuthOutput;

    fn request_kind(&self) -> RequestKind {
        challenge_kind::find(self.challenge_name).request_kind
    }

    fn secrets(&self) -> Vec<&str> {
        let is_choice = self.challenge_name.starts_with("SELECT_");
        let chosen = self.challenge_responses.get("ANSWER").filter(|_| is_choice);
        let mut secrets = secrets_of(self.challenge_responses);
        secrets.retain(|secret| chosen.is_none_or(|chosen| **secret != **chosen));
        secrets.extend(self.session);
        secrets
    }

    fn client_metadata(&self) -> Option<&BTreeMap<String, String>> {
        Some(self.client_metadata)
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
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) client_metadata: &'a BTreeMap<String, String>,
}

impl Operation for GetTokensFromRefreshToken<'_> {
    const NAME: &'static str = "GetTokensFromRefreshToken";
    // With rotation on, a lost answer has used the token up in any case: within the grace period a second attempt gets
    // the new one.
    const RUNS_ONCE: bool = false;
    type Output = AuthOutput;

    fn request_kind(&self) -> RequestKind {
        RequestKind::GetTokensFromRefreshToken
    }

    fn secrets(&self) -> Vec<&str> {
        [Some(self.refresh_token), self.client_secret].into_iter().flatten().collect()
    }

    fn client_metadata(&self) -> Option<&BTreeMap<String, String>> {
        Some(self.client_metadata)
    }
}

/// Asks for the secret of a new authenticator app.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AssociateSoftwareToken<'a> {
    pub(super) session: &'a str,
}

impl Operation for AssociateSoftwareToken<'_> {
    const NAME: &'static str = "AssociateSoftwareToken";
    const RUNS_ONCE: bool = true;
    type Output = AssociateSoftwareTokenOutput;

    fn request_kind(&self) -> RequestKind {
        RequestKind::AssociateSoftwareToken
    }

    fn secrets(&self) -> Vec<&str> {
        vec![self.session]
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AssociateSoftwareTokenOutput {
    pub(super) secret_code: String,
    pub(super) session: Option<String>,
}

/// Verifies a code of the new app.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct VerifySoftwareToken<'a> {
    pub(super) session: &'a str,
    pub(super) user_code: &'a str,
}

impl Operation for VerifySoftwareToken<'_> {
    const NAME: &'static str = "VerifySoftwareToken";
    const RUNS_ONCE: bool = true;
    type Output = VerifySoftwareTokenOutput;

    fn request_kind(&self) -> RequestKind {
        RequestKind::VerifySoftwareToken
    }

    fn secrets(&self) -> Vec<&str> {
        vec![self.session, self.user_code]
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct VerifySoftwareTokenOutput {
    pub(super) status: Option<String>,
    pub(super) session: Option<String>,
}

/// Confirms a device, with the verifier of its password.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ConfirmDevice<'a> {
    pub(super) access_token: &'a str,
    pub(super) device_key: &'a str,
    pub(super) device_secret_verifier_config: DeviceSecretVerifierConfig<'a>,
    pub(super) device_name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DeviceSecretVerifierConfig<'a> {
    pub(super) password_verifier: &'a str,
    pub(super) salt: &'a str,
}

impl Operation for ConfirmDevice<'_> {
    const NAME: &'static str = "ConfirmDevice";
    const RUNS_ONCE: bool = false;
    type Output = ConfirmDeviceOutput;

    fn request_kind(&self) -> RequestKind {
        RequestKind::ConfirmDevice
    }

    fn secrets(&self) -> Vec<&str> {
        vec![self.access_token, self.device_secret_verifier_config.password_verifier]
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ConfirmDeviceOutput {
    #[serde(default)]
    pub(super) user_confirmation_necessary: bool,
}

/// Has a device remembered, in a pool that leaves that to its users.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UpdateDeviceStatus<'a> {
    pub(super) access_token: &'a str,
    pub(super) device_key: &'a str,
    pub(super) device_remembered_status: &'static str,
}

impl Operation for UpdateDeviceStatus<'_> {
    const NAME: &'static str = "UpdateDeviceStatus";
    const RUNS_ONCE: bool = false;
    type Output = Empty;

    fn request_kind(&self) -> RequestKind {
        RequestKind::UpdateDeviceStatus
    }

    fn secrets(&self) -> Vec<&str> {
        vec![self.access_token]
    }
}

/// The output of an operation without one, whatever the body is.
pub(super) struct Empty;

impl<'de> Deserialize<'de> for Empty {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

/// The output of every operation that can end in tokens: tokens, or the next challenge.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AuthOutput {
    pub(super) authentication_result: Option<AuthenticationResult>,
    pub(super) challenge_name: Option<String>,
    #[serde(default, deserialize_with = "texts")]
    pub(super) challenge_parameters: BTreeMap<String, String>,
    pub(super) available_challenges: Option<Vec<String>>,
    pub(super) session: Option<String>,
}

fn secrets_of(parameters: &Parameters) -> Vec<&str> {
    parameters.iter().filter(|(name, _)| !is_public(name)).map(|(_, value)| value.as_str()).collect()
}

/// Reads the values, which are strings by AWS's model; any other is kept as its JSON text rather than refused. Null
/// counts as absent.
fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let values: Option<BTreeMap<String, Value>> = Option::deserialize(deserializer)?;
    let text = |value| match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    };
    let values = values.unwrap_or_default().into_iter();
    Ok(values.filter_map(|(name, value)| text(value).map(|text| (name, text))).collect())
}
