//! The command at a terminal: what it asks there, what it does not print there, and what Ctrl-C does.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]
#![allow(dead_code, reason = "the shell has more than these tests use")]

mod screen;
mod shell;

use std::process::{Command, Stdio};
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use screen::{CTRL_C, Terminal};
use serde_json::{Value, json};
use shell::{PASSWORD, REFRESH_TOKEN, Ran, Shell, id_token, tokens};
use wiremock::matchers::header;
use wiremock::{Mock, Request, ResponseTemplate};

#[tokio::test]
async fn token_asks_a_person_for_the_password_and_tells_a_job_which_command_a_person_runs() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    for command in ["cognitoken token </dev/null", "cognitoken headers 2>log"] {
        let (code, shown) = Terminal::open(&shell, command).end();
        assert!(code == 2 && !shown.contains("Password:"), "{command}: {shown}");
    }
    let mut job = shell.command(&["token"]);
    let job = Ran::of(job.env_remove("COGNITO_PASSWORD").output().unwrap());
    assert_eq!(job.code, 2, "{}", job.err);
    assert!(job.err.contains("COGNITO_PASSWORD"), "{}", job.err);
    assert!(job.err.contains("`cognitoken login --username ada`"), "{}", job.err);
    assert!(shell.service.received_requests().await.unwrap().is_empty());

    let mut terminal = Terminal::open(&shell, "cognitoken token");
    terminal.expect("Password: ");
    terminal.press(&format!("{PASSWORD}\n"));
    let (code, shown) = terminal.end();
    assert!(code == 0 && shown.contains(&id_token()) && !shown.contains(PASSWORD), "{shown}");
    let (code, shown) = Terminal::open(&shell, "cognitoken token").end();
    assert!(code == 0 && !shown.contains("Password:"), "stored tokens come first: {shown}");
}

#[tokio::test]
async fn token_asks_where_what_is_stored_is_no_longer_good_and_not_where_a_password_would_not_help() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    let expired = shell::jwt(&json!({"cognito:username": "ada", "token_use": "id", "exp": 1_000_000_000}));
    let mut old = tokens();
    old["AuthenticationResult"]["IdToken"] = expired.into();
    shell.service.reset().await;
    shell.answers("InitiateAuth", json!({}), 200, old).await;
    assert_eq!(shell.run(&["login"]).code, 0);
    shell.service.reset().await;
    let revoked = json!({"__type": "NotAuthorizedException", "message": "Refresh Token has been revoked"});
    shell.answers("GetTokensFromRefreshToken", json!({}), 400, revoked).await;
    shell.signs_in().await;

    let mut terminal = Terminal::open(&shell, "cognitoken token --prompt");
    terminal.expect("Password: ");
    terminal.press(&format!("{PASSWORD}\n"));
    let (code, shown) = terminal.end();
    assert!(code == 0 && shown.contains(&id_token()), "{shown}");

    let other = "unset COGNITO_CLIENT_ID; cognitoken token --prompt --store memory";
    let (code, shown) = Terminal::open(&shell, other).end();
    assert!(code == 2 && shown.contains("COGNITO_CLIENT_ID") && !shown.contains("Password:"), "{shown}");
}

#[tokio::test]
async fn a_password_is_not_asked_for_where_it_would_not_help() {
    let shell = Shell::new().await;
    let expired = shell::jwt(&json!({"cognito:username": "ada", "token_use": "id", "exp": 1_000_000_000}));
    let mut old = tokens();
    old["AuthenticationResult"]["IdToken"] = expired.into();
    shell.answers("InitiateAuth", json!({}), 200, old).await;
    assert_eq!(shell.run(&["login"]).code, 0);
    shell.service.reset().await;
    let blocked = json!({"__type": "ForbiddenException", "message": "Request not allowed due to WAF block."});
    shell.answers("GetTokensFromRefreshToken", json!({}), 403, blocked).await;
    let (code, shown) = Terminal::open(&shell, "cognitoken token --prompt").end();
    assert!(code == 4 && shown.contains("AWS WAF") && !shown.contains("assword:"), "{shown}");
}

