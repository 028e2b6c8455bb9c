//! Every question of the command: what is typed arrives as it is, and whoever leaves a question leaves nothing behind.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]
#![allow(dead_code, reason = "the shell has more than these tests use")]

mod screen;
mod shell;

use screen::{CTRL_C, CTRL_D, Terminal};
use serde_json::{Value, json};
use shell::{PASSWORD, Shell, tokens};

/// Every character of ASCII that can be seen, the space not at an end, where no password has it, and a few beyond.
fn every_character() -> String {
    let ascii: String = ('!'..='~').collect();
    format!("{ascii} Zoë Ωж日本🔑")
}

/// A command at one of its questions.
struct AtQuestion {
    command: &'static str,
    /// The questions before, with the answers.
    before: &'static [(&'static str, &'static str)],
    question: &'static str,
    /// The operations that the service is asked for before.
    requests: &'static [&'static str],
}

const NEW_PASSWORD: &str = "New password: ";

const QUESTIONS: &[AtQuestion] = &[
    AtQuestion { command: "login", before: &[], question: "Password: ", requests: &[] },
    AtQuestion { command: "token --prompt", before: &[], question: "Password: ", requests: &[] },
    AtQuestion { command: "token --password-stdin", before: &[], question: "The password: ", requests: &[] },
    AtQuestion {
        command: "refresh --refresh-token-stdin",
        before: &[],
        question: "The refresh token: ",
        requests: &[],
    },
    AtQuestion { command: "account change-password", before: &[], question: "Password: ", requests: &[] },
    AtQuestion {
        command: "account confirm-forgot-password --code 1",
        before: &[],
        question: NEW_PASSWORD,
        requests: &[],
    },
    AtQuestion {
        command: "login",
        before: &[("Password: ", "sms")],
        question: "asks (its words): ",
        requests: &["InitiateAuth"],
    },
    AtQuestion {
        command: "login",
        before: &[("Password: ", "choose")],
        question: "asks (its words): ",
        requests: &["InitiateAuth"],
    },
    AtQuestion {
        command: "login",
        before: &[("Password: ", "new")],
        question: NEW_PASSWORD,
        requests: &["InitiateAuth"],
    },
    AtQuestion {
        command: "login",
        before: &[("Password: ", "new"), (NEW_PASSWORD, "one")],
        question: "The same once more: ",
        requests: &["InitiateAuth"],
    },
    AtQuestion {
        command: "login",
        before: &[("Password: ", "new"), (NEW_PASSWORD, "one"), ("The same once more: ", "one")],
        question: "given_name: ",
        requests: &["InitiateAuth"],
    },
];

async fn shell_that_asks() -> Shell {
    let shell = Shell::new().await;
    for (password, name, parameters) in [
        ("sms", "SMS_MFA", json!({})),
        ("choose", "SELECT_MFA_TYPE", json!({"MFAS_CAN_CHOOSE": "[\"SMS_MFA\",\"SOFTWARE_TOKEN_MFA\"]"})),
        ("new", "NEW_PASSWORD_REQUIRED", json!({"requiredAttributes": "[\"userAttributes.given_name\"]"})),
    ] {
        let asks = json!({"ChallengeName": name, "ChallengeParameters": parameters, "Session": "session"});
        shell.answers("InitiateAuth", json!({"AuthParameters": {"PASSWORD": password}}), 200, asks).await;
    }
    shell
}

/// The operations that the service was asked for, without the check of the client, which has a name that no user has.
async fn requests(shell: &Shell) -> Vec<String> {
    let mut requests = shell.service.received_requests().await.unwrap();
    requests.retain(|request| !String::from_utf8_lossy(&request.body).contains("cognitoken-doctor-"));
    let target = |request: &wiremock::Request| request.headers["x-amz-target"].to_str().unwrap().to_owned();
    requests.iter().map(|request| target(request).rsplit('.').next().unwrap().to_owned()).collect()
}

/// The files with values that the command has stored.
fn stored(shell: &Shell) -> Vec<std::path::PathBuf> {
    let mut folders = vec![shell.home.path().to_owned()];
    let mut values = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_none_or(|extension| extension != "lock") {
                values.push(path);
            }
        }
    }
    values
}

/// Leaves a question by a key, and returns all that was shown.
async fn leave(at: &AtQuestion, key: &str) -> String {
    let shell = shell_that_asks().await;
    // A shell script would end with its command at Ctrl-C.
    let line = format!("trap : INT; cognitoken {}; echo ended with $?; stty -a", at.command);
    let mut terminal = Terminal::open(&shell, &line);
    for (question, answer) in at.before {
        terminal.expect(question);
        terminal.press(&format!("{answer}\n"));
    }
    terminal.expect(at.question);
    terminal.press(key);
    let (_, shown) = terminal.end();
    for setting in [" echo ", " icanon ", " isig "] {
        assert!(
            shown.replace('\n', " ").contains(setting),
            "{} {}: {setting} in {shown}",
            at.command,
            at.question
        );
    }
    assert_eq!(requests(&shell).await, at.requests, "{shown}");
    assert_eq!(stored(&shell), [] as [std::path::PathBuf; 0], "{shown}");
    shown
}

