//! Getting tokens: those at hand, stored ones, a refresh, a sign-in; each is tried only if the one before fails.

use std::sync::Arc;
use std::time::Instant;

use tracing::{Instrument as _, debug, debug_span, trace};

use super::attempt::Attempt;
use super::call::Call;
use super::fresh_start::begin_anew;
use super::inner::Inner;
use super::next_step::client_unknown;
use super::repository::Stored;
use super::secret_hosts::check_secret_hosts;
use super::state::Unmet;
use super::stored_renewal::{Renewed, renew};
use super::token_demand::TokenDemand;
use crate::clock::milliseconds_since;
use crate::config::ClientConfig;
use crate::error::{Error, ErrorKind, Result};
use crate::idp::Step;
use crate::tokens::Tokens;
use crate::waits::{WaitingFor, waiting_for};

/// The number of attempts that a changing store may thwart before that is an error.
const MOST_ATTEMPTS: usize = 8;

/// Returns tokens that meet the demand. Calls at the same moment share one acquisition.
pub(super) async fn acquire(session: &Arc<Inner>, demand: &TokenDemand) -> Result<Step<Arc<Tokens>>> {
    if let Some(tokens) = session.at_hand(demand) {
        return Ok(Step::Done(tokens));
    }
    let span = debug_span!(target: "cognitoken::session", "acquire", demand = demand.name());
    acquire_in_turn(session, demand).instrument(span).await
}

async fn acquire_in_turn(session: &Arc<Inner>, demand: &TokenDemand) -> Result<Step<Arc<Tokens>>> {
    let state = session.state();
    let started = Instant::now();
    let seen = state.completed();
    let call = Call::new(session);
    let budget = &call.budget;
    let waiting = waiting_for(|| WaitingFor::AnotherCall);
    let Ok(_turn) = tokio::time::timeout_at(budget.deadline(), state.turn.lock()).await else {
        return Err(budget.exceeded("the session's other call"));
    };
    drop(waiting);
    let waited_milliseconds = milliseconds_since(started);
    trace!(target: "cognitoken::session", waited_milliseconds, "waited for other calls of the session");
    if let Some(tokens) = session.at_hand(demand) {
        return Ok(Step::Done(tokens));
    }
    match state.shared_end(seen).filter(|_| !matches!(demand, TokenDemand::SignIn)) {
        Some(Unmet::Failed(error)) => return Err(error),
        Some(Unmet::Challenged(challenge)) => return Ok(Step::Challenge(challenge)),
        None => {}
    }
    let outcome = session.within(budget, tokens_of(&call, demand)).await;
    state.complete(match &outcome {
        Ok(Step::Done(_)) => None,
        Ok(Step::Challenge(challenge)) => Some(Unmet::Challenged(challenge.clone())),
        Err(error) => Some(Unmet::Failed(error.clone())),
    });
    outcome
}

async fn tokens_of(call: &Call<'_>, demand: &TokenDemand) -> Result<Step<Arc<Tokens>>> {
    store_what_could_not_be_stored(call).await?;
    for _ in 0..MOST_ATTEMPTS {
        match attempt(call, demand).await? {
            Attempt::Answer(tokens) => return Ok(Step::Done(tokens)),
            Attempt::Challenge(challenge) => return Ok(Step::Challenge(challenge)),
            Attempt::Again => {
                debug!(target: "cognitoken::session", "the store has changed; looking for tokens again");
            }
        }
    }
    let message = format!(
        "the sign-in stored in {} changes faster than it can be used",
        call.session.repository.place()
    );
    Err(Error::new(ErrorKind::Store, "StoreUnusable", message).with_retryable(true))
}

