//! The operations of a session.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::acquisition::acquire;
use super::call::Call;
use super::inner::Inner;
use super::request::SessionRequest;
use super::token_demand::TokenDemand;
use super::{background, fixed_token, keep};
use crate::error::{Error, ErrorKind, Result};
use crate::idp::Step;
use crate::jwt::TokenUse;
use crate::renewal::Renewer;
use crate::secret::{AccessToken, IdToken};
use crate::store::TokenStore;
use crate::tokens::Tokens;

/// A sign-in that lasts. Its tokens come from memory, from the store, from a refresh, or from a new sign-in, tried in
/// that order, and are stored before they are returned.
///
/// Cloning is free and shares everything. Threads and tasks share one call; processes, and machines with one redis
/// server, take turns by the store's lock and find the tokens that the first one stored. A forked child starts with the
/// tokens of its parent.
///
/// ```no_run
/// use cognitoken::{Cognito, Environment, SessionRequest};
///
/// # async fn example() -> cognitoken::Result<()> {
/// let request = SessionRequest::new(Environment::read()?).with_store("file");
/// let session = Cognito::new().session(request)?;
/// let header = session.authorization().await?.or_error()?; // "Bearer ...", good for at least the next minute
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Session {
    pub(super) inner: Arc<Inner>,
}

impl Session {
    pub(crate) fn open(renewer: Renewer, request: SessionRequest) -> Result<Self> {
        Ok(Self { inner: Arc::new(Inner::open(renewer, request)?) })
    }

    pub(crate) fn with_store(
        renewer: Renewer,
        request: SessionRequest,
        store: Arc<dyn TokenStore>,
    ) -> Result<Self> {
        Ok(Self { inner: Arc::new(Inner::with_store(renewer, request, store)?) })
    }

    /// Returns tokens of which the one that is sent is good for a while: at least 60 seconds, or a tenth of its life where
    /// that is less, by the service's clock.
    ///
    /// If a refresh fails for a reason that may pass, the tokens at hand are returned for as long as they are good.
    ///
    /// # Errors
    /// - [`ErrorKind::Authentication`]: the refresh token is no longer good, and there is no password to sign in with.
    /// - [`ErrorKind::Config`]: nothing is stored and there is no password; or several identities fit.
    /// - [`ErrorKind::Store`]: the store failed, is not private, or is locked for longer than the time limit.
    /// - The errors of [`Cognito::sign_in`](crate::Cognito::sign_in) and [`Cognito::refresh`](crate::Cognito::refresh).
    pub async fn tokens(&self) -> Result<Step<Arc<Tokens>>> {
        self.refuse_fixed("tokens")?;
        acquire(&self.inner, &self.fresh_demand()).await
    }

    /// Returns the ID token, as [`tokens`](Self::tokens) does; in fixed-token mode the fixed one, for as long as it is
    /// good.
    ///
    /// # Errors
    /// The errors of [`tokens`](Self::tokens); [`ErrorKind::Authentication`], code `NoIdToken`, if there is none;
    /// [`ErrorKind::TokenExpired`] in fixed-token mode.
    pub async fn id_token(&self) -> Result<Step<IdToken>> {
        if let Some(fixed) = &self.inner.fixed {
            fixed_token::check(fixed, self.inner.server_time())?;
            return Ok(Step::Done(fixed.clone()));
        }
        self.inner.renewer.transport().notices().add(self.inner.values.take_left_out());
        let step = acquire(&self.inner, &TokenDemand::Fresh(TokenUse::Id)).await?;
        step.try_map(|tokens| tokens.id_token().cloned().ok_or_else(no_id_token))
    }

    /// Returns the access token, refreshed by its own expiry.
    ///
    /// # Errors
    /// The errors of [`tokens`](Self::tokens).
    pub async fn access_token(&self) -> Result<Step<AccessToken>> {
        self.refuse_fixed("access token")?;
        let step = acquire(&self.inner, &TokenDemand::Fresh(TokenUse::Access)).await?;
        Ok(step.map(|tokens| tokens.access_token().clone()))
    }

    /// Returns the token that is sent: the ID token, as [`id_token`](Self::id_token) does; for the app client itself,
    /// which has none, its access token.
    ///
    /// # Errors
    /// The errors of [`id_token`](Self::id_token).
    pub async fn sent_token(&self) -> Result<Step<String>> {
        if self.inner.fixed.is_none() {
            match self.tokens().await? {
                Step::Done(tokens) if tokens.is_of_client() => {
                    return Ok(Step::Done(tokens.access_token().expose().to_owned()));
                }
                Step::Done(_) => {}
                Step::Challenge(challenge) => return Ok(Step::Challenge(challenge)),
            }
        }
        Ok(self.id_token().await?.map(|token| token.expose().to_owned()))
    }

    /// Returns the value of the `Authorization` header: `Bearer` and the token that is sent.
    ///
    /// # Errors
    /// The errors of [`id_token`](Self::id_token).
    pub async fn authorization(&self) -> Result<Step<String>> {
        if self.inner.fixed.is_some() {
            return Ok(self.id_token().await?.map(|token| format!("Bearer {}", token.expose())));
        }
        Ok(self.tokens().await?.map(|tokens| self.inner.authorization(&tokens)))
    }

    /// Returns the tokens if they can be sent without asking the store or the service: those that
    /// [`tokens`](Self::tokens) would return at once.
    pub fn fresh(&self) -> Option<Arc<Tokens>> {
        self.inner.fixed.is_none().then(|| self.inner.at_hand(&self.fresh_demand()))?
    }

