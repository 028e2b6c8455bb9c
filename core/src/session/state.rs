//! The state of a session in one process: its tokens, the service's clock, and the acquisition under way.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant, SystemTime};

use zeroize::Zeroizing;

use super::lifetime::{Lifetime, ServerClock};
use crate::config::Domain;
use crate::error::Error;
use crate::identity_pool::IssuedCredentials;
use crate::idp::Challenge;
use crate::jwt::TokenUse;
use crate::tokens::Tokens;

/// The time after a failed refresh of a token that is still good in which no call waits for the next refresh.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// The tokens at hand.
#[derive(Debug, Clone)]
pub(super) struct Current {
    pub(super) tokens: Arc<Tokens>,
    sent: Lifetime,
    access: Lifetime,
}

impl Current {
    pub(super) fn new(tokens: Tokens) -> Self {
        let (issued_at, expires_at) = (tokens.issued_at(), tokens.expires_at_seconds());
        Self {
            sent: Lifetime::of(tokens.sent(), issued_at, expires_at),
            access: Lifetime::of(tokens.access_token().expose(), issued_at, expires_at),
            tokens: Arc::new(tokens),
        }
    }

    /// Returns whether the token is one of these.
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
    current: Mutex<Option<Current>>,
    unsaved: Mutex<Option<Tokens>>,
    pub(super) clock: ServerClock,
    /// Held by the call that asks the store or the service; the others wait and share its outcome.
    pub(super) turn: tokio::sync::Mutex<()>,
    /// The number of acquisitions that have ended.
    completed: AtomicU64,
    unmet: Mutex<Option<Unmet>>,
    /// The time of the last failed refresh of tokens that were still good.
    failed_early: Mutex<Option<Instant>>,
    /// The domains at which this process itself got tokens.
    domains: Mutex<Vec<Arc<Domain>>>,
    /// The name of the sign-in that this process itself stored last.
    own_name: Mutex<Option<String>>,
    /// The AWS credentials of the session's users.
    pub(super) aws_credentials: IssuedCredentials,
    /// The last token that was returned in place of one that an API refused.
    replacement: Mutex<Option<Zeroizing<String>>>,
}

impl State {
    /// The state that a forked child starts with: the tokens of its parent. A value that a thread of the parent had
    /// locked at that moment is left out.
    pub(super) fn after_fork(parents: Option<&Self>) -> Self {
        let current = parents.and_then(|state| match state.current.try_lock() {
            Ok(current) => current.clone(),
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner().clone(),
            Err(TryLockError::WouldBlock) => None,
        });
        let domains = parents.and_then(|state| state.domains.try_lock().ok().map(|domains| domains.clone()));
        let domains = Mutex::new(domains.unwrap_or_default());
        let own_name = parents.and_then(|state| state.own_name.try_lock().ok().and_then(|name| name.clone()));
        Self { current: Mutex::new(current), domains, own_name: Mutex::new(own_name), ..Self::default() }
    }

    /// Remembers the sign-in that this process stored: the session uses it from now on.
    pub(super) fn remember_own_name(&self, name: &str) {
        *locked(&self.own_name) = Some(name.to_owned());
    }

    pub(super) fn own_name(&self) -> Option<String> {
        locked(&self.own_name).clone()
    }

    /// Remembers a token that was returned in place of a refused one.
    pub(super) fn remember_replacement(&self, token: &str) {
        *locked(&self.replacement) = Some(Zeroizing::new(token.to_owned()));
    }

    /// Returns the tokens at hand if one of them is this replacement and is so young that a new one would be refused
    /// too.
    pub(super) fn young_replacement(&self, token: &str, ours: SystemTime) -> Option<Arc<Tokens>> {
        let was_given = locked(&self.replacement).as_ref().is_some_and(|known| known.as_str() == token);
        let current = self.current().filter(|current| was_given && current.includes(token))?;
        current.lifetime_of(token).is_young(self.clock.now(ours)).then_some(current.tokens)
    }

    /// Remembers a domain at which this process got tokens.
    pub(super) fn remember_domain(&self, domain: &Arc<Domain>) {
        if !self.knows_domain(domain) {
            locked(&self.domains).push(Arc::clone(domain));
        }
    }

    pub(super) fn knows_domain(&self, domain: &Domain) -> bool {
        locked(&self.domains).iter().any(|known| known.is_at_the_same_place_as(domain))
    }

    pub(super) fn current(&self) -> Option<Current> {
        locked(&self.current).clone()
    }

    pub(super) fn set_tokens(&self, tokens: Tokens) -> Arc<Tokens> {
        *locked(&self.failed_early) = None;
        *locked(&self.unsaved) = None;
        self.set_current(Current::new(tokens))
    }

    pub(super) fn set_current(&self, current: Current) -> Arc<Tokens> {
        let tokens = Arc::clone(&current.tokens);
        *locked(&self.current) = Some(current);
        tokens
    }

    pub(super) fn forget(&self) {
        *locked(&self.own_name) = None;
        *locked(&self.current) = None;
        *locked(&self.unsaved) = None;
        self.aws_credentials.clear();
    }

    /// The tokens that could not be stored yet.
    pub(super) fn unsaved(&self) -> Option<Tokens> {
        locked(&self.unsaved).clone()
    }

    pub(super) fn keep_unsaved(&self, tokens: Tokens) {
        *locked(&self.unsaved) = Some(tokens);
    }

    /// Returns the tokens if they can be sent without asking the store or the service.
    pub(super) fn fresh(&self, token_use: TokenUse, ours: SystemTime) -> Option<Arc<Tokens>> {
        let current = locked(&self.current);
        let current = current.as_ref()?;
        let (lifetime, now) = (current.lifetime(token_use), self.clock.now(ours));
        let usable = lifetime.is_fresh(now) || (lifetime.is_valid(now) && self.has_just_failed());
        usable.then(|| Arc::clone(&current.tokens))
    }

    /// Returns the tokens if they have not expired.
    pub(super) fn valid(&self, token_use: TokenUse, ours: SystemTime) -> Option<Arc<Tokens>> {
        let current = self.current()?;
        current.lifetime(token_use).is_valid(self.clock.now(ours)).then_some(current.tokens)
    }

    /// Notes a failed refresh of tokens that are still good.
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

    /// Returns the end of an acquisition that completed after `seen` without tokens: the calls that waited for it share
    /// it.
    pub(super) fn shared_end(&self, seen: u64) -> Option<Unmet> {
        if self.completed() == seen { None } else { locked(&self.unmet).clone() }
    }

    pub(super) fn complete(&self, unmet: Option<Unmet>) {
        *locked(&self.unmet) = unmet;
        self.completed.fetch_add(1, Ordering::Release);
    }
}

/// The end of an acquisition without tokens.
#[derive(Debug, Clone)]
pub(super) enum Unmet {
    Failed(Error),
    Challenged(Challenge),
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
