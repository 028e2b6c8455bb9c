//! Places that do not take what is put there: folders, file systems, standard output.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]
#![allow(dead_code, reason = "the shell has more than these tests use")]

mod shell;

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use serde_json::json;
use shell::{Ran, Shell, id_token};

const KEY: (&str, &str) =
    ("COGNITO_STORE_KEY", "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f");

async fn signed_in(variables: &[(&str, &str)]) -> Shell {
    let shell = Shell::new().await;
    shell.signs_in().await;
    let ran = with(&shell, &["login"], variables);
    assert_eq!(ran.code, 0, "{}", ran.err);
    shell
}

fn with(shell: &Shell, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    Ran::of(shell.command(arguments).envs(variables.iter().copied()).output().unwrap())
}

#[tokio::test]
async fn a_result_that_cannot_be_written_is_a_failure_and_a_closed_pipe_is_none() {
    let shell = signed_in(&[]).await;
    for arguments in [
        &["token"][..],
        &["headers"],
        &["status"],
        &["decode", &id_token()],
        &["completions", "bash"],
        &["--help"],
        &["--version"],
    ] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let ran = Ran::of(shell.command(arguments).stdout(full).output().unwrap());
        assert_eq!(ran.code, 1, "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains("No space left"), "{arguments:?}: {}", ran.err);

        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ran = Ran::of(shell.command(arguments).stdout(writer).output().unwrap());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}");
    }
}

/// A library that stands before the system's, and has no locks.
fn without_locks(shell: &Shell, errno: &str) -> String {
    let (source, library) = (shell.home.path().join("locks.c"), shell.home.path().join("locks.so"));
    let text =
        format!("#include <errno.h>\nint flock(int file, int how) {{ errno = {errno}; return -1; }}\n");
    fs::write(&source, text).unwrap();
    let built =
        Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).status().unwrap();
    assert!(built.success());
    library.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_file_system_without_locks_is_named() {
    for errno in ["ENOSYS", "EOPNOTSUPP", "ENOLCK"] {
        let shell = Shell::new().await;
        shell.signs_in().await;
        let library = without_locks(&shell, errno);
        let ran = with(&shell, &["login"], &[("LD_PRELOAD", &library)]);
        assert_eq!(ran.code, 1, "{errno}: {}", ran.err);
        assert!(
            ran.err.contains("(NoFileLocks)") && ran.err.contains("COGNITO_STORE=file:"),
            "{errno}: {}",
            ran.err
        );
        // What needs no lock goes on.
        let elsewhere = signed_in(&[]).await;
        let ran = with(&elsewhere, &["token"], &[("LD_PRELOAD", &library)]);
        assert_eq!(ran.code, 0, "{errno}: {}", ran.err);
    }
}

#[tokio::test]
async fn a_home_folder_that_takes_nothing_is_answered_by_the_variable_that_names_another() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    for home in ["/dev/null", "/proc"] {
        let ran = with(&shell, &["login"], &[("HOME", home)]);
        assert_eq!(ran.code, 1, "{home}: {}", ran.err);
        assert!(ran.err.contains(home) && ran.err.contains("COGNITO_STORE=file:"), "{home}: {}", ran.err);
        let folder = format!("file:{}/tokens", shell.home.path().display());
        assert_eq!(with(&shell, &["login"], &[("HOME", home), ("COGNITO_STORE", &folder)]).code, 0, "{home}");
    }
    let asked = json!({"AuthParameters": {"USERNAME": "bob"}});
    let challenge = json!({"ChallengeName": "SMS_MFA", "Session": "s", "ChallengeParameters": {}});
    shell.answers("InitiateAuth", asked, 200, challenge).await;
    let ran = with(
        &shell,
        &["login"],
        &[("HOME", "/dev/null"), ("COGNITO_USER_NAME", "bob"), ("COGNITO_STORE", "file:tokens")],
    );
    assert!(ran.err.contains("XDG_CACHE_HOME") && !ran.err.contains("COGNITO_STORE"), "{}", ran.err);
}

