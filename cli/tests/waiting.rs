//! The word for what the command waits for: after a second, at a terminal only, and gone when it is over.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]
#![allow(dead_code, reason = "the shell has more than these tests use")]

mod screen;
mod shell;

use std::fs::File;
use std::sync::{Mutex, mpsc};

use screen::{COLUMNS, CTRL_C, Terminal, screen};
use serde_json::json;
use shell::{Shell, tokens};
use wiremock::matchers::any;
use wiremock::{Mock, Request, ResponseTemplate};

/// A service that answers a request once the test lets it.
async fn answers_when_told(shell: &Shell, answer: ResponseTemplate) -> mpsc::Sender<()> {
    let (sender, told) = mpsc::channel::<()>();
    let told = Mutex::new(told);
    let respond = move |_: &Request| {
        // The test is over if nobody can tell any more.
        let _ = told.lock().unwrap().recv();
        answer.clone()
    };
    Mock::given(any()).respond_with(respond).mount(&shell.service).await;
    sender
}

fn good() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(tokens())
}

fn host(shell: &Shell) -> String {
    shell.service.uri().replace("http://", "")
}

const LOGIN: &str = "COGNITO_PASSWORD=p cognitoken login";

#[tokio::test]
async fn a_slow_service_is_named_and_only_the_result_stays() {
    let shell = Shell::new().await;
    let tell = answers_when_told(&shell, good()).await;
    let mut terminal = Terminal::open(&shell, LOGIN);
    terminal.expect(&format!("waiting for {}", host(&shell)));
    assert_eq!(screen(&terminal.shown, COLUMNS), [format!("waiting for {}", host(&shell))]);
    tell.send(()).unwrap();
    let (code, shown) = terminal.end();
    let screen = screen(&shown, COLUMNS);
    assert!(code == 0 && screen[0].starts_with("Signed in as"), "{screen:?}");
    assert!(!screen.join("\n").contains("waiting"), "{screen:?}");
}

#[tokio::test]
async fn the_line_fits_a_terminal_of_twenty_columns() {
    let shell = Shell::new().await;
    let tell =
        answers_when_told(&shell, ResponseTemplate::new(400).set_body_json(json!({"__type": "X"}))).await;
    let mut terminal = Terminal::open(&shell, &format!("stty rows 24 cols 20; {LOGIN}"));
    terminal.expect("waiting for 12...");
    assert_eq!(screen(&terminal.shown, 20), ["waiting for 12..."]);
    tell.send(()).unwrap();
    let (code, shown) = terminal.end();
    let screen = screen(&shown, 20);
    assert!(code == 1 && screen[0].starts_with("cognitoken: "), "{screen:?}");
    assert!(!screen.join("").contains("waiting"), "{screen:?}");
}

/// Holds every lock of the shell's store.
fn hold_locks(shell: &Shell) -> Vec<File> {
    let folder = shell.home.path().join(".local/share/cognitoken/tokens");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let locks = files.filter(|path| path.extension().is_some_and(|extension| extension == "lock"));
    let held = locks.map(|path| {
        let file = File::options().write(true).open(path).unwrap();
        file.lock().unwrap();
        file
    });
    held.collect()
}

#[tokio::test]
async fn the_lock_of_another_process_is_named() {
    let shell = Shell::new().await;
    Mock::given(any()).respond_with(good()).mount(&shell.service).await;
    assert_eq!(shell.run(&["login"]).code, 0);
    let held = hold_locks(&shell);
    let mut terminal = Terminal::open(&shell, "cognitoken refresh");
    terminal.expect("waiting for another process that is using the stored sign-in in file");
    drop(held);
    let (code, shown) = terminal.end();
    let screen = screen(&shown, COLUMNS);
    assert!(code == 0 && !screen.join("\n").contains("waiting"), "{screen:?}");
}

#[tokio::test]
async fn a_retry_is_counted_down_and_lines_of_the_log_stand_alone() {
    let shell = Shell::new().await;
    let busy = ResponseTemplate::new(503).insert_header("retry-after", "3").set_body_string("<html>");
    Mock::given(any()).respond_with(busy).up_to_n_times(1).mount(&shell.service).await;
    let tell = answers_when_told(&shell, good()).await;
    let mut terminal = Terminal::open(&shell, &format!("stty rows 24 cols 300; {LOGIN} -vv"));
    terminal.expect(&format!(" s before the next attempt: {} answered with HTTP status 503", host(&shell)));
    // The line of the second wait, and then of what comes after it.
    terminal.expect(&format!("waiting for {}", host(&shell)));
    tell.send(()).unwrap();
    let (code, shown) = terminal.end();
    let screen = screen(&shown, 300);
    assert_eq!(code, 0, "{screen:?}");
    let (log, result): (Vec<String>, Vec<String>) =
        screen.into_iter().partition(|line| line.starts_with("cognitoken: "));
    assert!(log.iter().any(|line| line.contains("retrying request")), "{log:?}");
    assert!(result[0].starts_with("Signed in as"), "{result:?}");
    assert!(!format!("{log:?}{result:?}").contains("waiting"), "{log:?}{result:?}");
}

#[tokio::test]
async fn ctrl_c_takes_the_line_away() {
    let shell = Shell::new().await;
    let _tell = answers_when_told(&shell, good()).await;
    let mut terminal = Terminal::open(&shell, &format!("trap : INT; {LOGIN}; echo ended with $?"));
    terminal.expect(&format!("waiting for {}", host(&shell)));
    terminal.press(CTRL_C);
    let (_, shown) = terminal.end();
    assert_eq!(screen(&shown, COLUMNS), ["ended with 130"]);
}

#[tokio::test]
async fn nothing_is_shown_where_standard_error_is_no_terminal_or_cannot_go_back() {
    let shell = Shell::new().await;
    let _tell = answers_when_told(&shell, good()).await;
    let ran = shell.run(&["login", "--timeout", "1.3"]);
    assert!(ran.code == 5 && !ran.err.contains("waiting"), "{}", ran.err);
    for line in
        [format!("{LOGIN} --timeout 1.3 2> errors; cat errors"), format!("TERM=dumb {LOGIN} --timeout 1.3")]
    {
        let (_, shown) = Terminal::open(&shell, &line).end();
        assert!(shown.contains("did not answer") && !shown.contains("waiting"), "{shown}");
    }
}
