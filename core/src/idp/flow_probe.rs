//! Which flows an app client allows. Nobody says so to a client; a refusal does.

use std::sync::Arc;

use super::api::Api;
use super::exchange::{entry, initiate};
use super::wire::Parameters;
use crate::config::ClientConfig;
use crate::error::Result;
use crate::http::{CallBudget, Transport};
use crate::random::random_bytes;

/// A point of the group that nobody has the exponent of, as SRP_A.
const SRP_A: &str = "02";

/// Asks whether the client allows a flow, with a user name that nobody has: no attempt of a real user is counted.
///
/// Cognito refuses a flow that is switched off with `InvalidParameterException` before it looks at the user.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html>
///
/// # Errors
/// Whatever says nothing about the flow: the network, a client that is not known, a wrong client secret.
pub(crate) async fn allows_flow(
    transport: &Transport,
    config: &Arc<ClientConfig>,
    budget: &CallBudget,
    flow: &str,
) -> Result<bool> {
    let nobody: String = random_bytes::<12>()?.iter().map(|byte| format!("{byte:02x}")).collect();
    let nobody = format!("cognitoken-doctor-{nobody}");
    let mut parameters = Parameters::from([entry("USERNAME", &nobody)]);
    parameters.extend(match flow {
        "USER_PASSWORD_AUTH" => Some(entry("PASSWORD", &nobody)),
        "USER_SRP_AUTH" => Some(entry("SRP_A", SRP_A)),
        "REFRESH_TOKEN_AUTH" => Some(entry("REFRESH_TOKEN", &nobody)),
        _ => None,
    });
    match initiate(&Api { transport, config, budget }, flow, parameters).await {
        Ok(_) => Ok(true),
        Err(error) => {
            let message = error.message().to_ascii_lowercase();
            let names_secret = message.contains("secret") && !message.contains("secret_block");
            match error.code() {
                "InvalidParameterException" | "NotAuthorizedException"
                    if message.contains("flow") || message.contains("not enabled") =>
                {
                    Ok(false)
                }
                "NotAuthorizedException" if names_secret => Err(error),
                "NotAuthorizedException"
                | "UserNotFoundException"
                | "InvalidParameterException"
                | "PasswordResetRequiredException"
                | "UserNotConfirmedException" => Ok(true),
                _ => Err(error),
            }
        }
    }
}
