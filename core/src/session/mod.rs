//! Silent first: one sign-in for every program of a user, refreshed by whoever needs it first and shared by all.

mod background;
mod bundle;
mod entries;
mod entry;
mod examination;
mod identity;
mod lifetime;
mod refusal;
mod request;
mod secret_hosts;
mod sign_out;
mod silent;
mod state;
mod status;
mod wish;

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::config::Values;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, Transport};
use crate::jwt::TokenUse;
use crate::per_process::PerProcess;
use crate::secret::{AccessToken, IdToken};
use crate::store::{StorePlace, Written, untrusted_store};
use crate::tokens::Tokens;
use entries::Entries;
use entry::Entry;
use identity::Identity;
use silent::Flight;
use state::{Held, State};
use wish::Wish;

#[cfg(feature = "fuzzing")]
pub(crate) use bundle::seal as seal_bundle;
pub use examination::with_stored_client;
pub(crate) use examination::{StoreReport, StoredSignIn, examine_store, stored_client};
pub use request::SessionRequest;
pub use sign_out::SignOut;
pub use status::SessionStatus;

/// A sign-in that lasts: its tokens come from memory, from the store, by a refresh, or by signing in, whichever answers
/// first, and are stored before anybody sees them.
///
/// Cloning is free and shares everything. Threads and tasks share one call; processes, and machines at one redis, take
/// turns by the store's lock and find what the first one stored. A forked child goes on with what its parent had.
///
/// ```no_run
/// use cognitoken::{Environment, Session, SessionRequest, Transport};
///
/// # async fn example() -> cognitoken::Result<()> {
/// let request = SessionRequest { store: Some("file".into()), ..SessionRequest::new(Environment::read()?) };
/// let (session, transport) = (Session::open(request)?, Transport::new());
/// let header = session.authorization(&transport).await?; // "Bearer ...", good for at least the next minute
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Session {
    inner: Arc<Inner>,
}

struct Inner {
    request: SessionRequest,
    values: Values,
    /// Whether only a `.env` file says where the tokens rest.
    store_is_from_dotenv: bool,
    fixed: Option<IdToken>,
    entries: Entries,
    states: PerProcess<State>,
}

/// What a call's own limits may be late by, before it is cut off from outside.
const GRACE: Duration = Duration::from_millis(100);

impl Session {
    /// A session. Nothing is sent, and no file is touched, before the first token is asked for.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for a store that is not known, or whose key is missing or malformed; [`ErrorKind::Store`]
    /// where there is no home folder for the store to be in.
    pub fn open(request: SessionRequest) -> Result<Self> {
        let values = request.values();
        let (place, store_is_from_dotenv) =
            StorePlace::resolve(request.store.clone(), request.default_store.clone(), &values)?;
        let entries = Entries::open(&place, &values)?.within(request.timeout());
        let fixed = request.fixed_token(&values);
        let states = PerProcess::new();
        Ok(Self { inner: Arc::new(Inner { request, values, store_is_from_dotenv, fixed, entries, states }) })
    }

    /// Tokens of which the one that is sent is good for a while: at least 60 seconds, or a tenth of its life where that
    /// is less, by the service's clock.
    ///
    /// Where a refresh fails for a reason that may pass, the tokens at hand are given out for as long as they are
    /// good.
    ///
    /// # Errors
    /// - [`ErrorKind::Authentication`]: the refresh token is lost for good, and there is no password to sign in with.
    /// - [`ErrorKind::Config`]: nothing is stored and there is no password; or several identities fit.
    /// - [`ErrorKind::Store`]: the store failed, is not private, or is locked for longer than the time limit.
    /// - whatever [`sign_in`](crate::sign_in) and [`refresh`](crate::refresh) fail with.
    pub async fn tokens(&self, transport: &Transport) -> Result<Arc<Tokens>> {
        self.refuse_fixed("tokens")?;
        self.answer(transport, Wish::Fresh(self.inner.request.token_use)).await
    }

    /// The ID token, as [`tokens`](Self::tokens) gives it; in fixed-token mode the fixed one, as long as it is good.
    ///
    /// # Errors
    /// As [`tokens`](Self::tokens); [`ErrorKind::Authentication`], code `NoIdToken`, where there is none;
    /// [`ErrorKind::TokenExpired`] in fixed-token mode.
    pub async fn id_token(&self, transport: &Transport) -> Result<IdToken> {
        if let Some(fixed) = &self.inner.fixed {
            return self.inner.check_fixed(fixed, transport).map(|()| fixed.clone());
        }
        transport.notices().add(self.inner.values.take_left_out());
        let tokens = self.answer(transport, Wish::Fresh(TokenUse::Id)).await?;
        tokens.id_token().cloned().ok_or_else(no_id_token)
    }

