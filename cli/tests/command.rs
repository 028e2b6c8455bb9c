//! The command as a shell sees it: what it prints where, its exit codes, what it keeps, and what it never shows.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

mod shell;

use std::path::Path;
use std::process::Stdio;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use shell::{PASSWORD, REFRESH_TOKEN, Ran, Shell, id_token, tokens};

#[tokio::test]
async fn login_shows_who_signed_in_and_no_token() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    let ran = shell.run(&["login"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.contains("ada@example.org") && ran.out.contains("client"), "{}", ran.out);
    for secret in [PASSWORD, REFRESH_TOKEN, &id_token()] {
        assert!(!ran.out.contains(secret));
    }
}

#[tokio::test]
async fn json_is_the_documented_response() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    let ran = shell.run(&["login", "--json"]);
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap(), tokens());
}

#[tokio::test]
async fn token_and_headers_are_what_curl_takes() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    assert_eq!(shell.run(&["token"]).out, format!("{}\n", id_token()));
    assert_eq!(shell.run(&["headers"]).out, format!("Authorization: Bearer {}\n", id_token()));
}

#[tokio::test]
async fn a_refresh_token_needs_no_password() {
    let shell = Shell::new().await;
    let mut fresh = tokens();
    fresh["AuthenticationResult"].as_object_mut().unwrap().remove("RefreshToken");
    let asked = json!({"RefreshToken": REFRESH_TOKEN, "ClientId": "client"});
    shell.answers("GetTokensFromRefreshToken", asked, 200, fresh).await;

    let mut command = shell.command(&["token"]);
    let ran = Ran::of(command.env("COGNITO_REFRESH_TOKEN", REFRESH_TOKEN).output().unwrap());
    assert_eq!(ran.out, format!("{}\n", id_token()));

    let ran = shell.run_with_input(&["refresh", "--refresh-token-stdin", "--json"], REFRESH_TOKEN);
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap(), tokens(), "the old refresh token stays");
}

#[tokio::test]
async fn a_refresh_token_goes_with_the_key_of_its_device() {
    let shell = Shell::new().await;
    let asked = json!({"RefreshToken": REFRESH_TOKEN, "ClientId": "client", "DeviceKey": "us-east-1_key"});
    shell.answers("GetTokensFromRefreshToken", asked, 200, tokens()).await;
    let option = ["--device-key", "us-east-1_key"];
    let from_stdin = [&["refresh", "--refresh-token-stdin"][..], &option].concat();
    assert_eq!(shell.run_with_input(&from_stdin, REFRESH_TOKEN).code, 0);
    let store = ["--store", "memory"];
    for (arguments, key) in [
        ([&["refresh"][..], &option, &store].concat(), None),
        ([&["token"][..], &store].concat(), Some("us-east-1_key")),
    ] {
        let mut command = shell.command(&arguments);
        command.env("COGNITO_REFRESH_TOKEN", REFRESH_TOKEN);
        command.envs(key.map(|key| ("COGNITO_DEVICE_KEY", key)));
        let ran = Ran::of(command.output().unwrap());
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
}

#[tokio::test]
async fn a_password_comes_from_standard_input_and_never_from_the_command_line() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    let spaced = json!({"AuthParameters": {"USERNAME": "ada", "PASSWORD": format!(" {PASSWORD} ")}});
    shell.answers("InitiateAuth", spaced, 200, tokens()).await;
    // Windows' own editors and PowerShell put a byte order mark before it; white space may be a part of it.
    for (input, password) in [
        (format!("{PASSWORD}\n"), PASSWORD.to_owned()),
        (format!("\u{feff}{PASSWORD}\r\n"), PASSWORD.to_owned()),
        (format!(" {PASSWORD} \n"), format!(" {PASSWORD} ")),
    ] {
        let mut command = shell.command(&["login", "--password-stdin"]);
        command.env_remove("COGNITO_PASSWORD").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), input.as_bytes()).unwrap();
        assert_eq!(Ran::of(child.wait_with_output().unwrap()).code, 0);
        let asked = shell.service.received_requests().await.unwrap();
        let sent: Value = asked.last().unwrap().body_json().unwrap();
        assert_eq!(sent["AuthParameters"]["PASSWORD"], password);
    }

    for option in ["--password", "--client-secret", "--refresh-token", "--totp-secret"] {
        assert_eq!(shell.run(&["login", option, "x"]).code, 2, "{option}");
    }
}

