//! Probing an app client: whether it is there, and which flows it allows. The API has no operation for it, but its
//! refusals show it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::api::Api;
use super::flow::Flow;
use super::initiate::initiate;
use super::parameters::{Parameters, entry};
use crate::config::ClientConfig;
use crate::digest::hex;
use crate::error::Subject;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, Transport};
use crate::random::random_bytes;

/// The value of SRP_A: any member of the group, since the proof is never finished.
const SRP_A: &str = "02";

/// The outcome of a probe.
pub(crate) enum Allowance {
    Allowed,
    /// The app client does not allow it.
    Refused,
    /// The client may allow it, but the flow does not start: a trigger of the pool is missing, for example.
    Unusable(Error),
}

/// Probes whether the client allows a flow, with a user name that does not exist: no attempt of a real user is counted,
/// and no code is sent.
///
/// Cognito refuses a flow that is switched off with `InvalidParameterException` before it looks at the user; a user who
/// does not exist is refused or challenged like any other.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html>
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html>
///
/// # Errors
/// Errors that say nothing about the flow: of the network, an unknown client, a wrong client secret.
pub(crate) async fn probe_flow(
    transport: &Transport,
    config: &Arc<ClientConfig>,
    budget: &CallBudget,
    flow: &str,
) -> Result<Allowance> {
    match started(transport, config, budget, flow).await {
        Ok(()) => Ok(Allowance::Allowed),
        Err(error) => allowance(error),
    }
}

/// Checks that the client is there, has this secret, and allows the flow. An answer that says nothing about the client
/// is no error.
///
/// # Errors
/// Errors about the client and the flow, which name the lacking parameter that would help, and errors of the network.
pub(crate) async fn check_client(
    transport: &Transport,
    config: &Arc<ClientConfig>,
    budget: &CallBudget,
    flow: Flow,
) -> Result<()> {
    let name = match flow.taken(config.user_pool_id.is_some()) {
        Flow::Srp => "USER_SRP_AUTH",
        Flow::Auto | Flow::Password => "USER_PASSWORD_AUTH",
        Flow::Custom => "CUSTOM_AUTH",
        Flow::UserAuth => "USER_AUTH",
    };
    let Err(error) = started(transport, config, budget, name).await else { return Ok(()) };
    let knows_pool = config.user_pool_id.is_some();
    match (error.meaning().subject, error.kind()) {
        (Subject::Client, ErrorKind::Authentication) if config.client_secret.is_none() => {
            Err(error.lacking("client_secret"))
        }
        (Subject::Client, ErrorKind::Service) => Err(error.lacking("user_pool_id")),
        // With the pool id, the password is proved by SRP instead.
        (Subject::Flow, _) if flow == Flow::Auto && !knows_pool => Err(error.lacking("user_pool_id")),
        (Subject::Client | Subject::Flow, _) | (_, ErrorKind::Network | ErrorKind::RequestTimeout) => {
            Err(error)
        }
        _ => Ok(()),
    }
}

/// Starts a flow for a user who does not exist.
async fn started(
    transport: &Transport,
    config: &Arc<ClientConfig>,
    budget: &CallBudget,
    flow: &str,
) -> Result<()> {
    let nobody = nobody()?;
    let mut parameters = Parameters::from([entry("USERNAME", &nobody)]);
    parameters.extend(match flow {
        "USER_PASSWORD_AUTH" => Some(entry("PASSWORD", &nobody)),
        "USER_SRP_AUTH" => Some(entry("SRP_A", SRP_A)),
        "REFRESH_TOKEN_AUTH" => Some(entry("REFRESH_TOKEN", &nobody)),
        _ => None,
    });
    initiate(&Api { transport, config, budget }, flow, parameters, &BTreeMap::new()).await.map(drop)
}

/// A user name that does not exist.
fn nobody() -> Result<String> {
    let digits = hex(&random_bytes::<12>()?[..]);
    Ok(format!("cognitoken-doctor-{digits}"))
}

/// Derives from a refusal whether the flow started.
fn allowance(error: Error) -> Result<Allowance> {
    match error.meaning().subject {
        Subject::Flow => Ok(Allowance::Refused),
        Subject::User | Subject::Password | Subject::Session | Subject::RefreshTokenOrDevice
            if !error.retryable() =>
        {
            Ok(Allowance::Allowed)
        }
        Subject::Pool if !error.retryable() => Ok(Allowance::Unusable(error)),
        // Error names are an open set: an unknown, lasting one of the service is taken to be about the flow.
        Subject::Other
            if error.kind() == ErrorKind::Service
                && !error.retryable()
                && error.code().ends_with("Exception") =>
        {
            Ok(Allowance::Unusable(error))
        }
        _ => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::{Form, Refusal, RequestKind, judge};

    fn told(code: &'static str, message: &str) -> &'static str {
        let request_kind = RequestKind::flow("USER_SRP_AUTH");
        let refusal = Refusal {
            request_kind,
            status: 400,
            waf_action: None,
            code: Some(code),
            message,
            form: Form::default(),
        };
        match allowance(Error::judged(judge(&refusal), code, message)) {
            Ok(Allowance::Allowed) => "allowed",
            Ok(Allowance::Refused) => "refused",
            Ok(Allowance::Unusable(_)) => "unusable",
            Err(_) => "error",
        }
    }

    #[test]
    fn the_service_s_words_tell_what_a_client_allows() {
        let invalid = "InvalidParameterException";
        for (code, message, expected) in [
            (invalid, "USER_PASSWORD_AUTH flow not enabled for this client", "refused"),
            (invalid, "USER_SRP_AUTH is not enabled for the client.", "refused"),
            (invalid, "Auth flow not enabled for this client", "refused"),
            (invalid, "Initiate Auth method not supported.", "refused"),
            ("NotAuthorizedException", "Incorrect username or password.", "allowed"),
            ("NotAuthorizedException", "Invalid Refresh Token", "allowed"),
            ("UserNotFoundException", "User does not exist.", "allowed"),
            (invalid, "Custom auth lambda trigger is not configured for the user pool.", "unusable"),
            ("FeatureUnavailableInTierException", "Not in the plan of this pool", "unusable"),
            ("UserLambdaValidationException", "PreAuthentication failed", "unusable"),
            ("NotAuthorizedException", "Unable to verify secret hash for client 1example", "error"),
            (
                "NotAuthorizedException",
                "Client 1example is configured with secret but SECRET_HASH was not received",
                "error",
            ),
            ("ResourceNotFoundException", "User pool client 1example does not exist.", "error"),
            ("TooManyRequestsException", "Rate exceeded", "error"),
        ] {
            assert_eq!(told(code, message), expected, "{message}");
        }
    }
}
