//! Discovery of a pool from the service behind it, and the hosts that a `.env` file may name.

use cognitoken::{
    AccountRequest, ClientValues, Cognito, Environment, ErrorKind, Flow, Password, RefreshRequest, Result,
    SignInRequest, Tokens,
};
use serde_json::{Value, json};

use super::cognito::{ALIAS, CLIENT, PASSWORD, POOL, REFRESH_TOKEN, tokens, wrong_password};
use super::outcome::sign_in;
use super::service::{Reply, Service};

fn configuration(client_id: &str) -> Value {
    json!({"idp": {"Auth": {"Cognito": {"region": "us-east-1", "userPoolId": POOL, "userPoolClientId": client_id}}}})
}

fn not_found() -> Reply {
    Reply::text(404, "text/html", "<html>no such page</html>")
}

/// A sign-in where `api` is the service to ask and `cognito` the one to sign in at.
async fn discovering(api: &Service, cognito: &Service, more: &[(&str, &str)]) -> Result<Tokens> {
    let (api, cognito) = (api.endpoint(), cognito.endpoint());
    let pairs = [
        ("COGNITO_USER_NAME", ALIAS),
        ("COGNITO_PASSWORD", PASSWORD),
        ("COGNITO_ENDPOINT", &cognito),
        ("APLOS_API_URL", &api),
    ];
    let environment = Environment::from_pairs(pairs.iter().chain(more).copied(), "")?;
    sign_in(&Cognito::new(), SignInRequest::new(environment)).await
}

#[tokio::test]
async fn the_client_and_its_pool_are_found_at_the_first_address() {
    let api = Service::that_says([Reply::json(200, &configuration(CLIENT))]).await;
    let cognito = Service::that_says([wrong_password()]).await;
    discovering(&api, &cognito, &[]).await.unwrap_err();
    assert_eq!(api.operations(), ["GET /app/configuration HTTP/1.1"]);
    let body = cognito.calls()[0].body();
    // The pool is known from there: the password stays here.
    assert_eq!((&body["ClientId"], &body["AuthFlow"]), (&json!(CLIENT), &json!("USER_SRP_AUTH")));
    let sent = format!("{} {}", api.calls()[0].start, api.calls()[0].text);
    assert!(!sent.contains(PASSWORD) && !sent.contains(ALIAS));
}

#[tokio::test]
async fn the_newer_address_is_asked_where_the_older_is_none() {
    for first in
        [not_found(), Reply::json(200, &json!({"version": 3})), Reply::text(200, "text/html", "<html>")]
    {
        let api = Service::that_says([first, Reply::json(200, &configuration(CLIENT))]).await;
        let cognito = Service::that_says([wrong_password()]).await;
        discovering(&api, &cognito, &[]).await.unwrap_err();
        assert_eq!(
            api.operations(),
            ["GET /app/configuration HTTP/1.1", "GET /v3/app/configuration HTTP/1.1"]
        );
        assert_eq!(cognito.calls()[0].body()["ClientId"], CLIENT);
    }
}

#[tokio::test]
async fn a_service_that_tells_nothing_is_an_error_that_names_the_variable() {
    let silent = || Reply::json(200, &json!({"idp": {"Auth": {"Cognito": {"userPoolClientId": 5}}}}));
    for replies in [[not_found(), not_found()], [silent(), not_found()], [not_found(), silent()]] {
        let api = Service::that_says(replies).await;
        let cognito = Service::unasked().await;
        let error = discovering(&api, &cognito, &[]).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Service, "DiscoveryFailed"));
        assert!(
            error.message().contains("APLOS_API_URL") && error.message().contains("127.0.0.1"),
            "{error}"
        );
        assert!(error.hint().unwrap().contains("COGNITO_CLIENT_ID"));
        assert!(cognito.calls().is_empty());
    }
}

#[tokio::test]
async fn a_service_that_is_away_is_an_error_and_not_another_flow() {
    // The client is known and could sign in by its password; an outage must not be what decides on that.
    let api = Service::that_says([Reply::text(403, "text/html", "<html>"), not_found()]).await;
    let cognito = Service::unasked().await;
    let error = discovering(&api, &cognito, &[("COGNITO_CLIENT_ID", CLIENT)]).await.unwrap_err();
    assert_eq!(error.code(), "DiscoveryFailed");
    assert!(cognito.calls().is_empty());
}

#[tokio::test]
async fn what_is_told_of_another_client_is_none_of_ours() {
    let found = json!({"idp": {"Auth": {"Cognito":
        {"region": "eu-west-1", "userPoolId": "eu-west-1_Other", "userPoolClientId": "another"}}}});
    let api = Service::that_says([Reply::json(200, &found)]).await;
    let cognito = Service::that_says([tokens()]).await;
    discovering(&api, &cognito, &[("COGNITO_CLIENT_ID", CLIENT), ("COGNITO_REGION", "us-east-1")])
        .await
        .unwrap();
    let body = cognito.calls()[0].body();
    assert_eq!((&body["ClientId"], &body["AuthFlow"]), (&json!(CLIENT), &json!("USER_PASSWORD_AUTH")));
}

