//! The sign-in that lasts between commands: where it rests, what it says of itself, how it ends.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]
#![allow(dead_code, reason = "the shell has more than these tests use")]

mod shell;

use std::path::PathBuf;

use serde_json::{Value, json};
use shell::{PASSWORD, REFRESH_TOKEN, Ran, Shell, id_token, tokens};

const KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

/// The folder of the tokens, below what stands for the home folder.
const TOKENS: &str = if cfg!(windows) {
    "cognitoken/data/tokens"
} else if cfg!(target_os = "macos") {
    "Library/Application Support/cognitoken/tokens"
} else {
    ".local/share/cognitoken/tokens"
};

impl Shell {
    /// A command that has no password.
    fn without_password(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).env_remove("COGNITO_PASSWORD").output().unwrap())
    }

    fn entries(&self) -> Vec<PathBuf> {
        let folder = self.home.path().join(TOKENS);
        let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
        let paths = entries.map(|entry| entry.unwrap().path());
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect()
    }

    async fn requests(&self) -> usize {
        self.service.received_requests().await.unwrap().len()
    }
}

#[tokio::test]
async fn after_login_no_command_wants_the_password() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    assert_eq!(shell.run(&["login"]).code, 0);
    assert_eq!(shell.without_password(&["token"]).out, format!("{}\n", id_token()));
    assert_eq!(shell.without_password(&["headers"]).out, format!("Authorization: Bearer {}\n", id_token()));
    assert_eq!(shell.requests().await, 1, "all but the first came from the store");
    let (id, access) = (id_token(), tokens()["AuthenticationResult"]["AccessToken"].clone());
    assert_eq!(shell.without_password(&["token", "--access"]).out.trim(), access.as_str().unwrap());
    assert_ne!(access.as_str().unwrap(), id);
}

#[tokio::test]
async fn status_says_who_where_and_until_when_and_no_secret() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    let nobody = shell.without_password(&["status"]);
    assert_eq!(nobody.code, 4);
    assert!(nobody.err.contains("cognitoken login"), "{}", nobody.err);

    shell.run(&["login"]);
    let status = shell.without_password(&["status"]);
    assert_eq!((status.code, status.err.as_str()), (0, ""));
    for wanted in ["ada@example.org", "client", "file:", "expires in", "possible without a password"] {
        assert!(status.out.contains(wanted), "{wanted} in {}", status.out);
    }
    let json: Value = serde_json::from_str(&shell.without_password(&["status", "--json"]).out).unwrap();
    assert_eq!((&json["signed_in"], &json["username"]), (&json!(true), &json!("ada")));
    for secret in [PASSWORD, REFRESH_TOKEN, &id_token()] {
        assert!(!format!("{}{json}", status.out).contains(secret));
    }
}

#[tokio::test]
async fn logout_revokes_forgets_and_says_how_far_it_went() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    assert!(shell.run(&["logout"]).out.contains("Nobody"));
    shell.answers("RevokeToken", json!({"Token": REFRESH_TOKEN}), 200, json!({})).await;
    shell.run(&["login"]);
    assert_eq!(shell.entries().len(), 1);
    let logout = shell.without_password(&["logout"]);
    assert!(logout.code == 0 && logout.out.contains("revoked at the service"), "{}", logout.out);
    assert!(shell.entries().is_empty());
    assert_eq!(shell.without_password(&["token"]).code, 2);

    shell.answers("GlobalSignOut", json!({}), 200, json!({})).await;
    shell.run(&["login"]);
    assert!(shell.without_password(&["logout", "--global"]).out.contains("everywhere"));
    assert!(shell.entries().is_empty());
}

#[tokio::test]
async fn a_logout_that_cannot_revoke_forgets_all_the_same_and_says_so() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    let refused = json!({"__type": "UnsupportedTokenTypeException", "message": "Revocation is off"});
    shell.answers("RevokeToken", json!({}), 400, refused).await;
    shell.run(&["login"]);
    let logout = shell.run(&["logout"]);
    assert!(logout.out.contains("here only") && logout.err.contains("Revocation is off"), "{}", logout.err);
    assert!(shell.entries().is_empty());
}

#[tokio::test]
async fn logout_leaves_nothing_that_holds_tokens_behind() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    shell.answers("RevokeToken", json!({}), 200, json!({})).await;
    shell.run(&["login"]);
    let entry = shell.entries().remove(0);
    let (folder, name) = (entry.parent().unwrap(), entry.file_name().unwrap().to_str().unwrap());
    let left = [format!("{name}.1800000000.damaged"), format!(".unfinished-{name}-0123456789abcdef")];
    for left in &left {
        std::fs::copy(&entry, folder.join(left)).unwrap();
    }
    let others = folder.join(".unfinished-client-other.json-0123456789abcdef");
    std::fs::copy(&entry, &others).unwrap();
    assert_eq!(shell.without_password(&["logout"]).code, 0);
    assert!(left.iter().all(|left| !folder.join(left).exists()));
    assert!(others.exists(), "somebody else may be writing it");

    // Where all that is left is damaged, too.
    shell.run(&["login"]);
    let text = std::fs::read_to_string(&entry).unwrap();
    std::fs::write(&entry, &text[..text.len() - 1]).unwrap();
    let lock = entry.with_extension("lock");
    std::fs::write(&lock, "begun\n").unwrap();
    assert_eq!(shell.without_password(&["logout"]).code, 0);
    for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        assert!(
            file == others || !std::fs::read_to_string(&file).unwrap().contains(REFRESH_TOKEN),
            "{file:?}"
        );
    }
}

