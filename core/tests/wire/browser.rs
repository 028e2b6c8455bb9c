//! The start of the browser. Each test starts this very test program once more, in surroundings of its own; a
//! shell script stands in for the browser.
#![cfg(all(unix, not(target_os = "macos")))]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use cognitoken::open_browser;
use url::Url;

/// The variable in which the other process finds the link that it opens.
const LINK: &str = "COGNITOKEN_TEST_LINK";

const PAGE: &str = "https://auth.example.com/oauth2/authorize?client_id=1&state=a%20b";

/// The work of the other process: it opens the link, and says how that ended.
#[test]
#[ignore = "run by the tests of this file, in a process of its own"]
fn opens_the_link() {
    let Ok(link) = std::env::var(LINK) else { return };
    if let Err(error) = open_browser(&Url::parse(&link).unwrap()) {
        panic!("{}", error.code());
    }
}

/// A folder with a browser in it, which leaves the link and its surroundings in files there, and talks.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        desk.program(
            "browser",
            &format!(
                "echo chatter; echo chatter >&2\n/usr/bin/env >'{0}'\nprintf '%s\\n' \"$@\" >'{1}.part'\nmv '{1}.part' '{1}'",
                desk.path("environment").display(),
                desk.path("arguments").display(),
            ),
        );
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn program(&self, name: &str, script: &str) {
        let path = self.path(name);
        std::fs::write(&path, format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Opens the link where `BROWSER` is this, and no program is found but those of this folder.
    fn opens(&self, browser: &str, variables: &[(&str, &str)]) -> Output {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "browser::opens_the_link", "--ignored", "--nocapture"]);
        command.env_clear().env("PATH", self.folder.path()).env("BROWSER", browser).env(LINK, PAGE);
        command.envs(variables.iter().copied()).output().unwrap()
    }

    /// Returns the arguments of the browser, once it is there.
    fn arguments(&self) -> Vec<String> {
        let given = self.path("arguments");
        while !given.exists() {
            std::thread::sleep(Duration::from_millis(5));
        }
        std::fs::read_to_string(given).unwrap().lines().map(str::to_owned).collect()
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

fn name_of(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn the_browser_gets_the_link_and_none_of_our_variables() {
    let desk = Desk::new();
    let secrets = [
        ("COGNITO_PASSWORD", "correct horse"),
        ("COGNITO_CLIENT_SECRET", "battery staple"),
        ("COGNITO_REFRESH_TOKEN", "a refresh token"),
        ("COGNITO_TOTP_SECRET", "JBSWY3DPEHPK3PXP"),
        ("COGNITO_STORE_KEY", "a store key"),
        ("COGNITO_PASSWORD_FILE", "/run/secrets/password"),
        ("COGNITO_USER_NAME", "ada"),
    ];
    let output = desk.opens(name_of(&desk.path("browser")), &[&secrets[..], &[("DISPLAY", ":0")]].concat());
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(desk.arguments(), [PAGE]);
    let environment = std::fs::read_to_string(desk.path("environment")).unwrap();
    assert!(environment.lines().any(|line| line == "DISPLAY=:0"), "{environment}");
    assert!(!environment.contains("COGNITO_"), "{environment}");
    for (_, value) in secrets {
        assert!(!environment.lines().any(|line| line.ends_with(&format!("={value}"))), "{environment}");
    }
    assert!(!text(&output).contains("chatter"), "{}", text(&output));
}

#[test]
fn the_first_of_several_browsers_that_works_gets_the_link() {
    let desk = Desk::new();
    let output = desk.opens("missing:lynx::browser --new --url=%s", &[]);
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(desk.arguments(), ["--new".to_owned(), format!("--url={PAGE}")]);
}

#[test]
fn without_browser_the_desktop_s_own_way_is_taken() {
    for program in ["xdg-open", "x-www-browser"] {
        let desk = Desk::new();
        std::fs::rename(desk.path("browser"), desk.path(program)).unwrap();
        let output = desk.opens("", &[("COGNITO_PASSWORD", "correct horse")]);
        assert!(output.status.success(), "{}", text(&output));
        assert_eq!(desk.arguments(), [PAGE]);
        assert!(!std::fs::read_to_string(desk.path("environment")).unwrap().contains("COGNITO_"));
    }
}

#[test]
fn a_browser_that_stays_open_is_not_waited_for() {
    let desk = Desk::new();
    // Ends only when the test says so, after the other process has ended.
    desk.program(
        "staying",
        &format!(
            "printf '%s\\n' \"$@\" >'{0}'\nwhile [ ! -e '{1}' ]; do sleep 0.05; done\ntouch '{2}'",
            desk.path("arguments").display(),
            desk.path("go").display(),
            desk.path("gone").display(),
        ),
    );
    let output = desk.opens("staying", &[]);
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(desk.arguments(), [PAGE]);
    assert!(!desk.path("gone").exists());
    std::fs::write(desk.path("go"), "").unwrap();
    while !desk.path("gone").exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_machine_without_a_browser_says_so() {
    let desk = Desk::new();
    let output = desk.opens("missing", &[]);
    assert!(!output.status.success());
    assert!(text(&output).contains("NoBrowser"), "{}", text(&output));
    assert!(!text(&output).contains("state="), "{}", text(&output));
}
