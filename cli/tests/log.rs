//! The log on standard error: its levels, and no secret in any line of any flow.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]
#![allow(dead_code, reason = "the shell has more than these tests use")]

mod shell;

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use serde_json::{Value, json};
use shell::{PASSWORD, REFRESH_TOKEN, Ran, Shell, id_token, jwt, tokens};
use wiremock::matchers::{method, path};
use wiremock::{Mock, ResponseTemplate};

const CLIENT_SECRET: &str = "sentinel-client-secret-0d4c";
const TOTP_SECRET: &str = "JBSWY3DPEHPK3PXPSENTINEL";
const NEW_PASSWORD: &str = "sentinel-new-password-93aa";
const SESSION: &str = "sentinel-session-of-a-challenge-5b1e";
const CODE: &str = "918273";
const AUTHORIZATION_CODE: &str = "sentinel-authorization-code-77f0";
const BUNDLE_KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
const POOL: &str = "us-east-1_AbCdEfGhI";

fn with(shell: &Shell, arguments: &[&str], variables: &[(&str, &str)], input: &str) -> Ran {
    let given = shell.home.path().join("standard-input");
    std::fs::write(&given, input).unwrap();
    let mut command = shell.command(arguments);
    command.envs(variables.iter().copied()).stdin(std::fs::File::open(given).unwrap());
    Ran::of(command.output().unwrap())
}

/// The log of a command. What it prints as its result may hold tokens; what it logs may not.
#[track_caller]
fn logged(ran: &Ran, code: i32) -> &str {
    assert_eq!(ran.code, code, "{}", ran.err);
    assert!(ran.err.lines().any(|line| line.starts_with("cognitoken: debug: ")), "{}", ran.err);
    check_secrecy(&ran.err);
    &ran.err
}

#[track_caller]
fn check_secrecy(text: &str) {
    let answer = tokens();
    let access = answer["AuthenticationResult"]["AccessToken"].as_str().unwrap().to_owned();
    let secrets = [
        PASSWORD,
        REFRESH_TOKEN,
        CLIENT_SECRET,
        TOTP_SECRET,
        NEW_PASSWORD,
        SESSION,
        CODE,
        AUTHORIZATION_CODE,
        BUNDLE_KEY,
        &id_token(),
        &access,
        // The parts of tokens, and anything else that the tests call a secret.
        id_token().rsplit('.').next().unwrap(),
        "sentinel",
        "eyJ",
        "cognitoken-bundle-1.",
    ]
    .map(str::to_owned);
    for line in text.lines() {
        for secret in &secrets {
            assert!(!line.contains(secret.as_str()), "{secret} in {line}");
        }
    }
}

fn challenge(name: &str, parameters: Value) -> Value {
    json!({"ChallengeName": name, "ChallengeParameters": parameters, "Session": SESSION})
}

#[tokio::test]
async fn the_levels_are_those_of_the_options_and_of_the_variable() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    let login = |options: &[&str], variable: &str| {
        let ran = with(&shell, &[&["login"], options].concat(), &[("COGNITO_LOG", variable)], "");
        assert_eq!(ran.code, 0, "{}", ran.err);
        let levels = ["info", "debug"].map(|level| ran.err.contains(&format!("cognitoken: {level}: ")));
        assert!(ran.err.lines().all(|line| line.starts_with("cognitoken: ")), "{}", ran.err);
        levels
    };
    assert_eq!(login(&[], ""), [false, false]);
    assert_eq!(login(&["-v"], ""), [true, false]);
    assert_eq!(login(&["-vv"], ""), [true, true]);
    assert_eq!(login(&["--verbose", "--verbose"], "warn"), [true, true]);
    assert_eq!(login(&[], "warn"), [false, false]);
    assert_eq!(login(&[], "info"), [true, false]);
    assert_eq!(login(&[], "DEBUG"), [true, true]);
    assert_eq!(login(&["-v"], "debug"), [true, false], "an option takes precedence");
    std::fs::write(shell.home.path().join(".env"), "COGNITO_LOG=info\n").unwrap();
    let mut command = shell.command(&["login"]);
    let ran = Ran::of(command.output().unwrap());
    assert!(ran.code == 0 && ran.err.contains("cognitoken: info: "), "{}", ran.err);
    let before = Ran::of(shell.command(&["-v", "login"]).output().unwrap());
    assert!(before.code == 0 && before.err.contains("cognitoken: info: "), "{}", before.err);
}

