//! The proxy in the log: its address, without the user name and the password. The variables are of a process of its own.

use std::process::Command;
use std::time::Duration;

use cognitoken::{Cognito, Environment, SignInRequest};

use super::cognito::{ALIAS, CLIENT};
use super::collector;
use super::outcome::sign_in;
use super::secrets::{Secrets, secret};
use super::service::{Reply, Service};

/// Without it the other process does nothing.
const STARTED_HERE: &str = "COGNITOKEN_TEST_PROCESS";

#[tokio::test]
#[ignore = "run by the test below, in a process of its own"]
async fn signs_in_through_the_proxy() {
    if std::env::var_os(STARTED_HERE).is_none() {
        return;
    }
    collector::install();
    let mut request = SignInRequest::new(Environment::read().unwrap());
    // What is no SOCKS proxy says nothing.
    request.client.timeout = Some(Duration::from_secs(2));
    sign_in(&Cognito::new(), request).await.unwrap_err();
    collector::lines().iter().for_each(|line| println!("{line}"));
}

#[tokio::test]
async fn a_proxy_is_named_without_its_password() {
    for scheme in ["http", "socks5h"] {
        let proxy = Service::that_says([Reply::text(407, "text/html", "who are you?")]).await;
        let place = format!("{scheme}://127.0.0.1:{}", proxy.port());
        // Percent-encoded: the password of a proxy is part of a URL.
        let proxy_password = "s3kr1tmark-proxy%2Dpassword";
        let variable = place.replace("://", &format!("://proxyuser:{proxy_password}@"));
        let password = secret("password");
        let variables = [
            (STARTED_HERE, "1"),
            ("COGNITO_USER_NAME", ALIAS),
            ("COGNITO_PASSWORD", &password),
            ("COGNITO_CLIENT_ID", CLIENT),
            ("COGNITO_ENDPOINT", "https://cognito.invalid"),
            ("HTTPS_PROXY", &variable),
        ];
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "proxy::signs_in_through_the_proxy", "--ignored", "--nocapture"]);
        command.current_dir(folder.path()).env_clear().envs(variables);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let lines: Vec<String> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
        assert!(output.status.success(), "{lines:#?}");

        let mut secrets = Secrets::default();
        for value in [&password, proxy_password, "s3kr1tmark-proxy-password", "proxyuser"] {
            secrets.add(value);
        }
        let found = secrets.found_in(&lines);
        assert!(found.is_empty(), "{found:#?}");
        let expected = format!("host=cognito.invalid attempt=1 proxy={place} ");
        assert!(lines.iter().any(|line| line.contains(&expected)), "{expected}\n{lines:#?}");
    }
}
