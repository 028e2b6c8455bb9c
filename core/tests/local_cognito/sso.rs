//! Signing in on the pool's page.

use cognitoken::{Cognito, Environment, SsoAttempt, SsoRequest, TokenUse};

use super::server::{browser, client, client_with_page, fill_in, given, is_there, verified};

/// An attempt of a client whose redirect URI is on a port that was free.
async fn start(scopes: &[&str]) -> (SsoAttempt, String) {
    loop {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let redirect_uri = format!("http://localhost:{port}/");
        let client_id = client_with_page(&redirect_uri).await;
        let request = SsoRequest::new(Environment::empty())
            .with_client(client(&client_id))
            .with_domain(given("DOMAIN"))
            .with_scopes(scopes.iter().copied())
            .with_redirect_uri(redirect_uri);
        match Cognito::new().start_sso(request).await {
            Ok(attempt) => return (attempt, client_id),
            Err(error) => assert_eq!(error.code(), "PortInUse", "{error:?}"),
        }
    }
}

async fn page_of(attempt: &SsoAttempt) -> String {
    browser().get(attempt.authorize_url().as_str()).send().await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn a_person_signs_in_on_the_page_and_the_tokens_are_genuine() {
    if !is_there("sign-in page") {
        return;
    }
    let (attempt, client_id) = start(&["openid", "email"]).await;
    let page = page_of(&attempt).await;
    let waiting = tokio::spawn(attempt.wait());
    let refused = fill_in(&page, &given("USER_NAME"), "not the password").await.unwrap_err();
    assert!(refused.contains("Incorrect username or password"), "{refused}");
    let location = fill_in(&refused, &given("USER_NAME"), &given("PASSWORD")).await.unwrap();
    let shown = browser().get(&location).send().await.unwrap().text().await.unwrap();
    assert!(shown.contains("You are signed in."), "{shown}");

    let tokens = waiting.await.unwrap().unwrap();
    let claims = verified(tokens.id_token().unwrap().expose(), &client_id, TokenUse::Id).await;
    assert_eq!(claims["email"], given("EMAIL"));
    assert_eq!(tokens.summary().username, Some(given("USER_NAME")));
    verified(tokens.access_token().expose(), &client_id, TokenUse::Access).await;

    let fresh = Cognito::new().refresh_tokens(&tokens).await.unwrap();
    verified(fresh.id_token().unwrap().expose(), &client_id, TokenUse::Id).await;
    assert_ne!(fresh.access_token().expose(), tokens.access_token().expose());
    assert_eq!(fresh.refresh_token().unwrap().expose(), tokens.refresh_token().unwrap().expose());
}

#[tokio::test]
async fn the_address_can_be_pasted_and_its_code_is_good_once() {
    if !is_there("sign-in page, pasted") {
        return;
    }
    let (attempt, _) = start(&["openid"]).await;
    let page = page_of(&attempt).await;
    let location = fill_in(&page, &given("USER_NAME"), &given("PASSWORD")).await.unwrap();
    attempt.paste_handle().accept(&location).unwrap();
    attempt.wait().await.unwrap();

    let (again, _) = start(&["openid"]).await;
    let state = again.authorize_url().query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let code = location.split_once("code=").unwrap().1.split('&').next().unwrap();
    again.paste_handle().accept(&format!("code={code}&state={state}")).unwrap();
    let error = again.wait().await.unwrap_err();
    assert_eq!(error.code(), "invalid_grant", "{error:?}");
}

#[tokio::test]
async fn a_scope_that_the_client_may_not_have_is_refused_on_the_way() {
    if !is_there("sign-in page, scope") {
        return;
    }
    let (attempt, _) = start(&["openid", "reports/read"]).await;
    let response = browser().get(attempt.authorize_url().as_str()).send().await.unwrap();
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let waiting = tokio::spawn(attempt.wait());
    let shown = browser().get(&location).send().await.unwrap().text().await.unwrap();
    assert!(shown.contains("Signing in failed."), "{shown}");
    let error = waiting.await.unwrap().unwrap_err();
    assert_eq!((error.code(), error.message()), ("invalid_request", "invalid_scope"));
    assert!(error.hint().unwrap().contains("AllowedOAuthScopes"));
}

#[tokio::test]
async fn the_demo_s_client_with_a_page_takes_the_usual_redirect_uri() {
    if !is_there("sign-in page of the demo's client") {
        return;
    }
    let request = SsoRequest::new(Environment::empty())
        .with_client(client(&given("SSO_CLIENT_ID")))
        .with_domain(given("DOMAIN"))
        // Another program may have the usual port: here the address is pasted either way.
        .with_port_required(false);
    let attempt = Cognito::new().start_sso(request).await.unwrap();
    assert_eq!(attempt.redirect_uri(), given("REDIRECT_URI"));
    let page = page_of(&attempt).await;
    let location = fill_in(&page, &given("USER_NAME"), &given("PASSWORD")).await.unwrap();
    attempt.paste_handle().accept(&location).unwrap();
    assert_eq!(attempt.wait().await.unwrap().claims().unwrap()["email"], given("EMAIL"));
}
