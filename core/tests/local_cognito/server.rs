//! The server that was started around the tests, and a browser without eyes.

use std::io::Write as _;

use cognitoken::{Claims, ClientValues, TokenUse, Verifier, VerifierOptions};
use serde_json::{Value, json};

/// One of the values that the server's starter put into the environment.
pub(crate) fn given(name: &str) -> String {
    std::env::var(format!("COGNITOKEN_TEST_{name}"))
        .unwrap_or_else(|_| panic!("COGNITOKEN_TEST_{name} is not set"))
}

/// Returns whether there is a server. A test that has to do without says so, past the capture of a passing test's output.
pub(crate) fn is_there(test: &str) -> bool {
    let there = std::env::var_os("COGNITOKEN_TEST_DOMAIN").is_some();
    if !there {
        writeln!(std::io::stdout().lock(), "skipped: {test}: no local Cognito (demo/local_cognito.py run)")
            .unwrap();
    }
    there
}

pub(crate) fn client(id: &str) -> ClientValues {
    ClientValues {
        client_id: Some(id.to_owned()),
        endpoint: Some(given("ENDPOINT")),
        ..ClientValues::default()
    }
}

/// Verifies that the service signed this token, for this client and use.
pub(crate) async fn verified(token: &str, client_id: &str, token_use: TokenUse) -> Claims {
    let options = VerifierOptions::new()
        .with_user_pool_id(given("USER_POOL_ID"))
        .with_jwks_url(given("JWKS_URL"))
        .with_client_id(client_id)
        .with_token_use(token_use);
    Verifier::new(options).unwrap().verify(token, None).await.unwrap()
}

/// A client with a sign-in page that sends the browser back to this address.
pub(crate) async fn client_with_page(redirect_uri: &str) -> String {
    let body = json!({
        "UserPoolId": given("USER_POOL_ID"),
        "ClientName": redirect_uri,
        "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email"],
        "CallbackURLs": [redirect_uri],
        "SupportedIdentityProviders": ["COGNITO"],
    });
    let scope = format!("test/20260101/{}/cognito-idp/aws4_request", given("REGION"));
    let response = browser()
        .post(given("ENDPOINT"))
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", "AWSCognitoIdentityProviderService.CreateUserPoolClient")
        .header(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=00"),
        )
        .body(body.to_string())
        .send()
        .await
        .unwrap();
    let made: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    made["UserPoolClient"]["ClientId"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned()
}

/// Follows no redirect by itself: where it is sent is what the tests look at.
pub(crate) fn browser() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// Fills in the form of the sign-in page and sends it. Where the browser is sent then, or the page that it stays on.
pub(crate) async fn fill_in(page: &str, username: &str, password: &str) -> Result<String, String> {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for input in page.split("<input type=\"hidden\"").skip(1) {
        form.append_pair(attribute(input, "name"), attribute(input, "value"));
    }
    let body = form.append_pair("username", username).append_pair("password", password).finish();
    let response = browser()
        .post(format!("{}/login", given("DOMAIN")))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
        .send()
        .await
        .unwrap();
    match response.headers().get("location") {
        Some(location) => Ok(location.to_str().unwrap().to_owned()),
        None => Err(response.text().await.unwrap()),
    }
}

fn attribute<'p>(input: &'p str, name: &str) -> &'p str {
    let value = input.split_once(&format!("{name}=\"")).unwrap().1;
    value.split_once('"').unwrap().0
}
