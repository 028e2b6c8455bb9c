//! The verifier: whether a token is genuine, from a trusted pool, for this client and this use, and valid now.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::claims::Claims;
use super::every_core::on_every_core;
use super::jwks::PublicKey;
use super::options::{ClaimsCheck, VerifierOptions};
use super::policy::Policy;
use super::signed_token::SignedToken;
use super::token_errors::invalid;
use super::trusted_pools::{TrustedPool, TrustedPools};
use crate::error::Result;
use crate::http::Transport;

/// Verifies that tokens are genuine and meant for this application. Create one and keep it; clones share their keys.
///
/// A token belongs to the trusted user pool that its issuer names, and is verified with the keys of that pool alone. The
/// keys of a pool are fetched for the first token, and again when a token names an unknown key; after that, tokens with an
/// unknown key are refused for 10 s without another fetch. Concurrent calls wait for the same fetch. A failed fetch does
/// not discard any key, and is not repeated for 1 s.
///
/// Fetched keys are valid for an hour by the machine's clock. The first token after that fetches them again, so that
/// a key which the pool has withdrawn is refused. If that fetch fails or takes longer than 5 s, the present keys stay in
/// use and the next attempt follows after 10 s. Keys that were given (`jwks`) do not expire.
///
/// ```no_run
/// use cognitoken::{Verifier, VerifierOptions};
///
/// # async fn example(token: &str) -> cognitoken::Result<()> {
/// let options = VerifierOptions::new().with_user_pool_id("us-east-1_AbCdEfGhI").with_client_id("1example23456789");
/// let verifier = Verifier::new(options)?;
/// let claims = verifier.verify(token, None).await?;
/// println!("signed in as {}", claims["sub"]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Verifier {
    transport: Transport,
    parts: Arc<Parts>,
}

struct Parts {
    pools: TrustedPools,
    policy: Policy,
    check: Option<ClaimsCheck>,
    timeout: Duration,
}

impl Verifier {
    /// Creates a verifier with connections of its own. Nothing is fetched yet.
    /// [`Cognito::verifier`](crate::Cognito::verifier) creates one that shares those of a client object.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config): `MissingValue` without a pool or an issuer, or without a client
    /// id; `InvalidValue` for an empty list, which no token could satisfy; `ConflictingValues` for one key set and several
    /// pools; `InvalidUserPoolId`, `InvalidRegion`, `InvalidUrl`, `InsecureUrl` (plain http to another machine) and
    /// `InvalidJwks`.
    pub fn new(options: VerifierOptions) -> Result<Self> {
        Self::with_transport(options, Transport::new())
    }

    pub(crate) fn with_transport(options: VerifierOptions, transport: Transport) -> Result<Self> {
        let pools = TrustedPools::new(&options)?;
        let policy = Policy::new(&options)?;
        let parts = Parts { pools, policy, check: options.check, timeout: options.timeout };
        Ok(Self { transport, parts: Arc::new(parts) })
    }

    /// Verifies a token at `now`, by default the present time, and returns its claims.
    ///
    /// The checks, in this order: length and form; the header (RS256 only; a key in the token is never used); `iss`,
    /// before keys are fetched for the token; the signature, by a key of the pool; `iss`, `token_use`, `aud` or
    /// `client_id`; `exp` (required; the token is valid while now < `exp` + leeway); `nbf` if there is one; groups and
    /// scopes; the caller's own check. If the key is at hand and not too old, the future is ready at once and
    /// nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::TokenExpired`](crate::ErrorKind::TokenExpired) for a genuine token that has expired.
    /// [`ErrorKind::TokenInvalid`](crate::ErrorKind::TokenInvalid) for any other token that is refused, with a code for
    /// each reason: `MalformedToken`, `UnsupportedAlgorithm`, `UnsupportedExtension`, `MissingKeyId`, `UnknownKey`,
    /// `InvalidSignature`, `InvalidIssuer`, `InvalidTokenUse`, `InvalidAudience`, `InvalidClientId`, `TokenNotYetValid`,
    /// `InvalidGroups`, `InvalidScopes`, `MissingClaim`, `InvalidClaim`. The expected and the actual value of a claim are
    /// [`Error::expected`](crate::Error::expected) and [`Error::actual`](crate::Error::actual).
    ///
    /// If the keys cannot be fetched: [`ErrorKind::Network`](crate::ErrorKind::Network),
    /// [`ErrorKind::RequestTimeout`](crate::ErrorKind::RequestTimeout),
    /// [`ErrorKind::Throttled`](crate::ErrorKind::Throttled) or [`ErrorKind::Service`](crate::ErrorKind::Service); the
    /// token may then be genuine. An error of the caller's own check is returned as it is.
    pub async fn verify(&self, jwt: &str, now: Option<SystemTime>) -> Result<Claims> {
        let (transport, Parts { pools, timeout, .. }) = (&self.transport, &*self.parts);
        let token = SignedToken::parse(jwt)?;
        let pool = pools.pool_of(&token)?;
        let key = match pool.keys.known(&token.key_id)? {
            Some(key) => key,
            None => {
                // A fetch of keys could not make a token of another pool genuine.
                pool.check_issuer(&token.claims()?)?;
                pool.keys.fetch(&token.key_id, transport, *timeout).await?
            }
        };
        self.accept(pool, &token, &key, now.unwrap_or_else(|| transport.clock().now()))
    }