#[tokio::test]
async fn ctrl_c_at_any_question_ends_the_command_and_leaves_nothing() {
    for at in QUESTIONS {
        let shown = leave(at, CTRL_C).await;
        assert!(shown.contains("ended with 130"), "{} {}: {shown}", at.command, at.question);
    }
}

#[tokio::test]
async fn the_end_of_input_at_any_question_is_an_error_that_says_so() {
    for at in QUESTIONS {
        let shown = leave(at, CTRL_D).await;
        assert!(
            shown.contains("ended with 2")
                && shown.contains("nobody could be asked for an answer: the input ended"),
            "{} {}: {shown}",
            at.command,
            at.question
        );
    }
}

#[tokio::test]
async fn what_was_typed_before_the_end_of_input_is_no_answer() {
    let at = AtQuestion { command: "login", before: &[], question: "Password: ", requests: &[] };
    // The first one hands over what is there, the second one is the end.
    let shown = leave(&at, &format!("half{CTRL_D}{CTRL_D}")).await;
    assert!(shown.contains("nobody could be asked") && !shown.contains("half"), "{shown}");
}

#[tokio::test]
async fn a_sign_in_page_that_only_an_address_can_end_is_given_up_at_the_end_of_input() {
    let shell = Shell::new().await;
    let line = "cognitoken login --sso --no-browser --domain https://auth.example.com --redirect-uri https://example.org/";
    let mut terminal = Terminal::open(&shell, line);
    terminal.expect("Then paste the address that the browser ended at here:");
    terminal.press(CTRL_D);
    let (code, shown) = terminal.end();
    assert!(code == 2 && shown.contains("nobody could be asked"), "{shown}");
}

async fn bodies(shell: &Shell) -> Vec<Value> {
    let requests = shell.service.received_requests().await.unwrap();
    requests.iter().map(|request| request.body_json().unwrap()).collect()
}

#[tokio::test]
async fn a_password_arrives_with_every_character_at_every_question() {
    let password = every_character();
    for (command, questions) in [
        ("login", vec!["Password: "]),
        ("token --prompt", vec!["Password: "]),
        ("token --password-stdin", vec!["The password: "]),
        ("refresh --refresh-token-stdin", vec!["The refresh token: "]),
        ("account confirm-forgot-password --code 1", vec!["New password: ", "The same once more: "]),
        ("account change-password", vec!["Password: ", "New password: ", "The same once more: "]),
    ] {
        let shell = Shell::new().await;
        for operation in ["InitiateAuth", "GetTokensFromRefreshToken"] {
            shell.answers(operation, json!({}), 200, tokens()).await;
        }
        for operation in ["ConfirmForgotPassword", "ChangePassword"] {
            shell.answers(operation, json!({}), 200, json!({})).await;
        }
        let mut terminal = Terminal::open(&shell, &format!("cognitoken {command}"));
        for question in &questions {
            terminal.expect(question);
            terminal.press(&format!("{password}\n"));
        }
        let (code, shown) = terminal.end();
        assert!(code == 0 && !shown.contains("Zoë"), "{command}: {shown}");
        let sent: Vec<Value> = bodies(&shell).await;
        let texts = |body: &Value| -> Vec<Value> {
            let nested = &body["AuthParameters"]["PASSWORD"];
            let names = ["Password", "PreviousPassword", "ProposedPassword", "RefreshToken"];
            [nested.clone()].into_iter().chain(names.map(|name| body[name].clone())).collect()
        };
        let found: Vec<Value> =
            sent.iter().flat_map(texts).filter(|value| *value == json!(password)).collect();
        let expected = if command.ends_with("change-password") { 3 } else { 1 };
        assert_eq!(found.len(), expected, "{command}: {sent:?}");
    }
}

#[tokio::test]
async fn an_answer_that_nobody_sees_arrives_with_every_character() {
    let answer = every_character();
    let shell = Shell::new().await;
    let asks =
        json!({"ChallengeName": "NEW_PASSWORD_REQUIRED", "ChallengeParameters": {}, "Session": "session"});
    shell.answers("InitiateAuth", json!({}), 200, asks).await;
    let responses = json!({"ChallengeResponses": {"NEW_PASSWORD": answer}});
    shell.answers("RespondToAuthChallenge", responses, 200, tokens()).await;
    let mut terminal = Terminal::open(&shell, "cognitoken login");
    terminal.expect("Password: ");
    terminal.press(&format!("{PASSWORD}\n"));
    for question in ["New password: ", "The same once more: "] {
        terminal.expect(question);
        terminal.press(&format!("{answer}\n"));
    }
    let (code, shown) = terminal.end();
    assert!(code == 0 && shown.contains("Signed in as"), "{shown}");
}
