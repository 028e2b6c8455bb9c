//! Silent first: what is at hand, what is stored, a refresh, a sign-in; each only where the one before does not answer.

use std::sync::Arc;
use std::time::Instant;

use tracing::{Instrument as _, debug, debug_span, trace};

use super::entries::Found;
use super::entry::Entry;
use super::identity::Wanted;
use super::inner::Inner;
use super::request::seed_name;
use super::secret_hosts::check_secret_hosts;
use super::state::{Held, Unmet};
use super::stored_renewal::{Renewed, StoredRenewal};
use super::token_demand::TokenDemand;
use crate::clock::milliseconds_since;
use crate::config::{ClientConfig, missing};
use crate::discovery;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, Transport, host_of};
use crate::idp::{self, Challenge, Step};
use crate::renewal::{RefreshRequest, log_refresh};
use crate::store::StoreLock;
use crate::tokens::Tokens;

/// How often a store may turn out to have changed under our hands before that is called a fault.
const MOST_ATTEMPTS: usize = 8;

/// A call that asks the store and the service, on behalf of everybody who waits for it.
pub(super) struct Acquisition<'a> {
    pub(super) session: &'a Arc<Inner>,
    pub(super) budget: CallBudget,
}

/// The outcome of one attempt.
enum Attempt {
    Answer(Arc<Tokens>),
    /// The service wants to know more than the session can tell.
    Challenge(Challenge),
    /// The store changed meanwhile.
    Again,
}

/// Returns tokens that meet the demand: one call for everybody who wants the same at the same time.
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
    let acquisition = Acquisition::new(session);
    let budget = &acquisition.budget;
    let Ok(_turn) = tokio::time::timeout_at(budget.deadline(), state.turn.lock()).await else {
        return Err(budget.exceeded("the session's other call"));
    };
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
    let outcome = session.within(budget, acquisition.tokens(demand)).await;
    state.complete(match &outcome {
        Ok(Step::Done(_)) => None,
        Ok(Step::Challenge(challenge)) => Some(Unmet::Challenged(challenge.clone())),
        Err(error) => Some(Unmet::Failed(error.clone())),
    });
    outcome
}

impl<'a> Acquisition<'a> {
    pub(super) fn new(session: &'a Arc<Inner>) -> Self {
        Self { session, budget: CallBudget::new(session.request.timeout()) }
    }

