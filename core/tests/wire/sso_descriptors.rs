//! The listener in a process that may hold few files open: this very test program, started once more.
#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::net::TcpStream;
use url::Url;

use super::domain::{Attempt, Link, sso_request_at, start, visit};
use super::service::{Reply, Service};

/// The variable in which the other process finds the domain that it signs in at.
const DOMAIN: &str = "COGNITOKEN_TEST_DOMAIN";

/// The work of the other process: it says its link, and waits for its browser.
#[tokio::test]
#[ignore = "run by the tests of this file, in a process of its own"]
async fn waits_for_its_browser() {
    let Ok(domain) = std::env::var(DOMAIN) else { return };
    // Less than a silent connection is waited for: who waits for those to be given up does not see the browser.
    let request = sso_request_at(&domain).with_timeout(Duration::from_secs(8));
    let Attempt { attempt, .. } = start(request).await;
    println!("\nLINK {}", attempt.authorize_url());
    attempt.wait().await.unwrap();
}

fn other_process(domain: &str) -> Child {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "ulimit -n 48 && exec \"$0\" \"$@\""]).arg(std::env::current_exe().unwrap());
    command.args(["--exact", "sso_descriptors::waits_for_its_browser", "--ignored", "--nocapture"]);
    command.env(DOMAIN, domain).stdout(Stdio::piped()).spawn().unwrap()
}

#[tokio::test]
async fn where_no_file_descriptor_is_left_the_browser_is_served_all_the_same() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let service = Service::that_says([Reply::by(move |_| receiver.recv().unwrap())]).await;
    let mut process = other_process(&service.endpoint());
    let mut said = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
    let link = said.find_map(|line| Some(Url::parse(line.strip_prefix("LINK ")?).unwrap())).unwrap();
    let link = Link::new(&link);
    sender.send(link.tokens()).unwrap();
    let port = Url::parse(link.get("redirect_uri")).unwrap().port().unwrap();

    let mut silent = Vec::new();
    for _ in 0..100 {
        silent.push(TcpStream::connect(("127.0.0.1", port)).await.unwrap());
    }
    let page = visit(port, &format!("/?{}", link.query())).await;
    assert!(page.contains("You are signed in."), "{page}");
    assert!(process.wait().unwrap().success());
}
