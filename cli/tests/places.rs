//! The stores of this machine: found by every verb, shown, and emptied.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]
#![allow(dead_code, reason = "the shell has more than these tests use")]

mod shell;

use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use shell::{REFRESH_TOKEN, Ran, Shell, jwt, tokens};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, ResponseTemplate};

const SECRET: &str = "sentinel-client-secret-9b2e";

impl Shell {
    /// A command that no variable but the home folder tells anything.
    fn untold(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        let mut command = self.command(arguments);
        let names = ["COGNITO_USER_NAME", "COGNITO_PASSWORD", "COGNITO_CLIENT_ID", "COGNITO_ENDPOINT"];
        for name in names {
            command.env_remove(name);
        }
        Ran::of(command.envs(variables.iter().copied()).output().unwrap())
    }

    async fn gives_the_client_a_token(&self) -> String {
        let token = jwt(
            &json!({"client_id": "client", "token_use": "access", "scope": "a/b", "exp": 4_102_444_800_u32}),
        );
        let answer = json!({"access_token": token, "expires_in": 3600, "token_type": "Bearer"});
        Mock::given(method("POST"))
            .and(path("/oauth2/token"))
            .respond_with(ResponseTemplate::new(200).set_body_json(answer))
            .mount(&self.service)
            .await;
        token
    }

    async fn asked(&self, what: &str) -> usize {
        let requests = self.service.received_requests().await.unwrap();
        requests.iter().filter(|request| request.url.path() == what).count()
    }
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn a_clients_own_token_is_found_by_every_verb_and_asked_for_once() {
    let shell = Shell::new().await;
    let token = shell.gives_the_client_a_token().await;
    let domain = shell.service.uri();
    let told =
        [("COGNITO_CLIENT_ID", "client"), ("COGNITO_CLIENT_SECRET", SECRET), ("COGNITO_DOMAIN", &*domain)];
    for _ in 0..3 {
        let login = shell.untold(&["login", "--client-credentials"], &told);
        assert_eq!(login.code, 0, "{}", login.err);
    }
    assert_eq!(shell.asked("/oauth2/token").await, 1, "each token is billed");
    for told in [&told[..], &[]] {
        assert_eq!(shell.untold(&["token"], told).out, format!("{token}\n"));
        assert_eq!(shell.untold(&["token", "--access"], told).out, format!("{token}\n"));
        let named: Value = serde_json::from_str(&shell.untold(&["token", "--json"], told).out).unwrap();
        assert_eq!(named, json!({"access_token": token}));
        assert_eq!(shell.untold(&["headers"], told).out, format!("Authorization: Bearer {token}\n"));
        assert_eq!(shell.untold(&["status"], told).code, 0);
    }
    assert_eq!(shell.asked("/oauth2/token").await, 1);
    assert_eq!(shell.untold(&["logout"], &told).code, 0);
    assert_eq!(shell.untold(&["status"], &told).code, 4);
}

#[tokio::test]
async fn a_sign_in_is_found_by_whatever_of_it_is_given() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    assert_eq!(shell.run(&["login"]).code, 0);
    for told in [&[][..], &[("COGNITO_CLIENT_ID", "client")], &[("COGNITO_USER_NAME", "ADA")]] {
        let token = shell.untold(&["token"], told);
        assert_eq!((token.code, token.out.trim()), (0, &*shell::id_token()), "{told:?}: {}", token.err);
    }
    assert_eq!(shell.untold(&["status"], &[("COGNITO_CLIENT_ID", "other")]).code, 4);
}

#[tokio::test]
async fn logout_leaves_no_lock_and_no_challenge_behind() {
    let shell = Shell::new().await;
    let challenge = json!({"ChallengeName": "SMS_MFA", "ChallengeParameters": {}, "Session": "session"});
    shell.answers("InitiateAuth", json!({}), 200, challenge).await;
    assert_eq!(shell.run(&["login"]).code, 3);
    assert!(!files(shell.home.path()).is_empty());
    let logout = shell.run(&["logout"]);
    assert!(logout.code == 0 && logout.err.contains("challenge"), "{}", logout.err);
    assert_eq!(files(shell.home.path()), Vec::<PathBuf>::new());

    shell.service.reset().await;
    shell.signs_in().await;
    shell.answers("RevokeToken", json!({}), 200, json!({})).await;
    assert_eq!(shell.run(&["login"]).code, 0);
    assert_eq!(shell.run(&["doctor", "--offline"]).code, 0);
    assert_eq!(shell.run(&["logout"]).code, 0);
    assert_eq!(files(shell.home.path()), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn a_logout_leaves_another_clients_sign_in_and_challenge() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    shell.answers("RevokeToken", json!({}), 200, json!({})).await;
    for client in ["client", "other"] {
        assert_eq!(shell.run(&["login", "--client-id", client]).code, 0);
    }
    assert_eq!(shell.run(&["logout"]).code, 0);
    assert_eq!(shell.run(&["status"]).code, 4);
    assert_eq!(shell.run(&["status", "--client-id", "other"]).code, 0);
}

#[tokio::test]
async fn one_command_shows_every_place_and_another_one_empties_them() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    shell.answers("RevokeToken", json!({}), 200, json!({})).await;
    let nothing = shell.untold(&["status", "--all"], &[]);
    assert_eq!(nothing.code, 4);
    let elsewhere = format!("file:{}", shell.home.path().join("elsewhere").display());
    shell.run(&["login"]);
    shell.run(&["login", "--client-id", "other"]);
    shell.run(&["login", "--store", &elsewhere]);
    let challenge = json!({"ChallengeName": "SMS_MFA", "ChallengeParameters": {}, "Session": "session"});
    shell.service.reset().await;
    shell.answers("InitiateAuth", json!({}), 200, challenge).await;
    shell.answers("RevokeToken", json!({}), 200, json!({})).await;
    assert_eq!(shell.run(&["login"]).code, 3);

    let told = [("COGNITO_STORE", &*elsewhere)];
    let shown = shell.untold(&["status", "--all"], &told);
    assert_eq!(shown.code, 0, "{}", shown.err);
    for wanted in ["ada@example.org", "other", "elsewhere", "SMS_MFA for ada at client client"] {
        assert!(shown.out.contains(wanted), "{wanted} in {}", shown.out);
    }
    assert!(!shown.out.contains(REFRESH_TOKEN));
    let json: Value = serde_json::from_str(&shell.untold(&["status", "--all", "--json"], &told).out).unwrap();
    let counts: Vec<usize> = json["stores"]
        .as_array()
        .unwrap()
        .iter()
        .map(|store| store["sign_ins"].as_array().unwrap().len())
        .collect();
    assert_eq!((counts, json["challenges"].as_array().unwrap().len()), (vec![1, 2], 1));

    let before = shell.asked("/").await;
    let emptied = shell.untold(&["logout", "--all"], &told);
    assert_eq!(emptied.code, 0, "{}", emptied.err);
    assert_eq!(shell.asked("/").await - before, 3, "each refresh token is revoked: {}", emptied.out);
    assert_eq!(files(shell.home.path()), Vec::<PathBuf>::new());
    assert_eq!(shell.untold(&["status", "--all"], &told).code, 4);
}

