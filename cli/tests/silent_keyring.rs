//! A session bus whose socket nobody reads: it is no obstacle, and it is told of once.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]
#![allow(dead_code, reason = "the shell has more than these tests use")]

mod shell;

use std::os::unix::net::UnixListener;

use serde_json::Value;
use shell::{Ran, Shell, id_token};

const SILENT: &str = "did not answer within";

fn run(shell: &Shell, bus: &str, arguments: &[&str]) -> Ran {
    let mut command = shell.command(arguments);
    Ran::of(command.env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={bus}")).output().unwrap())
}

#[tokio::test]
async fn a_sign_in_of_a_short_limit_succeeds_and_tells_once_that_nothing_is_sealed() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    let bus = shell.home.path().join("bus");
    let _nobody_reads = UnixListener::bind(&bus).unwrap();
    let bus = bus.to_str().unwrap();
    let login = run(&shell, bus, &["login", "--timeout", "1"]);
    assert_eq!(login.code, 0, "{}", login.err);
    assert_eq!(login.err.matches(SILENT).count(), 1, "{}", login.err);
    assert!(login.err.contains("COGNITO_STORE_KEY"), "{}", login.err);

    let token = run(&shell, bus, &["token", "--timeout", "1"]);
    assert_eq!((token.code, token.out.trim()), (0, id_token().as_str()), "{}", token.err);

    let doctor = run(&shell, bus, &["doctor", "--offline", "--json"]);
    let report: Value = serde_json::from_str(&doctor.out).unwrap();
    let told = report["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|check| check["finding"].as_str().is_some_and(|finding| finding.contains(SILENT)));
    assert_eq!(told.count(), 1, "{}", doctor.out);
}

#[tokio::test]
async fn a_keyring_that_is_required_is_an_error_within_the_limit() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    let bus = shell.home.path().join("bus");
    let _nobody_reads = UnixListener::bind(&bus).unwrap();
    let login = run(&shell, bus.to_str().unwrap(), &["login", "--store", "keyring", "--timeout", "1"]);
    assert_eq!(login.code, 1, "{}", login.err);
    assert!(login.err.contains("Secret Service"), "{}", login.err);
}
