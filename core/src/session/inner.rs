//! The parts of a session that all its operations share.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::identity::StoredIdentity;
use super::repository::Repository;
use super::request::SessionRequest;
use super::state::{Current, State};
use super::stored_sign_in::StoredSignIn;
use super::token_demand::TokenDemand;
use crate::config::{Values, present};
use crate::error::{Error, ErrorKind, Result};
use crate::http::CallBudget;
use crate::jwt::TokenUse;
use crate::per_process::PerProcess;
use crate::renewal::Renewer;
use crate::secret::IdToken;
use crate::store::{OpenStore, StorePlace, TokenStore, Written};
use crate::tokens::Tokens;

pub(super) struct Inner {
    pub(super) renewer: Renewer,
    pub(super) request: SessionRequest,
    pub(super) values: Values,
    /// `true` if only a `.env` file names the store.
    pub(super) store_is_from_dotenv: bool,
    pub(super) fixed: Option<IdToken>,
    pub(super) repository: Repository,
    states: PerProcess<State>,
    /// The values of the sign-in for the pool's triggers. Shared: they are sent with each refresh of stored tokens.
    client_metadata: Arc<BTreeMap<String, String>>,
}

/// The time by which a call may exceed its own limits before it is cut off from outside.
const GRACE: Duration = Duration::from_millis(100);

impl Inner {
    pub(super) fn open(renewer: Renewer, request: SessionRequest) -> Result<Self> {
        let values = request.values();
        let (place, store_is_from_dotenv) =
            StorePlace::resolve(request.store.clone(), request.default_store.clone(), &values)?;
        let repository = Repository::open(&place, &values)?;
        Ok(Self { store_is_from_dotenv, ..Self::new(renewer, request, values, repository) })
    }

    /// Opens a session whose tokens are in a store of the caller's own.
    pub(super) fn with_store(
        renewer: Renewer,
        request: SessionRequest,
        store: Arc<dyn TokenStore>,
    ) -> Result<Self> {
        if present(request.store.clone()).is_some() {
            let message = "a store of one's own and the name of another (`store`) are both given";
            return Err(
                Error::new(ErrorKind::Config, "ConflictingValues", message).with_hint("Give one of them.")
            );
        }
        let values = request.values_for_own_store();
        let repository = Repository::new(OpenStore::own(store, &values)?);
        Ok(Self::new(renewer, request, values, repository))
    }

    fn new(renewer: Renewer, request: SessionRequest, values: Values, repository: Repository) -> Self {
        let repository = repository.within(request.timeout());
        let fixed = request.fixed_token(&values);
        let states = PerProcess::new();
        let client_metadata = Arc::new(request.sign_in.client_metadata.clone());
        Self {
            renewer,
            request,
            values,
            store_is_from_dotenv: false,
            fixed,
            repository,
            states,
            client_metadata,
        }
    }

    /// The service's time, in seconds since 1970-01-01T00:00:00Z.
    pub(super) fn server_time(&self) -> i64 {
        self.state().clock.now(self.renewer.transport().clock().now())
    }

    pub(super) fn state(&self) -> &State {
        self.states.get_or_init(State::after_fork)
    }

    /// Does some work within the time limit of the call.
    pub(super) async fn within<T>(
        &self,
        budget: &CallBudget,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        match tokio::time::timeout_at(budget.deadline() + GRACE, work).await {
            Ok(outcome) => outcome,
            Err(_elapsed) => Err(budget.exceeded(&self.repository.place())),
        }
    }

    pub(super) fn at_hand(&self, demand: &TokenDemand) -> Option<Arc<Tokens>> {
        let (state, now) = (self.state(), self.renewer.transport().clock().now());
        match demand {
            TokenDemand::Fresh(token_use) => state.fresh(*token_use, now),
            _ => {
                let current = state.current()?;
                demand.is_met_by(&current, state.clock.now(now)).then_some(current.tokens)
            }
        }
    }

    /// Takes a stored sign-in over, and returns its tokens if they meet the demand.
    pub(super) fn take_over(
        &self,
        sign_in: &StoredSignIn,
        tokens: Tokens,
        demand: &TokenDemand,
    ) -> Option<Arc<Tokens>> {
        let (state, ours) = (self.state(), self.renewer.transport().clock().now());
        // If our clock contradicts what is stored, the age of the tokens is unknown until new ones come.
        let knows_time = state.clock.adopt(sign_in.clock_offset.unwrap_or(0), sign_in.issued_at(), ours);
        let current = Current::new(tokens);
        let met = knows_time && demand.is_met_by(&current, state.clock.now(ours));
        let tokens = state.set_current(current);
        met.then_some(tokens)
    }

    /// Stores the tokens of a sign-in in place of earlier ones of the same user. With a seed, they came from a refresh
    /// token of the environment, and the user name beside it there becomes another name of the user.
    pub(super) async fn store_new(
        &self,
        budget: &CallBudget,
        tokens: Tokens,
        seed: Option<String>,
    ) -> Result<Arc<Tokens>> {
        let mut identity = StoredIdentity::of(&tokens, self.request.scopes());
        identity.seed = seed;
        let named_beside = self.request.username(&self.values).filter(|_| identity.seed.is_some());
        let signed_in_as = named_beside.or_else(|| tokens.origin().signed_in_as.clone());
        self.store_as(budget, tokens, identity, signed_in_as).await
    }

    /// Stores tokens under this identity.
    pub(super) async fn store_as(
        &self,
        budget: &CallBudget,
        tokens: Tokens,
        mut identity: StoredIdentity,
        signed_in_as: Option<String>,
    ) -> Result<Arc<Tokens>> {
        let state = self.state();
        // Kept in memory until they are stored, however this call ends: a full disk or a silent server costs no second
        // sign-in.
        state.keep_unsaved(tokens.clone());
        state.clock.learn_from(&tokens, self.renewer.transport().clock().now());
        let name = identity.name_in_store();
        loop {
            let mut lock = self.repository.lock(&name, budget.remaining()).await?;
            let earlier = self.repository.read(&name).await?;
            identity.remember(signed_in_as.as_deref(), earlier.as_ref().map(|sign_in| &sign_in.identity));
            let sign_in = StoredSignIn::new(&tokens, identity.clone(), state.clock.offset());
            let written = self.repository.write(&name, &sign_in, &mut *lock).await;
            lock.release().await?;
            match written {
                Ok(Written::Stored) => {
                    state.remember_own_name(&name);
                    return Ok(state.set_tokens(tokens));
                }
                Ok(Written::Superseded) if !budget.is_spent() => {}
                Ok(Written::Superseded) => return Err(budget.exceeded("the store")),
                Err(error) => return Err(error),
            }
        }
    }

    /// The values of the session's sign-in for the pool's triggers.
    pub(super) fn client_metadata(&self) -> Arc<BTreeMap<String, String>> {
        Arc::clone(&self.client_metadata)
    }

    pub(super) fn authorization(&self, tokens: &Tokens) -> String {
        match self.request.token_use {
            TokenUse::Access => format!("Bearer {}", tokens.access_token().expose()),
            _ => tokens.authorization(),
        }
    }
}
