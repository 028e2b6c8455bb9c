//! The verifier: is a token genuine, from this pool, for this client and this use, and still valid?

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::Claims;
use super::claims::{Expected, Policy, TokenUse};
use super::jwks::PublicKey;
use super::key_cache::KeyCache;
use super::key_source::KeySource;
use super::refusal::invalid;
use super::signed_token::SignedToken;
use crate::address::parse_service_url;
use crate::config::{
    DEFAULT_TIMEOUT, Environment, Region, SecretsInUse, UserPoolId, Values, missing, present,
};
use crate::error::{Error, ErrorKind, Result};
use crate::http::Transport;
use crate::session::{SessionRequest, stored_client};

/// What a [`Verifier`] is to check. Begin with [`VerifierOptions::new`] and set what is known.
///
/// Nothing is taken from the environment unless [`with_environment`](Self::with_environment) is called. One of
/// `user_pool_id` and `issuer` has to be there; `client_id` and `token_use` are always checked unless the caller
/// says [`Expected::Unchecked`].
#[derive(Debug, Clone)]
pub struct VerifierOptions {
    /// The user pool, `<region>_<id>`. Says the issuer and where the keys are, unless the fields below do.
    pub user_pool_id: Option<String>,
    /// The region of a replica of the pool, where tokens come from it: one whose issuer has the original form puts its
    /// own region into it. Tokens of the pool's own region are accepted all the same.
    pub region: Option<String>,
    /// The app clients whose tokens are accepted: `aud` of an ID token, `client_id` of an access token.
    pub client_id: Expected<Vec<String>>,
    /// The one use that is accepted.
    pub token_use: Expected<TokenUse>,
    /// The issuer, to the letter. Where it is absent, both forms that Cognito gives a pool's issuer are accepted:
    /// `https://cognito-idp.<region>.amazonaws.com/<user pool id>` and, for a pool whose issuer was updated,
    /// `https://issuer-cognito-idp.<region>.amazonaws.com/<user pool id>`. See
    /// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_IssuerConfigurationType.html>.
    pub issuer: Option<String>,
    /// Where the pool's keys are. Where it is absent: the issuer, or else each of the pool's, followed by
    /// `/.well-known/jwks.json`; the next one is asked where the one before is down.
    pub jwks_url: Option<String>,
    /// The pool's keys themselves, a JWKS document. With it nothing is ever fetched and `jwks_url` plays no part.
    pub jwks: Option<Value>,
    /// By how much a token may be over its time, or before it, to make up for clocks that differ. Zero by default.
    pub leeway: Duration,
    /// The user must be in one of these groups (`cognito:groups`).
    pub groups: Option<Vec<String>>,
    /// The token must hold one of these scopes (`scope`). Only access tokens have any.
    pub scopes: Option<Vec<String>>,
    /// The limit of a call that has to fetch keys, retries included. 30 s by default.
    pub timeout: Duration,
    /// What [`with_environment`](Self::with_environment) left out of a `.env` file, in sentences for a person.
    pub notices: Vec<String>,
}

impl VerifierOptions {
    /// These two checks, and nothing else known yet.
    pub fn new(client_id: Expected<Vec<String>>, token_use: Expected<TokenUse>) -> Self {
        Self {
            user_pool_id: None,
            region: None,
            client_id,
            token_use,
            issuer: None,
            jwks_url: None,
            jwks: None,
            leeway: Duration::ZERO,
            groups: None,
            scopes: None,
            timeout: DEFAULT_TIMEOUT,
            notices: Vec::new(),
        }
    }

