//! What one process knows of a session: its tokens, the service's clock, and the call that is under way.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant, SystemTime};

use zeroize::Zeroizing;

use super::lifetime::{Lifetime, ServerClock};
use crate::config::Domain;
use crate::error::Error;
use crate::idp::Challenge;
use crate::jwt::TokenUse;
use crate::tokens::Tokens;

/// After a refresh that failed while the token was still good, how long nobody is made to wait for the next one.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// The tokens at hand.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) tokens: Arc<Tokens>,
    sent: Lifetime,
    access: Lifetime,
}

impl Held {
    pub(super) fn new(tokens: Tokens) -> Self {
        let (issued_at, expires_at) = (tokens.issued_at(), tokens.expires_at_seconds());
        Self {
            sent: Lifetime::of(tokens.sent(), issued_at, expires_at),
            access: Lifetime::of(tokens.access_token().expose(), issued_at, expires_at),
            tokens: Arc::new(tokens),
        }
    }

    /// Whether the token is one of these.
    pub(super) fn includes(&self, token: &str) -> bool {
        [self.tokens.sent(), self.tokens.access_token().expose()].contains(&token)
    }

    fn lifetime_of(&self, token: &str) -> Lifetime {
        if token == self.tokens.sent() { self.sent } else { self.access }
    }

    pub(super) fn lifetime(&self, token_use: TokenUse) -> Lifetime {
        match token_use {
            TokenUse::Access => self.access,
            _ => self.sent,
        }
    }
}

/// The state of a session in one process.
#[derive(Debug, Default)]
pub(super) struct State {
    held: Mutex<Option<Held>>,
    unsaved: Mutex<Option<Tokens>>,
    pub(super) clock: ServerClock,
    /// Held by whoever asks the store or the service; the others wait for what it brings.
    pub(super) turn: tokio::sync::Mutex<()>,
    /// The number of acquisitions that have ended.
    completed: AtomicU64,
    unmet: Mutex<Option<Unmet>>,
    /// Since when the service has not been reachable for a refresh that could wait.
    failed_early: Mutex<Option<Instant>>,
    /// The domains of the tokens that this process itself signed in for.
    domains: Mutex<Vec<Arc<Domain>>>,
    /// The name of the entry that this process itself put into the store last.
    own_entry: Mutex<Option<String>>,
    /// The token that was given last in the place of one that an API refused.
    replacement: Mutex<Option<Zeroizing<String>>>,
}

impl State {
    /// What a forked child starts with: the tokens that its parent had. A lock that a thread of the parent held at
    /// that moment is not waited for.
    pub(super) fn after_fork(parents: Option<&Self>) -> Self {
        let held = parents.and_then(|state| match state.held.try_lock() {
            Ok(held) => held.clone(),
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner().clone(),
            Err(TryLockError::WouldBlock) => None,
        });
        let domains = parents.and_then(|state| state.domains.try_lock().ok().map(|domains| domains.clone()));
        let domains = Mutex::new(domains.unwrap_or_default());
        let own_entry =
            parents.and_then(|state| state.own_entry.try_lock().ok().and_then(|name| name.clone()));
        Self { held: Mutex::new(held), domains, own_entry: Mutex::new(own_entry), ..Self::default() }
    }

    /// Remembers whose tokens this process put into the session: it answers for them from now on.
    pub(super) fn remember_own_entry(&self, name: &str) {
        *locked(&self.own_entry) = Some(name.to_owned());
    }

    pub(super) fn own_entry(&self) -> Option<String> {
        locked(&self.own_entry).clone()
    }

    /// Remembers a token that was given in the place of a refused one.
    pub(super) fn remember_replacement(&self, token: &str) {
        *locked(&self.replacement) = Some(Zeroizing::new(token.to_owned()));
    }

    /// The tokens at hand, where one of them is this replacement and is so young that another one would be refused too.
    pub(super) fn young_replacement(&self, token: &str, ours: SystemTime) -> Option<Arc<Tokens>> {
        let was_given = locked(&self.replacement).as_ref().is_some_and(|known| known.as_str() == token);
        let held = self.held().filter(|held| was_given && held.includes(token))?;
        held.lifetime_of(token).is_young(self.clock.now(ours)).then_some(held.tokens)
    }

    /// Remembers a domain that this process was told of by its user.
    pub(super) fn remember_domain(&self, domain: &Arc<Domain>) {
        if !self.knows_domain(domain) {
            locked(&self.domains).push(Arc::clone(domain));
        }
    }

    pub(super) fn knows_domain(&self, domain: &Domain) -> bool {
        locked(&self.domains).iter().any(|known| known.is_at_the_same_place_as(domain))
    }

    pub(super) fn held(&self) -> Option<Held> {
        locked(&self.held).clone()
    }

    pub(super) fn hold(&self, tokens: Tokens) -> Arc<Tokens> {
        *locked(&self.failed_early) = None;
        *locked(&self.unsaved) = None;
        self.hold_as(Held::new(tokens))
    }

    pub(super) fn hold_as(&self, held: Held) -> Arc<Tokens> {
        let tokens = Arc::clone(&held.tokens);
        *locked(&self.held) = Some(held);
        tokens
    }

    pub(super) fn forget(&self) {
        *locked(&self.own_entry) = None;
        *locked(&self.held) = None;
        *locked(&self.unsaved) = None;
    }

    /// Tokens that the store would not take.
    pub(super) fn unsaved(&self) -> Option<Tokens> {
        locked(&self.unsaved).clone()
    }

    pub(super) fn keep_unsaved(&self, tokens: Tokens) {
        *locked(&self.unsaved) = Some(tokens);
    }

    /// The tokens, where they can be sent without asking anybody.
    pub(super) fn fresh(&self, token_use: TokenUse, ours: SystemTime) -> Option<Arc<Tokens>> {
        let held = locked(&self.held);
        let held = held.as_ref()?;
        let (lifetime, now) = (held.lifetime(token_use), self.clock.now(ours));
        let usable = lifetime.is_fresh(now) || (lifetime.is_valid(now) && self.has_just_failed());
        usable.then(|| Arc::clone(&held.tokens))
    }

    /// The tokens, where the service would still take them.
    pub(super) fn valid(&self, token_use: TokenUse, ours: SystemTime) -> Option<Arc<Tokens>> {
        let held = self.held()?;
        held.lifetime(token_use).is_valid(self.clock.now(ours)).then_some(held.tokens)
    }

    /// Notes that a refresh failed that could wait.
    pub(super) fn failed_early(&self) {
        *locked(&self.failed_early) = Some(Instant::now());
    }

    fn has_just_failed(&self) -> bool {
        locked(&self.failed_early).is_some_and(|since| since.elapsed() < PAUSE_AFTER_FAILURE)
    }

    /// The number of acquisitions that have ended.
    pub(super) fn completed(&self) -> u64 {
        self.completed.load(Ordering::Acquire)
    }

    /// The end of an acquisition that completed after `seen` without tokens: whoever waited for it shares it.
    pub(super) fn shared_end(&self, seen: u64) -> Option<Unmet> {
        if self.completed() == seen { None } else { locked(&self.unmet).clone() }
    }

    pub(super) fn complete(&self, unmet: Option<Unmet>) {
        *locked(&self.unmet) = unmet;
        self.completed.fetch_add(1, Ordering::Release);
    }
}

/// The end of an acquisition that brought no tokens.
#[derive(Debug, Clone)]
pub(super) enum Unmet {
    Failed(Error),
    Challenged(Challenge),
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