#[tokio::test]
async fn a_level_that_is_none_is_an_error_and_is_not_shown() {
    let shell = Shell::new().await;
    for verb in ["login", "status", "decode"] {
        let ran = with(&shell, &[verb], &[("COGNITO_LOG", "sentinel")], "");
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{verb}");
        assert!(ran.err.contains("InvalidLogLevel") && ran.err.contains("hint: "), "{}", ran.err);
        assert!(ran.err.contains("COGNITO_LOG") && !ran.err.contains("sentinel"), "{}", ran.err);
    }
    let doctor = with(&shell, &["doctor", "--offline"], &[("COGNITO_LOG", "info")], "");
    assert!(doctor.code == 0 && doctor.out.contains("COGNITO_LOG"), "{}", doctor.out);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_notice_is_printed_once() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    std::fs::write(shell.home.path().join(".env"), "COGNITO_ISSUER=https://evil.example\n").unwrap();
    std::fs::write(shell.home.path().join("keys.json"), json!({"keys": []}).to_string()).unwrap();
    for options in [&[][..], &["-vv"]] {
        let verify = ["verify", &id_token(), "--jwks", "keys.json", "--user-pool-id", POOL];
        let ran = with(&shell, &[&verify, options].concat(), &[], "");
        assert_eq!(ran.err.matches("COGNITO_ISSUER in .env is not used").count(), 1, "{}", ran.err);
        assert!(ran.err.contains("cognitoken: note: COGNITO_ISSUER"), "{}", ran.err);

        assert_eq!(with(&shell, &["login"], &[], "").code, 0);
        let folder = shell.home.path().join(".local/share/cognitoken/tokens");
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let is_entry = |path: &std::path::PathBuf| path.extension().is_some_and(|kind| kind == "json");
        for entry in entries.filter(is_entry) {
            std::fs::write(entry, "{").unwrap();
        }
        let ran = with(&shell, &[&["token"], options].concat(), &[], "");
        let told = ran.err.lines().filter(|line| line.contains("damaged"));
        assert_eq!((told.count(), ran.err.matches("cognitoken: note: ").count()), (1, 1), "{}", ran.err);
    }
}