async fn attempt(call: &Call<'_>, demand: &TokenDemand) -> Result<Attempt> {
    let (config, stored) = call.find().await?;
    debug!(
        target: "cognitoken::session",
        demand = demand.name(),
        seconds_left = call.seconds_left(),
        entry = stored.as_ref().map(|stored| &*stored.name),
        "looking for tokens"
    );
    let mut refusal = None;
    if let Some(stored) = stored.filter(|_| !matches!(demand, TokenDemand::SignIn)) {
        let config = call.config_of(&stored.sign_in)?;
        let tokens = stored.sign_in.restore(Arc::clone(&config), call.session.client_metadata());
        if let Some(tokens) = call.session.take_over(&stored.sign_in, tokens, demand) {
            debug!(target: "cognitoken::session", entry = stored.name, "using stored tokens");
            return Ok(Attempt::Answer(tokens));
        }
        if stored.sign_in.identity.is_of_client() && call.session.request.client_credentials.is_none() {
            return ask_for_client(call, &config, stored, demand).await;
        }
        match renew(call, config, stored, demand).await {
            Ok(Renewed::Answer(tokens)) => return Ok(Attempt::Answer(tokens)),
            Ok(Renewed::Again) => return Ok(Attempt::Again),
            Ok(Renewed::Refused(error)) => refusal = Some(error),
            Ok(Renewed::NotRefreshable) => {}
            Err(error) => return still_valid(call, demand, error),
        }
    }
    let config = match config {
        Some(config) => config,
        None => {
            let Inner { request, values, .. } = &**call.session;
            match request.resolve(values, call.transport(), &call.budget).await {
                Ok(config) => Arc::new(config),
                Err(error) => return Err(client_unknown(call, error).await),
            }
        }
    };
    begin_anew(call, &config, demand, refusal).await
}

/// Asks for another token of the app client itself, with the values of the stored one.
async fn ask_for_client(
    call: &Call<'_>,
    config: &Arc<ClientConfig>,
    stored: Stored,
    demand: &TokenDemand,
) -> Result<Attempt> {
    let Inner { request, repository, values, .. } = &**call.session;
    let mut lock = repository.lock(&stored.name, call.budget.remaining()).await?;
    let Some(sign_in) = repository.read(&stored.name).await? else {
        lock.release().await?;
        return Ok(Attempt::Again);
    };
    let tokens = sign_in.restore(Arc::clone(config), call.session.client_metadata());
    if let Some(tokens) = call.session.take_over(&sign_in, tokens, demand) {
        lock.release().await?;
        return Ok(Attempt::Answer(tokens));
    }
    sign_in.check_secret(config)?;
    check_secret_hosts(call.session, &sign_in, config)?;
    let credentials = sign_in.client_credentials(config, &request.environment());
    debug!(
        target: "cognitoken::session",
        demand = demand.name(), seconds_left = call.seconds_left(), "requesting a client token"
    );
    let asked = tokio::select! {
        asked = call.session.renewer.client_credentials(credentials, values, demand.refused()) => asked,
        () = lock.hold() => return Ok(Attempt::Again),
    };
    lock.release().await?;
    // Storing takes the lock again.
    drop(lock);
    let identity = sign_in.identity;
    let tokens = call.session.store_as(&call.budget, asked?, identity, None).await?;
    Ok(Attempt::Answer(tokens))
}

/// Returns the tokens that are still good in place of an error that may pass.
fn still_valid(call: &Call<'_>, demand: &TokenDemand, error: Error) -> Result<Attempt> {
    let state = call.session.state();
    let TokenDemand::Fresh(token_use) = demand else { return Err(error) };
    match state.valid(*token_use, call.transport().clock().now()) {
        Some(tokens) if error.retryable() => {
            debug!(target: "cognitoken::session", code = error.code(), "no refresh; using tokens that are still valid");
            state.failed_early();
            Ok(Attempt::Answer(tokens))
        }
        _ => Err(error),
    }
}

async fn store_what_could_not_be_stored(call: &Call<'_>) -> Result<()> {
    let state = call.session.state();
    let Some(tokens) = state.unsaved() else { return Ok(()) };
    call.session.store_new(&call.budget, tokens, None).await.map(drop)
}
