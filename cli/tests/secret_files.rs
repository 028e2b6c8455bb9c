//! A password in a file that a variable names.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]
#![allow(dead_code, reason = "the shell has more than these tests use")]

mod shell;

use shell::{PASSWORD, Ran, Shell, id_token};

#[tokio::test]
async fn a_job_signs_in_with_a_password_from_a_file() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    let path = shell.home.path().join("password");
    std::fs::write(&path, format!("{PASSWORD}\n")).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = shell.command(arguments);
        command.env_remove("COGNITO_PASSWORD").env("COGNITO_PASSWORD_FILE", "password");
        Ran::of(command.output().unwrap())
    };
    let ran = run(&["token"]);
    assert_eq!((ran.code, ran.out), (0, format!("{}\n", id_token())), "{}", ran.err);
    let ran = run(&["doctor", "--offline"]);
    assert!(ran.out.contains("COGNITO_PASSWORD_FILE") && !ran.out.contains(PASSWORD), "{}", ran.out);

    std::fs::remove_file(path).unwrap();
    let ran = run(&["login"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(
        ran.err.contains("COGNITO_PASSWORD_FILE") && ran.err.contains("SecretFileUnreadable"),
        "{}",
        ran.err
    );

    let both = Ran::of(shell.command(&["login"]).env("COGNITO_PASSWORD_FILE", "password").output().unwrap());
    assert_eq!(both.code, 2);
    assert!(both.err.contains("COGNITO_PASSWORD and COGNITO_PASSWORD_FILE"), "{}", both.err);
}
