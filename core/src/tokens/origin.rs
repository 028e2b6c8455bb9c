//! The origin of tokens: what a refresh needs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::device::TrackedDevice;
use crate::config::{ClientConfig, Domain, Values};

/// The origin of tokens: what a refresh needs.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) config: Arc<ClientConfig>,
    /// The name that the service knows the user by, as far as it is known.
    pub(crate) username: String,
    /// The name that the user typed to sign in, which may be an alias.
    pub(crate) signed_in_as: Option<String>,
    pub(crate) refresh_operation: RefreshOperation,
    pub(crate) device: TrackedDevice,
    /// The pool's domain, for tokens that it issued: they are refreshed and revoked there.
    pub(crate) domain: Option<Arc<Domain>>,
    /// `true` if every secret of the sign-in came from a `.env` file.
    pub(crate) secrets_from_dotenv: bool,
    /// The values for the pool's triggers, which are sent again with each refresh.
    pub(crate) client_metadata: Arc<BTreeMap<String, String>>,
    /// The parameters that a token of the app client itself was asked for with.
    pub(crate) parameters: Arc<BTreeMap<String, String>>,
    /// The time when the refresh token was issued, by the service's clock; `None` for one that was given.
    pub(crate) refresh_token_issued_at: Option<i64>,
}

impl Origin {
    pub(crate) fn new(config: Arc<ClientConfig>, username: &str) -> Self {
        let refresh_operation = RefreshOperation::default();
        let username = username.to_owned();
        let device = TrackedDevice::default();
        Self {
            config,
            username,
            signed_in_as: None,
            refresh_operation,
            device,
            domain: None,
            secrets_from_dotenv: false,
            client_metadata: Arc::default(),
            parameters: Arc::default(),
            refresh_token_issued_at: None,
        }
    }

    pub(crate) fn with_secrets_of(self, values: &Values) -> Self {
        Self { secrets_from_dotenv: values.all_secrets_from_dotenv(), ..self }
    }

    pub(crate) fn at_domain(self, domain: Arc<Domain>) -> Self {
        Self { domain: Some(domain), ..self }
    }
}

/// The operation that this service refreshes with, found out once and remembered by all tokens of one sign-in.
#[derive(Debug, Clone, Default)]
pub(crate) struct RefreshOperation {
    only_the_older: Arc<AtomicBool>,
}

impl RefreshOperation {
    /// The operation that an earlier process found out.
    pub(crate) fn remembered(only_the_older: bool) -> Self {
        Self { only_the_older: Arc::new(AtomicBool::new(only_the_older)) }
    }

    /// Returns whether the service was found not to know GetTokensFromRefreshToken.
    pub(crate) fn is_the_older(&self) -> bool {
        self.only_the_older.load(Ordering::Relaxed)
    }

    /// Remembers that the service does not know GetTokensFromRefreshToken.
    pub(crate) fn remember_the_older(&self) {
        self.only_the_older.store(true, Ordering::Relaxed);
    }
}