#[tokio::test]
async fn no_secret_is_logged_by_a_sign_in_and_what_follows_it() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    for operation in
        ["RevokeToken", "GlobalSignOut", "ChangePassword", "ConfirmForgotPassword", "ConfirmSignUp"]
    {
        shell.answers(operation, json!({}), 200, json!({})).await;
    }
    shell.answers("ForgotPassword", json!({}), 200, json!({"CodeDeliveryDetails": {}})).await;
    shell.answers("ResendConfirmationCode", json!({}), 200, json!({"CodeDeliveryDetails": {}})).await;
    shell.answers("GetTokensFromRefreshToken", json!({}), 200, tokens()).await;
    let key = [("COGNITO_BUNDLE_KEY", BUNDLE_KEY)];
    let secret = [("COGNITO_CLIENT_SECRET", CLIENT_SECRET)];
    let refresh_token = [("COGNITO_REFRESH_TOKEN", REFRESH_TOKEN)];
    logged(&with(&shell, &["login", "-vv"], &secret, ""), 0);
    logged(&with(&shell, &["login", "-vv", "--password-stdin"], &[], PASSWORD), 0);
    logged(&with(&shell, &["token", "-vv"], &[], ""), 0);
    logged(&with(&shell, &["headers", "-vv", "--json"], &[], ""), 0);
    logged(&with(&shell, &["status", "-vv"], &[], ""), 0);
    logged(&with(&shell, &["refresh", "-vv"], &[], ""), 0);
    logged(&with(&shell, &["refresh", "-vv", "--refresh-token-stdin"], &[], REFRESH_TOKEN), 0);
    logged(&with(&shell, &["token", "-vv", "--store", "memory"], &refresh_token, ""), 0);
    check_secrecy(&with(&shell, &["status", "-vv", "--all"], &[], "").err);
    logged(&with(&shell, &["doctor", "-vv"], &secret, ""), 1);
    let bundle = with(&shell, &["export", "-vv"], &key, "");
    logged(&bundle, 0);
    logged(&with(&shell, &["import", "-vv"], &key, &bundle.out), 0);
    for (arguments, input) in [
        (&["forgot-password"][..], ""),
        (&["resend-confirmation"], ""),
        (&["confirm-forgot-password", "--code", CODE], NEW_PASSWORD),
        (&["confirm-sign-up", "--code", CODE], ""),
        (&["change-password"], NEW_PASSWORD),
        (&["sign-out-everywhere"], ""),
        (&["revoke"], ""),
    ] {
        logged(&with(&shell, &[&["account", "-vv"], arguments].concat(), &refresh_token, input), 0);
    }
    logged(&with(&shell, &["logout", "-vv"], &[], ""), 0);
    logged(&with(&shell, &["login", "-vv"], &[], ""), 0);
    logged(&with(&shell, &["logout", "-vv", "--everywhere"], &[], ""), 0);
    logged(&with(&shell, &["login", "-vv"], &[], ""), 0);
    logged(&with(&shell, &["logout", "-vv", "--all"], &[], ""), 0);
    check_secrecy(&with(&shell, &["decode", "-vv"], &[], &id_token()).err);
    check_secrecy(&with(&shell, &["verify", "-vv", "--user-pool-id", POOL], &[], &id_token()).err);
}

#[tokio::test]
async fn no_secret_is_logged_by_challenges_and_refusals() {
    let shell = Shell::new().await;
    let asked = |flow: &str| json!({"AuthFlow": flow});
    let salt = json!({
        "SRP_B": "0a1b2c3d4e5f", "SALT": "0c0ffee", "SECRET_BLOCK": "c2VudGluZWw=", "USER_ID_FOR_SRP": "ada",
    });
    shell.answers("InitiateAuth", asked("USER_SRP_AUTH"), 200, challenge("PASSWORD_VERIFIER", salt)).await;
    shell.answers("InitiateAuth", asked("USER_AUTH"), 200, challenge("EMAIL_OTP", json!({}))).await;
    shell.answers("InitiateAuth", asked("CUSTOM_AUTH"), 200, challenge("CUSTOM_CHALLENGE", json!({}))).await;
    let app = challenge("SOFTWARE_TOKEN_MFA", json!({}));
    shell.answers("InitiateAuth", asked("USER_PASSWORD_AUTH"), 200, app).await;
    let echoed = json!({"__type": "CodeMismatchException", "message": format!("Invalid code {CODE}")});
    shell
        .answers(
            "RespondToAuthChallenge",
            json!({"ChallengeResponses": {"EMAIL_OTP_CODE": CODE}}),
            400,
            echoed,
        )
        .await;
    shell.answers("RespondToAuthChallenge", json!({}), 200, tokens()).await;

    logged(&with(&shell, &["login", "-vv", "--store", "memory", "--user-pool-id", POOL], &[], ""), 0);
    logged(
        &with(
            &shell,
            &["login", "-vv", "--store", "memory"],
            &[("COGNITO_TOTP_SECRET", "JBSWY3DPEHPK3PXP")],
            "",
        ),
        0,
    );
    logged(&with(&shell, &["login", "-vv", "--flow", "user_auth"], &[], ""), 3);
    logged(&with(&shell, &["respond", "-vv", "--code", CODE], &[], ""), 4);
    logged(&with(&shell, &["login", "-vv", "--flow", "custom", "--user-pool-id", POOL], &[], ""), 3);
    logged(&with(&shell, &["respond", "-vv", "--answer", "ANSWER"], &[], NEW_PASSWORD), 0);
    shell.service.reset().await;
    let new = challenge("NEW_PASSWORD_REQUIRED", json!({}));
    shell.answers("InitiateAuth", json!({}), 200, new).await;
    shell.answers("RespondToAuthChallenge", json!({}), 200, tokens()).await;
    logged(&with(&shell, &["login", "-vv"], &[], ""), 3);
    logged(&with(&shell, &["respond", "-vv", "--new-password-stdin"], &[], NEW_PASSWORD), 0);
    shell.service.reset().await;
    let refused = json!({"__type": "NotAuthorizedException", "message": format!("Incorrect: {PASSWORD}")});
    shell.answers("InitiateAuth", json!({}), 400, refused).await;
    logged(&with(&shell, &["login", "-vv", "--store", "memory"], &[], ""), 4);
}