#[tokio::test]
async fn exit_codes_tell_what_kind_of_failure_it_was() {
    let shell = Shell::new().await;
    let refused = json!({"__type": "NotAuthorizedException", "message": format!("Incorrect: {PASSWORD}")});
    shell.answers("InitiateAuth", json!({}), 400, refused).await;

    let refused = shell.run(&["login"]);
    assert_eq!(refused.code, 4);
    assert!(
        refused.err.contains("NotAuthorizedException") && refused.err.contains("hint: "),
        "{}",
        refused.err
    );
    assert!(!refused.err.contains(PASSWORD), "the service's echo is scrubbed");

    let mut incomplete = shell.command(&["login"]);
    let incomplete = Ran::of(incomplete.env_remove("COGNITO_CLIENT_ID").output().unwrap());
    assert_eq!(incomplete.code, 2);
    assert!(incomplete.err.contains("COGNITO_CLIENT_ID"));

    assert_eq!(shell.run(&["login", "--flow", "guess"]).code, 2);
    assert_eq!(shell.run(&["login", "--endpoint", "http://127.0.0.1:1", "--timeout", "5"]).code, 5);
    assert_eq!(shell.run(&["login", "--endpoint", "http://example.com"]).code, 2);
    assert_eq!(shell.run(&["verify", "not-a-token", "--user-pool-id", "us-east-1_abc"]).code, 1);
    assert_eq!(shell.run(&["no-such-command"]).code, 2);
    assert_eq!(shell.run(&["--help"]).code, 0);
}

#[tokio::test]
async fn a_challenge_waits_for_respond_and_survives_a_wrong_code() {
    let shell = Shell::new().await;
    let challenge = json!({
        "ChallengeName": "SMS_MFA",
        "ChallengeParameters": {"CODE_DELIVERY_DESTINATION": "+*******1234", "USER_ID_FOR_SRP": "ada"},
        "Session": "sentinel-session",
    });
    shell.answers("InitiateAuth", json!({}), 200, challenge).await;
    let answer =
        |code: &str| json!({"ChallengeResponses": {"SMS_MFA_CODE": code}, "Session": "sentinel-session"});
    let mismatch = json!({"__type": "CodeMismatchException", "message": "Invalid code"});
    shell.answers("RespondToAuthChallenge", answer("000000"), 400, mismatch).await;
    shell.answers("RespondToAuthChallenge", answer("123456"), 200, tokens()).await;

    let login = shell.run(&["login"]);
    assert_eq!((login.code, login.out.as_str()), (3, ""));
    assert!(
        login.err.contains("SMS_MFA") && login.err.contains("cognitoken respond --code"),
        "{}",
        login.err
    );
    assert!(!login.err.contains("sentinel-session"));
    for (path, mode) in private_files(shell.home.path()) {
        assert_eq!(mode & 0o077, 0, "{path}");
    }

    assert_eq!(shell.run(&["respond", "--code", "000000"]).code, 4);
    let done = shell.run(&["respond", "--code", "123 456", "--json"]);
    assert_eq!(serde_json::from_str::<Value>(&done.out).unwrap(), tokens());
    let again = shell.run(&["respond", "--code", "123456"]);
    assert_eq!(again.code, 2, "an answered challenge is gone");
}

/// The folder of pending challenges, below what stands for the home folder.
const CHALLENGES: &str = if cfg!(windows) {
    "cognitoken/cache/challenges"
} else if cfg!(target_os = "macos") {
    "Library/Caches/cognitoken/challenges"
} else {
    ".cache/cognitoken/challenges"
};

#[tokio::test]
async fn with_a_store_key_a_challenge_is_sealed_on_the_disk() {
    let shell = Shell::new().await;
    let challenge = json!({
        "ChallengeName": "SMS_MFA", "ChallengeParameters": {}, "Session": "sentinel-session-text",
    });
    shell.answers("InitiateAuth", json!({}), 200, challenge).await;
    let answered = json!({"Session": "sentinel-session-text"});
    shell.answers("RespondToAuthChallenge", answered, 200, tokens()).await;
    let keyed = |arguments: &[&str]| {
        let mut command = shell.command(arguments);
        Ran::of(command.env("COGNITO_STORE_KEY", "01".repeat(32)).output().unwrap())
    };
    assert_eq!(keyed(&["login"]).code, 3);
    let folder = shell.home.path().join(CHALLENGES);
    let kept: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(kept.len(), 1);
    let text = std::fs::read_to_string(&kept[0]).unwrap();
    // With its quotation mark: three letters alone come about by chance in what is sealed.
    assert!(!text.contains("sentinel-session-text") && !text.contains("ada\""), "{text}");

    let without = shell.run(&["respond", "--code", "123456"]);
    assert!(without.code == 1 && without.err.contains("COGNITO_STORE_KEY"), "{}", without.err);
    assert_eq!(keyed(&["respond", "--code", "123456"]).code, 0);
    assert!(!kept[0].exists());
}

#[tokio::test]
async fn of_several_challenges_the_one_of_the_environment_is_meant() {
    let shell = Shell::new().await;
    let challenge =
        |session: &str| json!({"ChallengeName": "SMS_MFA", "ChallengeParameters": {}, "Session": session});
    let asked = |name: &str| json!({"AuthParameters": {"USERNAME": name}});
    for name in ["ada", "grace"] {
        shell.answers("InitiateAuth", asked(name), 200, challenge(&format!("session-of-{name}"))).await;
        let answer =
            json!({"ChallengeResponses": {"USERNAME": name}, "Session": format!("session-of-{name}")});
        shell.answers("RespondToAuthChallenge", answer, 200, tokens()).await;
        assert_eq!(shell.run(&["login", "--username", name]).code, 3);
    }
    let mut nobody = shell.command(&["respond", "--code", "1"]);
    let unclear = Ran::of(nobody.env_remove("COGNITO_USER_NAME").output().unwrap());
    assert_eq!(unclear.code, 2);
    assert!(unclear.err.contains("ada") && unclear.err.contains("grace"), "{}", unclear.err);
    assert_eq!(shell.run(&["respond", "--code", "1"]).code, 0, "ada is in the environment");
    assert_eq!(shell.run(&["respond", "--code", "1", "--username", "grace"]).code, 0);
}

