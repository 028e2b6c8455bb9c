//! Verifies the token on standard input.
//!
//! `cargo run --example verify -- us-east-1_AbCdEfGhI 1example23456789 < token`

#![allow(clippy::print_stdout, reason = "an example shows its outcome")]

use std::io::stdin;

use cognitoken::{TokenUse, Verifier, VerifierOptions};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(user_pool_id), Some(client_id)) = (arguments.next(), arguments.next()) else {
        return Err("give the user pool's id and the client id".into());
    };
    let options = VerifierOptions::new()
        .with_user_pool_id(user_pool_id)
        .with_client_id(client_id)
        .with_token_use(TokenUse::Id);
    // Keep it: it holds the keys that it fetched.
    let verifier = Verifier::new(options)?;
    let mut token = String::new();
    stdin().read_line(&mut token)?;
    let claims = verifier.verify(token.trim(), None).await?;
    println!("{}", serde_json::to_string_pretty(&claims)?);
    Ok(())
}
