//! Core against a service on this machine: what goes over the wire, and what a user sees of what comes back.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

// The service, what it says and what it is asked.
mod asked;
mod cognito;
mod domain;
mod ports;
mod service;
mod srp_server;

mod account;
mod aws_credentials;
mod browser;
mod challenges;
mod choices;
mod client_credentials;
mod client_metadata;
mod cut_off;
mod devices;
mod discovery;
mod doctor;
mod doctor_values;
mod domain_tokens;
mod dotenv;
mod errors;
mod faults;
mod flows;
mod kept;
mod mfa;
mod next_step;
mod outcome;
mod own_store;
mod parameters;
mod process;
mod profiles;
mod proxies;
mod refresh;
mod retries;
mod secrecy;
mod secret_files;
mod sign_in;
mod sso;
mod sso_descriptors;
mod sso_pasted;
mod sso_strays;
mod stored;
mod tls;
mod tls_faults;
mod values;
mod verdicts;
mod verifier_values;
mod waf;
mod waits;
