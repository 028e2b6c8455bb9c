//! Calls an API with a token that is stored, refreshed or, where neither is possible, signed in for.
//!
//! `cargo run --example session`, after `cognitoken login` or with `COGNITO_USER_NAME`, `COGNITO_PASSWORD` and
//! `COGNITO_CLIENT_ID` in the environment.

#![allow(clippy::print_stdout, reason = "an example shows its outcome")]

use cognitoken::{Cognito, Environment, SessionRequest};

#[tokio::main(flavor = "current_thread")]
async fn main() -> cognitoken::Result<()> {
    let request = SessionRequest::new(Environment::read()?).with_default_store("file");
    let session = Cognito::new().session(request)?;
    // Before every request: the token at hand is returned for as long as it is good.
    let tokens = session.tokens().await?.or_error()?;
    let header = tokens.authorization();
    println!("Authorization: {} characters", header.len());
    let status = session.status().await?;
    println!("Signed in as {} in {}", status.who.as_deref().unwrap_or("an unnamed user"), status.place);
    Ok(())
}
