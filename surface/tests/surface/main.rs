//! The surface, called as a language calls it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod bag;
mod challenges;
mod door;
mod engine;
mod fields;
mod log;
mod look;
mod reference;
mod table;
mod waits;
