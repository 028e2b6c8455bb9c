//! OAuth and identity pools against the local Cognito of the demo (ministack): a service that is not of our making.
//!
//! `python demo/local_cognito.py run -- cargo test --test local_cognito` starts it around these tests. Without it they
//! say that they were skipped.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod aws_credentials;
mod client_credentials;
mod server;
mod sso;