    /// The same options with what is absent taken from the environment: `COGNITO_ISSUER`, `COGNITO_JWKS_URL`, for want
    /// of an issuer `COGNITO_USER_POOL_ID` and `COGNITO_REGION`, and `COGNITO_CLIENT_ID` where the list of client ids is empty.
    ///
    /// Whoever says where the keys are says which tokens are genuine: from a `.env` file, which may have come with
    /// somebody else's folder, the first two count only where everything comes from that same file, the secrets of a
    /// sign-in included, and nothing is given here or by the process's environment. What is left out is
    /// told in [`notices`](Self::notices).
    ///
    /// ```
    /// use cognitoken::{Environment, Expected, TokenUse, Verifier, VerifierOptions};
    /// let environment = Environment::from_pairs(
    ///     [("COGNITO_USER_POOL_ID", "us-east-1_AbCdEfGhI"), ("COGNITO_CLIENT_ID", "1example23456789")],
    ///     "",
    /// )?;
    /// let options = VerifierOptions::new(Expected::Exactly(vec![]), Expected::Exactly(TokenUse::Id));
    /// let verifier = Verifier::new(options.with_environment(&environment))?;
    /// # Ok::<(), cognitoken::Error>(())
    /// ```
    #[must_use]
    pub fn with_environment(mut self, environment: &Environment) -> Self {
        let values = self.values(environment);
        let value = |name: &str| values.get(name).map(str::to_owned);
        self.issuer = present(self.issuer).or_else(|| value("COGNITO_ISSUER"));
        if self.jwks.is_none() {
            self.jwks_url = present(self.jwks_url).or_else(|| value("COGNITO_JWKS_URL"));
        }
        if self.issuer.is_none() {
            self.user_pool_id = present(self.user_pool_id).or_else(|| value("COGNITO_USER_POOL_ID"));
            self.region = present(self.region).or_else(|| value("COGNITO_REGION"));
        }
        if let Expected::Exactly(client_ids) = self.client_id {
            let mut given = given_values(client_ids);
            if given.is_empty() {
                given.extend(value("COGNITO_CLIENT_ID"));
            }
            self.client_id = Expected::Exactly(given);
        }
        self.notices.extend(values.take_left_out());
        self
    }

    /// The same options with the pool and the client of the one stored sign-in that fits the request, where nothing
    /// else says which. What is stored where only a `.env` file says is not believed.
    ///
    /// ```
    /// use cognitoken::{Environment, Expected, SessionRequest, TokenUse, VerifierOptions};
    /// # async fn example() -> cognitoken::Result<()> {
    /// let environment = Environment::read()?;
    /// let options = VerifierOptions::new(Expected::Exactly(vec![]), Expected::Exactly(TokenUse::Id));
    /// let options = options.with_environment(&environment);
    /// let request = SessionRequest { store: Some("file".into()), ..SessionRequest::new(environment) };
    /// let verifier = cognitoken::Verifier::new(options.with_stored(&request).await)?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub async fn with_stored(mut self, request: &SessionRequest) -> Self {
        let (wants_pool, wants_client) = (self.lacks_pool(), self.lacks_client());
        if !wants_pool && !wants_client {
            return self;
        }
        let mut request = request.clone();
        let client = &mut request.sign_in.client;
        client.user_pool_id = client.user_pool_id.take().or_else(|| self.user_pool_id.clone());
        if let Expected::Exactly(ids) = &self.client_id {
            client.client_id = client.client_id.take().or_else(|| ids.first().cloned());
        }
        let Some(stored) = stored_client(&request, self.timeout).await else { return self };
        if wants_pool {
            self.user_pool_id = stored.user_pool_id;
        }
        if wants_client {
            self.client_id = Expected::Exactly(stored.client_id.into_iter().collect());
        }
        self
    }

    /// Whether nothing says yet which pool's tokens are accepted, or for which client: a stored sign-in may.
    pub fn lacks_pool_or_client(&self) -> bool {
        self.lacks_pool() || self.lacks_client()
    }

    fn lacks_pool(&self) -> bool {
        self.user_pool_id.is_none() && self.issuer.is_none()
    }

    fn lacks_client(&self) -> bool {
        matches!(&self.client_id, Expected::Exactly(ids) if ids.is_empty())
    }

    fn values(&self, environment: &Environment) -> Values {
        let used = ["COGNITO_PASSWORD", "COGNITO_CLIENT_SECRET", "COGNITO_REFRESH_TOKEN"];
        let secrets = SecretsInUse::of(environment, &used.map(|name| (name, false)));
        let is_given = |text: &Option<String>| present(text.clone()).is_some();
        let names_clients = match &self.client_id {
            Expected::Exactly(client_ids) => !given_values(client_ids.clone()).is_empty(),
            Expected::Unchecked => true,
        };
        let is_told =
            names_clients || [&self.user_pool_id, &self.issuer, &self.jwks_url].into_iter().any(is_given);
        Values::for_what_is_believed(environment, secrets, is_told)
    }
}

