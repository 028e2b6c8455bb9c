//! OAuth 2.0 as a user pool's domain speaks it: tokens for a client, tokens for a person by way of the sign-in page,
//! and what becomes of both.

mod browser;
mod client_credentials;
mod client_credentials_cache;
mod connection;
pub(crate) mod known_answers;
mod launcher;
mod listener;
mod logout;
mod page;
mod pasted;
mod redirect;
mod redirect_uri;
mod refresh;
mod refusal;
mod sso;
mod token_endpoint;

pub use browser::{likely_remote, open_browser};
pub use client_credentials::ClientCredentialsRequest;
pub use logout::{LogoutRequest, logout_url};
pub use pasted::PastedRedirects;
pub use sso::{SsoAttempt, SsoRequest};

pub(crate) use client_credentials::{client_credentials, words};
pub(crate) use client_credentials_cache::ClientCredentialsCache;
pub(crate) use refresh::{refresh_tokens, revoke};
pub(crate) use sso::start_sso;