#[tokio::test]
async fn what_cannot_be_read_goes_too() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    let key = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    let mut login = shell.command(&["login"]);
    assert_eq!(Ran::of(login.env("COGNITO_STORE_KEY", key).output().unwrap()).code, 0);
    let other_key = key.replace("AQE", "AgI");
    let emptied = shell.untold(&["logout", "--all"], &[("COGNITO_STORE_KEY", &other_key)]);
    assert_eq!(emptied.code, 0, "{}", emptied.err);
    assert!(emptied.err.contains("not revoked"), "{}", emptied.err);
    assert_eq!(files(shell.home.path()), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn a_refresh_that_is_answered_late_is_stored_before_the_command_ends() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    assert_eq!(shell.run(&["login"]).code, 0);
    let mut rotated = tokens();
    rotated["AuthenticationResult"]["RefreshToken"] = "rotated".into();
    let answer = ResponseTemplate::new(200).set_body_json(rotated).set_delay(Duration::from_secs(2));
    let target = "AWSCognitoIdentityProviderService.GetTokensFromRefreshToken";
    Mock::given(header("x-amz-target", target))
        .respond_with(answer)
        .up_to_n_times(1)
        .mount(&shell.service)
        .await;
    let late = shell.run(&["refresh", "--timeout", "0.5"]);
    assert_eq!(late.code, 5, "{}", late.err);
    shell.answers("GetTokensFromRefreshToken", json!({"RefreshToken": "rotated"}), 200, tokens()).await;
    let next = shell.run(&["refresh"]);
    assert_eq!(next.code, 0, "{}", next.err);
}

#[tokio::test]
async fn verify_and_doctor_know_what_the_sign_in_knows() {
    let shell = Shell::new().await;
    let pool = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
    let id = jwt(&json!({"cognito:username": "ada", "iss": pool, "aud": "client", "token_use": "id",
        "exp": 4_102_444_800_u32}));
    let mut answer = tokens();
    answer["AuthenticationResult"]["IdToken"] = id.clone().into();
    shell.answers("InitiateAuth", json!({"ClientId": "client"}), 200, answer).await;
    let keys = shell.home.path().join("keys.json");
    let key = json!({"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "other", "e": "AQAB",
        "n": URL_SAFE_NO_PAD.encode([0xc5; 256])});
    std::fs::write(&keys, json!({"keys": [key]}).to_string()).unwrap();
    let verify = ["verify", &id, "--jwks", keys.to_str().unwrap()];
    let unknown = shell.untold(&verify, &[]);
    assert_eq!(unknown.code, 2, "{}", unknown.err);
    assert!(shell.untold(&["doctor", "--offline"], &[]).out.contains("no client id is given"));

    assert_eq!(shell.run(&["login"]).code, 0);
    let known = shell.untold(&verify, &[]);
    assert_eq!(known.code, 1, "the pool is known, and its keys are not these: {}", known.err);
    let offline = shell.untold(&["doctor", "--offline"], &[]);
    assert_eq!(offline.code, 0, "{}", offline.out);
    let doctor = shell.untold(&["doctor"], &[]);
    for wanted in
        ["client of pool us-east-1_AbCdEfGhI, by the stored sign-in", "can be refreshed", "USER_SRP_AUTH"]
    {
        assert!(doctor.out.contains(wanted), "{wanted} in {}", doctor.out);
    }
    let other = shell.untold(&verify, &[("COGNITO_CLIENT_ID", "other")]);
    assert_eq!(other.code, 2, "nothing is known of another client: {}", other.err);
}
