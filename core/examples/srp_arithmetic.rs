//! How long the arithmetic of one SRP sign-in takes on this machine, the network left out.
//!
//! `cargo run --release -p cognitoken --example srp_arithmetic`

#![allow(clippy::print_stdout, reason = "an example may print")]

use std::time::{Duration, Instant, SystemTime};

use cognitoken::known_answers::{Subject, group, prove_with_fresh_key};

const RUNS: usize = 301;

fn main() -> cognitoken::Result<()> {
    let subject =
        Subject { group: "AbCdEfGhI", user: "a2c2e290-6d0f-4a08-a5ca-f0162935f3a6", password: "Qwerty1!" };
    // Any number smaller than the prime does for SRP_B: what it is does not change the work.
    let server_public = group().modulus.replacen('f', "a", 1);
    let sign_in = || {
        let start = Instant::now();
        prove_with_fresh_key(subject, "baf4431c", &server_public, "c2VjcmV0", SystemTime::now())?;
        Ok(start.elapsed())
    };
    let mut times = (0..RUNS).map(|_| sign_in()).collect::<cognitoken::Result<Vec<Duration>>>()?;
    times.sort_unstable();
    println!("one sign-in: median {:?}, fastest {:?}, {RUNS} runs", times[RUNS / 2], times[0]);
    Ok(())
}