    /// The access token, refreshed by its own expiry.
    ///
    /// # Errors
    /// As [`tokens`](Self::tokens).
    pub async fn access_token(&self, transport: &Transport) -> Result<AccessToken> {
        self.refuse_fixed("access token")?;
        let tokens = self.answer(transport, Wish::Fresh(TokenUse::Access)).await?;
        Ok(tokens.access_token().clone())
    }

    /// The token that is sent: the ID token, as [`id_token`](Self::id_token) gives it; for the app client itself, which
    /// has none, its access token.
    ///
    /// # Errors
    /// As [`id_token`](Self::id_token).
    pub async fn sent_token(&self, transport: &Transport) -> Result<String> {
        if self.inner.fixed.is_none() {
            let tokens = self.tokens(transport).await?;
            if tokens.is_of_client() {
                return Ok(tokens.access_token().expose().to_owned());
            }
        }
        Ok(self.id_token(transport).await?.expose().to_owned())
    }

    /// The value of the `Authorization` header: `Bearer` and the token that is sent.
    ///
    /// # Errors
    /// As [`id_token`](Self::id_token).
    pub async fn authorization(&self, transport: &Transport) -> Result<String> {
        if self.inner.fixed.is_some() {
            return Ok(format!("Bearer {}", self.id_token(transport).await?.expose()));
        }
        Ok(self.inner.authorization(&*self.tokens(transport).await?))
    }

    /// The tokens, where they can be sent without asking store or service: what [`tokens`](Self::tokens) would give
    /// at once.
    pub fn fresh(&self, transport: &Transport) -> Option<Arc<Tokens>> {
        let Inner { request, fixed, .. } = &*self.inner;
        if fixed.is_some() {
            return None;
        }
        self.inner.state().fresh(request.token_use, transport.clock().now())
    }

    /// New tokens now, whether those at hand are still good or not. Calls at the same moment share one refresh, with
    /// those of other processes too.
    ///
    /// # Errors
    /// As [`tokens`](Self::tokens).
    pub async fn refresh(&self, transport: &Transport) -> Result<Arc<Tokens>> {
        self.refuse_fixed("tokens")?;
        match self.inner.at_hand_or_stored(transport).await? {
            Some(sent) => self.answer(transport, Wish::OtherThan(sent, self.inner.request.token_use)).await,
            // Whatever comes now is new.
            None => self.tokens(transport).await,
        }
    }

    /// What to send in the place of a token that a service refused with 401, which may be written with its `Bearer`:
    /// the tokens at hand where they are others already, new ones otherwise. The result is an `Authorization` header's
    /// value. It is the refused one itself where that came in the place of another one less than 30 s ago: the service
    /// means something else then, such as a right that the user does not have.
    ///
    /// # Errors
    /// As [`tokens`](Self::tokens).
    pub async fn replace(&self, transport: &Transport, refused: &str) -> Result<String> {
        if self.inner.fixed.is_some() {
            return self.authorization(transport).await;
        }
        let refused = Zeroizing::new(refused.strip_prefix("Bearer ").unwrap_or(refused).to_owned());
        let state = self.inner.state();
        if let Some(tokens) = state.young_replacement(&refused, transport.clock().now()) {
            return Ok(self.inner.authorization(&tokens));
        }
        let wish = Wish::OtherThan(refused, self.inner.request.token_use);
        let authorization = self.inner.authorization(&*self.answer(transport, wish).await?);
        state.remember_replacement(authorization.strip_prefix("Bearer ").unwrap_or(&authorization));
        Ok(authorization)
    }

    /// Signs in anew, whatever is stored, and stores what comes.
    ///
    /// # Errors
    /// As [`sign_in`](crate::sign_in); [`ErrorKind::Store`].
    pub async fn sign_in(&self, transport: &Transport) -> Result<Arc<Tokens>> {
        self.refuse_fixed("sign-in")?;
        self.answer(transport, Wish::SignIn).await
    }