#[tokio::test]
async fn nothing_is_asked_where_nothing_is_missing() {
    let api = Service::unasked().await;
    let cognito = Service::that_says([wrong_password()]).await;
    let known = [("COGNITO_CLIENT_ID", CLIENT), ("COGNITO_USER_POOL_ID", POOL)];
    discovering(&api, &cognito, &known).await.unwrap_err();
    assert!(api.calls().is_empty());
    assert_eq!(cognito.operations(), ["InitiateAuth"]);
}

#[tokio::test]
async fn the_region_of_the_machine_says_nothing_about_what_is_found() {
    let api = Service::that_says([Reply::json(200, &configuration(CLIENT))]).await;
    let cognito = Service::that_says([wrong_password()]).await;
    discovering(&api, &cognito, &[("AWS_REGION", "eu-west-1")]).await.unwrap_err();
    assert_eq!(cognito.operations(), ["InitiateAuth"]);
    assert_eq!(cognito.calls()[0].body()["AuthFlow"], "USER_SRP_AUTH");
}

/// A folder's `.env` that names `stranger` as the place to sign in at, over an environment where ours is.
fn environment(stranger: &Service, ours: &[(&str, &str)], more_of_file: &str) -> Environment {
    let host = stranger.endpoint();
    let dotenv =
        format!("COGNITO_ENDPOINT={host}\nAPLOS_API_URL={host}\nCOGNITO_CLIENT_ID={CLIENT}\n{more_of_file}");
    Environment::from_pairs(ours.iter().copied(), &dotenv).unwrap()
}

/// A zero time limit: the call ends before it gets to the host that it turns to, and names that.
fn no_time() -> ClientValues {
    ClientValues { timeout: Some(std::time::Duration::ZERO), ..ClientValues::default() }
}

const AWS: &str = "cognito-idp.us-east-1.amazonaws.com";

#[tokio::test]
async fn a_file_of_a_stranger_does_not_get_our_password() {
    let stranger = Service::unasked().await;
    let theirs = "COGNITO_PASSWORD=bait\nCOGNITO_USER_NAME=bait";
    let requests = [
        // Their host alone; our password from the environment.
        SignInRequest::new(environment(&stranger, &[("COGNITO_PASSWORD", PASSWORD)], "COGNITO_USER_NAME=x")),
        // Their host with a password of theirs as the bait; ours from the environment, or as an argument.
        SignInRequest::new(environment(&stranger, &[("COGNITO_PASSWORD", PASSWORD)], theirs)),
        SignInRequest {
            password: Some(PASSWORD.into()),
            ..SignInRequest::new(environment(&stranger, &[], theirs))
        },
        // The password is theirs, the client secret ours.
        SignInRequest::new(environment(&stranger, &[("COGNITO_CLIENT_SECRET", "ours")], theirs)),
    ];
    for request in requests {
        // Nor does the client that it names, at AWS itself: SRP or the person's word lets it in.
        let error = sign_in(&Cognito::new(), SignInRequest { client: no_time(), ..request.clone() }).await;
        let error = error.unwrap_err();
        assert!(error.code() == "UntrustedClient" || error.message().starts_with(AWS), "{error}");
        let chosen = SignInRequest { client: no_time(), flow: Flow::Password, ..request };
        let error = sign_in(&Cognito::new(), chosen).await.unwrap_err();
        assert!(error.message().starts_with(AWS), "{error}");
    }
    assert!(stranger.calls().is_empty());
}

#[tokio::test]
async fn a_file_of_a_stranger_gets_no_refresh_token_and_no_new_password() {
    let stranger = Service::unasked().await;
    let theirs = "COGNITO_PASSWORD=bait\nCOGNITO_USER_NAME=bait\nCOGNITO_REFRESH_TOKEN=bait";
    let cognito = Cognito::new();
    for (argument, ours) in
        [(Some(REFRESH_TOKEN), None), (None, Some(("COGNITO_REFRESH_TOKEN", REFRESH_TOKEN)))]
    {
        let request = RefreshRequest {
            refresh_token: argument.map(Into::into),
            client: no_time(),
            ..RefreshRequest::new(environment(&stranger, ours.as_slice(), theirs))
        };
        let error = cognito.refresh(request).await.unwrap_err();
        assert!(error.message().starts_with(AWS), "{error}");
    }
    let request =
        AccountRequest { client: no_time(), ..AccountRequest::new(environment(&stranger, &[], theirs)) };
    let new_password = Password::new("a new one");
    let error = cognito.confirm_forgot_password(request, "123456", &new_password).await.unwrap_err();
    assert!(error.message().starts_with(AWS), "{error}");
    assert!(stranger.calls().is_empty());
}

#[tokio::test]
async fn a_file_that_gives_the_password_too_may_name_the_host() {
    let service = Service::that_says([tokens()]).await;
    let host = service.endpoint();
    let dotenv = format!(
        "COGNITO_USER_NAME={ALIAS}\nCOGNITO_PASSWORD={PASSWORD}\nCOGNITO_CLIENT_ID={CLIENT}\nCOGNITO_ENDPOINT={host}"
    );
    let environment = Environment::from_pairs([("AWS_REGION", "us-east-1")], &dotenv).unwrap();
    sign_in(&Cognito::new(), SignInRequest::new(environment)).await.unwrap();
    assert_eq!(service.calls()[0].parameter("PASSWORD"), PASSWORD);
}
