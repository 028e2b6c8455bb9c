//! The surroundings of a process: its environment, its working directory, certificates and proxies. Each test starts this
//! very test program once more with them.

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use cognitoken::{Cognito, Environment, Error, SignInRequest};

use super::cognito::{ALIAS, CLIENT, PASSWORD, tokens};
use super::outcome::sign_in;
use super::service::Service;
use super::tls::self_signed;

/// Without it the other process does nothing: what it would find is somebody's own.
pub(crate) const STARTED_HERE: &str = "COGNITOKEN_TEST_PROCESS";

/// The work of the other process: it signs in with what it finds, and says how that ended.
#[tokio::test]
#[ignore = "run by the tests of this file, in a process of its own"]
async fn signs_in_with_what_it_finds() {
    if std::env::var_os(STARTED_HERE).is_none() {
        return;
    }
    match Environment::read() {
        Ok(environment) => {
            let mut request = SignInRequest::new(environment);
            request.client.timeout = Some(Duration::from_secs(10));
            let outcome = sign_in(&Cognito::new(), request).await;
            match outcome {
                Ok(tokens) => assert_eq!(tokens.summary().client_id, CLIENT),
                Err(error) => fail(&error),
            }
        }
        Err(error) => fail(&error),
    }
}

fn fail(error: &Error) {
    panic!("{:?} {} {error}\n{}", error.kind(), error.code(), error.hint().unwrap_or("no hint"));
}

/// Runs it in a folder, with these variables and none that the library or the network would take from ours.
pub(crate) async fn other_process(folder: &Path, variables: &[(&str, &str)]) -> Output {
    let mut command = command(folder, variables);
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

/// The same, to be run.
pub(crate) fn command(folder: &Path, variables: &[(&str, &str)]) -> Command {
    command_of("process::signs_in_with_what_it_finds", folder, variables)
}

/// Another test of this program, to be run in a folder with these variables.
pub(crate) fn command_of(test: &str, folder: &Path, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture"]);
    command.current_dir(folder).env_clear().env(STARTED_HERE, "1");
    // No profile of whoever runs the tests.
    for name in ["XDG_CONFIG_HOME", "LOCALAPPDATA"] {
        command.env(name, folder.join("no-profiles"));
    }
    command.envs(variables.iter().copied());
    // Windows has no sockets without it.
    command.envs(std::env::var_os("SystemRoot").map(|folder| ("SystemRoot", folder)));
    command
}

pub(crate) fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

pub(crate) fn ada(endpoint: &str) -> Vec<(&str, &str)> {
    vec![
        ("COGNITO_USER_NAME", ALIAS),
        ("COGNITO_PASSWORD", PASSWORD),
        ("COGNITO_CLIENT_ID", CLIENT),
        ("COGNITO_ENDPOINT", endpoint),
    ]
}

#[tokio::test]
async fn the_file_of_the_working_directory_is_read() {
    let service = Service::that_says([tokens()]).await;
    let folder = tempfile::tempdir().unwrap();
    let dotenv: String =
        ada(&service.endpoint()).iter().map(|(name, value)| format!("{name}=\"{value}\"\n")).collect();
    std::fs::write(folder.path().join(".env"), dotenv).unwrap();
    let output = other_process(folder.path(), &[]).await;
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(service.calls()[0].parameter("PASSWORD"), PASSWORD);
}

#[tokio::test]
async fn a_file_that_is_none_of_ours_is_no_obstacle_and_a_broken_one_is_named() {
    let service = Service::that_says([tokens()]).await;
    let folder = tempfile::tempdir().unwrap();
    let dotenv = folder.path().join(".env");
    // A virtual environment may have that name.
    std::fs::create_dir(&dotenv).unwrap();
    let output = other_process(folder.path(), &ada(&service.endpoint())).await;
    assert!(output.status.success(), "{}", text(&output));

    std::fs::remove_dir(&dotenv).unwrap();
    std::fs::write(&dotenv, "COGNITO_PASSWORD=\"unclosed").unwrap();
    let output = other_process(folder.path(), &ada(&service.endpoint())).await;
    assert!(!output.status.success());
    assert!(
        text(&output).contains("DotEnvMalformed") && !text(&output).contains("unclosed"),
        "{}",
        text(&output)
    );
    assert_eq!(service.operations().len(), 1);
}

#[tokio::test]
async fn a_certificate_in_ssl_cert_file_is_trusted() {
    let (service, certified) = self_signed("localhost", [tokens()]).await;
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("bundle.pem");
    std::fs::write(&bundle, certified.cert.pem()).unwrap();
    let endpoint = format!("https://localhost:{}", service.port());
    let mut variables = ada(&endpoint);
    let output = other_process(folder.path(), &variables).await;
    assert!(text(&output).contains("TlsFailed"), "{}", text(&output));
    assert!(service.calls().is_empty());

    variables.push(("SSL_CERT_FILE", bundle.to_str().unwrap()));
    let output = other_process(folder.path(), &variables).await;
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(service.operations(), ["InitiateAuth"]);
}

#[tokio::test]
async fn a_proxy_is_asked_for_what_is_far_and_never_sees_what_is_said() {
    let proxy = Service::unasked().await;
    let address = proxy.endpoint();
    let folder = tempfile::tempdir().unwrap();
    let mut variables = ada("https://cognito.invalid");
    variables.push(("HTTPS_PROXY", &address));
    let output = other_process(folder.path(), &variables).await;
    assert!(!output.status.success());
    assert!(proxy.calls()[0].start.starts_with("CONNECT cognito.invalid:443 "));
    assert!(proxy.calls().iter().all(|call| call.text.is_empty()));
}

#[tokio::test]
async fn what_is_said_to_this_machine_does_not_leave_it_by_a_proxy() {
    let (service, proxy) = (Service::that_says([tokens()]).await, Service::unasked().await);
    let address = proxy.endpoint();
    let endpoint = service.endpoint();
    let folder = tempfile::tempdir().unwrap();
    let mut variables = ada(&endpoint);
    variables.extend([("HTTP_PROXY", address.as_str()), ("http_proxy", &address), ("ALL_PROXY", &address)]);
    let output = other_process(folder.path(), &variables).await;
    assert_eq!(proxy.connections(), 0);
    assert!(output.status.success(), "{}", text(&output));
}

#[cfg(unix)]
#[tokio::test]
async fn a_variable_in_another_encoding_is_named_and_not_shown() {
    use std::os::unix::ffi::OsStrExt as _;
    let service = Service::unasked().await;
    let folder = tempfile::tempdir().unwrap();
    for name in ["COGNITO_PASSWORD", "COGNITO_USER_NAME", "COGNITO_CLIENT_ID"] {
        let mut command = command(folder.path(), &ada(&service.endpoint()));
        let output = command.env(name, std::ffi::OsStr::from_bytes(b"sentin\xe9l")).output().unwrap();
        let told = text(&output);
        assert!(
            told.contains(&format!("Config InvalidEncoding the value of {name} is not UTF-8 text")),
            "{told}"
        );
        assert!(!told.contains("sentin"), "{told}");
    }
    assert_eq!(service.connections(), 0);
}
