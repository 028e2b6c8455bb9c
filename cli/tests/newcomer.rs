//! A newcomer at a terminal beside the local Cognito: from nothing to a token, and the next day.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]
#![allow(dead_code, reason = "the shell has more than these tests use")]

mod screen;
mod shell;

use std::io::Write as _;

use screen::Terminal;
use shell::{Ran, Shell};

const VARIABLES: [&str; 4] =
    ["COGNITO_USER_NAME", "COGNITO_PASSWORD", "COGNITO_CLIENT_ID", "COGNITO_ENDPOINT"];

/// One of the values that the server's starter put into the environment.
fn given(name: &str) -> String {
    std::env::var(format!("COGNITOKEN_TEST_{name}")).unwrap()
}

/// Returns whether there is a server. A test that has to do without says so.
fn is_there(test: &str) -> bool {
    let there = std::env::var_os("COGNITOKEN_TEST_ENDPOINT").is_some();
    if !there {
        writeln!(std::io::stdout().lock(), "skipped: {test}: no local Cognito (demo/local_cognito.py run)")
            .unwrap();
    }
    there
}

/// The command without any variable of ours, in the home folder.
fn first_day(shell: &Shell, line: &str) -> Terminal {
    Terminal::open(shell, &format!("unset {}; {line}", VARIABLES.join(" ")))
}

/// Another process, in another folder, without any variable.
fn next_day(shell: &Shell, arguments: &[&str]) -> Ran {
    let folder = shell.home.path().join("elsewhere");
    std::fs::create_dir_all(&folder).unwrap();
    let mut command = shell.command(arguments);
    for name in VARIABLES {
        command.env_remove(name);
    }
    Ran::of(command.current_dir(folder).output().unwrap())
}

fn answer(terminal: &mut Terminal, question: &str, answer: &str) {
    terminal.expect(question);
    terminal.press(&format!("{answer}\n"));
}

/// Signs in with the answers to these questions, and returns what was shown.
fn sign_in(shell: &Shell, options: &str, answers: &[(&str, &str)]) -> String {
    let mut terminal =
        first_day(shell, &format!("cognitoken login --endpoint {} {options}", given("ENDPOINT")));
    for (question, text) in answers {
        answer(&mut terminal, question, text);
    }
    answer(&mut terminal, "Password: ", &given("PASSWORD"));
    let (code, shown) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    assert!(!shown.contains(&given("PASSWORD")), "{shown}");
    shown
}

#[tokio::test]
async fn three_values_lead_to_a_token_and_the_next_day_needs_none() {
    if !is_there("three_values_lead_to_a_token_and_the_next_day_needs_none") {
        return;
    }
    let shell = Shell::new().await;
    let (client, user) = (given("CLIENT_ID"), given("USER_NAME"));
    let shown = sign_in(&shell, "", &[("Client ID: ", &client), ("User name: ", &user)]);
    assert!(
        shown.contains("Profile  default") && shown.contains("cognitoken.Session().id_token()"),
        "{shown}"
    );

    let verified = next_day(&shell, &["token"]);
    assert_eq!(verified.code, 0, "{}", verified.err);
    let keys = given("JWKS_URL");
    let mut verify = shell.command(&["verify", verified.out.trim(), "--jwks-url", &keys]);
    for name in VARIABLES {
        verify.env_remove(name);
    }
    let claims = Ran::of(verify.output().unwrap());
    assert!(claims.code == 0 && claims.out.contains(&given("EMAIL")), "{}{}", claims.out, claims.err);
    let status = next_day(&shell, &["status"]);
    for wanted in [&given("EMAIL"), "default", &given("USER_POOL_ID")] {
        assert!(status.out.contains(wanted), "{wanted} in {}", status.out);
    }
    assert_eq!(next_day(&shell, &["refresh"]).code, 0);

    // Only the password is asked for when the sign-in is over. It is proved by SRP: the pool is known now.
    assert_eq!(next_day(&shell, &["logout"]).code, 0);
    assert_eq!(next_day(&shell, &["token"]).code, 2);
    let mut terminal = first_day(&shell, "cognitoken -vv token");
    answer(&mut terminal, "Password: ", &given("PASSWORD"));
    let (code, shown) = terminal.end();
    assert!(code == 0 && shown.contains("RespondToAuthChallenge"), "{shown}");

    let secret_client = given("ALIAS_CLIENT_ID");
    let (email, secret) = (given("EMAIL"), given("ALIAS_CLIENT_SECRET"));
    let asked = [("Client ID: ", &*secret_client), ("User name: ", &email), ("Client secret: ", &secret)];
    let shown = sign_in(&shell, "--profile work", &asked);
    assert!(shown.contains("Session(profile=\"work\")") && !shown.contains(&secret), "{shown}");
    assert_eq!(next_day(&shell, &["refresh", "--profile", "work"]).code, 0);
    let users = next_day(&shell, &["status"]);
    assert!(users.code == 0 && users.out.contains("default") && users.out.contains("work"), "{}", users.out);

    let first = next_day(&shell, &["token"]).out;
    assert_eq!(next_day(&shell, &["switch", "--profile", "work"]).code, 0);
    assert_ne!(next_day(&shell, &["token"]).out, first);
    let switched = next_day(&shell, &["switch", &user]);
    assert_eq!(switched.code, 0, "{}", switched.err);
    assert_eq!(next_day(&shell, &["token"]).out, first);

    for profile in ["work", "default"] {
        let logout = next_day(&shell, &["logout", "--profile", profile, "--forget-profile"]);
        assert_eq!(logout.code, 0, "{profile}: {}", logout.err);
    }
    assert_eq!(next_day(&shell, &["status"]).code, 4);
    assert!(next_day(&shell, &["profiles"]).out.contains("There are no profiles"));
}

#[tokio::test]
async fn a_client_that_allows_srp_alone_is_asked_for_its_pool_before_the_password() {
    if !is_there("a_client_that_allows_srp_alone_is_asked_for_its_pool_before_the_password") {
        return;
    }
    let shell = Shell::new().await;
    let (client, pool) = (given("SRP_ONLY_CLIENT_ID"), given("USER_POOL_ID"));
    let options = format!("--client-id {client} --username {}", given("USER_NAME"));
    sign_in(&shell, &options, &[("User pool ID, or the region [us-east-1]: ", &pool)]);
    assert_eq!(next_day(&shell, &["token"]).code, 0);
}

#[tokio::test]
async fn a_client_that_the_service_does_not_know_is_told_before_the_password() {
    if !is_there("a_client_that_the_service_does_not_know_is_told_before_the_password") {
        return;
    }
    let shell = Shell::new().await;
    let mut terminal = first_day(&shell, &format!("cognitoken login --endpoint {}", given("ENDPOINT")));
    answer(&mut terminal, "Client ID: ", "0mistyped");
    answer(&mut terminal, "User name: ", &given("USER_NAME"));
    answer(&mut terminal, "Client ID [0mistyped]: ", &given("CLIENT_ID"));
    answer(&mut terminal, "User pool ID, or the region [us-east-1]: ", "");
    answer(&mut terminal, "Password: ", &given("PASSWORD"));
    let (code, shown) = terminal.end();
    assert!(code == 0 && shown.contains("Profile  default"), "{shown}");
}
