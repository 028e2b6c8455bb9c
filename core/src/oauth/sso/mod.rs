//! Signing in on the pool's own page: authorization code with PKCE (RFC 6749, RFC 7636, RFC 8252).
//!
//! A [`request`] becomes an [`attempt`]: a [`link`] for the browser, and two ways back from it, a [`listener`] on
//! loopback and an address that a person [`paste`]s.

mod attempt;
mod browser;
mod connection;
mod connections;
mod launcher;
mod link;
mod listener;
mod logout;
mod loopback;
mod page;
mod page_error;
mod paste;
mod redirect;
mod redirect_uri;
mod request;
mod request_head;
mod secrets;

pub use attempt::SsoAttempt;
pub use browser::{likely_remote, open_browser};
#[cfg(feature = "test-util")]
pub(super) use link::code_challenge;
pub use logout::{LogoutRequest, logout_url};
pub use paste::PasteHandle;
pub use request::SsoRequest;

pub(crate) use attempt::start_sso;
