//! What the service says: whether it is there, what time it is, and which flows the app client allows.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Check, CheckState};
use crate::config::ClientConfig;
use crate::error::{Error, ErrorKind};
use crate::http::{CallBudget, Request, Transport};
use crate::idp::{Flow, allows_flow};
use crate::session::SessionRequest;

const GROUP: &str = "service";

/// How long all the questions may take.
const LIMIT: Duration = Duration::from_secs(20);

/// Up to here the clocks agree, in seconds.
const SMALL_OFFSET: u64 = 2;

/// The flows, what they are for, and the setting of the app client that allows each.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html>
const FLOWS: [(&str, &str, &str); 5] = [
    ("USER_SRP_AUTH", "srp", "ALLOW_USER_SRP_AUTH"),
    ("USER_PASSWORD_AUTH", "password", "ALLOW_USER_PASSWORD_AUTH"),
    ("CUSTOM_AUTH", "custom", "ALLOW_CUSTOM_AUTH"),
    ("USER_AUTH", "user_auth", "ALLOW_USER_AUTH"),
    ("REFRESH_TOKEN_AUTH", "refresh", "ALLOW_REFRESH_TOKEN_AUTH"),
];

pub(super) async fn check(transport: &Transport, request: &SessionRequest) -> Vec<Check> {
    let budget = CallBudget::new(LIMIT);
    let config = match request.resolve(transport, &budget).await {
        Ok(config) => Arc::new(config),
        // What is missing was told among the values; what discovery failed with was not.
        Err(error) if error.kind() == ErrorKind::Config => return Vec::new(),
        Err(error) => return vec![Check::failed(GROUP, "discovery", &error)],
    };
    let mut checks = Vec::new();
    match reach(transport, &config, &budget).await {
        Ok((reached, clock)) => checks.extend([reached, clock]),
        Err(error) => return vec![Check::failed(GROUP, "reach", &error)],
    }
    if request.client_credentials.is_none() {
        checks.extend(flows(transport, request, &config, &budget).await);
    }
    checks
}

/// Any answer will do: it tells that the service is there, and its time.
async fn reach(
    transport: &Transport,
    config: &ClientConfig,
    budget: &CallBudget,
) -> Result<(Check, Check), Error> {
    let started = Instant::now();
    let answer =
        transport.send(Request::get(&config.endpoint), budget).await.map_err(|failure| failure.error)?;
    let finding = format!("{} answered in {} ms", config.endpoint, started.elapsed().as_millis());
    let seconds = answer.clock_offset.seconds();
    let clock = match (answer.header("date"), seconds.unsigned_abs()) {
        (None, _) => Check::new(GROUP, "clock", CheckState::Note, "the service does not tell its time"),
        (_, 0..=SMALL_OFFSET) => Check::good(GROUP, "clock", "agrees with the service's"),
        (_, apart) => {
            let way = if seconds > 0 { "behind" } else { "ahead of" };
            let finding =
                format!("this machine's clock is {apart} s {way} the service's; that is allowed for");
            Check::new(GROUP, "clock", CheckState::Note, finding)
                .with_fix("Set the clock, best by NTP: other programs do not allow for it.")
        }
    };
    Ok((Check::good(GROUP, "reach", finding), clock))
}

async fn flows(
    transport: &Transport,
    request: &SessionRequest,
    config: &Arc<ClientConfig>,
    budget: &CallBudget,
) -> Vec<Check> {
    let chosen = match request.sign_in.flow {
        Flow::Auto if config.user_pool_id.is_some() => "srp",
        Flow::Srp => "srp",
        Flow::Custom => "custom",
        Flow::UserAuth => "user_auth",
        Flow::Auto | Flow::Password => "password",
    };
    let mut checks = Vec::new();
    for (name, flow, setting) in FLOWS {
        let is_chosen = flow == chosen;
        checks.push(match allows_flow(transport, config, budget, name).await {
            Ok(true) if is_chosen => Check::good(GROUP, name, "allowed; this is the one that is used"),
            Ok(true) => Check::good(GROUP, name, "allowed"),
            Ok(false) if is_chosen => Check::new(
                GROUP,
                name,
                CheckState::Bad,
                "the app client does not allow it, and it is the one that is used",
            )
            .with_fix(format!(
                "Its owner can add {setting} to the client's ExplicitAuthFlows; or choose another flow."
            )),
            // With rotation this one is off, and another operation refreshes.
            Ok(false) => Check::new(GROUP, name, CheckState::Note, "the app client does not allow it"),
            // The same is wrong with each of them.
            Err(error) => {
                checks.push(Check::failed(GROUP, "app client", &error));
                return checks;
            }
        });
    }
    checks
}