#[tokio::test]
async fn refresh_is_for_the_stored_sign_in_and_never_signs_in() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    let nothing = shell.run(&["refresh"]);
    assert_eq!(nothing.code, 2);
    assert!(nothing.err.contains("COGNITO_REFRESH_TOKEN"), "{}", nothing.err);
    assert_eq!(shell.requests().await, 0);
    shell.run(&["login"]);
    shell.answers("GetTokensFromRefreshToken", json!({"RefreshToken": REFRESH_TOKEN}), 200, tokens()).await;
    assert_eq!(shell.without_password(&["refresh"]).code, 0);
}

#[tokio::test]
async fn a_sign_in_travels_sealed_in_a_bundle() {
    let (here, there) = (Shell::new().await, Shell::new().await);
    here.signs_in().await;
    here.run(&["login"]);
    assert_eq!(here.run(&["export"]).code, 2, "there is no key");
    let mut export = here.command(&["export"]);
    let bundle = Ran::of(export.env("COGNITO_BUNDLE_KEY", KEY).output().unwrap()).out;
    // With its quotation mark: three letters alone come about by chance in what is sealed.
    for secret in [REFRESH_TOKEN, &id_token(), "ada\""] {
        assert!(!bundle.contains(secret), "{secret}");
    }

    let import = |bundle: &str, key: &str| {
        let given = there.home.path().join("bundle");
        std::fs::write(&given, bundle).unwrap();
        let mut command = there.command(&["import", "--endpoint", &here.service.uri()]);
        command.env_remove("COGNITO_PASSWORD").env("COGNITO_BUNDLE_KEY", key);
        Ran::of(command.stdin(std::fs::File::open(given).unwrap()).output().unwrap())
    };
    let other_key = KEY.replace("AQE", "AgI");
    for (bundle, key) in [("nonsense", KEY), (&*bundle, &*other_key), (&bundle[..bundle.len() / 2], KEY)] {
        let refused = import(bundle, key);
        assert!(refused.code == 1 && refused.err.contains("InvalidBundle"), "{}", refused.err);
    }
    assert!(import(&bundle, KEY).out.contains("ada@example.org"));
    let token = there.without_password(&["token", "--endpoint", &here.service.uri()]);
    assert_eq!(token.out, format!("{}\n", id_token()));
}

#[tokio::test]
async fn the_answer_to_a_challenge_is_kept_like_a_sign_in() {
    let shell = Shell::new().await;
    let challenge = json!({"ChallengeName": "SMS_MFA", "ChallengeParameters": {}, "Session": "session"});
    shell.answers("InitiateAuth", json!({}), 200, challenge).await;
    shell.answers("RespondToAuthChallenge", json!({}), 200, tokens()).await;
    assert_eq!(shell.run(&["login"]).code, 3);
    assert_eq!(shell.run(&["respond", "--code", "123456"]).code, 0);
    assert_eq!(shell.without_password(&["token"]).out, format!("{}\n", id_token()));
}

#[tokio::test]
async fn the_store_is_the_one_that_is_named() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    let folder = shell.home.path().join("elsewhere");
    let store = format!("file:{}", folder.display());
    assert_eq!(shell.run(&["login", "--store", &store]).code, 0);
    assert!(folder.exists() && shell.entries().is_empty());
    assert_eq!(shell.without_password(&["token"]).code, 2);
    assert_eq!(shell.without_password(&["token", "--store", &store]).code, 0);
    assert_eq!(shell.run(&["login", "--store", "nowhere"]).code, 2);
    let memory = shell.run(&["token", "--store", "memory"]);
    assert_eq!(memory.out, format!("{}\n", id_token()));
}

#[tokio::test]
async fn a_damaged_entry_is_told_and_no_obstacle() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    shell.run(&["login"]);
    std::fs::write(&shell.entries()[0], "{").unwrap();
    let token = shell.run(&["token"]);
    assert_eq!((token.code, token.out.trim()), (0, id_token().as_str()));
    assert!(token.err.contains("note:") && token.err.contains("damaged"), "{}", token.err);
}

#[tokio::test]
async fn doctor_tells_what_is_wrong_with_its_fix_and_no_secret() {
    let shell = Shell::new().await;
    let closed = json!({"__type": "InvalidParameterException", "message": "USER_PASSWORD_AUTH flow not enabled for this client"});
    let asked = json!({"AuthFlow": "USER_PASSWORD_AUTH"});
    shell.answers("InitiateAuth", asked, 400, closed).await;
    let nobody = json!({"__type": "NotAuthorizedException", "message": "Incorrect username or password."});
    shell.answers("InitiateAuth", json!({}), 400, nobody).await;
    std::fs::write(shell.home.path().join(".env"), "COGNITO_DOMAIN=https://evil.example\n").unwrap();

    let doctor = shell.run(&["doctor"]);
    assert_eq!(doctor.code, 1);
    for wanted in ["ALLOW_USER_PASSWORD_AUTH", "set (hidden)", "from .env, and not used", "its lock works"] {
        assert!(doctor.out.contains(wanted), "{wanted} in {}", doctor.out);
    }
    assert!(!format!("{}{}", doctor.out, doctor.err).contains(PASSWORD));
    for request in shell.service.received_requests().await.unwrap() {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        assert!(!body.contains(PASSWORD) && !body.contains("\"ada\""), "{body}");
    }
    let before = shell.requests().await;
    assert_eq!(shell.run(&["doctor", "--offline", "--json"]).code, 0);
    assert_eq!(shell.requests().await, before);
}
