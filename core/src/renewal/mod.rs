//! Doing something with tokens: refreshing and revoking them, changing the password, signing out everywhere.

mod refresh_request;
mod renewer;
mod single_flight;

pub use refresh_request::RefreshRequest;

pub(crate) use renewer::{Renewer, log_outcome as log_refresh};
