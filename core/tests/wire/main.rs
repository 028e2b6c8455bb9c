//! Core against a service on this machine: what goes over the wire, and what a user sees of what comes back.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod account;
mod challenges;
mod cognito;
mod service;
mod srp_server;

mod devices;
mod discovery;
mod errors;
mod faults;
mod flows;
mod mfa;
mod refresh;
mod retries;
mod sign_in;
mod tls;
mod values;
