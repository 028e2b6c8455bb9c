//! The credentials that were issued to the users of one session.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tracing::{debug, info};
use url::Url;

use super::api::Api;
use super::credentials::AwsCredentials;
use super::login::Login;
use super::pool::IdentityPool;
use crate::cache::{Cache, Cached};
use crate::clock::{ClockOffset, milliseconds_since, unix_seconds};
use crate::error::{Result, Subject};
use crate::http::{CallBudget, Transport, host_of};
use crate::secret::IdToken;

/// The time before their end at which credentials are replaced: a minute more than the 15 min before the end at which
/// boto3 begins to ask for others, so that it gets others then.
const LONGEST_MARGIN: Duration = Duration::from_secs(16 * 60);

/// The divisor of the life of short-lived credentials for the margin.
const MARGIN_OF_LIFE: u32 = 3;

/// The time before their end at which credentials are no longer returned, although no others could be had: a request has
/// to be made and sent.
const LAST_MOMENT: Duration = Duration::from_secs(60);

/// The time after a failure in which credentials that are still good are returned without another request.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(30);

/// The credentials of one session by identity pool, role and user, and the identities of its users, which outlast them.
#[derive(Default)]
pub(crate) struct IssuedCredentials {
    credentials: Cache<Key, Arc<AwsCredentials>>,
    identities: Mutex<HashMap<IdentityKey, String>>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct IdentityKey {
    endpoint: Url,
    identity_pool_id: String,
    login: Login,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    identity: IdentityKey,
    role_arn: Option<String>,
}

impl Key {
    fn new(pool: &IdentityPool, login: &Login) -> Self {
        let (endpoint, identity_pool_id) = (pool.endpoint.clone(), pool.id.clone());
        let identity = IdentityKey { endpoint, identity_pool_id, login: login.clone() };
        Self { identity, role_arn: pool.role_arn.clone() }
    }
}

impl IssuedCredentials {
    /// Returns the credentials of this user that need not be replaced yet.
    pub(crate) fn fresh(
        &self,
        pool: &IdentityPool,
        login: &Login,
        now: SystemTime,
    ) -> Option<Arc<AwsCredentials>> {
        self.credentials.at_hand(&Key::new(pool, login), |cached| cached.is_fresh(now))
    }

    /// Returns the credentials of this user that are still good.
    pub(crate) fn valid(
        &self,
        pool: &IdentityPool,
        login: &Login,
        now: SystemTime,
    ) -> Option<Arc<AwsCredentials>> {
        self.credentials.at_hand(&Key::new(pool, login), |cached| cached.is_valid(now))
    }

    /// Returns the credentials of this user that need not be replaced yet, or others. Calls at the same moment share one
    /// request. If it fails for a reason that may pass, credentials that are still good are returned.
    ///
    /// # Errors
    /// The service's refusal; the errors of the network.
    pub(crate) async fn get_or_ask(
        &self,
        transport: &Transport,
        pool: &IdentityPool,
        login: &Login,
        token: &IdToken,
        budget: &CallBudget,
    ) -> Result<Arc<AwsCredentials>> {
        let (host, key, clock) = (host_of(&pool.endpoint), Key::new(pool, login), transport.clock());
        let started = Instant::now();
        let mut turn = self.credentials.turn(key.clone(), clock.now(), budget, &host).await?;
        if let Some(cached) = turn.as_ref().filter(|cached| cached.is_fresh(clock.now())) {
            let waited_milliseconds = milliseconds_since(started);
            debug!(target: "cognitoken::identity_pool", host, waited_milliseconds, "using cached AWS credentials");
            return Ok(Arc::clone(&cached.value));
        }
        let api = Api { transport, pool, login, token, budget };
        match self.ask(&api, &key.identity).await {
            Ok((credentials, clock_offset)) => {
                info!(
                    target: "cognitoken::identity_pool",
                    host, identity_pool_id = pool.id, expires_at = credentials.expires_at_seconds(),
                    "AWS credentials issued"
                );
                let credentials = Arc::new(credentials);
                *turn = Some(cached(Arc::clone(&credentials), clock_offset, clock.now()));
                Ok(credentials)
            }
            Err(error) => {
                info!(
                    target: "cognitoken::identity_pool",
                    host, identity_pool_id = pool.id, code = error.code(), kind = ?error.kind(),
                    request_id = error.request_id(), "AWS credentials not issued"
                );
                let now = clock.now();
                match turn.as_mut().filter(|cached| error.retryable() && cached.is_valid(now)) {
                    Some(cached) => {
                        cached.keep_for(now, PAUSE_AFTER_FAILURE);
                        Ok(Arc::clone(&cached.value))
                    }
                    None => Err(error),
                }
            }
        }
    }

    /// Forgets all credentials and identities.
    pub(crate) fn clear(&self) {
        self.credentials.clear();
        self.identities().clear();
    }

    async fn ask(&self, api: &Api<'_>, key: &IdentityKey) -> Result<(AwsCredentials, ClockOffset)> {
        let known = self.identities().get(key).cloned();
        if let Some(identity_id) = known {
            match api.credentials(&identity_id).await {
                // The pool has forgotten the identity, or merged it into another.
                Err(error) if error.meaning().subject == Subject::Identity => {
                    self.identities().remove(key);
                }
                asked => return asked,
            }
        }
        let identity_id = api.identity_id().await?;
        self.identities().insert(key.clone(), identity_id.clone());
        api.credentials(&identity_id).await
    }

    fn identities(&self) -> std::sync::MutexGuard<'_, HashMap<IdentityKey, String>> {
        self.identities.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn cached(
    credentials: Arc<AwsCredentials>,
    clock_offset: ClockOffset,
    now: SystemTime,
) -> Cached<Arc<AwsCredentials>> {
    let server_time = unix_seconds(clock_offset.bounded().server_time(now));
    let left = credentials.expires_at_seconds().saturating_sub(server_time);
    let left = Duration::from_secs(u64::try_from(left).unwrap_or(0));
    let margin = LONGEST_MARGIN.min(left / MARGIN_OF_LIFE);
    let last_moment = LAST_MOMENT.min(margin);
    Cached::new(credentials, now, left - last_moment, margin - last_moment)
}

impl fmt::Debug for IssuedCredentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("IssuedCredentials")
    }
}
