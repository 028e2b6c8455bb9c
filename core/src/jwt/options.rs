//! The options of a verifier, and the values that they take from the environment.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::claims::{Claims, TokenUse};
use crate::config::{ClientValues, DEFAULT_TIMEOUT, Environment, SecretsInUse, Values, present};
use crate::error::{Error, ErrorKind, Result};

/// The expected value of a claim. To leave a claim unchecked is a choice that has to be made explicitly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected<T> {
    /// The claim must match this value.
    Exactly(T),
    /// The claim may have any value.
    Unchecked,
}

/// The options of a [`Verifier`](super::Verifier): start with [`VerifierOptions::new`] and set what is known.
///
/// Nothing is taken from the environment unless [`with_environment`](Self::with_environment) is called. A user pool or an
/// issuer is required, and so is a client id, unless [`any_client`](Self::any_client) is called. A list that is given
/// must not be empty: an empty list never switches a check off.
///
/// ```
/// use cognitoken::{TokenUse, Verifier, VerifierOptions};
/// let options = VerifierOptions::new()
///     .with_user_pool_ids(["us-east-1_AbCdEfGhI", "eu-west-1_JkLmNoPqR"])
///     .with_client_id("1example23456789")
///     .with_token_use(TokenUse::Access);
/// let verifier = Verifier::new(options)?;
/// # Ok::<(), cognitoken::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct VerifierOptions {
    /// The trusted user pools, each `<region>_<name>`. They determine the issuers and the addresses of the keys, unless
    /// `issuers` or `jwks_url` does. A token is verified with the keys of its own pool alone.
    pub user_pool_ids: Option<Vec<String>>,
    /// The region of a replica of the pools. A replica has its own region in the original form of its issuer; tokens of
    /// the pool's own region are accepted as well.
    pub region: Option<String>,
    /// The app clients whose tokens are accepted: `aud` of an ID token, `client_id` of an access token.
    pub client_ids: Option<Expected<Vec<String>>>,
    /// The accepted use. ID tokens by default.
    pub token_use: Expected<TokenUse>,
    /// The trusted issuers, exactly as in the token, in place of those of the user pools. By default, both forms of a
    /// pool's issuer are accepted: `https://cognito-idp.<region>.amazonaws.com/<user pool id>` and, for a pool whose
    /// issuer was updated, `https://issuer-cognito-idp.<region>.amazonaws.com/<user pool id>`. See
    /// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_IssuerConfigurationType.html>.
    pub issuers: Option<Vec<String>>,
    /// The address of the keys, for a single pool. By default the issuer followed by `/.well-known/jwks.json`; a pool
    /// with several forms of its issuer has as many addresses, and the next one is used when the one before is down.
    pub jwks_url: Option<String>,
    /// The keys themselves, as a JWKS document, for a single pool. Nothing is fetched then, and `jwks_url` is not used.
    pub jwks: Option<Value>,
    /// The accepted difference between clocks when `exp` and `nbf` are checked. Zero by default.
    pub leeway: Duration,
    /// The groups (`cognito:groups`) of which the user must be in one. Any user by default.
    pub groups: Option<Vec<String>>,
    /// The scopes (`scope`) of which the token must hold one. Only access tokens have scopes. Any token by default.
    pub scopes: Option<Vec<String>>,
    /// The time limit of a call that has to fetch keys, retries included. 30 s by default.
    pub timeout: Duration,
    /// The caller's own check, after all others have passed.
    pub check: Option<ClaimsCheck>,
    /// The values of a `.env` file that [`with_environment`](Self::with_environment) did not use, as sentences for the
    /// user.
    pub notices: Vec<String>,
}

/// A check of the caller's own: returns an error for claims that it refuses.
#[derive(Clone)]
pub struct ClaimsCheck(Arc<CheckFunction>);

type CheckFunction = dyn Fn(&Claims) -> Result<()> + Send + Sync;

impl ClaimsCheck {
    /// Wraps a function that checks claims.
    pub fn new(check: impl Fn(&Claims) -> Result<()> + Send + Sync + 'static) -> Self {
        Self(Arc::new(check))
    }

    pub(super) fn call(&self, claims: &Claims) -> Result<()> {
        (self.0)(claims)
    }
}

impl fmt::Debug for ClaimsCheck {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ClaimsCheck")
    }
}

impl Default for VerifierOptions {
    fn default() -> Self {
        Self {
            user_pool_ids: None,
            region: None,
            client_ids: None,
            token_use: Expected::Exactly(TokenUse::Id),
            issuers: None,
            jwks_url: None,
            jwks: None,
            leeway: Duration::ZERO,
            groups: None,
            scopes: None,
            timeout: DEFAULT_TIMEOUT,
            check: None,
            notices: Vec::new(),
        }
    }
}