    fn transport(&self) -> &'a Transport {
        self.session.renewer.transport()
    }

    /// The stored sign-in that answers for this session, within the time of the call.
    pub(super) async fn find_in_time(&self) -> Result<(Option<Arc<ClientConfig>>, Option<Found>)> {
        self.session.within(&self.budget, self.find()).await
    }

    /// The tokens of a stored sign-in.
    pub(super) fn restore(&self, entry: &Entry) -> Result<Tokens> {
        Ok(entry.restore(self.config_of(entry)?))
    }

    async fn tokens(&self, demand: &TokenDemand) -> Result<Step<Arc<Tokens>>> {
        self.store_what_could_not_be_stored().await?;
        for _ in 0..MOST_ATTEMPTS {
            match self.attempt(demand).await? {
                Attempt::Answer(tokens) => return Ok(Step::Done(tokens)),
                Attempt::Challenge(challenge) => return Ok(Step::Challenge(challenge)),
                Attempt::Again => {
                    debug!(target: "cognitoken::session", "the store has changed; looking for tokens again");
                }
            }
        }
        let message =
            format!("what is stored in {} changes faster than it can be used", self.session.entries.place());
        Err(Error::new(ErrorKind::Store, "StoreUnusable", message).with_retryable(true))
    }

    async fn attempt(&self, demand: &TokenDemand) -> Result<Attempt> {
        let (config, found) = self.find().await?;
        debug!(
            target: "cognitoken::session",
            demand = demand.name(),
            seconds_left = self.seconds_left(),
            entry = found.as_ref().map(|found| &*found.name),
            "looking for tokens"
        );
        let mut refusal = None;
        if let Some(found) = found.filter(|_| !matches!(demand, TokenDemand::SignIn)) {
            let config = self.config_of(&found.entry)?;
            let tokens = found.entry.restore(Arc::clone(&config));
            if let Some(tokens) = self.session.take_over(&found.entry, tokens, demand) {
                debug!(target: "cognitoken::session", entry = found.name, "using stored tokens");
                return Ok(Attempt::Answer(tokens));
            }
            if found.entry.identity.is_of_client() && self.session.request.client_credentials.is_none() {
                return self.ask_for_client(&config, found, demand).await;
            }
            match self.renew(config, found, demand).await {
                Ok(Renewed::Answer(tokens)) => return Ok(Attempt::Answer(tokens)),
                Ok(Renewed::Again) => return Ok(Attempt::Again),
                Ok(Renewed::Refused(error)) => refusal = Some(error),
                Ok(Renewed::NotRefreshable) => {}
                Err(error) => return self.still_valid(demand, error),
            }
        }
        let config = match config {
            Some(config) => config,
            None => {
                let Inner { request, values, .. } = &**self.session;
                Arc::new(request.resolve(values, self.transport(), &self.budget).await?)
            }
        };
        self.begin_anew(&config, demand, refusal).await
    }

    /// The entry that answers for this session, and the client as far as it is known. Discovery is the last resort:
    /// it asks the network.
    pub(super) async fn find(&self) -> Result<(Option<Arc<ClientConfig>>, Option<Found>)> {
        let Inner { request, entries, values, .. } = &**self.session;
        let known = request.known(values);
        self.transport().notices().add(values.take_left_out());
        let known = known?;
        let config = known.config()?.map(Arc::new);
        if let Some(found) = self.own().await? {
            return Ok((config, Some(found)));
        }
        let mut wanted = request.wanted(values)?;
        if config.is_some() || known.discovery_variable().is_none() {
            let found = entries.find(config.as_deref(), &wanted).await?;
            if found.is_some() || known.discovery_variable().is_none() {
                return Ok((config, found));
            }
        }
        let config = request.resolve(values, self.transport(), &self.budget).await?;
        wanted.client.client_id = Some(config.client_id.clone());
        wanted.client.user_pool_id.clone_from(&config.user_pool_id);
        let found = entries.find(Some(&config), &wanted).await?;
        Ok((Some(Arc::new(config)), found))
    }

    /// The entry of the tokens that this process itself put into the session.
    async fn own(&self) -> Result<Option<Found>> {
        let Some(name) = self.session.state().own_entry() else { return Ok(None) };
        Ok(self.session.entries.read(&name).await?.map(|entry| Found { name, entry }))
    }

    /// The client of an entry, at the place where its tokens came from.
    pub(super) fn config_of(&self, entry: &Entry) -> Result<Arc<ClientConfig>> {
        let known = self.session.request.known(&self.session.values)?;
        let config = entry.config(known.client_secret.clone(), known.timeout)?;
        let user_pool_id = config.user_pool_id.or(known.config()?.and_then(|known| known.user_pool_id));
        Ok(Arc::new(ClientConfig { user_pool_id, ..config }))
    }

    /// The life that the tokens in memory have left by the service's clock, for the log.
    fn seconds_left(&self) -> Option<i64> {
        let held = self.session.state().held()?;
        let lifetime = held.lifetime(self.session.request.token_use);
        Some(lifetime.seconds_left(self.session.server_time()))
    }

    /// A fault on the way to new tokens is no reason to withhold those that are still good.
    fn still_valid(&self, demand: &TokenDemand, error: Error) -> Result<Attempt> {
        let state = self.session.state();
        let TokenDemand::Fresh(token_use) = demand else { return Err(error) };
        match state.valid(*token_use, self.transport().clock().now()) {
            Some(tokens) if error.retryable() => {
                debug!(target: "cognitoken::session", code = error.code(), "no refresh; using tokens that are still valid");
                state.failed_early();
                Ok(Attempt::Answer(tokens))
            }
            _ => Err(error),
        }
    }

    /// Refreshes what is stored, alone: whoever else wants it waits, reads again, and finds it done.
    async fn renew(&self, config: Arc<ClientConfig>, found: Found, demand: &TokenDemand) -> Result<Renewed> {
        if !found.entry.is_refreshable() {
            return Ok(Renewed::NotRefreshable);
        }
        let Inner { entries, .. } = &**self.session;
        let host = host_of(&config.endpoint);
        let lock_name = format!("{} in {}", found.name, entries.place());
        let lock = entries.lock(&found.name, self.budget.remaining()).await;
        let mut lock = lock.map_err(|error| match error.code() {
            // An earlier call of this process, which waits for the service behind us.
            "LockTimeout" if self.transport().must_finish().holds_lock(&lock_name) => {
                self.budget.exceeded(&host)
            }
            _ => error,
        })?;
        let Some(entry) = entries.read(&found.name).await? else {
            lock.release().await?;
            return Ok(Renewed::Again);
        };
        let tokens = entry.restore(Arc::clone(&config));
        if let Some(tokens) = self.session.take_over(&entry, tokens.clone(), demand) {
            lock.release().await?;
            return Ok(Renewed::Answer(tokens));
        }
        entry.check_secret(&config)?;
        check_secret_hosts(self.session, &entry, &config)?;
        debug!(
            target: "cognitoken::session",
            demand = demand.name(), seconds_left = self.seconds_left(), entry = found.name, "refreshing stored sign-in"
        );
        let renewal =
            StoredRenewal { session: Arc::clone(self.session), name: found.name, entry, tokens, lock };
        let budget = self.budget.with_time_for_the_answer();
        let held = self.transport().must_finish().note_lock(lock_name);
        let renewal = async move {
            let renewed = renewal.run(&budget).await;
            drop(held);
            renewed
        };
        self.unless_it_lasts(&host, renewal).await?
    }

    /// What comes of some work within the time of the caller. Nobody who gives up waiting ends it half-way: the service
    /// may have replaced the refresh token already.
    async fn unless_it_lasts<T: Send + 'static>(
        &self,
        host: &str,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T> {
        let work = self.transport().must_finish().run(work);
        let outcome = tokio::time::timeout_at(self.budget.deadline(), work).await;
        outcome.unwrap_or_else(|_elapsed| Err(self.budget.exceeded(host)))
    }

    /// Begins with the refresh token of the environment, with the password, or with the client's secret.
    async fn begin_anew(
        &self,
        config: &Arc<ClientConfig>,
        demand: &TokenDemand,
        refusal: Option<Error>,
    ) -> Result<Attempt> {
        let Inner { request, entries, values, .. } = &**self.session;
        let wanted = request.wanted(values)?;
        let has_seed = request.seed(values).is_some() && !matches!(demand, TokenDemand::SignIn);
        if !has_seed && !matches!(demand, TokenDemand::SignIn) && !request.can_sign_in(values) {
            return Err(refusal.unwrap_or_else(|| self.nothing_stored()));
        }
        let mut lock = entries.lock(&wanted.lock_name(config), self.budget.remaining()).await?;
        let earlier = entries.find(Some(config), &wanted).await?;
        if !matches!(demand, TokenDemand::SignIn) && self.is_of_use(&earlier, demand) {
            // Somebody else signed in while this call waited for the lock.
            lock.release().await?;
            return Ok(Attempt::Again);
        }
        let begins_with = if has_seed { "a refresh token that was given" } else { "a sign-in" };
        debug!(target: "cognitoken::session", demand = demand.name(), begins_with, "no tokens to refresh; starting anew");
        if has_seed {
            let begun = self.begin_from_seed(config, &wanted, lock).await?;
            lock = begun.lock;
            let tokens = match begun.tokens {
                Ok(tokens) => Some(Ok(Attempt::Answer(tokens))),
                Err(error) if error.meaning().refresh_token_lost && request.can_sign_in(values) => None,
                // The stored token's refusal came first, and says more.
                Err(error) if error.meaning().refresh_token_lost => Some(Err(refusal.unwrap_or(error))),
                Err(error) => Some(Err(error)),
            };
            if let Some(outcome) = tokens {
                lock.release().await?;
                return outcome;
            }
        }
        let outcome = tokio::select! {
            outcome = self.sign_in_and_store(config, earlier, demand) => outcome,
            () = lock.hold() => Ok(Attempt::Again),
        };
        lock.release().await?;
        outcome
    }

    async fn sign_in_and_store(
        &self,
        config: &Arc<ClientConfig>,
        earlier: Option<Found>,
        demand: &TokenDemand,
    ) -> Result<Attempt> {
        match self.sign_in(config, earlier, demand).await? {
            Step::Done(tokens) => {
                let stored = self.session.store_new(&self.budget, tokens, None).await;
                stored.map(Attempt::Answer)
            }
            Step::Challenge(challenge) => Ok(Attempt::Challenge(challenge)),
        }
    }

    /// Another token of the client's own, as the stored one was asked for.
    async fn ask_for_client(
        &self,
        config: &Arc<ClientConfig>,
        found: Found,
        demand: &TokenDemand,
    ) -> Result<Attempt> {
        let Inner { request, entries, values, .. } = &**self.session;
        let mut lock = entries.lock(&found.name, self.budget.remaining()).await?;
        let Some(entry) = entries.read(&found.name).await? else {
            lock.release().await?;
            return Ok(Attempt::Again);
        };
        if let Some(tokens) = self.session.take_over(&entry, entry.restore(Arc::clone(config)), demand) {
            lock.release().await?;
            return Ok(Attempt::Answer(tokens));
        }
        entry.check_secret(config)?;
        check_secret_hosts(self.session, &entry, config)?;
        let credentials = entry.client_credentials(config, request.environment());
        debug!(
            target: "cognitoken::session",
            demand = demand.name(), seconds_left = self.seconds_left(), "requesting a client token"
        );
        let asked = tokio::select! {
            asked = self.session.renewer.client_credentials(credentials, values, demand.refused()) => asked,
            () = lock.hold() => return Ok(Attempt::Again),
        };
        lock.release().await?;
        // Whose lock it is that is taken to store it.
        drop(lock);
        let identity = entry.identity;
        let tokens = self.session.store_as(&self.budget, asked?, identity, None).await?;
        Ok(Attempt::Answer(tokens))
    }

    /// Whether an entry is worth another turn: it answers, or can be refreshed.
    fn is_of_use(&self, found: &Option<Found>, demand: &TokenDemand) -> bool {
        found.as_ref().is_some_and(|found| {
            found.entry.is_refreshable() || {
                let held = self.config_of(&found.entry).map(|config| Held::new(found.entry.restore(config)));
                held.is_ok_and(|held| demand.is_met_by(&held, self.session.server_time()))
            }
        })
    }

    /// Refreshes the token that the environment gives. The lock goes along: it is let go of when the refresh is over,
    /// whoever waits for that.
    async fn begin_from_seed(
        &self,
        config: &ClientConfig,
        wanted: &Wanted,
        lock: Box<dyn StoreLock>,
    ) -> Result<Begun> {
        let Inner { request, values, .. } = &**self.session;
        let refresh = RefreshRequest {
            refresh_token: request.seed(values),
            username: wanted.username.clone(),
            device: request.sign_in.device.clone(),
            device_key: request.device_key.clone(),
            client: request.sign_in.client.clone(),
            environment: request.sign_in.environment.clone(),
        };
        let session = Arc::clone(self.session);
        let (transport, budget) = (self.transport().clone(), self.budget.with_time_for_the_answer());
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
                () = lock.hold() => Err(budget.exceeded(&session.entries.place())),
            };
            Begun { tokens, lock }
        };
        self.unless_it_lasts(&host_of(&config.endpoint), renewal).await
    }

    async fn sign_in(
        &self,
        config: &ClientConfig,
        earlier: Option<Found>,
        demand: &TokenDemand,
    ) -> Result<Step> {
        let Inner { renewer, request, values, .. } = &**self.session;
        if let Some(credentials) = &request.client_credentials {
            let tokens = renewer.client_credentials(credentials.clone(), values, demand.refused()).await?;
            return Ok(Step::Done(tokens));
        }
        let mut sign_in = request.sign_in.clone();
        sign_in.device = sign_in.device.or_else(|| earlier.and_then(|found| found.entry.device()));
        // What discovery found out once need not be asked again.
        sign_in.client.client_id.get_or_insert_with(|| config.client_id.clone());
        let client = sign_in.client.clone();
        let prepared = sign_in.prepare(values)?;
        let config = discovery::resolve(client, values, self.transport(), &self.budget).await;
        self.transport().notices().add(values.take_left_out());
        idp::sign_in(self.transport(), prepared.at(config?)?, &self.budget).await
    }

    async fn store_what_could_not_be_stored(&self) -> Result<()> {
        let state = self.session.state();
        let Some(tokens) = state.unsaved() else { return Ok(()) };
        self.session.store_new(&self.budget, tokens, None).await.map(drop)
    }

    fn nothing_stored(&self) -> Error {
        let Inner { request, entries, values, .. } = &**self.session;
        let (what, variable) = match request.username(values) {
            _ if !request.may_sign_in => ("refresh token", "COGNITO_REFRESH_TOKEN"),
            None => ("user name", "COGNITO_USER_NAME"),
            Some(_) => ("password", "COGNITO_PASSWORD"),
        };
        let message = format!(
            "nothing that fits is stored in {}, and there is no {what} to begin with: {variable} is not set and no \
             argument gives it",
            entries.place()
        );
        let hint = if entries.store().is_shared() {
            format!(
                "Sign in once with `cognitoken login` and the same store, or give the {what} ({variable})."
            )
        } else {
            format!(
                "Give the {what} ({variable}), or sign in once with `cognitoken login` and name its store here: file \
                 (COGNITO_STORE). What is in memory, this program alone has."
            )
        };
        missing(what, variable).with_message(message).with_hint(hint)
    }
}

/// What came of the refresh token of the environment, and the lock that was held for it.
struct Begun {
    tokens: Result<Arc<Tokens>>,
    lock: Box<dyn StoreLock>,
}
