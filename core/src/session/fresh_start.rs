//! Starting without a stored sign-in that could be refreshed: with a refresh token that was given, the password, or the
//! client's secret.

use std::sync::Arc;

use tracing::debug;

use super::attempt::Attempt;
use super::call::Call;
use super::identity::Wanted;
use super::inner::Inner;
use super::next_step::{nothing_stored, sign_in_again};
use super::repository::Stored;
use super::request::seed_name;
use super::state::Current;
use super::token_demand::TokenDemand;
use crate::config::ClientConfig;
use crate::discovery;
use crate::error::{Error, Result};
use crate::http::{CallBudget, host_of};
use crate::idp::{self, Step};
use crate::renewal::{RefreshRequest, log_refresh};
use crate::store::StoreLock;
use crate::tokens::Tokens;

/// Starts with the refresh token of the environment, the password, or the client's secret.
pub(super) async fn begin_anew(
    call: &Call<'_>,
    config: &Arc<ClientConfig>,
    demand: &TokenDemand,
    refusal: Option<Error>,
) -> Result<Attempt> {
    let Inner { request, repository, values, .. } = &**call.session;
    let wanted = request.wanted(values)?;
    let has_seed = request.seed(values)?.is_some() && !matches!(demand, TokenDemand::SignIn);
    if !has_seed && !matches!(demand, TokenDemand::SignIn) && !request.can_sign_in(values) {
        return Err(match refusal {
            Some(refusal) => sign_in_again(call, refusal),
            None => nothing_stored(call).await,
        });
    }
    let mut lock = repository.lock(&wanted.lock_name(config), call.budget.remaining()).await?;
    let earlier = repository.find(Some(config), &wanted).await?;
    if !matches!(demand, TokenDemand::SignIn) && is_of_use(call, &earlier, demand) {
        // Another process signed in while this call waited for the lock.
        lock.release().await?;
        return Ok(Attempt::Again);
    }
    let begins_with = if has_seed { "a refresh token that was given" } else { "a sign-in" };
    debug!(target: "cognitoken::session", demand = demand.name(), begins_with, "no tokens to refresh; starting anew");
    if has_seed {
        let begun = begin_from_seed(call, config, &wanted, lock).await?;
        lock = begun.lock;
        let tokens = match begun.tokens {
            Ok(tokens) => Some(Ok(Attempt::Answer(tokens))),
            Err(error) if error.meaning().refresh_token_lost && request.can_sign_in(values) => None,
            // The refusal of the stored token came first, and says more.
            Err(error) if error.meaning().refresh_token_lost => {
                Some(Err(sign_in_again(call, refusal.unwrap_or(error))))
            }
            Err(error) => Some(Err(error)),
        };
        if let Some(outcome) = tokens {
            lock.release().await?;
            return outcome;
        }
    }
    let outcome = tokio::select! {
        outcome = sign_in_and_store(call, config, earlier, demand) => outcome,
        () = lock.hold() => Ok(Attempt::Again),
    };
    lock.release().await?;
    outcome
}

async fn sign_in_and_store(
    call: &Call<'_>,
    config: &Arc<ClientConfig>,
    earlier: Option<Stored>,
    demand: &TokenDemand,
) -> Result<Attempt> {
    match sign_in(call, config, earlier, demand).await? {
        Step::Done(tokens) => {
            let stored = call.session.store_new(&call.budget, tokens, None).await;
            stored.map(Attempt::Answer)
        }
        Step::Challenge(challenge) => Ok(Attempt::Challenge(challenge)),
    }
}

/// Returns whether a stored sign-in is worth another attempt: it meets the demand, or can be refreshed.
fn is_of_use(call: &Call<'_>, stored: &Option<Stored>, demand: &TokenDemand) -> bool {
    stored.as_ref().is_some_and(|stored| {
        stored.sign_in.is_refreshable() || {
            let current = call
                .config_of(&stored.sign_in)
                .map(|config| Current::new(stored.sign_in.restore(config, Arc::default())));
            current.is_ok_and(|current| demand.is_met_by(&current, call.session.server_time()))
        }
    })
}

/// Refreshes with the token of the environment. The lock moves into the work: it is released when the refresh is
/// over, even if the caller has stopped waiting.
async fn begin_from_seed(
    call: &Call<'_>,
    config: &ClientConfig,
    wanted: &Wanted,
    lock: Box<dyn StoreLock>,
) -> Result<Begun> {
    let Inner { request, values, .. } = &**call.session;
    let refresh = RefreshRequest {
        refresh_token: request.seed(values)?,
        username: wanted.username.clone(),
        device: request.sign_in.device.clone(),
        device_key: request.device_key.clone(),
        client: request.sign_in.client.clone(),
        environment: request.sign_in.environment.clone(),
        client_metadata: request.sign_in.client_metadata.clone(),
    };
    let session = Arc::clone(call.session);
    let (transport, budget) = (call.transport().clone(), call.budget.with_time_for_the_answer());
    let renewal = async move {
        let renewal = async {
            let (origin, token) = refresh.resolve(&session.values, &transport, &budget).await?;
            let refreshed = idp::refresh_tokens(&transport, &origin, &token, &budget).await;
            log_refresh(&refreshed);
            let tokens = refreshed?;
            let seed = Some(seed_name(&token));
            session.store_new(&CallBudget::to_finish(), tokens, seed).await
        };
        let tokens = tokio::select! {
            tokens = renewal => tokens,
            () = lock.hold() => Err(budget.exceeded(&session.repository.place())),
        };
        Begun { tokens, lock }
    };
    call.unless_it_lasts(&host_of(&config.endpoint), renewal).await
}

async fn sign_in(
    call: &Call<'_>,
    config: &ClientConfig,
    earlier: Option<Stored>,
    demand: &TokenDemand,
) -> Result<Step> {
    let Inner { renewer, request, values, .. } = &**call.session;
    if let Some(credentials) = &request.client_credentials {
        let tokens = renewer.client_credentials(credentials.clone(), values, demand.refused()).await?;
        return Ok(Step::Done(tokens));
    }
    let mut sign_in = request.sign_in.clone();
    sign_in.device = sign_in.device.or_else(|| earlier.and_then(|stored| stored.sign_in.device()));
    // The client of an earlier discovery need not be asked for again.
    sign_in.client.client_id.get_or_insert_with(|| config.client_id.clone());
    let client = sign_in.client.clone();
    let prepared = sign_in.prepare(values)?;
    let resolved = discovery::resolve(client, values, call.transport(), &call.budget).await;
    call.transport().notices().add(values.take_left_out());
    let mut resolved = resolved?;
    // The id that was put in above is no argument of the caller's.
    resolved.from_dotenv.client |= config.from_dotenv.client;
    idp::sign_in(call.transport(), prepared.at(resolved)?, &call.budget).await
}

/// The outcome of a refresh with the token of the environment, and the lock that was held for it.
struct Begun {
    tokens: Result<Arc<Tokens>>,
    lock: Box<dyn StoreLock>,
}
