//! Signs in with the values of the environment or of `.env`, and answers a challenge from standard input.
//!
//! `COGNITO_USER_NAME=ada COGNITO_PASSWORD=... COGNITO_CLIENT_ID=... cargo run --example sign_in`

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example shows its outcome")]

use std::io::stdin;

use cognitoken::{Answer, Cognito, Environment, SignInRequest, Step};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cognito = Cognito::new();
    let mut step = cognito.sign_in(SignInRequest::new(Environment::read()?)).await?;
    let tokens = loop {
        match step {
            Step::Done(tokens) => break tokens,
            Step::Challenge(challenge) => {
                eprintln!("{}", challenge.question());
                let mut line = String::new();
                stdin().read_line(&mut line)?;
                step = cognito.respond(&challenge, Answer::text(line.trim())).await?;
            }
        }
    };
    println!("{}", tokens.summary().expiry(std::time::SystemTime::now()));
    Ok(())
}