    /// Takes tokens into the session and its store: those of a sign-in on the pool's page, or of a challenge that was
    /// answered.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], code `OtherClient`, where they are another client's; [`ErrorKind::Store`].
    pub async fn keep(&self, transport: &Transport, tokens: Tokens) -> Result<()> {
        self.refuse_fixed("tokens")?;
        let request = &self.inner.request;
        let budget = CallBudget::new(tokens.config().timeout);
        if self.inner.store_is_from_dotenv && !tokens.origin().secrets_from_dotenv {
            return Err(untrusted_store());
        }
        if let Some(domain) = &tokens.origin().domain {
            self.inner.state().remember_domain(domain);
        }
        let (wanted, theirs) = (request.wanted(&self.inner.values)?, Identity::of(&tokens, request.scopes()));
        if !wanted.client.fits(&theirs.service, &theirs.client_id, theirs.user_pool_id.as_deref()) {
            let message = "these tokens belong to another app client than the session";
            return Err(Error::new(ErrorKind::Config, "OtherClient", message)
                .with_hint("Open a session with the client_id and the region that they came from."));
        }
        let kept = self.inner.store_new(transport, &budget, tokens, None);
        self.inner.within(&budget, kept).await.map(drop)
    }

    /// Whether [`keep`](Self::keep) can take tokens that a person signs in for, before anybody takes the trouble to get
    /// them. Nothing is sent, and the store is not touched.
    ///
    /// # Errors
    /// [`ErrorKind::Config`]: code `FixedToken` in fixed-token mode; `UntrustedStore` where only a `.env` file says where
    /// tokens rest.
    pub fn check_keeps(&self) -> Result<()> {
        self.refuse_fixed("tokens")?;
        if self.inner.store_is_from_dotenv { Err(untrusted_store()) } else { Ok(()) }
    }

    /// What a person should hear of the store, such as a damaged entry that was set aside; each is given once.
    pub fn take_notices(&self) -> Vec<String> {
        self.inner.entries.take_notices()
    }

    /// Where the tokens rest: `memory`, `file:/home/ada/.local/share/cognitoken/tokens`. No secret is in it.
    pub fn place(&self) -> String {
        self.inner.entries.place()
    }

    #[cfg(feature = "fuzzing")]
    pub(crate) fn store(&self) -> &dyn crate::store::TokenStore {
        self.inner.entries.store()
    }

    async fn answer(&self, transport: &Transport, wish: Wish) -> Result<Arc<Tokens>> {
        self.inner.answer_wish(transport, wish).await
    }

    /// A fixed ID token has nothing besides.
    fn refuse_fixed(&self, what: &str) -> Result<()> {
        if self.inner.fixed.is_none() {
            return Ok(());
        }
        let message = format!("this session gives out one fixed ID token, and no {what}");
        Err(Error::new(ErrorKind::Config, "FixedToken", message)
            .with_hint("Use its ID token or its header, or unset COGNITO_ID_TOKEN."))
    }
}

impl Inner {
    fn state(&self) -> &State {
        let made: Result<&State, Infallible> =
            self.states.get_or_make(|parents| Ok(State::after_fork(parents)));
        match made {
            Ok(state) => state,
            Err(never) => match never {},
        }
    }

    /// One call for everybody who wants the same at the same time.
    async fn answer_wish(self: &Arc<Self>, transport: &Transport, wish: Wish) -> Result<Arc<Tokens>> {
        let state = self.state();
        if let Some(tokens) = self.at_hand(&wish, transport) {
            return Ok(tokens);
        }
        let seen = state.landed();
        let budget = Arc::new(CallBudget::new(self.request.timeout()));
        let Ok(_turn) = tokio::time::timeout_at(budget.deadline(), state.flight.lock()).await else {
            return Err(budget.exceeded("the session's other call"));
        };
        if let Some(tokens) = self.at_hand(&wish, transport) {
            return Ok(tokens);
        }
        if let Some(error) = state.shared_failure(seen).filter(|_| !matches!(wish, Wish::SignIn)) {
            return Err(error);
        }
        let flight = Flight { session: self, transport, budget: Arc::clone(&budget) };
        let outcome = self.within(&budget, flight.tokens(&wish)).await;
        state.land(outcome.as_ref().err());
        outcome
    }

    /// Some work within the time limit of the call, whatever store or service it waits for.
    async fn within<T>(&self, budget: &CallBudget, work: impl Future<Output = Result<T>>) -> Result<T> {
        match tokio::time::timeout_at(budget.deadline() + GRACE, work).await {
            Ok(outcome) => outcome,
            Err(_elapsed) => Err(budget.exceeded(&self.entries.place())),
        }
    }

