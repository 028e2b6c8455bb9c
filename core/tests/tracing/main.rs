//! The log: no secret is in a line of it, at any level, and what a support case needs is.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

// The service of the tests of the wire.
#[allow(dead_code, reason = "the tests of the wire need other parts of it")]
#[path = "../wire/cognito.rs"]
mod cognito;
#[allow(dead_code, reason = "the tests of the wire need other parts of it")]
#[path = "../wire/domain.rs"]
mod domain;
#[allow(dead_code, reason = "the tests of the wire need other parts of it")]
#[path = "../wire/outcome.rs"]
mod outcome;
#[allow(dead_code, reason = "the tests of the wire need other parts of it")]
#[path = "../wire/ports.rs"]
mod ports;
#[allow(dead_code, reason = "the tests of the wire need other parts of it")]
#[path = "../wire/service.rs"]
mod service;
#[allow(dead_code, reason = "the tests of the tokens need other parts of it")]
#[path = "../jwt/signing.rs"]
mod signing;
#[allow(dead_code, reason = "the tests of the wire need other parts of it")]
#[path = "../wire/srp_server.rs"]
mod srp_server;

mod collector;
mod flows;
mod flows_elsewhere;
mod proxy;
mod replies;
mod secrecy;
mod secrets;
mod support;
