//! The user pools whose tokens a verifier accepts, each with its own issuer and keys.

use std::collections::HashSet;
use std::fmt;

use super::claims::Claims;
use super::key_cache::KeyCache;
use super::key_source::KeySource;
use super::options::{VerifierOptions, usable};
use super::signed_token::SignedToken;
use super::token_errors::{bare_choice, mismatch, missing_claim};
use crate::address::parse_service_url;
use crate::config::{Region, UserPoolId, missing, present};
use crate::error::{Error, ErrorKind, Result};

/// The pools that a verifier trusts; at least one.
pub(super) struct TrustedPools(Vec<TrustedPool>);

/// One trusted pool: the accepted forms of its issuer, and its keys.
pub(super) struct TrustedPool {
    issuers: Vec<String>,
    pub(super) keys: KeyCache,
}

impl TrustedPools {
    pub(super) fn new(options: &VerifierOptions) -> Result<Self> {
        let issuers = issuers_by_pool(options)?;
        if issuers.len() > 1 {
            reject_shared_keys(options, issuers.len())?;
        }
        let pools = issuers.into_iter().map(|issuers| {
            let keys = match &options.jwks {
                Some(document) => KeyCache::given(document)?,
                None => KeyCache::fetched_from(key_source(options.jwks_url.clone(), &issuers)?),
            };
            Ok(TrustedPool { issuers, keys })
        });
        Ok(Self(pools.collect::<Result<_>>()?))
    }

    /// Returns the pool that a token belongs to: the only one there is, else that of the token's own issuer.
    ///
    /// The issuer is read before the signature is verified. It only selects the keys: with those of another pool, the
    /// signature does not match.
    pub(super) fn pool_of(&self, token: &SignedToken<'_>) -> Result<&TrustedPool> {
        if let [pool] = &self.0[..] {
            return Ok(pool);
        }
        let claims = token.claims()?;
        let pool = self.0.iter().find(|pool| pool.accepts(&claims));
        pool.ok_or_else(|| wrong_issuer(&claims, &self.issuers().collect::<Vec<_>>()))
    }

    pub(super) fn issuers(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|pool| &pool.issuers).map(String::as_str)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &KeyCache> {
        self.0.iter().map(|pool| &pool.keys)
    }
}

impl TrustedPool {
    pub(super) fn check_issuer(&self, claims: &Claims) -> Result<()> {
        if self.accepts(claims) { Ok(()) } else { Err(wrong_issuer(claims, &self.issuers)) }
    }

    fn accepts(&self, claims: &Claims) -> bool {
        claims.get("iss").is_some_and(|actual| self.issuers.iter().any(|issuer| actual == issuer))
    }
}

fn wrong_issuer<T: AsRef<str>>(claims: &Claims, expected: &[T]) -> Error {
    let Some(actual) = claims.get("iss") else {
        return missing_claim("iss").with_comparison(bare_choice(expected), None);
    };
    mismatch("InvalidIssuer", "the token's issuer (iss) is", expected, Some(actual)).with_hint(
        "The token is from another user pool or region; compare COGNITO_USER_POOL_ID and COGNITO_ISSUER.",
    )
}

/// Returns the accepted issuers of each pool. An issuer that is given stands for a pool of its own.
fn issuers_by_pool(options: &VerifierOptions) -> Result<Vec<Vec<String>>> {
    let user_pool_ids = options.user_pool_ids.as_deref();
    let user_pool_ids = user_pool_ids.map(|ids| usable("user pool ids", ids)).transpose()?;
    let region = present(options.region.clone()).map(|text| Region::parse(&text)).transpose()?;
    let mut pools = match (&options.issuers, user_pool_ids) {
        (Some(issuers), _) => {
            usable("issuers", issuers)?.into_iter().map(|issuer| vec![issuer]).collect::<Vec<_>>()
        }
        (None, Some(ids)) => {
            let issuers_of = |id: &String| Ok(issuers_of(&UserPoolId::parse(id)?, region.as_ref()));
            ids.iter().map(issuers_of).collect::<Result<_>>()?
        }
        (None, None) => return Err(missing("user pool id", "COGNITO_USER_POOL_ID")),
    };
    let mut seen = HashSet::new();
    pools.retain(|issuers| seen.insert(issuers.clone()));
    Ok(pools)
}

/// Returns the issuers of a pool: both forms of its own, the original one first, and before them that of the replica in
/// this region, which has its own region in the original form. All of them name the same pool and the same keys.
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

/// One key set for several pools would let each of them sign in the name of the others.
fn reject_shared_keys(options: &VerifierOptions, count: usize) -> Result<()> {
    let name = match (&options.jwks, present(options.jwks_url.clone())) {
        (Some(_), _) => "jwks",
        (None, Some(_)) => "jwks_url",
        (None, None) => return Ok(()),
    };
    let message = format!("`{name}` is the key set of one user pool, and {count} are given");
    Err(Error::new(ErrorKind::Config, "ConflictingValues", message)
        .with_hint(format!("Leave out `{name}`: the keys of each pool are fetched from its issuer.")))
}

/// Returns the addresses of the keys. Every issuer of a pool serves the same set: the next one is used when the one
/// before is down.
fn key_source(jwks_url: Option<String>, issuers: &[String]) -> Result<KeySource> {
    if let Some(url) = present(jwks_url) {
        return Ok(KeySource::new(vec![parse_service_url("the JWKS URL (COGNITO_JWKS_URL)", &url)?]));
    }
    let mut addresses = Vec::new();
    for issuer in issuers {
        let address = format!("{}/.well-known/jwks.json", issuer.trim_end_matches('/'));
        addresses.push(parse_service_url("the issuer (COGNITO_ISSUER)", &address)?);
    }
    Ok(KeySource::new(addresses))
}

impl fmt::Debug for TrustedPools {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.issuers()).finish()
    }
}
