//! What the service says: whether it is there, what time it is, and which flows the app client allows.

use std::sync::Arc;
use std::time::Instant;

use url::Url;

use super::{Check, CheckState};
use crate::clock::ClockOffset;
use crate::config::{ClientConfig, GatheredClient};
use crate::error::{Error, Result};
use crate::http::{CallBudget, Request, Transport};
use crate::idp::{Allowance, Flow, probe_flow};
use crate::session::SessionRequest;

const GROUP: &str = "service";

/// Up to here the clocks agree, in seconds.
const SMALL_OFFSET: u64 = 2;

/// From here on others refuse what this machine's clock says, in seconds: AWS itself takes no signed request that is
/// further off. <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-signing.html>
const LARGE_OFFSET: u64 = 5 * 60;

/// The flows, what chooses them, and the setting of the app client that allows each.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html>
const FLOWS: [(&str, Option<Flow>, &str); 5] = [
    ("USER_SRP_AUTH", Some(Flow::Srp), "ALLOW_USER_SRP_AUTH"),
    ("USER_PASSWORD_AUTH", Some(Flow::Password), "ALLOW_USER_PASSWORD_AUTH"),
    ("CUSTOM_AUTH", Some(Flow::Custom), "ALLOW_CUSTOM_AUTH"),
    ("USER_AUTH", Some(Flow::UserAuth), "ALLOW_USER_AUTH"),
    (REFRESH, None, "ALLOW_REFRESH_TOKEN_AUTH"),
];

const REFRESH: &str = "REFRESH_TOKEN_AUTH";

/// `endpoint` is where the service is taken to be as long as no client is known.
pub(super) async fn check(
    transport: &Transport,
    request: &SessionRequest,
    endpoint: Option<&Url>,
    budget: &CallBudget,
) -> Vec<Check> {
    // What is wrong with the values was told among them.
    let values = request.values();
    let (Ok(known), Some(endpoint)) = (request.known(&values), endpoint) else { return Vec::new() };
    if !known.names_client() && known.discovery_variable().is_none() {
        return reach(transport, endpoint, budget).await.unwrap_or_else(not_reached);
    }
    let mut checks = Vec::new();
    let config = match request.resolve(&values, transport, budget).await {
        Ok(config) => Arc::new(config),
        Err(error) => return vec![Check::failed(GROUP, "discovery", &error)],
    };
    checks.extend(discovered(&known, &config));
    match reach(transport, &config.endpoint, budget).await {
        Ok(reached) => checks.extend(reached),
        Err(error) => {
            checks.extend(not_reached(error));
            return checks;
        }
    }
    if request.client_credentials.is_none() {
        checks.extend(match answers(transport, &config, budget).await {
            Ok(answers) => flows(&answers, request.sign_in.flow, config.user_pool_id.is_some()),
            // The same is wrong with each of them.
            Err(error) => vec![Check::failed(GROUP, "app client", &error)],
        });
    }
    checks
}

fn discovered(known: &GatheredClient, config: &ClientConfig) -> Option<Check> {
    let pool = config.user_pool_id.as_ref().map_or_else(|| "an unknown pool".to_owned(), ToString::to_string);
    let variable = known.discovery_variable()?;
    let finding = format!("{variable} names client {} of {pool}, at {}", config.client_id, config.endpoint);
    Some(Check::good(GROUP, "discovery", finding))
}

fn not_reached(error: Error) -> Vec<Check> {
    vec![Check::failed(GROUP, "reach", &error)]
}

/// Any answer will do: it tells that the service is there, and its time.
async fn reach(transport: &Transport, endpoint: &Url, budget: &CallBudget) -> Result<Vec<Check>> {
    let started = Instant::now();
    let answer = transport.send(Request::get(endpoint), budget).await.map_err(|failure| failure.error)?;
    let finding = format!("{endpoint} answered in {} ms", started.elapsed().as_millis());
    let clock = clock(answer.header("date"), answer.clock_offset);
    Ok(vec![Check::good(GROUP, "reach", finding), clock])
}