#[tokio::test]
async fn decode_shows_a_token_from_a_pipe_or_an_argument() {
    let shell = Shell::new().await;
    for ran in
        [shell.run(&["decode", &id_token()]), shell.run_with_input(&["decode"], &format!("{}\n", id_token()))]
    {
        let shown: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(shown["payload"]["email"], "ada@example.org");
        assert_eq!(shown["header"]["alg"], "RS256");
    }
    assert_eq!(shell.run_with_input(&["decode"], "").code, 2);
    assert_eq!(shell.run(&["decode", "one.dot"]).code, 1);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_result_that_could_not_be_written_is_a_failure_and_a_closed_pipe_is_none() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    let verbs: [&[&str]; 5] =
        [&["token"], &["headers"], &["login", "--json"], &["completions", "bash"], &["--help"]];
    for arguments in verbs {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let ran = Ran::of(shell.command(arguments).stdout(full).output().unwrap());
        assert_eq!(ran.code, 1, "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains("standard output could not be written"), "{}", ran.err);

        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ran = Ran::of(shell.command(arguments).stdout(writer).output().unwrap());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}");
    }
}

#[tokio::test]
async fn completions_name_the_commands_and_the_choices_of_their_options() {
    let shell = Shell::new().await;
    for kind in ["bash", "zsh", "fish"] {
        let ran = shell.run(&["completions", kind]);
        assert!(ran.code == 0 && ran.out.contains("respond"), "{kind}");
        for choice in ["user_auth", "client_credentials", "access", "body", "keyring", "redis+sentinel"] {
            assert!(ran.out.contains(choice), "{choice} in {kind}");
        }
    }
}

#[tokio::test]
async fn a_store_may_be_one_that_completion_does_not_offer() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    let store = format!("file:{}", shell.home.path().join("elsewhere").display());
    assert_eq!(shell.run(&["login", "--store", &store]).code, 0);
    let secret = shell.run(&["login", "--store", "redis://ada:sentinel@127.0.0.1"]);
    assert_eq!(secret.code, 2);
    assert!(secret.err.contains("SecretInArguments") && !secret.err.contains("sentinel"), "{}", secret.err);
}

#[tokio::test]
async fn an_access_token_is_no_argument() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    let refused = shell.run(&["login", "--flow", "user_auth", "--parameter", "access_token=t0ken-sentinel"]);
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert!(refused.err.contains("SecretInArguments"), "{}", refused.err);
    assert!(!refused.err.contains("sentinel"), "{}", refused.err);
}

#[tokio::test]
async fn an_empty_value_is_an_absent_one() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    let empty = ["--client-id", "", "--region", "", "--endpoint", "", "--store", ""];
    let login = shell.run(&[&["login"], &empty[..]].concat());
    assert_eq!(login.code, 0, "{}", login.err);
    let key = json!({"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "other", "e": "AQAB",
        "n": URL_SAFE_NO_PAD.encode([0xc5; 256])});
    std::fs::write(shell.home.path().join("keys.json"), json!({"keys": [key]}).to_string()).unwrap();
    let pool = "us-east-1_AbCdEfGhI";
    for pools in [["", pool], [pool, ""]] {
        let [first, second] = pools.map(|pool| ["--user-pool-id", pool]);
        let verify = ["verify", &id_token(), "--jwks", "keys.json", "--client-id", "", "--issuer", ""];
        let refused = shell.run(&[&verify[..], &first, &second].concat());
        assert_eq!(refused.code, 1, "the values are complete, and the token is not genuine: {}", refused.err);
    }
}

#[tokio::test]
async fn former_names_of_options_are_taken_and_not_shown() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    assert_eq!(shell.run(&["login", "--wait", "20"]).code, 0);
    for (verb, former) in [("login", "--wait"), ("logout", "--global")] {
        let help = shell.run(&[verb, "--help"]);
        assert!(help.code == 0 && !help.out.contains(former), "{}", help.out);
    }
}

#[tokio::test]
async fn help_names_every_variable() {
    let help = Shell::new().await.run(&["--help"]).out;
    for (name, _) in cognitoken::binding::variables() {
        assert!(help.contains(name), "{name}");
    }
}

/// Every file that the command left in the home folder, with its mode.
#[cfg(unix)]
fn private_files(home: &Path) -> Vec<(String, u32)> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut found = Vec::new();
    let mut folders = vec![home.join(".cache").join("cognitoken")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            found.push((path.display().to_string(), path.metadata().unwrap().permissions().mode()));
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "a challenge was to be kept");
    found
}

#[cfg(not(unix))]
fn private_files(_home: &Path) -> Vec<(String, u32)> {
    Vec::new()
}