impl VerifierOptions {
    /// Creates options for ID tokens of a pool and a client that are not known yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts this user pool. An empty text is not a value.
    #[must_use]
    pub fn with_user_pool_id(mut self, id: impl Into<String>) -> Self {
        self.user_pool_ids = single(id);
        self
    }

    /// Trusts these user pools.
    #[must_use]
    pub fn with_user_pool_ids<T: Into<String>>(mut self, ids: impl IntoIterator<Item = T>) -> Self {
        self.user_pool_ids = Some(texts(ids));
        self
    }

    /// Accepts the replica of the pools in this region.
    #[must_use]
    pub fn with_region(mut self, region: impl Into<String>) -> Self {
        self.region = present(Some(region.into()));
        self
    }

    /// Accepts the tokens of this app client. An empty text is not a value.
    #[must_use]
    pub fn with_client_id(mut self, id: impl Into<String>) -> Self {
        self.client_ids = single(id).map(Expected::Exactly);
        self
    }

    /// Accepts the tokens of these app clients.
    #[must_use]
    pub fn with_client_ids<T: Into<String>>(mut self, ids: impl IntoIterator<Item = T>) -> Self {
        self.client_ids = Some(Expected::Exactly(texts(ids)));
        self
    }

    /// Accepts the tokens of any app client.
    #[must_use]
    pub fn any_client(mut self) -> Self {
        self.client_ids = Some(Expected::Unchecked);
        self
    }

    /// Accepts tokens of this use.
    #[must_use]
    pub fn with_token_use(mut self, token_use: TokenUse) -> Self {
        self.token_use = Expected::Exactly(token_use);
        self
    }

    /// Accepts both ID tokens and access tokens.
    #[must_use]
    pub fn any_token_use(mut self) -> Self {
        self.token_use = Expected::Unchecked;
        self
    }

