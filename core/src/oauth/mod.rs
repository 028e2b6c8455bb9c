//! OAuth 2.0 at a user pool's domain: tokens for an app client, tokens for a person who signs in on the domain's page,
//! and refreshing and revoking them.

mod app_client;
mod client_credentials;
mod client_credentials_cache;
mod error_response;
#[cfg(feature = "test-util")]
pub(crate) mod known_answers;
mod refresh;
mod scopes;
#[cfg(feature = "sso")]
mod sso;
mod token_endpoint;

pub use client_credentials::ClientCredentialsRequest;
#[cfg(feature = "sso")]
pub use sso::{LogoutRequest, PasteHandle, SsoAttempt, SsoRequest, likely_remote, logout_url, open_browser};

pub(crate) use client_credentials::client_credentials;
pub(crate) use client_credentials_cache::ClientCredentialsCache;
pub(crate) use refresh::{refresh_tokens, revoke};
pub(crate) use scopes::words;
#[cfg(feature = "sso")]
pub(crate) use sso::start_sso;
