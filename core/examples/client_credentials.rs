//! Requests an access token for the app client itself.
//!
//! `COGNITO_CLIENT_ID=... COGNITO_CLIENT_SECRET=... COGNITO_DOMAIN=my-app COGNITO_REGION=us-east-1 \
//! cargo run --example client_credentials -- api/read api/write`

#![allow(clippy::print_stdout, reason = "an example shows its outcome")]

use cognitoken::{ClientCredentialsRequest, Cognito, Environment};

#[tokio::main(flavor = "current_thread")]
async fn main() -> cognitoken::Result<()> {
    let request = ClientCredentialsRequest::new(Environment::read()?).with_scopes(std::env::args().skip(1));
    let cognito = Cognito::new();
    // The client object keeps the token: asking again sends nothing while it is good.
    let tokens = cognito.client_credentials(request).await?;
    println!("a token that lives for {} s", tokens.expires_in().as_secs());
    Ok(())
}