#[tokio::test]
async fn nobody_types_a_password_before_the_other_values_are_known() {
    let shell = Shell::new().await;
    for (unset, verb) in [("COGNITO_CLIENT_ID", "token"), ("COGNITO_USER_NAME", "account change-password")] {
        let (code, shown) = Terminal::open(&shell, &format!("unset {unset}; cognitoken {verb}")).end();
        assert!(code == 2 && shown.contains(unset) && !shown.contains("assword:"), "{verb}: {shown}");
    }
    for (unset, question) in [("COGNITO_CLIENT_ID", "Client ID: "), ("COGNITO_USER_NAME", "User name: ")] {
        let (code, shown) = Terminal::open(&shell, &format!("unset {unset}; cognitoken login")).end();
        assert!(code == 2 && shown.contains(question) && !shown.contains("assword:"), "{unset}: {shown}");
        assert!(shown.contains("the input ended"), "{shown}");
        let mut job = shell.command(&["login"]);
        let job = Ran::of(job.env_remove(unset).output().unwrap());
        assert!(job.code == 2 && job.err.contains(unset), "{}", job.err);
    }
    for (option, says) in [("--region nowhere", "InvalidRegion"), ("--store nowhere", "InvalidStore")] {
        let (code, shown) = Terminal::open(&shell, &format!("cognitoken login {option}")).end();
        assert!(code == 2 && shown.contains(says) && !shown.contains("assword:"), "{option}: {shown}");
    }
    assert!(shell.service.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn login_asks_for_a_code_wherever_it_asks_for_a_password() {
    let shell = Shell::new().await;
    let asks = json!({"ChallengeName": "SMS_MFA", "ChallengeParameters": {}, "Session": "session"});
    shell.answers("InitiateAuth", json!({}), 200, asks).await;
    let answer = json!({"ChallengeResponses": {"SMS_MFA_CODE": "123456"}});
    shell.answers("RespondToAuthChallenge", answer, 200, tokens()).await;
    let mut terminal = Terminal::open(&shell, "cognitoken login");
    terminal.expect("Password: ");
    terminal.press(&format!("{PASSWORD}\n"));
    terminal.expect("asks (its words)");
    terminal.press("123456\n");
    let (code, shown) = terminal.end();
    assert!(code == 0 && shown.contains("Signed in as"), "{shown}");
    // A script has nobody who would answer.
    assert_eq!(shell.run(&["login"]).code, 3);
}

#[tokio::test]
async fn ctrl_c_at_a_question_ends_the_command_and_leaves_the_terminal_as_it_was() {
    let shell = Shell::new().await;
    for command in ["login", "token --prompt"] {
        // A shell script would end with its command there.
        let line = format!("trap : INT; cognitoken {command}; echo ended with $?; stty -a");
        let mut terminal = Terminal::open(&shell, &line);
        terminal.expect("Password: ");
        terminal.press(CTRL_C);
        let (_, shown) = terminal.end();
        assert!(shown.contains("ended with 130"), "{shown}");
        for setting in [" echo ", " icanon ", " isig "] {
            assert!(shown.replace('\n', " ").contains(setting), "{setting} in {shown}");
        }
    }
}

#[tokio::test]
async fn ctrl_c_at_a_question_that_may_be_seen_ends_the_command_too() {
    let shell = Shell::new().await;
    let challenge = json!({
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "ChallengeParameters": {"requiredAttributes": "[\"userAttributes.given_name\"]"},
        "Session": "session",
    });
    shell.answers("InitiateAuth", json!({}), 200, challenge).await;
    let line =
        format!("trap : INT; COGNITO_PASSWORD={PASSWORD} cognitoken login --prompt; echo ended with $?");
    let mut terminal = Terminal::open(&shell, &line);
    terminal.expect(": ");
    terminal.press("a new password\n");
    terminal.expect("The same once more: ");
    terminal.press("a new passwort\n");
    terminal.expect("the two differ");
    terminal.press("a new password\n");
    terminal.press("a new password\n");
    terminal.expect("given_name: ");
    terminal.press(CTRL_C);
    let (_, shown) = terminal.end();
    assert!(shown.contains("ended with 130"), "{shown}");
}

#[tokio::test]
async fn a_bundle_is_not_printed_to_a_terminal() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    shell.run(&["login"]);
    let key = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    let (code, shown) = Terminal::open(&shell, &format!("COGNITO_BUNDLE_KEY={key} cognitoken export")).end();
    assert!(code == 2 && shown.contains("ExportToTerminal"), "{shown}");
    let line = format!("COGNITO_BUNDLE_KEY={key} cognitoken export > bundle; cat bundle");
    let (code, shown) = Terminal::open(&shell, &line).end();
    assert!(code == 0 && shown.starts_with("cognitoken-bundle-1."), "{shown}");
}

/// How a word is shown in a colour or in bold; the first escape sequences before it.
fn is_styled(shown: &str, word: &str) -> bool {
    shown.match_indices(word).any(|(start, _)| shown[..start].ends_with('m'))
}

#[tokio::test]
async fn colours_are_shown_where_the_terminal_has_them_and_they_are_wanted() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    assert_eq!(shell.run(&["login"]).code, 0);
    for (verb, words) in [
        ("status", &["Signed in as", "Store"][..]),
        ("login --region nowhere", &["error:", "hint:"]),
        ("doctor --offline", &["values", "good"]),
        ("login --json --nowhere", &["error:"]),
        ("--help", &["Usage:"]),
    ] {
        for (surroundings, after, expected) in [
            ("TERM=xterm", "", true),
            ("TERM=xterm NO_COLOR=", "", true),
            ("TERM=xterm NO_COLOR=1", "", false),
            ("TERM=xterm NO_COLOR=1 CLICOLOR_FORCE=1", "", false),
            ("TERM=xterm CLICOLOR=0", "", false),
            ("TERM=dumb", "", false),
            ("TERM=xterm", "2>&1 | cat", false),
            ("TERM=xterm CLICOLOR_FORCE=1", "2>&1 | cat", true),
        ] {
            let line = format!("{surroundings} cognitoken {verb} {after}");
            let (_, shown) = Terminal::open(&shell, &line).end();
            for word in words {
                assert!(shown.contains(word), "{line}: {shown}");
                assert_eq!(is_styled(&shown, word), expected, "{line}: {word} in {shown:?}");
            }
            assert_eq!(shown.contains('\u{1b}'), expected, "{line}: {shown:?}");
        }
    }
}