    /// Returns new tokens now, whether those at hand are still good or not. Calls at the same moment share one refresh,
    /// with those of other processes too.
    ///
    /// # Errors
    /// The errors of [`tokens`](Self::tokens).
    pub async fn refresh(&self) -> Result<Step<Arc<Tokens>>> {
        self.refuse_fixed("tokens")?;
        match self.at_hand_or_stored().await? {
            Some(sent) => {
                acquire(&self.inner, &TokenDemand::OtherThan(sent, self.inner.request.token_use)).await
            }
            // There is no token that could be returned again.
            None => self.tokens().await,
        }
    }

    /// Returns the value of an `Authorization` header to replace a token that a service refused with 401, with or
    /// without its `Bearer`. It holds the tokens at hand if they are others already, and new ones otherwise. A token
    /// that itself replaced another one less than 30 s ago is returned again: the service refused it for another
    /// reason, such as a right that the user does not have.
    ///
    /// # Errors
    /// The errors of [`tokens`](Self::tokens).
    pub async fn replace(&self, refused: &str) -> Result<Step<String>> {
        if self.inner.fixed.is_some() {
            return self.authorization().await;
        }
        let refused = Zeroizing::new(refused.strip_prefix("Bearer ").unwrap_or(refused).to_owned());
        let state = self.inner.state();
        let now = self.inner.renewer.transport().clock().now();
        if let Some(tokens) = state.young_replacement(&refused, now) {
            return Ok(Step::Done(self.inner.authorization(&tokens)));
        }
        let demand = TokenDemand::OtherThan(refused, self.inner.request.token_use);
        Ok(acquire(&self.inner, &demand).await?.map(|tokens| {
            let authorization = self.inner.authorization(&tokens);
            state.remember_replacement(authorization.strip_prefix("Bearer ").unwrap_or(&authorization));
            authorization
        }))
    }

    /// Signs in again even if tokens are stored, and stores the new ones.
    ///
    /// ```no_run
    /// # async fn example(session: cognitoken::Session) -> cognitoken::Result<()> {
    /// // A refresh asks for no second factor; a sign-in does.
    /// let tokens = session.sign_in().await?.or_error()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The errors of [`Cognito::sign_in`](crate::Cognito::sign_in); [`ErrorKind::Store`].
    pub async fn sign_in(&self) -> Result<Step<Arc<Tokens>>> {
        self.refuse_fixed("sign-in")?;
        acquire(&self.inner, &TokenDemand::SignIn).await
    }

    /// Takes tokens into the session and its store: those of a sign-in on the pool's page, or of an answered
    /// challenge.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], code `OtherClient`, if they are another client's; [`ErrorKind::Store`].
    pub async fn keep(&self, tokens: Tokens) -> Result<()> {
        self.refuse_fixed("tokens")?;
        keep::keep(&self.inner, tokens).await
    }

    /// Checks that [`keep`](Self::keep) can take the tokens of a person, before the person signs in. Nothing is sent,
    /// and the store is not touched.
    ///
    /// # Errors
    /// [`ErrorKind::Config`]: code `FixedToken` in fixed-token mode; `UntrustedStore` if only a `.env` file names the
    /// store.
    pub fn check_keeps(&self) -> Result<()> {
        self.refuse_fixed("tokens")?;
        keep::check(&self.inner)
    }

    /// Refreshes the tokens when twice the margin is left, for as long as the future is polled; it never ends. A failed
    /// refresh is tried again after ever longer pauses; a call that asks for a token meanwhile returns the error.
    ///
    /// It does not sign in: it starts with the tokens of the first call that asks for some.
    pub async fn keep_fresh(&self) {
        background::keep_fresh(&self.inner).await;
    }

    /// Takes the notices about the store, such as that a damaged sign-in was set aside: sentences for a person. Each is
    /// returned once.
    pub fn take_notices(&self) -> Vec<String> {
        self.inner.repository.take_notices()
    }

    /// Returns the place of the tokens: `memory`, `file:/home/ada/.local/share/cognitoken/tokens`. It holds no secret.
    pub fn place(&self) -> String {
        self.inner.repository.place()
    }

    #[cfg(feature = "test-util")]
    pub(crate) fn store(&self) -> &dyn TokenStore {
        self.inner.repository.store()
    }

    fn fresh_demand(&self) -> TokenDemand {
        TokenDemand::Fresh(self.inner.request.token_use)
    }

    /// The token that is sent, of the tokens in memory, else of those in the store.
    async fn at_hand_or_stored(&self) -> Result<Option<Zeroizing<String>>> {
        if let Some(current) = self.inner.state().current() {
            return Ok(Some(Zeroizing::new(current.tokens.sent().to_owned())));
        }
        let call = Call::new(&self.inner);
        let (_, Some(stored)) = call.find_in_time().await? else { return Ok(None) };
        Ok(Some(Zeroizing::new(call.restore(&stored.sign_in)?.sent().to_owned())))
    }

    pub(super) fn refuse_fixed(&self, what: &str) -> Result<()> {
        if self.inner.fixed.is_some() { Err(fixed_token::has_no(what)) } else { Ok(()) }
    }
}

fn no_id_token() -> Error {
    Error::new(ErrorKind::Authentication, "NoIdToken", "the service issued no ID token, only an access token")
        .with_hint("Use the access token, or the header, which sends the access token then.")
}

impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Session").field("place", &self.place()).finish_non_exhaustive()
    }
}