/// Says whether tokens are genuine and meant for us. Make one, keep it, share it: clones share their keys.
///
/// The pool's keys are fetched when the first token comes, and again when a token names a key that is not there: once,
/// and then for 10 s such tokens are refused without asking again. Concurrent callers wait for one fetch. A fetch that
/// fails takes no key away, and is not made again for 1 s.
///
/// Fetched keys are good for an hour, by the clock of the transport. The next token after it fetches them anew, so that
/// a key which the pool withdrew is refused from then on. If that fetch fails or takes longer than 5 s, the keys at hand
/// go on being believed, and the next try comes after 10 s. Keys that were given (`jwks`) have no age.
///
/// ```no_run
/// use cognitoken::{Expected, TokenUse, Transport, Verifier, VerifierOptions};
///
/// # async fn example(token: &str) -> cognitoken::Result<()> {
/// let client_id = Expected::Exactly(vec!["1example23456789".to_owned()]);
/// let verifier = Verifier::new(VerifierOptions {
///     user_pool_id: Some("us-east-1_AbCdEfGhI".to_owned()),
///     ..VerifierOptions::new(client_id, Expected::Exactly(TokenUse::Id))
/// })?;
/// let claims = verifier.verify(&Transport::new(), token, None).await?;
/// println!("{} is who they say", claims["sub"]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Verifier {
    parts: Arc<Parts>,
}

struct Parts {
    policy: Policy,
    keys: KeyCache,
    timeout: Duration,
}

impl Verifier {
    /// A verifier with these options. Nothing is fetched yet.
    ///
    /// # Errors
    /// [`ErrorKind::Config`]: `MissingValue` where neither the pool nor its issuer is given, or no client id;
    /// `InvalidUserPoolId`, `InvalidRegion`, `InvalidUrl`, `InsecureUrl` (plain http to another machine), `InvalidJwks`, and
    /// `InvalidValue` for an empty list of groups or scopes, which no token could satisfy.
    pub fn new(options: VerifierOptions) -> Result<Self> {
        let VerifierOptions { user_pool_id, region, client_id, token_use, issuer, jwks_url, jwks, .. } =
            options;
        let user_pool_id = present(user_pool_id).map(|text| UserPoolId::parse(&text)).transpose()?;
        let region = present(region).map(|text| Region::parse(&text)).transpose()?;
        let issuers = match (present(issuer), &user_pool_id) {
            (Some(issuer), _) => vec![issuer.trim().to_owned()],
            (None, Some(user_pool_id)) => issuers_of(user_pool_id, region.as_ref()),
            (None, None) => return Err(missing("user pool id", "COGNITO_USER_POOL_ID")),
        };
        let keys = match jwks {
            Some(document) => KeyCache::given(&document)?,
            None => KeyCache::fetched_from(key_source(present(jwks_url), &issuers)?),
        };
        let policy = Policy {
            issuers,
            client_id: given_client_ids(client_id)?,
            token_use,
            leeway: options.leeway,
            groups: satisfiable("groups", options.groups)?,
            scopes: satisfiable("scopes", options.scopes)?,
        };
        Ok(Self { parts: Arc::new(Parts { policy, keys, timeout: options.timeout }) })
    }

    /// The claims of a token that is genuine, from the pool, for the client and the use asked for, and valid at `now`
    /// (by default the time of the transport's clock); an error otherwise.
    ///
    /// Checked in this order: length and shape, the header (RS256 and nothing else; a key in the token is never used),
    /// `iss` before keys are fetched for the token, the signature by the pool's own key, then `iss`, `token_use`, `aud` or `client_id`, `exp` (required; the token
    /// is valid as long as now < `exp` + leeway), `nbf` where there is one, groups and scopes. Where the key is at hand
    /// and not too old, the future is ready at once and `transport` is not touched.
    ///
    /// # Errors
    /// [`ErrorKind::TokenExpired`] for a genuine token past its time. [`ErrorKind::TokenInvalid`] for any other that is
    /// refused, with a code for each reason: `MalformedToken`, `UnsupportedAlgorithm`, `UnsupportedExtension`,
    /// `MissingKeyId`, `UnknownKey`, `InvalidSignature`, `InvalidIssuer`, `InvalidTokenUse`, `InvalidAudience`,
    /// `InvalidClientId`, `TokenNotYetValid`, `InvalidGroups`, `InvalidScopes`, `MissingClaim`, `InvalidClaim`.
    /// Where the keys cannot be had: [`ErrorKind::Network`], [`ErrorKind::RequestTimeout`], [`ErrorKind::Throttled`]
    /// or [`ErrorKind::Service`]; the token may then still be genuine.
    pub async fn verify(&self, transport: &Transport, jwt: &str, now: Option<SystemTime>) -> Result<Claims> {
        let token = SignedToken::parse(jwt)?;
        let key = match self.parts.keys.known(&token.key_id)? {
            Some(key) => key,
            None => {
                self.check_issuer(&token)?;
                self.parts.keys.fetch(&token.key_id, transport, self.parts.timeout).await?
            }
        };
        self.accept(&token, &key, now.unwrap_or_else(|| transport.clock().now()))
    }

