//! Profiles that cannot be used: every one is a clear error, nothing is written, and no password is asked for.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]
#![allow(dead_code, reason = "the shell has more than these tests use")]

mod screen;
mod shell;

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;

use screen::Terminal;
use shell::{PASSWORD, Ran, Shell, id_token};

const PROFILE: &str = "[profiles.default]\nclient_id = \"client\"\nusername = \"ada\"\n";

impl Shell {
    fn folder(&self) -> PathBuf {
        self.home.path().join(".config/cognitoken")
    }

    /// The command with these variables in place of the usual ones.
    fn with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        let mut command = self.command(arguments);
        for name in ["COGNITO_USER_NAME", "COGNITO_PASSWORD", "COGNITO_CLIENT_ID"] {
            command.env_remove(name);
        }
        Ran::of(command.envs(variables.iter().copied()).output().unwrap())
    }
}

/// A shell with what `make` does to the place of the profiles.
async fn shell_where(make: impl FnOnce(&Shell)) -> Shell {
    let shell = Shell::new().await;
    fs::create_dir_all(shell.folder()).unwrap();
    make(&shell);
    shell
}

#[tokio::test]
async fn a_profile_that_is_not_there_is_named_with_those_that_are() {
    let shell = shell_where(|shell| {
        fs::write(shell.folder().join("config.toml"), format!("profile = \"gone\"\n{PROFILE}")).unwrap();
    })
    .await;
    let by_option = shell.with(&["token", "--profile", "absent"], &[]);
    let by_variable = shell.with(&["token"], &[("COGNITO_PROFILE", "absent")]);
    let by_file = shell.with(&["token"], &[]);
    for (ran, name) in [(by_option, "absent"), (by_variable, "absent"), (by_file, "gone")] {
        assert!(ran.code == 2 && ran.err.contains("ProfileNotFound"), "{}", ran.err);
        assert!(ran.err.contains(name) && ran.err.contains("default"), "{}", ran.err);
    }
    let dotenv = shell.home.path().join(".env");
    fs::write(&dotenv, "COGNITO_PROFILE=absent\n").unwrap();
    assert!(shell.with(&["token"], &[]).err.contains("ProfileNotFound"));
    fs::remove_file(dotenv).unwrap();
    for verb in [
        &["token"][..],
        &["login"],
        &["configure", "--client-id", "client"],
        &["logout"],
        &["status"],
        &["doctor", "--offline"],
    ] {
        let ran =
            shell.with(&[verb, &["--profile", "../other"]].concat(), &[("COGNITO_CLIENT_ID", "client")]);
        let told = format!("{}{}", ran.out, ran.err);
        assert!(ran.code != 0 && told.contains("../other"), "{verb:?}: {told}");
    }
    let switched = shell.with(&["switch", "--profile", "default"], &[]);
    assert_eq!(switched.code, 0, "the way out of it: {}", switched.err);
    assert!(!fs::read_to_string(shell.folder().join("config.toml")).unwrap().contains("gone"));
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_told_and_left_as_it_is() {
    let file = |shell: &Shell| shell.folder().join("config.toml");
    type Make<'a> = Box<dyn Fn(&Shell) + 'a>;
    let cases: Vec<(&str, Make<'_>)> = vec![
        (
            "a link",
            Box::new(|shell| {
                fs::write(shell.home.path().join("other"), PROFILE).unwrap();
                symlink(shell.home.path().join("other"), file(shell)).unwrap();
            }),
        ),
        ("a folder", Box::new(|shell| fs::create_dir(file(shell)).unwrap())),
        ("not UTF-8", Box::new(|shell| fs::write(file(shell), b"# a comment\nname = \"\xff\"\n").unwrap())),
        ("10 MB", Box::new(|shell| fs::write(file(shell), "#".repeat(10_000_000)).unwrap())),
        ("damaged", Box::new(|shell| fs::write(file(shell), format!("{PROFILE}region = \n")).unwrap())),
        (
            "a secret",
            Box::new(|shell| fs::write(file(shell), format!("{PROFILE}password = \"sentinel\"\n")).unwrap()),
        ),
        (
            "a folder of everybody",
            Box::new(|shell| {
                fs::write(file(shell), PROFILE).unwrap();
                fs::set_permissions(shell.folder(), Permissions::from_mode(0o777)).unwrap();
            }),
        ),
        (
            "a file of everybody",
            Box::new(|shell| {
                fs::write(file(shell), PROFILE).unwrap();
                fs::set_permissions(file(shell), Permissions::from_mode(0o666)).unwrap();
            }),
        ),
    ];
    for (name, make) in cases {
        let shell = shell_where(&make).await;
        let before = fs::read(file(&shell)).ok();
        for verb in [
            &["token"][..],
            &["login"],
            &["profiles"],
            &["switch", "ada"],
            &["configure", "--client-id", "2b"],
            &["login", "--profile", "new"],
        ] {
            let ran = shell.with(
                verb,
                &[
                    ("COGNITO_PASSWORD", PASSWORD),
                    ("COGNITO_USER_NAME", "ada"),
                    ("COGNITO_CLIENT_ID", "client"),
                ],
            );
            assert_eq!(ran.code, 2, "{name}: {verb:?}: {}", ran.err);
            assert!(
                ran.err.contains("ProfilesUnusable") || ran.err.contains("SecretInProfile"),
                "{name}: {}",
                ran.err
            );
            assert!(
                ran.err.contains("config") && ran.err.contains("hint: ") && !ran.err.contains("sentinel"),
                "{name}: {}",
                ran.err
            );
        }
        let (code, shown) = Terminal::open(&shell, "cognitoken login").end();
        assert!(code == 2 && !shown.contains("assword:"), "{name}: {shown}");
        assert_eq!(fs::read(file(&shell)).ok(), before, "{name}");
        assert!(shell.service.received_requests().await.unwrap().is_empty(), "{name}");
        if name == "damaged" {
            assert!(shell.with(&["token"], &[]).err.contains("line 4"), "its line is told");
        }
    }
}

#[tokio::test]
async fn a_home_that_takes_no_profile_does_not_stop_a_sign_in() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    let store = format!("file:{}", shell.home.path().join("tokens").display());
    for home in ["/proc", "/dev/null"] {
        let line = format!(
            "XDG_CONFIG_HOME={home}; COGNITO_STORE={store}; export XDG_CONFIG_HOME COGNITO_STORE; cognitoken login"
        );
        let mut terminal = Terminal::open(&shell, &line);
        terminal.expect("Password: ");
        terminal.press(&format!("{PASSWORD}\n"));
        let (code, shown) = terminal.end();
        assert!(code == 0 && shown.contains("no profile is kept"), "{home}: {shown}");
        let explicit = [
            ("XDG_CONFIG_HOME", home),
            ("COGNITO_STORE", &*store),
            ("COGNITO_PASSWORD", PASSWORD),
            ("COGNITO_USER_NAME", "ada"),
            ("COGNITO_CLIENT_ID", "client"),
        ];
        let ran = shell.with(&["login", "--profile", "ci"], &explicit);
        assert!(
            ran.code == 2 && ran.err.contains("ProfilesUnusable") && ran.out.contains("ada"),
            "{home}: {}",
            ran.err
        );
    }
}

#[tokio::test]
async fn without_a_home_folder_the_way_out_is_told() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    let run = |arguments: &[&str]| {
        let mut command = shell.command(arguments);
        // The system knows the home folder of a user even if no variable does: one that it cannot know is an empty one.
        command.env_remove("HOME").env("XDG_CONFIG_HOME", "relative").env("XDG_DATA_HOME", shell.home.path());
        Ran::of(command.output().unwrap())
    };
    let token = run(&["token", "--store", "memory"]);
    assert_eq!((token.code, token.out.trim()), (0, &*id_token()), "{}", token.err);
}