    /// Verifies a token as [`verify`](Self::verify) does, without waiting; `None` if its key has to be fetched first, or
    /// again because it is an hour old by the clock of the verifier. `now` is the time at which the token
    /// is checked, and has no part in the age of the keys.
    pub fn verify_with_known_keys(&self, jwt: &str, now: SystemTime) -> Option<Result<Claims>> {
        self.verify_at_once(jwt, now).transpose()
    }

    /// Verifies many tokens as [`verify`](Self::verify) does, and returns a result for each, in their order. All are
    /// verified at the same time: `now`, by default the present time.
    ///
    /// Uses every core, and the calling thread as one of them; from a task that shares its thread with others, call it
    /// inside `spawn_blocking`.
    ///
    /// ```
    /// use cognitoken::{ErrorKind, Verifier, VerifierOptions};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> cognitoken::Result<()> {
    /// let options = VerifierOptions::new().with_user_pool_id("us-east-1_AbCdEfGhI").with_client_id("1example23456789");
    /// let results = Verifier::new(options)?.verify_many(&["not a token", ""], None).await;
    /// assert!(results.iter().all(|result| result.as_ref().unwrap_err().kind() == ErrorKind::TokenInvalid));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn verify_many<T: AsRef<str> + Sync>(
        &self,
        tokens: &[T],
        now: Option<SystemTime>,
    ) -> Vec<Result<Claims>> {
        let now = now.unwrap_or_else(|| self.transport.clock().now());
        let mut results = self.verify_many_with_known_keys(tokens, now);
        let Some(first) = results.iter().position(Option::is_none) else {
            return results.into_iter().flatten().collect();
        };
        // The others of the same pool need the keys that this one fetches.
        results[first] = Some(self.verify(tokens[first].as_ref(), Some(now)).await);
        let waiting: Vec<usize> = (0..tokens.len()).filter(|&at| results[at].is_none()).collect();
        let again = on_every_core(&waiting, |&at| self.verify_with_known_keys(tokens[at].as_ref(), now));
        for (at, result) in waiting.into_iter().zip(again) {
            results[at] = result;
        }
        let mut all = Vec::with_capacity(tokens.len());
        for (result, token) in results.into_iter().zip(tokens) {
            all.push(match result {
                Some(result) => result,
                None => self.verify(token.as_ref(), Some(now)).await,
            });
        }
        all
    }

    /// Verifies many tokens as [`verify_many`](Self::verify_many) does, without waiting; `None` for each token whose key
    /// has to be fetched first, or again because of its age.
    pub fn verify_many_with_known_keys<T: AsRef<str> + Sync>(
        &self,
        tokens: &[T],
        now: SystemTime,
    ) -> Vec<Option<Result<Claims>>> {
        on_every_core(tokens, |token| self.verify_with_known_keys(token.as_ref(), now))
    }

    fn verify_at_once(&self, jwt: &str, now: SystemTime) -> Result<Option<Claims>> {
        let token = SignedToken::parse(jwt)?;
        let pool = self.parts.pools.pool_of(&token)?;
        match pool.keys.known(&token.key_id)? {
            Some(key) => self.accept(pool, &token, &key, now).map(Some),
            None => pool.check_issuer(&token.claims()?).map(|()| None),
        }
    }

    fn accept(
        &self,
        pool: &TrustedPool,
        token: &SignedToken<'_>,
        key: &PublicKey,
        now: SystemTime,
    ) -> Result<Claims> {
        if !key.verifies(token.signed, &token.signature) {
            return Err(invalid("InvalidSignature", "the token's signature does not match its content")
                .with_hint("The token was changed, cut short or made by somebody else. Get a new one."));
        }
        let claims = token.claims()?;
        pool.check_issuer(&claims)?;
        self.parts.policy.check(&claims, now)?;
        let claims = token.exactly(claims)?;
        if let Some(check) = &self.parts.check {
            check.call(&claims)?;
        }
        Ok(claims)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pools = &self.parts.pools;
        let keys: Vec<_> = pools.keys().collect();
        formatter
            .debug_struct("Verifier")
            .field("issuers", pools)
            .field("keys", &keys)
            .finish_non_exhaustive()
    }
}
