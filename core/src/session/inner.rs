//! The parts of a session that all its operations share.

use std::sync::Arc;
use std::time::Duration;

use super::entries::Entries;
use super::entry::Entry;
use super::identity::Identity;
use super::request::SessionRequest;
use super::state::{Held, State};
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
    /// `true` if only a `.env` file says where the tokens rest.
    pub(super) store_is_from_dotenv: bool,
    pub(super) fixed: Option<IdToken>,
    pub(super) entries: Entries,
    states: PerProcess<State>,
}

/// The time that a call's own limits may be late by, before it is cut off from outside.
const GRACE: Duration = Duration::from_millis(100);

impl Inner {
    pub(super) fn open(renewer: Renewer, request: SessionRequest) -> Result<Self> {
        let values = request.values();
        let (place, store_is_from_dotenv) =
            StorePlace::resolve(request.store.clone(), request.default_store.clone(), &values)?;
        let entries = Entries::open(&place, &values)?;
        Ok(Self { store_is_from_dotenv, ..Self::new(renewer, request, values, entries) })
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
        let entries = Entries::new(OpenStore::own(store, &values)?);
        Ok(Self::new(renewer, request, values, entries))
    }

    fn new(renewer: Renewer, request: SessionRequest, values: Values, entries: Entries) -> Self {
        let entries = entries.within(request.timeout());
        let fixed = request.fixed_token(&values);
        let states = PerProcess::new();
        Self { renewer, request, values, store_is_from_dotenv: false, fixed, entries, states }
    }

    /// The service's time, in seconds since 1970-01-01T00:00:00Z.
    pub(super) fn server_time(&self) -> i64 {
        self.state().clock.now(self.renewer.transport().clock().now())
    }

    pub(super) fn state(&self) -> &State {
        self.states.get_or_init(State::after_fork)
    }

    /// Some work within the time limit of the call, whatever store or service it waits for.
    pub(super) async fn within<T>(
        &self,
        budget: &CallBudget,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        match tokio::time::timeout_at(budget.deadline() + GRACE, work).await {
            Ok(outcome) => outcome,
            Err(_elapsed) => Err(budget.exceeded(&self.entries.place())),
        }
    }

    pub(super) fn at_hand(&self, demand: &TokenDemand) -> Option<Arc<Tokens>> {
        let (state, now) = (self.state(), self.renewer.transport().clock().now());
        match demand {
            TokenDemand::Fresh(token_use) => state.fresh(*token_use, now),
            _ => {
                let held = state.held()?;
                demand.is_met_by(&held, state.clock.now(now)).then_some(held.tokens)
            }
        }
    }

    /// Takes a stored sign-in over, and returns its tokens where they meet the demand.
    pub(super) fn take_over(
        &self,
        entry: &Entry,
        tokens: Tokens,
        demand: &TokenDemand,
    ) -> Option<Arc<Tokens>> {
        let (state, ours) = (self.state(), self.renewer.transport().clock().now());
        // Where our clock contradicts what is stored, how old the tokens are cannot be told: new ones tell it.
        let knows_time = state.clock.adopt(entry.clock_offset.unwrap_or(0), entry.issued_at(), ours);
        let held = Held::new(tokens);
        let met = knows_time && demand.is_met_by(&held, state.clock.now(ours));
        let tokens = state.hold_as(held);
        met.then_some(tokens)
    }

    /// Stores the tokens of a sign-in in the place of what was there for the same user. With a seed they came from a
    /// refresh token of the environment, which stands for whatever name is beside it there.
    pub(super) async fn store_new(
        &self,
        budget: &CallBudget,
        tokens: Tokens,
        seed: Option<String>,
    ) -> Result<Arc<Tokens>> {
        let mut identity = Identity::of(&tokens, self.request.scopes());
        identity.seed = seed;
        let named_beside = self.request.username(&self.values).filter(|_| identity.seed.is_some());
        let signed_in_as = named_beside.or_else(|| tokens.origin().signed_in_as.clone());
        self.store_as(budget, tokens, identity, signed_in_as).await
    }

    /// Stores tokens as those of this identity.
    pub(super) async fn store_as(
        &self,
        budget: &CallBudget,
        tokens: Tokens,
        mut identity: Identity,
        signed_in_as: Option<String>,
    ) -> Result<Arc<Tokens>> {
        let state = self.state();
        // Kept here until they are stored, whatever ends this call: nobody has to sign in twice for a full disk, or a
        // server that is silent.
        state.keep_unsaved(tokens.clone());
        state.clock.learn_from(&tokens, self.renewer.transport().clock().now());
        let name = identity.entry_name();
        loop {
            let mut lock = self.entries.lock(&name, budget.remaining()).await?;
            let earlier = self.entries.read(&name).await?;
            identity.remember(signed_in_as.as_deref(), earlier.as_ref().map(|entry| &entry.identity));
            let entry = Entry::new(&tokens, identity.clone(), state.clock.offset());
            let written = self.entries.write(&name, &entry, &mut *lock).await;
            lock.release().await?;
            match written {
                Ok(Written::Stored) => {
                    state.remember_own_entry(&name);
                    return Ok(state.hold(tokens));
                }
                Ok(Written::Superseded) if !budget.is_spent() => {}
                Ok(Written::Superseded) => return Err(budget.exceeded("the store")),
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) fn authorization(&self, tokens: &Tokens) -> String {
        match self.request.token_use {
            TokenUse::Access => format!("Bearer {}", tokens.access_token().expose()),
            _ => tokens.authorization(),
        }
    }
}