    /// The token that is sent, of the tokens in memory or else in the store.
    async fn at_hand_or_stored(self: &Arc<Self>, transport: &Transport) -> Result<Option<Zeroizing<String>>> {
        if let Some(held) = self.state().held() {
            return Ok(Some(Zeroizing::new(held.tokens.sent().to_owned())));
        }
        let budget = Arc::new(CallBudget::new(self.request.timeout()));
        let flight = Flight { session: self, transport, budget: Arc::clone(&budget) };
        let (_, Some(found)) = self.within(&budget, flight.find()).await? else { return Ok(None) };
        let tokens = found.entry.restore(flight.config_of(&found.entry)?);
        Ok(Some(Zeroizing::new(tokens.sent().to_owned())))
    }

    fn at_hand(&self, wish: &Wish, transport: &Transport) -> Option<Arc<Tokens>> {
        let (state, now) = (self.state(), transport.clock().now());
        match wish {
            Wish::Fresh(token_use) => state.fresh(*token_use, now),
            _ => {
                let held = state.held()?;
                wish.is_met_by(&held, state.clock.now(now)).then_some(held.tokens)
            }
        }
    }

    /// Takes a stored entry over where it is what is wished for.
    fn answer(
        &self,
        entry: &Entry,
        tokens: Tokens,
        wish: &Wish,
        transport: &Transport,
    ) -> Option<Arc<Tokens>> {
        let (state, ours) = (self.state(), transport.clock().now());
        // Where our clock contradicts what is stored, how old the tokens are cannot be told: new ones tell it.
        let knows_time = state.clock.adopt(entry.clock_offset.unwrap_or(0), entry.issued_at(), ours);
        let held = Held::new(tokens);
        let met = knows_time && wish.is_met_by(&held, state.clock.now(ours));
        let tokens = state.hold_as(held);
        met.then_some(tokens)
    }

    /// Stores the tokens of a sign-in in the place of what was there for the same user. With a seed they came from a
    /// refresh token of the environment, which stands for whatever name is beside it there.
    async fn store_new(
        &self,
        transport: &Transport,
        budget: &CallBudget,
        tokens: Tokens,
        seed: Option<String>,
    ) -> Result<Arc<Tokens>> {
        let mut identity = Identity::of(&tokens, self.request.scopes());
        identity.seed = seed;
        let named_beside = self.request.username(&self.values).filter(|_| identity.seed.is_some());
        let signed_in_as = named_beside.or_else(|| tokens.origin().signed_in_as.clone());
        self.store_as(transport, budget, tokens, identity, signed_in_as).await
    }

    /// Stores tokens as those of this identity.
    async fn store_as(
        &self,
        transport: &Transport,
        budget: &CallBudget,
        tokens: Tokens,
        mut identity: Identity,
        signed_in_as: Option<String>,
    ) -> Result<Arc<Tokens>> {
        let state = self.state();
        // Kept here until they are stored, whatever ends this call: nobody has to sign in twice for a full disk, or a
        // server that is silent.
        state.keep_unsaved(tokens.clone());
        state.clock.learn_from(&tokens, transport.clock().now());
        let name = identity.entry_name();
        loop {
            let mut lock = self.entries.store().lock(&name, budget.remaining()).await?;
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

    fn authorization(&self, tokens: &Tokens) -> String {
        match self.request.token_use {
            TokenUse::Access => format!("Bearer {}", tokens.access_token().expose()),
            _ => tokens.authorization(),
        }
    }

    fn check_fixed(&self, token: &IdToken, transport: &Transport) -> Result<()> {
        let now = self.state().clock.now(transport.clock().now());
        let claims = crate::jwt::decode(token.expose())?.payload;
        match claims.get("exp").and_then(serde_json::Value::as_i64) {
            Some(expires_at) if expires_at <= now => {
                let message = format!("the fixed ID token expired {} s ago", now.saturating_sub(expires_at));
                Err(Error::new(ErrorKind::TokenExpired, "TokenExpired", message)
                    .with_hint("Set COGNITO_ID_TOKEN anew, or unset it and let the session refresh."))
            }
            _ => Ok(()),
        }
    }
}

fn no_id_token() -> Error {
    Error::new(ErrorKind::Authentication, "NoIdToken", "the service gave no ID token, only an access token")
        .with_hint("Use the access token, or the header, which sends the access token then.")
}

impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Session").field("place", &self.place()).finish_non_exhaustive()
    }
}
