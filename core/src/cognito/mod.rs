//! The client object, whose methods are the operations.

mod accounts;
mod client;
#[cfg(feature = "doctor")]
mod client_check;

pub use client::{Cognito, CognitoBuilder};
