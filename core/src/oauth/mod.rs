//! OAuth 2.0 as a user pool's domain speaks it.

mod client_authentication;
mod pkce;

pub(crate) use client_authentication::client_secret_basic;
pub(crate) use pkce::code_challenge;
