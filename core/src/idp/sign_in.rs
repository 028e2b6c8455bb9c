//! Signing in with a user name, and a password where the flow wants one.

use tracing::{Instrument as _, debug, debug_span};

use super::device;
use super::exchange::Exchange;
use super::flow::Flow;
use super::outcome;
use super::parameters::{Parameters, entry, entry_password};
use super::prepared_sign_in::SignIn;
use super::step::Step;
use crate::error::Result;
use crate::http::{CallBudget, Transport};
use crate::srp::EphemeralKey;

/// Signs a user in.
pub(crate) async fn sign_in(transport: &Transport, sign_in: SignIn, budget: &CallBudget) -> Result<Step> {
    let span = debug_span!(target: "cognitoken::sign_in", "sign_in", flow = ?sign_in.flow);
    let step = with_new_exchanges(transport, sign_in, budget).instrument(span).await;
    outcome::log(&step);
    step
}

async fn with_new_exchanges(transport: &Transport, mut sign_in: SignIn, budget: &CallBudget) -> Result<Step> {
    loop {
        let error = match attempt(transport, &sign_in, budget).await {
            Ok(step) => return Ok(step),
            Err(error) => error,
        };
        // The pool does not know the device any more: the sign-in continues without it.
        if sign_in.identity.device.is_some() && device::is_unknown(&error) {
            debug!(target: "cognitoken::sign_in", code = error.code(), "retrying sign-in without the unknown device");
            sign_in.identity.device = None;
            continue;
        }
        // A proof or a code is accepted once: after a failed request only a new exchange can succeed.
        if !error.retryable() || !budget.pause_before_retry(&error, error.retry_after()).await {
            return Err(error);
        }
        debug!(target: "cognitoken::sign_in", reason = error.code(), "retrying sign-in");
    }
}

async fn attempt(transport: &Transport, sign_in: &SignIn, budget: &CallBudget) -> Result<Step> {
    let SignIn { config, identity, .. } = sign_in;
    let client_metadata = &identity.client_metadata;
    let exchange = Exchange { transport, config, budget, identity, client_metadata };
    match sign_in.flow {
        Flow::Password => with_password(exchange).await,
        Flow::Srp | Flow::Auto => with_srp(exchange).await,
        Flow::Custom => with_custom_challenges(exchange).await,
        Flow::UserAuth => with_choice(exchange, sign_in.preferred_challenge.as_deref()).await,
    }
}

async fn with_password(exchange: Exchange<'_>) -> Result<Step> {
    let parameters = Parameters::from([entry_password(exchange.identity)?]);
    exchange.initiate("USER_PASSWORD_AUTH", parameters, None).await
}

async fn with_srp(exchange: Exchange<'_>) -> Result<Step> {
    let key = EphemeralKey::generate()?;
    let parameters = Parameters::from([entry("SRP_A", key.public_hex())]);
    exchange.initiate("USER_SRP_AUTH", parameters, Some(key)).await
}

async fn with_custom_challenges(exchange: Exchange<'_>) -> Result<Step> {
    if exchange.identity.password.is_none() || exchange.config.user_pool_id.is_none() {
        return exchange.initiate("CUSTOM_AUTH", Parameters::new(), None).await;
    }
    let key = EphemeralKey::generate()?;
    let parameters = Parameters::from([entry("CHALLENGE_NAME", "SRP_A"), entry("SRP_A", key.public_hex())]);
    exchange.initiate("CUSTOM_AUTH", parameters, Some(key)).await
}

async fn with_choice(exchange: Exchange<'_>, preferred: Option<&str>) -> Result<Step> {
    let mut parameters = Parameters::new();
    parameters.extend(preferred.map(|name| entry("PREFERRED_CHALLENGE", name)));
    let mut key = None;
    match preferred {
        Some("PASSWORD") => parameters.extend([entry_password(exchange.identity)?]),
        Some("PASSWORD_SRP") => {
            let fresh = EphemeralKey::generate()?;
            parameters.extend([entry("SRP_A", fresh.public_hex())]);
            key = Some(fresh);
        }
        _ => {}
    }
    exchange.initiate("USER_AUTH", parameters, key).await
}