/// `told` is how far the service's clock is ahead of ours.
fn clock(date: Option<&str>, told: ClockOffset) -> Check {
    const NAME: &str = "clock";
    let ahead = told.seconds();
    let state = match (date, ahead.unsigned_abs()) {
        (None, _) => return Check::new(GROUP, NAME, CheckState::Note, "the service does not tell its time"),
        (_, 0..=SMALL_OFFSET) => return Check::good(GROUP, NAME, "agrees with the service's"),
        (_, 0..=LARGE_OFFSET) => CheckState::Note,
        _ => CheckState::Bad,
    };
    let (apart, way) = (ahead.unsigned_abs(), if ahead > 0 { "behind" } else { "ahead of" });
    let consequence = if told.is_beyond_bounds() {
        "more than a day, which codes and proofs do not allow for"
    } else {
        "sign-in and refresh allow for that, but verifying a token, TLS and other programs do not"
    };
    let finding = format!("this machine's clock is {apart} s {way} the service's: {consequence}");
    Check::new(GROUP, NAME, state, finding).with_fix("Set the clock, best by NTP.")
}

/// What the service says of each flow, in the order of [`FLOWS`].
async fn answers(
    transport: &Transport,
    config: &Arc<ClientConfig>,
    budget: &CallBudget,
) -> Result<Vec<Allowance>> {
    let mut answers = Vec::new();
    for (name, _, _) in FLOWS {
        answers.push(probe_flow(transport, config, budget, name).await?);
    }
    Ok(answers)
}

fn flows(answers: &[Allowance], flow: Flow, pool_is_known: bool) -> Vec<Check> {
    let taken = flow.taken(pool_is_known);
    let others: Vec<&str> = FLOWS
        .iter()
        .zip(answers)
        .filter(|((_, flow, _), answer)| {
            flow.is_some_and(|flow| flow != taken) && matches!(answer, Allowance::Allowed)
        })
        .map(|((name, _, _), _)| *name)
        .collect();
    let rows = FLOWS.iter().zip(answers).map(|((name, flow, setting), answer)| match answer {
        Allowance::Allowed if *flow == Some(taken) => {
            Check::good(GROUP, name, "allowed; this is the one that is taken")
        }
        Allowance::Allowed => Check::good(GROUP, name, "allowed"),
        Allowance::Refused if *flow == Some(taken) => {
            let finding = "the app client does not allow it, and it is the one that is taken";
            Check::new(GROUP, name, CheckState::Bad, finding).with_fix(way_out(setting, &others, pool_is_known))
        }
        Allowance::Refused if *name == REFRESH => {
            let finding = "not allowed, as it has to be where refresh tokens rotate: GetTokensFromRefreshToken is \
                           asked there";
            Check::new(GROUP, name, CheckState::Note, finding)
                .with_fix(format!("Without rotation, its owner can add {setting} to the client's ExplicitAuthFlows."))
        }
        Allowance::Refused => Check::new(GROUP, name, CheckState::Note, "the app client does not allow it"),
        Allowance::Unusable(error) => {
            let state = if *flow == Some(taken) { CheckState::Bad } else { CheckState::Note };
            let finding = format!("does not begin: {} ({})", error.message(), error.code());
            Check::new(GROUP, name, state, finding).with_fix("The pool's owner can tell, or choose another flow.")
        }
    });
    rows.collect()
}

fn way_out(setting: &str, others: &[&str], pool_is_known: bool) -> String {
    let owner = format!(
        "The app client's owner can add {setting} to its ExplicitAuthFlows (in the console: the app client's \
         authentication flows)"
    );
    match others {
        [] => format!("{owner}."),
        others if !pool_is_known && others.contains(&"USER_SRP_AUTH") => {
            format!("{owner}; or set COGNITO_USER_POOL_ID: SRP is allowed, and needs it.")
        }
        others => format!("{owner}; or choose another flow: it allows {}.", others.join(", ")),
    }
}