    /// The answer of [`verify`](Self::verify) without waiting for anything; `None` where the token's key has to be
    /// fetched first, or fetched anew because it is an hour old by the clock of the transport that fetched it. `now` is
    /// the time that the token is checked at, and plays no part in that.
    pub fn verify_with_known_keys(&self, jwt: &str, now: SystemTime) -> Option<Result<Claims>> {
        let token = match SignedToken::parse(jwt) {
            Ok(token) => token,
            Err(error) => return Some(Err(error)),
        };
        match self.parts.keys.known(&token.key_id) {
            Ok(None) => self.check_issuer(&token).err().map(Err),
            Ok(Some(key)) => Some(self.accept(&token, &key, now)),
            Err(error) => Some(Err(error)),
        }
    }

    /// Whether a fetch of keys can make the token a genuine one: not where it says itself that it is another pool's.
    fn check_issuer(&self, token: &SignedToken<'_>) -> Result<()> {
        self.parts.policy.check_issuer(&token.claims()?)
    }

    fn accept(&self, token: &SignedToken<'_>, key: &PublicKey, now: SystemTime) -> Result<Claims> {
        if !key.verifies(token.signed, &token.signature) {
            return Err(invalid("InvalidSignature", "the token's signature does not match its content")
                .with_hint("The token was changed, cut short or made by somebody else. Get a new one."));
        }
        let claims = token.claims()?;
        self.parts.policy.check(&claims, now)?;
        token.exactly(claims)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parts { policy, keys, .. } = &*self.parts;
        formatter
            .debug_struct("Verifier")
            .field("issuers", &policy.issuers)
            .field("keys", keys)
            .finish_non_exhaustive()
    }
}

/// The issuers of a pool: both forms of its own, the original one first, and before them that of the replica in this
/// region, which puts its own region into the original form. A token that names any of them has been signed by the
/// pool's keys all the same: accepting all takes nothing away from the check.
fn issuers_of(user_pool_id: &UserPoolId, replica: Option<&Region>) -> Vec<String> {
    let issuer = |service: &str, region: &Region| {
        format!("https://{service}.{region}.{}/{user_pool_id}", region.dns_suffix())
    };
    let own = user_pool_id.region();
    let replica = replica.filter(|region| *region != own).map(|region| issuer("cognito-idp", region));
    replica
        .into_iter()
        .chain(["cognito-idp", "issuer-cognito-idp"].map(|service| issuer(service, own)))
        .collect()
}

/// Where the keys are. Each issuer of a pool has an address for the same set: the next is for when the one before is
/// down.
fn key_source(jwks_url: Option<String>, issuers: &[String]) -> Result<KeySource> {
    if let Some(url) = jwks_url {
        return Ok(KeySource::new(vec![parse_service_url("the JWKS URL (COGNITO_JWKS_URL)", &url)?]));
    }
    let mut addresses = Vec::new();
    for issuer in issuers {
        let address = format!("{}/.well-known/jwks.json", issuer.trim_end_matches('/'));
        addresses.push(parse_service_url("the issuer (COGNITO_ISSUER)", &address)?);
    }
    Ok(KeySource::new(addresses))
}

fn given_client_ids(client_id: Expected<Vec<String>>) -> Result<Expected<Vec<String>>> {
    let Expected::Exactly(client_ids) = client_id else { return Ok(Expected::Unchecked) };
    let given = given_values(client_ids);
    if given.is_empty() {
        Err(missing("client id", "COGNITO_CLIENT_ID"))
    } else {
        Ok(Expected::Exactly(given))
    }
}

fn satisfiable(name: &str, list: Option<Vec<String>>) -> Result<Option<Vec<String>>> {
    let Some(list) = list.map(given_values) else { return Ok(None) };
    if list.is_empty() {
        let message = format!("the list of {name} is empty: no token could satisfy it");
        return Err(Error::new(ErrorKind::Config, "InvalidValue", message)
            .with_hint(format!("Leave {name} out not to check them, or name at least one.")));
    }
    Ok(Some(list))
}

/// An empty value is an absent value, in a list as elsewhere.
fn given_values(list: Vec<String>) -> Vec<String> {
    list.into_iter().filter_map(|value| present(Some(value))).map(|value| value.trim().to_owned()).collect()
}
