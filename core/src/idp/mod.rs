//! The cognito-idp JSON API: signing in with a password, answering what the service asks, refreshing.

mod api;
mod challenge;
mod password_verifier;
mod refresh;
mod secret_hash;
mod service_error;
mod sign_in;
mod wire;

pub use challenge::Challenge;
pub use refresh::{RefreshRequest, refresh};
pub use sign_in::{Flow, SignInRequest, sign_in};

pub(crate) use refresh::{RefreshOperation, refresh_tokens};
pub(crate) use wire::AuthenticationResult;
