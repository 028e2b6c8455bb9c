//! Silent first: what is at hand, what is stored, a refresh, a sign-in; each only where the one before does not answer.

use std::sync::Arc;

use super::Inner;
use super::entries::Found;
use super::entry::Entry;
use super::identity::{Identity, Wanted};
use super::refusal::{already_replaced, is_final};
use super::request::seed_name;
use super::state::Held;
use super::wish::Wish;
use crate::config::{ClientConfig, missing};
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, Transport, host_of};
use crate::idp::{RefreshRequest, refresh_tokens, sign_in_within};
use crate::oauth::client_credentials_other_than;
use crate::store::{StoreLock, Written};
use crate::tokens::Tokens;

/// How often a store may turn out to have changed under our hands before that is called a fault.
const MOST_TURNS: usize = 8;

/// One flight: a call that asks the store and the service, on behalf of everybody who waits for it.
pub(super) struct Flight<'a> {
    pub(super) session: &'a Arc<Inner>,
    pub(super) transport: &'a Transport,
    pub(super) budget: Arc<CallBudget>,
}

/// What came of a turn that found the store changed meanwhile.
enum Turn {
    Answer(Arc<Tokens>),
    Again,
}

impl Flight<'_> {
    pub(super) async fn tokens(&self, wish: &Wish) -> Result<Arc<Tokens>> {
        self.store_what_could_not_be_stored().await?;
        for _ in 0..MOST_TURNS {
            if let Turn::Answer(tokens) = self.turn(wish).await? {
                return Ok(tokens);
            }
        }
        let message =
            format!("what is stored in {} changes faster than it can be used", self.session.entries.place());
        Err(Error::new(ErrorKind::Store, "StoreUnusable", message).with_retryable(true))
    }

    async fn turn(&self, wish: &Wish) -> Result<Turn> {
        let (config, found) = self.find().await?;
        let mut refusal = None;
        if let Some(found) = found.filter(|_| !matches!(wish, Wish::SignIn)) {
            let config = self.config_of(&found.entry)?;
            let tokens = found.entry.restore(Arc::clone(&config));
            if let Some(tokens) = self.session.answer(&found.entry, tokens, wish, self.transport) {
                return Ok(Turn::Answer(tokens));
            }
            if found.entry.identity.is_of_client() && self.session.request.client_credentials.is_none() {
                return self.ask_for_client(&config, found, wish).await;
            }
            match self.renew(config, found, wish).await {
                Ok(Renewed::Turn(turn)) => return Ok(turn),
                Ok(Renewed::Refused(error)) => refusal = Some(error),
                Ok(Renewed::NotRefreshable) => {}
                Err(error) => return self.still_valid(wish, error),
            }
        }
        let config = match config {
            Some(config) => config,
            None => {
                let Inner { request, values, .. } = &**self.session;
                Arc::new(request.resolve(values, self.transport, &self.budget).await?)
            }
        };
        self.begin_anew(&config, wish, refusal).await
    }

    /// The entry that answers for this session, and the client as far as it is known. Discovery is the last resort:
    /// it asks the network.
    pub(super) async fn find(&self) -> Result<(Option<Arc<ClientConfig>>, Option<Found>)> {
        let Inner { request, entries, values, .. } = &**self.session;
        let known = request.known(values);
        self.transport.notices().add(values.take_left_out());
        let known = known?;
        let config = known.config()?.map(Arc::new);
        if let Some(found) = self.own().await? {
            return Ok((config, Some(found)));
        }
        let mut wanted = request.wanted(values)?;
        if config.is_some() || !known.may_be_discovered() {
            let found = entries.find(config.as_deref(), &wanted).await?;
            if found.is_some() || !known.may_be_discovered() {
                return Ok((config, found));
            }
        }
        let config = request.resolve(values, self.transport, &self.budget).await?;
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

    /// A fault on the way to new tokens is no reason to withhold those that are still good.
    fn still_valid(&self, wish: &Wish, error: Error) -> Result<Turn> {
        let state = self.session.state();
        let Wish::Fresh(token_use) = wish else { return Err(error) };
        match state.valid(*token_use, self.transport.clock().now()) {
            Some(tokens) if error.retryable() => {
                state.failed_early();
                Ok(Turn::Answer(tokens))
            }
            _ => Err(error),
        }
    }

    /// Refreshes what is stored, alone: whoever else wants it waits, reads again, and finds it done.
    async fn renew(&self, config: Arc<ClientConfig>, found: Found, wish: &Wish) -> Result<Renewed> {
        if !found.entry.is_refreshable() {
            return Ok(Renewed::NotRefreshable);
        }
        let Inner { entries, .. } = &**self.session;
        let host = host_of(&config.endpoint);
        let lock_name = format!("{} in {}", found.name, entries.place());
        let lock = entries.store().lock(&found.name, self.budget.remaining()).await;
        let mut lock = lock.map_err(|error| match error.code() {
            // An earlier call of this process, which waits for the service behind us.
            "LockTimeout" if self.transport.must_finish().holds_lock(&lock_name) => {
                self.budget.exceeded(&host)
            }
            _ => error,
        })?;
        let Some(entry) = entries.read(&found.name).await? else {
            lock.release().await?;
            return Ok(Renewed::Turn(Turn::Again));
        };
        let tokens = entry.restore(Arc::clone(&config));
        if let Some(tokens) = self.session.answer(&entry, tokens.clone(), wish, self.transport) {
            lock.release().await?;
            return Ok(Renewed::Turn(Turn::Answer(tokens)));
        }
        entry.check_secret(&config)?;
        self.session.check_secret_hosts(&entry, &config)?;
        let renewal = Renewal { session: Arc::clone(self.session), name: found.name, entry, tokens, lock };
        let (transport, budget) = (self.transport.clone(), self.budget.with_time_for_the_answer());
        let held = transport.must_finish().note_lock(lock_name);
        let renewal = async move {
            let renewed = renewal.run(&transport, &budget).await;
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
        let work = self.transport.must_finish().run(work);
        let outcome = tokio::time::timeout_at(self.budget.deadline(), work).await;
        outcome.unwrap_or_else(|_elapsed| Err(self.budget.exceeded(host)))
    }

    /// Begins with the refresh token of the environment, with the password, or with the client's secret.
    async fn begin_anew(
        &self,
        config: &Arc<ClientConfig>,
        wish: &Wish,
        refusal: Option<Error>,
    ) -> Result<Turn> {
        let Inner { request, entries, values, .. } = &**self.session;
        let wanted = request.wanted(values)?;
        let has_seed = request.seed(values).is_some() && !matches!(wish, Wish::SignIn);
        if !has_seed && !matches!(wish, Wish::SignIn) && !request.can_sign_in(values) {
            return Err(refusal.unwrap_or_else(|| self.nothing_stored()));
        }
        let mut lock = entries.store().lock(&wanted.lock_name(config), self.budget.remaining()).await?;
        let earlier = entries.find(Some(config), &wanted).await?;
        if !matches!(wish, Wish::SignIn) && self.is_of_use(&earlier, wish) {
            // Somebody else signed in while this call waited for the lock.
            lock.release().await?;
            return Ok(Turn::Again);
        }
        if has_seed {
            let begun = self.begin_from_seed(config, &wanted, lock).await?;
            lock = begun.lock;
            let tokens = match begun.tokens {
                Ok(tokens) => Some(Ok(Turn::Answer(tokens))),
                Err(error) if is_final(&error) && request.can_sign_in(values) => None,
                // The stored token's refusal came first, and says more.
                Err(error) if is_final(&error) => Some(Err(refusal.unwrap_or(error))),
                Err(error) => Some(Err(error)),
            };
            if let Some(outcome) = tokens {
                lock.release().await?;
                return outcome;
            }
        }
        let outcome = tokio::select! {
            outcome = self.sign_in_and_store(config, earlier, wish) => outcome,
            () = lock.hold() => Ok(Turn::Again),
        };
        lock.release().await?;
        outcome
    }

    async fn sign_in_and_store(
        &self,
        config: &Arc<ClientConfig>,
        earlier: Option<Found>,
        wish: &Wish,
    ) -> Result<Turn> {
        let tokens = self.sign_in(config, earlier, wish).await?;
        let tokens = self.session.store_new(self.transport, &self.budget, tokens, None).await?;
        Ok(Turn::Answer(tokens))
    }

    /// Another token of the client's own, as the stored one was asked for.
    async fn ask_for_client(&self, config: &Arc<ClientConfig>, found: Found, wish: &Wish) -> Result<Turn> {
        let Inner { request, entries, values, .. } = &**self.session;
        let mut lock = entries.store().lock(&found.name, self.budget.remaining()).await?;
        let Some(entry) = entries.read(&found.name).await? else {
            lock.release().await?;
            return Ok(Turn::Again);
        };
        if let Some(tokens) =
            self.session.answer(&entry, entry.restore(Arc::clone(config)), wish, self.transport)
        {
            lock.release().await?;
            return Ok(Turn::Answer(tokens));
        }
        entry.check_secret(config)?;
        self.session.check_secret_hosts(&entry, config)?;
        let credentials = entry.client_credentials(config, request.environment());
        let asked = tokio::select! {
            asked = client_credentials_other_than(self.transport, credentials, values, wish.refused()) => asked,
            () = lock.hold() => return Ok(Turn::Again),
        };
        lock.release().await?;
        // Whose lock it is that is taken to store it.
        drop(lock);
        let identity = entry.identity;
        let tokens = self.session.store_as(self.transport, &self.budget, asked?, identity, None).await?;
        Ok(Turn::Answer(tokens))
    }

    /// Whether an entry is worth another turn: it answers, or can be refreshed.
    fn is_of_use(&self, found: &Option<Found>, wish: &Wish) -> bool {
        found.as_ref().is_some_and(|found| {
            found.entry.is_refreshable() || {
                let held = self.config_of(&found.entry).map(|config| Held::new(found.entry.restore(config)));
                held.is_ok_and(|held| {
                    wish.is_met_by(&held, self.session.state().clock.now(self.transport.clock().now()))
                })
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
        let (transport, budget) = (self.transport.clone(), self.budget.with_time_for_the_answer());
        let renewal = async move {
            let renewal = async {
                let (origin, token) = refresh.resolve(&session.values, &transport, &budget).await?;
                let tokens = refresh_tokens(&transport, &origin, &token, &budget).await?;
                let seed = Some(seed_name(&token));
                session.store_new(&transport, &CallBudget::to_finish(), tokens, seed).await
            };
            let tokens = tokio::select! {
                tokens = renewal => tokens,
                () = lock.hold() => Err(budget.exceeded(&session.entries.place())),
            };
            Begun { tokens, lock }
        };
        self.unless_it_lasts(&host_of(&config.endpoint), renewal).await
    }

    async fn sign_in(&self, config: &ClientConfig, earlier: Option<Found>, wish: &Wish) -> Result<Tokens> {
        let Inner { request, values, .. } = &**self.session;
        if let Some(credentials) = &request.client_credentials {
            let (credentials, refused) = (credentials.clone(), wish.refused());
            return client_credentials_other_than(self.transport, credentials, values, refused).await;
        }
        let mut sign_in = request.sign_in.clone();
        sign_in.device = sign_in.device.or_else(|| earlier.and_then(|found| found.entry.device()));
        // What discovery found out once need not be asked again.
        sign_in.client.client_id.get_or_insert_with(|| config.client_id.clone());
        sign_in_within(self.transport, sign_in, values, &self.budget).await
    }

    async fn store_what_could_not_be_stored(&self) -> Result<()> {
        let state = self.session.state();
        let Some(tokens) = state.unsaved() else { return Ok(()) };
        self.session.store_new(self.transport, &self.budget, tokens, None).await.map(drop)
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

/// What came of the attempt to refresh what is stored.
enum Renewed {
    Turn(Turn),
    /// There is no refresh token.
    NotRefreshable,
    /// The refresh token is no longer good, and has been forgotten.
    Refused(Error),
}

/// A refresh with the lock in hand, to the end.
struct Renewal {
    session: Arc<Inner>,
    name: String,
    entry: Entry,
    tokens: Tokens,
    lock: Box<dyn StoreLock>,
}

impl Renewal {
    async fn run(mut self, transport: &Transport, budget: &CallBudget) -> Result<Renewed> {
        let outcome = self.renew(transport, budget).await;
        self.lock.release().await?;
        outcome
    }

    async fn renew(&mut self, transport: &Transport, budget: &CallBudget) -> Result<Renewed> {
        self.lock.begin().await?;
        let refreshed = tokio::select! {
            refreshed = self.tokens.refresh_within(transport, budget) => refreshed,
            () = self.lock.hold() => return Ok(Renewed::Turn(Turn::Again)),
        };
        match refreshed {
            Ok(tokens) => self.store(transport, tokens).await,
            Err(error) if is_final(&error) => self.forget(error).await,
            Err(error) => {
                // Where the answer was lost on its way, the note stays: the service may have replaced the token.
                if !matches!(error.kind(), ErrorKind::Network | ErrorKind::RequestTimeout) {
                    self.lock.end().await?;
                }
                Err(error)
            }
        }
    }

    /// On the disk first, then seen by anybody.
    async fn store(&mut self, transport: &Transport, tokens: Tokens) -> Result<Renewed> {
        let state = self.session.state();
        state.clock.learn_from(&tokens, transport.clock().now());
        let mut identity = Identity::of(&tokens, self.entry.identity.scopes.clone());
        identity.remember(None, Some(&self.entry.identity));
        if identity.entry_name() != self.name {
            let message = "the service answered the refresh with the tokens of somebody else";
            return Err(
                Error::new(ErrorKind::Service, "InvalidResponse", message).with_hint("Sign in again.")
            );
        }
        let entry = Entry::new(&tokens, identity, state.clock.offset());
        match self.session.entries.write(&self.name, &entry, &mut *self.lock).await {
            Ok(Written::Stored) => Ok(Renewed::Turn(Turn::Answer(state.hold(tokens)))),
            Ok(Written::Superseded) => Ok(Renewed::Turn(Turn::Again)),
            Err(error) => {
                // Kept here, and stored by the next call: the refresh token in the store may be good for nothing now.
                state.keep_unsaved(tokens);
                Err(error)
            }
        }
    }

    async fn forget(&mut self, error: Error) -> Result<Renewed> {
        let now = self.session.entries.read(&self.name).await?;
        if now.is_none_or(|now| !now.is_same_as(&self.entry)) {
            return Ok(Renewed::Turn(Turn::Again));
        }
        let error = if self.lock.was_left_unfinished() { already_replaced(error) } else { error };
        self.lock.remove().await?;
        self.session.state().forget();
        Ok(Renewed::Refused(error))
    }
}