#[tokio::test]
async fn what_programs_read_is_never_coloured() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    assert_eq!(shell.run(&["login"]).code, 0);
    for verb in ["status --json", "token", "headers", "doctor --offline --json", "login --json"] {
        let line =
            format!("TERM=xterm COGNITO_PASSWORD={PASSWORD} CLICOLOR_FORCE=1 cognitoken {verb} 2>/dev/null");
        let (_, shown) = Terminal::open(&shell, &line).end();
        assert!(shown.len() > 10 && !shown.contains('\u{1b}'), "{verb}: {shown:?}");
    }
}

#[tokio::test]
async fn a_narrow_terminal_has_each_text_whole() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    assert_eq!(shell.run(&["login"]).code, 0);
    let shown = |columns: usize| {
        let line = format!("stty cols {columns} rows 24; TERM=dumb cognitoken status");
        Terminal::open(&shell, &line).end().1
    };
    let (wide, narrow) = (shown(200), shown(20));
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert!(wide.lines().any(|line| words(line) == ["Signed", "in", "as", "ada@example.org"]), "{wide}");
    assert!(narrow.contains("Signed in as\r\n  ada@example.org\r\n"), "{narrow}");
    assert!(narrow.contains("Refresh\r\n  possible without a\r\n  password\r\n"), "{narrow}");
    assert_eq!(words(&narrow).len(), words(&wide).len(), "{narrow}");
}

/// The answer of a service that first sends Ctrl-C to its caller.
fn interrupting(answer: ResponseTemplate) -> (mpsc::Sender<u32>, impl Fn(&Request) -> ResponseTemplate) {
    let (sender, process) = mpsc::channel::<u32>();
    let process = Mutex::new(process);
    let respond = move |_: &Request| {
        let process = process.lock().unwrap().recv().unwrap();
        let sent = Command::new("sh").args(["-c", &format!("kill -INT {process}")]).status().unwrap();
        assert!(sent.success());
        answer.clone()
    };
    (sender, respond)
}

/// A shell that is signed in, and whose refresh is met by Ctrl-C before this answer comes.
async fn interrupted_refresh(answer: ResponseTemplate) -> (Shell, Ran) {
    let shell = Shell::new().await;
    shell.signs_in().await;
    shell.run(&["login"]);
    shell.service.reset().await;
    let (process, respond) = interrupting(answer);
    Mock::given(header("x-amz-target", "AWSCognitoIdentityProviderService.GetTokensFromRefreshToken"))
        .respond_with(respond)
        .up_to_n_times(1)
        .mount(&shell.service)
        .await;
    let mut command = shell.command(&["refresh", "--json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    process.send(child.id()).unwrap();
    let ran = Ran::of(child.wait_with_output().unwrap());
    shell.service.reset().await;
    (shell, ran)
}

async fn refresh_tokens_sent(shell: &Shell) -> Vec<Value> {
    shell.answers("GetTokensFromRefreshToken", json!({}), 200, tokens()).await;
    assert_eq!(shell.run(&["refresh"]).code, 0);
    let requests = shell.service.received_requests().await.unwrap();
    requests.iter().map(|request| request.body_json::<Value>().unwrap()["RefreshToken"].clone()).collect()
}

#[tokio::test]
async fn ctrl_c_during_a_refresh_loses_no_refresh_token() {
    let mut rotated = tokens();
    rotated["AuthenticationResult"]["RefreshToken"] = "sentinel-rotated".into();
    let answer = ResponseTemplate::new(200).set_body_json(rotated);
    let (shell, ran) = interrupted_refresh(answer).await;
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (130, "", ""));
    assert_eq!(refresh_tokens_sent(&shell).await, ["sentinel-rotated"]);
}

#[tokio::test]
async fn ctrl_c_does_not_wait_for_a_service_that_does_not_answer() {
    let never = ResponseTemplate::new(200).set_body_json(tokens()).set_delay(Duration::from_secs(3600));
    let (shell, ran) = interrupted_refresh(never).await;
    assert_eq!((ran.code, ran.out.as_str()), (130, ""));
    assert_eq!(refresh_tokens_sent(&shell).await, [REFRESH_TOKEN], "what was stored is stored still");
}