#[tokio::test]
async fn no_secret_is_logged_by_the_domain_of_the_pool() {
    let shell = Shell::new().await;
    let domain = shell.service.uri();
    let token = jwt(&json!({"client_id": "client", "token_use": "access", "exp": 4_102_444_800_u32}));
    let answer = json!({"access_token": token, "expires_in": 3600, "token_type": "Bearer"});
    Mock::given(method("POST"))
        .and(path("/oauth2/token"))
        .respond_with(ResponseTemplate::new(200).set_body_json(answer))
        .mount(&shell.service)
        .await;
    let told = [("COGNITO_CLIENT_SECRET", CLIENT_SECRET), ("COGNITO_DOMAIN", &*domain)];
    logged(&with(&shell, &["login", "-vv", "--client-credentials", "--scope", "a/b"], &told, ""), 0);
    let own = ["token", "-vv", "--flow", "client_credentials", "--store", "memory"];
    let ran = with(&shell, &own, &told, "");
    logged(&ran, 0);
    assert_eq!(ran.out.trim(), token);
}

/// The link on standard error, and a redirect that is pasted on standard input.
#[tokio::test]
async fn no_secret_is_logged_by_a_sign_in_on_the_page() {
    let shell = Shell::new().await;
    let mut command =
        shell.command(&["login", "-vv", "--sso", "--no-browser", "--redirect-uri", "https://app.example/"]);
    command.env("COGNITO_DOMAIN", shell.service.uri()).env("COGNITO_CLIENT_SECRET", CLIENT_SECRET);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    let (mut log, mut link) = (String::new(), String::new());
    while link.is_empty() {
        let mut line = String::new();
        assert_ne!(errors.read_line(&mut line).unwrap(), 0, "{log}");
        match line.trim() {
            found if found.starts_with("http") => link = found.to_owned(),
            _ => log.push_str(&line),
        }
    }
    let parameter = |name: &str| {
        let (_, value) = link.split_once(&format!("{name}=")).unwrap();
        value.split('&').next().unwrap().to_owned()
    };
    let id = jwt(&json!({"cognito:username": "ada", "token_use": "id", "exp": 4_102_444_800_u32,
        "nonce": parameter("nonce")}));
    let answer = json!({"id_token": id, "access_token": tokens()["AuthenticationResult"]["AccessToken"],
        "refresh_token": REFRESH_TOKEN, "expires_in": 3600, "token_type": "Bearer"});
    Mock::given(method("POST"))
        .and(path("/oauth2/token"))
        .respond_with(ResponseTemplate::new(200).set_body_json(answer))
        .mount(&shell.service)
        .await;
    let mut keyboard = child.stdin.take().unwrap();
    writeln!(keyboard, "https://app.example/?code=wrong&state=wrong").unwrap();
    let state = parameter("state");
    writeln!(keyboard, "https://app.example/?code={AUTHORIZATION_CODE}&state={state}").unwrap();
    std::io::Read::read_to_string(&mut errors, &mut log).unwrap();
    drop(keyboard);
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert_eq!(ran.code, 0, "{log}");
    assert!(ran.out.contains("Signed in as") && log.contains("cognitoken: debug: "), "{log}");
    assert!(
        log.contains("(InvalidRedirect)") || log.contains("state"),
        "the wrong address is refused: {log}"
    );
    check_secrecy(&log);
    for secret in [&*state, &parameter("nonce"), &parameter("code_challenge")] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}
