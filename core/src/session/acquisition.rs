//! Getting tokens: those at hand, stored ones, a refresh, a sign-in; each is tried only if the one before fails.

use std::sync::Arc;
use std::time::Instant;

use tracing::{Instrument as _, debug, debug_span, trace};

use super::identity::Wanted;
use super::inner::Inner;
use super::repository::Stored;
use super::request::seed_name;
use super::secret_hosts::check_secret_hosts;
use super::state::{Current, Unmet};
use super::stored_renewal::{Renewed, StoredRenewal};
use super::stored_sign_in::StoredSignIn;
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

/// The number of attempts that a changing store may thwart before that is an error.
const MOST_ATTEMPTS: usize = 8;

/// A call that asks the store and the service, for itself and all that wait for it.
pub(super) struct Acquisition<'a> {
    pub(super) session: &'a Arc<Inner>,
    pub(super) budget: CallBudget,
}

/// The outcome of one attempt.
enum Attempt {
    Answer(Arc<Tokens>),
    /// The service sets a challenge that the session cannot answer.
    Challenge(Challenge),
    /// The store has changed meanwhile.
    Again,
}

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

    /// Finds the stored sign-in of this session, within the time of the call.
    pub(super) async fn find_in_time(&self) -> Result<(Option<Arc<ClientConfig>>, Option<Stored>)> {
        self.session.within(&self.budget, self.find()).await
    }

    /// The tokens of a stored sign-in.
    pub(super) fn restore(&self, sign_in: &StoredSignIn) -> Result<Tokens> {
        Ok(sign_in.restore(self.config_of(sign_in)?))
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
        let message = format!(
            "the sign-in stored in {} changes faster than it can be used",
            self.session.repository.place()
        );
        Err(Error::new(ErrorKind::Store, "StoreUnusable", message).with_retryable(true))
    }

    async fn attempt(&self, demand: &TokenDemand) -> Result<Attempt> {
        let (config, stored) = self.find().await?;
        debug!(
            target: "cognitoken::session",
            demand = demand.name(),
            seconds_left = self.seconds_left(),
            entry = stored.as_ref().map(|stored| &*stored.name),
            "looking for tokens"
        );
        let mut refusal = None;
        if let Some(stored) = stored.filter(|_| !matches!(demand, TokenDemand::SignIn)) {
            let config = self.config_of(&stored.sign_in)?;
            let tokens = stored.sign_in.restore(Arc::clone(&config));
            if let Some(tokens) = self.session.take_over(&stored.sign_in, tokens, demand) {
                debug!(target: "cognitoken::session", entry = stored.name, "using stored tokens");
                return Ok(Attempt::Answer(tokens));
            }
            if stored.sign_in.identity.is_of_client() && self.session.request.client_credentials.is_none() {
                return self.ask_for_client(&config, stored, demand).await;
            }
            match self.renew(config, stored, demand).await {
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

    /// Finds the stored sign-in of this session, and the client as far as it is known. Discovery is the last resort,
    /// since it needs the network.
    pub(super) async fn find(&self) -> Result<(Option<Arc<ClientConfig>>, Option<Stored>)> {
        let Inner { request, repository, values, .. } = &**self.session;
        let known = request.known(values);
        self.transport().notices().add(values.take_left_out());
        let known = known?;
        let config = known.config()?.map(Arc::new);
        if let Some(stored) = self.own().await? {
            return Ok((config, Some(stored)));
        }
        let mut wanted = request.wanted(values)?;
        if config.is_some() || known.discovery_variable().is_none() {
            let stored = repository.find(config.as_deref(), &wanted).await?;
            if stored.is_some() || known.discovery_variable().is_none() {
                return Ok((config, stored));
            }
        }
        let config = request.resolve(values, self.transport(), &self.budget).await?;
        wanted.client.client_id = Some(config.client_id.clone());
        wanted.client.user_pool_id.clone_from(&config.user_pool_id);
        let stored = repository.find(Some(&config), &wanted).await?;
        Ok((Some(Arc::new(config)), stored))
    }

    /// The stored sign-in of the tokens that this process itself put into the session.
    async fn own(&self) -> Result<Option<Stored>> {
        let Some(name) = self.session.state().own_name() else { return Ok(None) };
        Ok(self.session.repository.read(&name).await?.map(|sign_in| Stored { name, sign_in }))
    }

    /// Returns the client of a stored sign-in, at the endpoint that its tokens came from.
    pub(super) fn config_of(&self, sign_in: &StoredSignIn) -> Result<Arc<ClientConfig>> {
        let known = self.session.request.known(&self.session.values)?;
        let config = sign_in.config(known.client_secret.clone(), known.timeout)?;
        let user_pool_id = config.user_pool_id.or(known.config()?.and_then(|known| known.user_pool_id));
        Ok(Arc::new(ClientConfig { user_pool_id, ..config }))
    }

    /// The life that the tokens in memory have left by the service's clock, for the log.
    fn seconds_left(&self) -> Option<i64> {
        let current = self.session.state().current()?;
        let lifetime = current.lifetime(self.session.request.token_use);
        Some(lifetime.seconds_left(self.session.server_time()))
    }

    /// Returns the tokens that are still good in place of an error that may pass.
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

    /// Refreshes the stored sign-in under its lock. Other processes wait for the lock, then read the store again.
    async fn renew(
        &self,
        config: Arc<ClientConfig>,
        stored: Stored,
        demand: &TokenDemand,
    ) -> Result<Renewed> {
        if !stored.sign_in.is_refreshable() {
            return Ok(Renewed::NotRefreshable);
        }
        let Inner { repository, .. } = &**self.session;
        let host = host_of(&config.endpoint);
        let lock_name = format!("{} in {}", stored.name, repository.place());
        let lock = repository.lock(&stored.name, self.budget.remaining()).await;
        let mut lock = lock.map_err(|error| match error.code() {
            // The lock belongs to an earlier call of this process, which still waits for the service.
            "LockTimeout" if self.transport().must_finish().holds_lock(&lock_name) => {
                self.budget.exceeded(&host)
            }
            _ => error,
        })?;
        let Some(sign_in) = repository.read(&stored.name).await? else {
            lock.release().await?;
            return Ok(Renewed::Again);
        };
        let tokens = sign_in.restore(Arc::clone(&config));
        if let Some(tokens) = self.session.take_over(&sign_in, tokens.clone(), demand) {
            lock.release().await?;
            return Ok(Renewed::Answer(tokens));
        }
        sign_in.check_secret(&config)?;
        check_secret_hosts(self.session, &sign_in, &config)?;
        debug!(
            target: "cognitoken::session",
            demand = demand.name(), seconds_left = self.seconds_left(), entry = stored.name, "refreshing stored sign-in"
        );
        let renewal =
            StoredRenewal { session: Arc::clone(self.session), name: stored.name, sign_in, tokens, lock };
        let budget = self.budget.with_time_for_the_answer();
        let noted = self.transport().must_finish().note_lock(lock_name);
        let renewal = async move {
            let renewed = renewal.run(&budget).await;
            drop(noted);
            renewed
        };
        self.unless_it_lasts(&host, renewal).await?
    }

    /// Returns the outcome of some work if it is done within the time of the caller. The work goes on behind a caller
    /// whose time is over: the service may have replaced the refresh token already.
    async fn unless_it_lasts<T: Send + 'static>(
        &self,
        host: &str,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T> {
        let work = self.transport().must_finish().run(work);
        let outcome = tokio::time::timeout_at(self.budget.deadline(), work).await;
        outcome.unwrap_or_else(|_elapsed| Err(self.budget.exceeded(host)))
    }

    /// Starts with the refresh token of the environment, the password, or the client's secret.
    async fn begin_anew(
        &self,
        config: &Arc<ClientConfig>,
        demand: &TokenDemand,
        refusal: Option<Error>,
    ) -> Result<Attempt> {
        let Inner { request, repository, values, .. } = &**self.session;
        let wanted = request.wanted(values)?;
        let has_seed = request.seed(values).is_some() && !matches!(demand, TokenDemand::SignIn);
        if !has_seed && !matches!(demand, TokenDemand::SignIn) && !request.can_sign_in(values) {
            return Err(refusal.unwrap_or_else(|| self.nothing_stored()));
        }
        let mut lock = repository.lock(&wanted.lock_name(config), self.budget.remaining()).await?;
        let earlier = repository.find(Some(config), &wanted).await?;
        if !matches!(demand, TokenDemand::SignIn) && self.is_of_use(&earlier, demand) {
            // Another process signed in while this call waited for the lock.
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
                // The refusal of the stored token came first, and says more.
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
        earlier: Option<Stored>,
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

    /// Asks for another token of the app client itself, with the values of the stored one.
    async fn ask_for_client(
        &self,
        config: &Arc<ClientConfig>,
        stored: Stored,
        demand: &TokenDemand,
    ) -> Result<Attempt> {
        let Inner { request, repository, values, .. } = &**self.session;
        let mut lock = repository.lock(&stored.name, self.budget.remaining()).await?;
        let Some(sign_in) = repository.read(&stored.name).await? else {
            lock.release().await?;
            return Ok(Attempt::Again);
        };
        if let Some(tokens) = self.session.take_over(&sign_in, sign_in.restore(Arc::clone(config)), demand) {
            lock.release().await?;
            return Ok(Attempt::Answer(tokens));
        }
        sign_in.check_secret(config)?;
        check_secret_hosts(self.session, &sign_in, config)?;
        let credentials = sign_in.client_credentials(config, request.environment());
        debug!(
            target: "cognitoken::session",
            demand = demand.name(), seconds_left = self.seconds_left(), "requesting a client token"
        );
        let asked = tokio::select! {
            asked = self.session.renewer.client_credentials(credentials, values, demand.refused()) => asked,
            () = lock.hold() => return Ok(Attempt::Again),
        };
        lock.release().await?;
        // Storing takes the lock again.
        drop(lock);
        let identity = sign_in.identity;
        let tokens = self.session.store_as(&self.budget, asked?, identity, None).await?;
        Ok(Attempt::Answer(tokens))
    }

    /// Returns whether a stored sign-in is worth another attempt: it meets the demand, or can be refreshed.
    fn is_of_use(&self, stored: &Option<Stored>, demand: &TokenDemand) -> bool {
        stored.as_ref().is_some_and(|stored| {
            stored.sign_in.is_refreshable() || {
                let current = self
                    .config_of(&stored.sign_in)
                    .map(|config| Current::new(stored.sign_in.restore(config)));
                current.is_ok_and(|current| demand.is_met_by(&current, self.session.server_time()))
            }
        })
    }

    /// Refreshes with the token of the environment. The lock moves into the work: it is released when the refresh is
    /// over, even if the caller has stopped waiting.
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
                () = lock.hold() => Err(budget.exceeded(&session.repository.place())),
            };
            Begun { tokens, lock }
        };
        self.unless_it_lasts(&host_of(&config.endpoint), renewal).await
    }

    async fn sign_in(
        &self,
        config: &ClientConfig,
        earlier: Option<Stored>,
        demand: &TokenDemand,
    ) -> Result<Step> {
        let Inner { renewer, request, values, .. } = &**self.session;
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
        let Inner { request, repository, values, .. } = &**self.session;
        let (what, variable) = match request.username(values) {
            _ if !request.may_sign_in => ("refresh token", "COGNITO_REFRESH_TOKEN"),
            None => ("user name", "COGNITO_USER_NAME"),
            Some(_) => ("password", "COGNITO_PASSWORD"),
        };
        let message = format!(
            "nothing that fits is stored in {}, and there is no {what} to begin with: {variable} is not set and no \
             argument gives it",
            repository.place()
        );
        let hint = if repository.store().is_shared() {
            format!(
                "Sign in once with `cognitoken login` and the same store, or give the {what} ({variable})."
            )
        } else {
            format!(
                "Give the {what} ({variable}), or sign in once with `cognitoken login` and name its store here: file \
                 (COGNITO_STORE). Tokens in memory belong to this program alone."
            )
        };
        missing(what, variable).with_message(message).with_hint(hint)
    }
}

/// The outcome of a refresh with the token of the environment, and the lock that was held for it.
struct Begun {
    tokens: Result<Arc<Tokens>>,
    lock: Box<dyn StoreLock>,
}