    /// Trusts this issuer in place of those of the user pools. An empty text is not a value.
    #[must_use]
    pub fn with_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuers = single(issuer);
        self
    }

    /// Trusts these issuers in place of those of the user pools.
    #[must_use]
    pub fn with_issuers<T: Into<String>>(mut self, issuers: impl IntoIterator<Item = T>) -> Self {
        self.issuers = Some(texts(issuers));
        self
    }

    /// Fetches the keys from this address. An empty text is not a value.
    #[must_use]
    pub fn with_jwks_url(mut self, url: impl Into<String>) -> Self {
        self.jwks_url = present(Some(url.into()));
        self
    }

    /// Uses the keys of this JWKS document.
    #[must_use]
    pub fn with_jwks(mut self, document: Value) -> Self {
        self.jwks = Some(document);
        self
    }

    /// Accepts this difference between clocks.
    #[must_use]
    pub fn with_leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Requires the user to be in one of these groups.
    #[must_use]
    pub fn with_groups<T: Into<String>>(mut self, groups: impl IntoIterator<Item = T>) -> Self {
        self.groups = Some(texts(groups));
        self
    }

    /// Requires the token to hold one of these scopes.
    #[must_use]
    pub fn with_scopes<T: Into<String>>(mut self, scopes: impl IntoIterator<Item = T>) -> Self {
        self.scopes = Some(texts(scopes));
        self
    }

    /// Sets the time limit of a call that has to fetch keys.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Calls this function with the claims of a token that has passed all other checks. Its error refuses the token, and
    /// is returned as it is.
    ///
    /// ```
    /// use cognitoken::{Error, ErrorKind, VerifierOptions};
    /// let options = VerifierOptions::new().with_check(|claims| {
    ///     if claims.get("email_verified").is_some_and(|verified| verified == true) {
    ///         return Ok(());
    ///     }
    ///     Err(Error::new(ErrorKind::TokenInvalid, "UnverifiedEmail", "the user's e-mail address is not verified"))
    /// });
    /// ```
    #[must_use]
    pub fn with_check(mut self, check: impl Fn(&Claims) -> Result<()> + Send + Sync + 'static) -> Self {
        self.check = Some(ClaimsCheck::new(check));
        self
    }

    /// Takes absent values from the environment: `COGNITO_ISSUER`, `COGNITO_JWKS_URL`, without an issuer
    /// `COGNITO_USER_POOL_ID` and `COGNITO_REGION`, and `COGNITO_CLIENT_ID`.
    ///
    /// The first two belong to one pool, and are not used where several pools or issuers are given. The source of the
    /// keys decides which tokens are genuine: from a `.env` file, which may have come with a folder of somebody else's,
    /// those two are used only if everything comes from that same file, the secrets of a sign-in included, and nothing is
    /// given here or by the environment of the process. [`notices`](Self::notices) lists the values that are not used.
    ///
    /// ```
    /// use cognitoken::{Environment, Verifier, VerifierOptions};
    /// let environment = Environment::from_pairs(
    ///     [("COGNITO_USER_POOL_ID", "us-east-1_AbCdEfGhI"), ("COGNITO_CLIENT_ID", "1example23456789")],
    ///     "",
    /// )?;
    /// let verifier = Verifier::new(VerifierOptions::new().with_environment(&environment))?;
    /// # Ok::<(), cognitoken::Error>(())
    /// ```
    #[must_use]
    pub fn with_environment(mut self, environment: &Environment) -> Self {
        let values = self.values(environment);
        let value = |name: &str| values.trimmed(name);
        let is_several = |list: &Option<Vec<String>>| list.as_ref().is_some_and(|list| list.len() > 1);
        if !is_several(&self.user_pool_ids) && !is_several(&self.issuers) {
            self.issuers = self.issuers.or_else(|| value("COGNITO_ISSUER").map(|issuer| vec![issuer]));
            if self.jwks.is_none() {
                self.jwks_url = present(self.jwks_url).or_else(|| value("COGNITO_JWKS_URL"));
            }
        }
        if self.issuers.is_none() {
            self.user_pool_ids =
                self.user_pool_ids.or_else(|| value("COGNITO_USER_POOL_ID").map(|id| vec![id]));
            self.region = present(self.region).or_else(|| value("COGNITO_REGION"));
        }
        if self.client_ids.is_none() {
            self.client_ids = value("COGNITO_CLIENT_ID").map(|id| Expected::Exactly(vec![id]));
        }
        self.notices.extend(values.take_left_out());
        self
    }

    /// Takes the user pool and the client id from these values where they are absent.
    #[must_use]
    pub fn with_client(mut self, client: &ClientValues) -> Self {
        if self.lacks_pool() {
            self.user_pool_ids = present(client.user_pool_id.clone()).map(|id| vec![id]);
        }
        if self.client_ids.is_none() {
            self.client_ids = present(client.client_id.clone()).map(|id| Expected::Exactly(vec![id]));
        }
        self
    }

    /// Returns whether the user pool or the client id is absent.
    pub fn lacks_pool_or_client(&self) -> bool {
        self.lacks_pool() || self.client_ids.is_none()
    }

    fn lacks_pool(&self) -> bool {
        self.user_pool_ids.is_none() && self.issuers.is_none()
    }

    fn values(&self, environment: &Environment) -> Values {
        let only = |list: Option<&Vec<String>>| list.and_then(|list| list.first().cloned());
        let client_ids = match &self.client_ids {
            Some(Expected::Exactly(ids)) => Some(ids),
            _ => None,
        };
        let (client_id, pool) = (only(client_ids), only(self.user_pool_ids.as_ref()));
        let environment = &environment.for_client(client_id.as_deref(), pool.as_deref());
        let used = ["COGNITO_PASSWORD", "COGNITO_CLIENT_SECRET", "COGNITO_REFRESH_TOKEN"];
        let secrets = SecretsInUse::of(environment, &used.map(|name| (name, false)));
        let is_told =
            !self.lacks_pool() || self.client_ids.is_some() || present(self.jwks_url.clone()).is_some();
        Values::for_what_is_believed(environment, secrets, is_told)
    }
}

/// Returns the values of a list without white space around them; an empty value is an absent value.
///
/// # Errors
/// [`ErrorKind::Config`], code `InvalidValue`, where no value is left.
pub(super) fn usable(name: &str, list: &[String]) -> Result<Vec<String>> {
    let list: Vec<String> = list.iter().filter_map(|value| present(Some(value.clone()))).collect();
    if list.is_empty() {
        let message = format!("the list of {name} is empty: no token could satisfy it");
        return Err(Error::new(ErrorKind::Config, "InvalidValue", message).with_hint(hint_for_empty(name)));
    }
    Ok(list)
}

fn hint_for_empty(name: &str) -> String {
    let variable = match name {
        "client ids" => "COGNITO_CLIENT_ID",
        "user pool ids" => "COGNITO_USER_POOL_ID",
        "issuers" => "COGNITO_ISSUER",
        _ => return format!("Leave {name} out not to check them, or name at least one."),
    };
    format!("Name at least one, or leave the list out and set {variable}.")
}

fn single(value: impl Into<String>) -> Option<Vec<String>> {
    present(Some(value.into())).map(|value| vec![value])
}

fn texts<T: Into<String>>(list: impl IntoIterator<Item = T>) -> Vec<String> {
    list.into_iter().map(Into::into).collect()
}