#[tokio::test]
async fn a_volume_that_is_open_to_a_group_keeps_what_is_sealed_and_nothing_else() {
    let open_up = |shell: &Shell| {
        let folder = shell.home.path().join(".local/share/cognitoken/tokens");
        for entry in fs::read_dir(&folder).unwrap() {
            fs::set_permissions(entry.unwrap().path(), Permissions::from_mode(0o660)).unwrap();
        }
        fs::set_permissions(folder, Permissions::from_mode(0o2770)).unwrap();
    };
    let sealed = signed_in(&[KEY]).await;
    open_up(&sealed);
    let ran = with(&sealed, &["token"], &[KEY]);
    assert_eq!((ran.code, ran.out.trim()), (0, &*id_token()), "{}", ran.err);
    assert_eq!(with(&sealed, &["login"], &[KEY]).code, 0, "it is written, too");
    let ran = with(&sealed, &["token"], &[]);
    assert!(ran.code == 1 && ran.err.contains("(NotPrivate)") && ran.err.contains(KEY.0), "{}", ran.err);

    let plain = signed_in(&[]).await;
    open_up(&plain);
    let ran = with(&plain, &["status"], &[]);
    assert!(ran.code == 1 && ran.err.contains("(NotPrivate)"), "{}", ran.err);
}

#[tokio::test]
async fn memory_is_not_called_the_same_store() {
    let shell = signed_in(&[]).await;
    let ran = with(&shell, &["token"], &[("COGNITO_STORE", "memory"), ("COGNITO_PASSWORD", "")]);
    assert_ne!(ran.code, 0);
    assert!(!ran.err.contains("same store") && ran.err.contains("COGNITO_STORE=file"), "{}", ran.err);
    let ran = with(&shell, &["token"], &[("COGNITO_STORE", "file:elsewhere"), ("COGNITO_PASSWORD", "")]);
    assert!(ran.err.contains("same store"), "{}", ran.err);
}

/// The line that help and README tell people to type, with a `curl` that notes what it was given.
#[tokio::test]
async fn the_request_that_is_shown_gives_nobody_the_token_and_is_not_sent_without_one() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    let tools = shell.home.path().join("tools");
    fs::create_dir(&tools).unwrap();
    fs::write(tools.join("curl"), "#!/bin/sh\nprintf '%s\\n' \"$*\" >arguments\n/bin/cat >input\n").unwrap();
    fs::set_permissions(tools.join("curl"), Permissions::from_mode(0o755)).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_cognitoken"), tools.join("cognitoken")).unwrap();
    let run = |line: &str, password: &str| {
        let mut command = shell.command(&[]);
        let script = Command::new("/bin/sh")
            .args(["-c", line])
            .current_dir(shell.home.path())
            .envs(
                command
                    .env("COGNITO_PASSWORD", password)
                    .get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            )
            .env("PATH", &tools)
            .env("URL", "https://api.example.com/")
            .env("COGNITO_STORE", "memory")
            .output();
        Ran::of(script.unwrap())
    };
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
    for text in [shell.run(&["--help"]).out, readme] {
        let line = text.lines().find(|line| line.contains("curl --header @-")).unwrap();
        let ran = run(line, shell::PASSWORD);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let noted = |name: &str| fs::read_to_string(shell.home.path().join(name)).unwrap();
        assert_eq!(noted("input"), format!("Authorization: Bearer {}\n", id_token()));
        assert_eq!(noted("arguments"), "--header @- https://api.example.com/\n");

        fs::remove_file(shell.home.path().join("arguments")).unwrap();
        let ran = run(line, "");
        assert_ne!(ran.code, 0);
        assert!(!shell.home.path().join("arguments").exists(), "nothing is sent");
    }
    let curls = |text: &str| text.contains("curl") && text.contains("$(cognitoken token)");
    assert!(!curls(
        &fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../python/README.md")).unwrap()
    ));
}
