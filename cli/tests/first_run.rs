//! The first run at a terminal: what is asked, in which order, what is kept of it, and the next day.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]
#![allow(dead_code, reason = "the shell has more than these tests use")]

mod screen;
mod shell;

use std::path::PathBuf;

use screen::{CTRL_C, Terminal};
use serde_json::{Value, json};
use shell::{PASSWORD, Ran, Shell, id_token, jwt, tokens};

/// The variables of a shell that are not there on the next day, or on the first.
const VARIABLES: [&str; 4] =
    ["COGNITO_USER_NAME", "COGNITO_PASSWORD", "COGNITO_CLIENT_ID", "COGNITO_ENDPOINT"];

const POOL: &str = "us-east-1_AbCdEfGhI";

impl Shell {
    /// Another process, in another folder, without any variable.
    fn next_day(&self, arguments: &[&str]) -> Ran {
        let folder = self.home.path().join("elsewhere");
        std::fs::create_dir_all(&folder).unwrap();
        let mut command = self.command(arguments);
        for name in VARIABLES {
            command.env_remove(name);
        }
        Ran::of(command.current_dir(folder).output().unwrap())
    }

    /// A login of somebody who knows nothing of variables; the service is elsewhere than AWS's.
    fn newcomer(&self, options: &str) -> Terminal {
        let unset = VARIABLES.join(" ");
        let endpoint = self.service.uri();
        Terminal::open(self, &format!("unset {unset}; cognitoken login --endpoint {endpoint} {options}"))
    }

    fn config(&self) -> PathBuf {
        self.home.path().join(".config/cognitoken/config.toml")
    }

    fn kept(&self) -> String {
        std::fs::read_to_string(self.config()).unwrap_or_default()
    }

    fn write_config(&self, text: &str) {
        std::fs::create_dir_all(self.config().parent().unwrap()).unwrap();
        std::fs::write(self.config(), text).unwrap();
    }

    async fn sent(&self, operation: &str) -> Vec<Value> {
        let requests = self.service.received_requests().await.unwrap();
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let fitting = requests.iter().filter(|request| request.headers["x-amz-target"] == target.as_str());
        fitting.map(|request| serde_json::from_slice(&request.body).unwrap()).collect()
    }
}

async fn shell_of_a_pool() -> Shell {
    let shell = Shell::new().await;
    let mut answer = tokens();
    answer["AuthenticationResult"]["IdToken"] = id_token_of(POOL).into();
    let asked = json!({"AuthParameters": {"USERNAME": "ada", "PASSWORD": PASSWORD}});
    shell.answers("InitiateAuth", asked, 200, answer).await;
    let nobody = json!({"__type": "NotAuthorizedException", "message": "Incorrect username or password."});
    shell.answers("InitiateAuth", json!({}), 400, nobody).await;
    shell
}

fn id_token_of(pool: &str) -> String {
    let issuer = format!("https://cognito-idp.us-east-1.amazonaws.com/{pool}");
    jwt(&json!({"cognito:username": "ada", "email": "ada@example.org", "iss": issuer, "token_use": "id",
        "exp": 4_102_444_800_u32}))
}

#[tokio::test]
async fn a_newcomer_types_three_values_and_needs_none_on_the_next_day() {
    let shell = shell_of_a_pool().await;
    let mut terminal = shell.newcomer("");
    terminal.expect("Client ID: ");
    terminal.press("no id\n");
    terminal.expect("InvalidClientId");
    terminal.press("client\n");
    terminal.expect("User name: ");
    terminal.press("\n");
    terminal.expect("the answer is empty");
    terminal.press("ada\n");
    terminal.expect("Password: ");
    terminal.press(&format!("{PASSWORD}\n"));
    let (code, shown) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    for wanted in [
        "ada@example.org",
        "Tokens   file:",
        "Profile  default, in ",
        "cognitoken.Session().id_token()",
        "session_id_token(cognito_session())",
        "curl --header @-",
    ] {
        assert!(shown.contains(wanted), "{wanted} in {shown}");
    }
    assert!(!shown.contains(PASSWORD) && !shown.contains("User pool ID"), "{shown}");

    let kept = shell.kept();
    for wanted in ["[profiles.default]", "client_id = \"client\"", "username = \"ada\"", "endpoint = ", POOL]
    {
        assert!(kept.contains(wanted), "{wanted} in {kept}");
    }
    assert!(!kept.contains(PASSWORD) && !kept.contains("store"), "{kept}");

    let token = shell.next_day(&["token"]);
    assert_eq!((token.code, token.out.trim()), (0, &*id_token_of(POOL)), "{}", token.err);
    let status = shell.next_day(&["status"]);
    for wanted in ["ada@example.org", "Profile", "default", "the profile default"] {
        assert!(status.code == 0 && status.out.contains(wanted), "{wanted} in {}{}", status.out, status.err);
    }
    let profiles = shell.next_day(&["profiles"]);
    assert!(profiles.out.contains("*  default  ada") && profiles.out.contains("client"), "{}", profiles.out);
    let all: Value = serde_json::from_str(&shell.next_day(&["status", "--json"]).out).unwrap();
    assert_eq!((&all[0]["username"], &all[0]["profile"]), (&json!("ada"), &json!("default")));

    shell.answers("RevokeToken", json!({}), 200, json!({})).await;
    let logout = shell.next_day(&["logout", "--forget-profile"]);
    assert!(logout.code == 0 && logout.out.contains("The profile default is forgotten"), "{}", logout.err);
    assert_eq!(shell.next_day(&["status"]).code, 4);
    assert!(shell.next_day(&["profiles"]).out.contains("There are no profiles"));
    assert_eq!(shell.next_day(&["logout", "--forget-profile"]).code, 2);
}

#[tokio::test]
async fn the_probe_of_the_client_comes_before_the_password_and_never_has_the_users_name() {
    let shell = Shell::new().await;
    let absent =
        json!({"__type": "ResourceNotFoundException", "message": "User pool client client does not exist."});
    shell.answers("InitiateAuth", json!({}), 400, absent).await;
    let mut terminal = shell.newcomer("");
    terminal.expect("Client ID: ");
    terminal.press("client\n");
    terminal.expect("User name: ");
    terminal.press("ada\n");
    for attempt in 0..2 {
        terminal.expect("ResourceNotFoundException");
        terminal.expect("Client ID [client]: ");
        terminal.press("\n");
        terminal.expect("User pool ID, or the region [");
        terminal.press(if attempt == 0 { "eu-west-1\n" } else { "eu-west-1_AbCdEfGhI\n" });
        terminal.forget();
    }
    let (code, shown) = terminal.end();
    assert!(code != 0 && shown.contains("ResourceNotFoundException"), "{shown}");
    assert!(!shown.contains("Password") && shell.kept().is_empty(), "{shown}");
    let sent = shell.sent("InitiateAuth").await;
    assert_eq!(sent.len(), 3);
    assert!(sent.iter().all(|body| body["AuthParameters"]["USERNAME"] != "ada"), "{sent:?}");
}

#[tokio::test]
async fn a_client_with_a_secret_is_asked_for_it_and_the_secret_rests_in_the_store() {
    let shell = Shell::new().await;
    let lacking = json!({"__type": "NotAuthorizedException",
        "message": "Client client is configured with secret but SECRET_HASH was not received"});
    let has_hash = wiremock::matchers::body_string_contains("SECRET_HASH");
    let header = |operation: &str| {
        wiremock::matchers::header(
            "x-amz-target",
            format!("AWSCognitoIdentityProviderService.{operation}").as_str(),
        )
    };
    wiremock::Mock::given(header("InitiateAuth"))
        .and(has_hash)
        .respond_with(wiremock::ResponseTemplate::new(200).set_body_json(tokens()))
        .mount(&shell.service)
        .await;
    shell.answers("InitiateAuth", json!({}), 400, lacking).await;
    let mut terminal = shell.newcomer("--client-id client --username ada");
    terminal.expect("Client secret: ");
    terminal.press("sentinel-client-secret\n");
    terminal.expect("Password: ");
    terminal.press(&format!("{PASSWORD}\n"));
    let (code, shown) = terminal.end();
    assert!(code == 0 && !shown.contains("sentinel-client-secret"), "{shown}");
    assert!(shell.kept().contains("has_client_secret = true") && !shell.kept().contains("sentinel"));

    let refreshed = json!({"ClientSecret": "sentinel-client-secret"});
    shell.answers("GetTokensFromRefreshToken", refreshed, 200, tokens()).await;
    let refresh = shell.next_day(&["refresh"]);
    assert_eq!(refresh.code, 0, "{}", refresh.err);
}

#[tokio::test]
async fn ctrl_c_and_the_end_of_input_at_every_question_leave_nothing_behind() {
    let shell = shell_of_a_pool().await;
    let unset = VARIABLES.join(" ");
    let endpoint = shell.service.uri();
    let run = |verb: &str| {
        let line = format!(
            "trap : INT; unset {unset}; cognitoken {verb} --endpoint {endpoint}; echo ended with $?; stty -a"
        );
        Terminal::open(&shell, &line)
    };
    let questions = ["Client ID: ", "User name: ", "Password: "];
    let answers = ["client\n", "ada\n", "\n"];
    for (verb, count) in [("login", 3), ("configure", 2)] {
        for (stop, question) in questions.iter().take(count).enumerate() {
            for (key, code) in [(CTRL_C, "ended with 130"), ("\u{4}", "ended with 2")] {
                let mut terminal = run(verb);
                for (asked, answer) in questions.iter().zip(answers).take(stop) {
                    terminal.expect(asked);
                    terminal.press(answer);
                }
                terminal.expect(question);
                terminal.press(key);
                terminal.expect(code);
                let (_, shown) = terminal.end();
                for setting in [" echo ", " icanon ", " isig "] {
                    assert!(shown.replace('\n', " ").contains(setting), "{setting} in {shown}");
                }
                assert!(shell.kept().is_empty(), "{question}");
            }
        }
    }
}

#[tokio::test]
async fn what_a_job_signs_in_with_is_kept_only_under_the_name_that_it_gives() {
    let shell = shell_of_a_pool().await;
    let login = shell.run(&["login"]);
    assert_eq!((login.code, login.err.as_str()), (0, ""));
    assert!(!shell.config().exists());
    assert_eq!(shell.run(&["login", "--profile", "ci", "--no-save"]).code, 0);
    assert!(!shell.config().exists());
    assert_eq!(shell.run(&["login", "--profile", "a/b"]).code, 2);
    let login = shell.run(&["login", "--profile", "ci"]);
    assert_eq!((login.code, login.err.as_str()), (0, ""));
    assert!(shell.kept().contains("[profiles.ci]"), "{}", shell.kept());
    assert_eq!(shell.next_day(&["token", "--profile", "ci"]).code, 0);
    assert_eq!(shell.next_day(&["token"]).code, 0, "the first profile answers");
}

#[tokio::test]
async fn a_profile_of_another_client_stays_and_a_note_says_how_to_keep_both() {
    let shell = shell_of_a_pool().await;
    shell.write_config("[profiles.default]\nclient_id = \"other\"\nusername = \"grace\"\n");
    let before = shell.kept();
    let mut terminal = shell.newcomer("--client-id client");
    terminal.expect("User name [grace]: ");
    terminal.press("ada\n");
    terminal.expect("Password: ");
    terminal.press(&format!("{PASSWORD}\n"));
    let (code, shown) = terminal.end();
    assert!(
        code == 0 && shown.contains("login --profile NAME") && shown.contains("store=\"file\""),
        "{shown}"
    );
    assert_eq!(shell.kept(), before);

    let mut terminal = shell.newcomer("--client-id client --username ada --profile work");
    terminal.expect("Password: ");
    terminal.press(&format!("{PASSWORD}\n"));
    let (code, shown) = terminal.end();
    assert!(code == 0 && shown.contains("Session(profile=\"work\")"), "{shown}");
    assert!(
        shell.kept().starts_with(&before) && shell.kept().contains("[profiles.work]"),
        "{}",
        shell.kept()
    );
    let switched = shell.next_day(&["switch", "--profile", "work"]);
    assert!(switched.code == 0 && switched.out.contains("ada answers"), "{}", switched.err);
    assert_eq!(shell.next_day(&["token"]).code, 0);
}

#[tokio::test]
async fn a_strangers_client_never_becomes_a_profile() {
    let shell = shell_of_a_pool().await;
    std::fs::write(
        shell.home.path().join(".env"),
        format!("COGNITO_CLIENT_ID=client\nCOGNITO_USER_NAME=ada\nCOGNITO_USER_POOL_ID={POOL}\n"),
    )
    .unwrap();
    // SRP cannot be finished by this service; a flow that is chosen may send the password.
    let mut terminal = shell.newcomer("--flow password");
    terminal.expect("Password: ");
    terminal.press(&format!("{PASSWORD}\n"));
    let (code, shown) = terminal.end();
    assert!(code == 0 && shown.contains("no profile is kept, as .env names the client"), "{shown}");
    assert!(!shell.config().exists());
}

#[tokio::test]
async fn a_profile_that_dotenv_names_gets_no_password_that_it_does_not_hold() {
    let shell = shell_of_a_pool().await;
    let endpoint = shell.service.uri();
    shell.write_config(&format!(
        "[profiles.default]\nclient_id = \"mine\"\n[profiles.other]\nclient_id = \"client\"\nusername = \"ada\"\nendpoint = \"{endpoint}\"\n"
    ));
    std::fs::write(shell.home.path().join(".env"), "COGNITO_PROFILE=other\n").unwrap();
    let run = |variables: &[(&str, &str)]| {
        let mut command = shell.command(&["token"]);
        for name in VARIABLES {
            command.env_remove(name);
        }
        Ran::of(command.envs(variables.iter().copied()).output().unwrap())
    };
    let refused = run(&[("COGNITO_PASSWORD", PASSWORD)]);
    assert!(refused.code == 2 && refused.err.contains("UntrustedClient"), "{}", refused.err);
    assert!(shell.service.received_requests().await.unwrap().is_empty());
    // With the pool's id the password is proved, and not sent.
    let proved = run(&[("COGNITO_PASSWORD", PASSWORD), ("COGNITO_USER_POOL_ID", POOL)]);
    assert_eq!(proved.code, 4, "{}", proved.err);
    let sent = shell.sent("InitiateAuth").await;
    assert!(sent.len() == 1 && sent[0]["AuthFlow"] == "USER_SRP_AUTH", "{sent:?}");
    assert!(!format!("{sent:?}").contains(PASSWORD));
    // The environment's own choice is the user's.
    assert_eq!(run(&[("COGNITO_PASSWORD", PASSWORD), ("COGNITO_PROFILE", "other")]).code, 0);
}

#[tokio::test]
async fn a_client_that_dotenv_names_gets_no_password_of_the_environment() {
    let shell = shell_of_a_pool().await;
    std::fs::write(shell.home.path().join(".env"), "COGNITO_CLIENT_ID=client\n").unwrap();
    for verb in ["token", "login", "headers"] {
        let mut command = shell.command(&[verb]);
        let ran = Ran::of(command.env_remove("COGNITO_CLIENT_ID").output().unwrap());
        assert!(ran.code == 2 && ran.err.contains("UntrustedClient"), "{verb}: {}", ran.err);
    }
    assert!(shell.service.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_host_of_a_profile_gets_a_password_of_dotenv_but_a_host_of_dotenv_none_of_mine() {
    let shell = shell_of_a_pool().await;
    let endpoint = shell.service.uri();
    let dotenv = shell.home.path().join(".env");
    shell.write_config(&format!(
        "[profiles.default]\nclient_id = \"client\"\nusername = \"ada\"\nendpoint = \"{endpoint}\"\n"
    ));
    let run = |password: Option<&str>| {
        let mut command = shell.command(&["token", "--store", "memory"]);
        for name in VARIABLES {
            command.env_remove(name);
        }
        Ran::of(command.envs(password.map(|password| ("COGNITO_PASSWORD", password))).output().unwrap())
    };
    // The host is the user's own, whoever knows the password.
    std::fs::write(&dotenv, format!("COGNITO_PASSWORD={PASSWORD}\n")).unwrap();
    assert_eq!(run(None).code, 0);
    std::fs::write(&dotenv, "COGNITO_ENDPOINT=https://evil.example\nCOGNITO_CLIENT_ID=client\n").unwrap();
    let ran = run(Some(PASSWORD));
    assert!(!ran.err.contains("evil.example asks"), "{}", ran.err);
    assert!(ran.err.contains("COGNITO_ENDPOINT in .env is not used") || ran.code == 2, "{}", ran.err);
}

#[tokio::test]
async fn two_users_are_listed_and_switched_between() {
    let shell = shell_of_a_pool().await;
    let mut grace = tokens();
    grace["AuthenticationResult"]["IdToken"] =
        jwt(&json!({"cognito:username": "grace", "token_use": "id", "exp": 4_102_444_800_u32})).into();
    grace["AuthenticationResult"]["AccessToken"] =
        jwt(&json!({"username": "grace", "token_use": "access"})).into();
    shell.service.reset().await;
    shell.answers("InitiateAuth", json!({"AuthParameters": {"USERNAME": "grace"}}), 200, grace).await;
    shell.signs_in().await;
    assert_eq!(shell.run(&["login", "--profile", "default"]).code, 0);
    assert_eq!(shell.run(&["login", "--profile", "default", "--username", "grace"]).code, 0);
    let status = shell.next_day(&["status"]);
    assert_eq!(status.code, 0, "{}", status.err);
    assert!(
        status.out.contains("ada@example.org") && status.out.contains("*  default  grace"),
        "{}",
        status.out
    );
    let all: Value = serde_json::from_str(&shell.next_day(&["status", "--json"]).out).unwrap();
    assert_eq!(all.as_array().unwrap().len(), 2);

    for who in ["ADA", "ada@example.org", "ada"] {
        assert_eq!(shell.next_day(&["switch", "grace"]).code, 0);
        assert_ne!(shell.next_day(&["token"]).out.trim(), id_token());
        let switched = shell.next_day(&["switch", who]);
        assert!(switched.code == 0 && switched.out.contains("ada answers"), "{who}: {}", switched.err);
        assert_eq!(shell.next_day(&["token"]).out.trim(), id_token());
    }
    assert_eq!(shell.next_day(&["switch", "nobody"]).code, 4);
    assert_eq!(shell.next_day(&["switch"]).code, 2);

    // Nobody is named where the profile names no user: the error has the words to choose.
    shell.write_config(&shell.kept().replace("username = \"ada\"\n", ""));
    let unclear = shell.next_day(&["token"]);
    assert!(unclear.code == 2 && unclear.err.contains("SeveralIdentities"), "{}", unclear.err);
    for wanted in ["ada", "grace", "COGNITO_USER_NAME", "cognitoken switch USER", "(profile default)"] {
        assert!(unclear.err.contains(wanted), "{wanted} in {}", unclear.err);
    }
    assert_eq!(shell.next_day(&["status"]).code, 0, "the list never fails because there are two");
}

#[tokio::test]
async fn a_sign_in_that_is_over_is_renewed_by_a_person_and_told_to_a_job() {
    let shell = Shell::new().await;
    let expired = jwt(&json!({"cognito:username": "ada", "token_use": "id", "exp": 1_000_000_000}));
    let mut old = tokens();
    old["AuthenticationResult"]["IdToken"] = expired.into();
    let over = json!({"__type": "NotAuthorizedException", "message": "Refresh Token has expired"});
    for verb in ["token", "headers", "refresh"] {
        shell.service.reset().await;
        shell.answers("InitiateAuth", json!({}), 200, old.clone()).await;
        shell.answers("GetTokensFromRefreshToken", json!({}), 400, over.clone()).await;
        assert_eq!(shell.run(&["login", "--profile", "work"]).code, 0);
        for code in [4, 2] {
            // The sign-in that is over is forgotten; the next job finds nothing.
            let job = shell.next_day(&[verb]);
            assert_eq!(job.code, code, "{verb}: {}", job.err);
            assert!(job.err.contains("`cognitoken login --profile work`"), "{verb}: {}", job.err);
        }
        assert_eq!(shell.run(&["login", "--profile", "work"]).code, 0);
        shell.service.reset().await;
        shell.answers("GetTokensFromRefreshToken", json!({}), 400, over.clone()).await;
        shell.signs_in().await;
        let unset = VARIABLES.join(" ");
        let mut terminal = Terminal::open(&shell, &format!("unset {unset}; cognitoken {verb}"));
        terminal.expect("the stored sign-in is over");
        terminal.expect("Password: ");
        terminal.press(&format!("{PASSWORD}\n"));
        let (code, shown) = terminal.end();
        assert_eq!(code, 0, "{verb}: {shown}");
        assert_eq!(shell.next_day(&["token"]).out.trim(), id_token());
    }
}

#[tokio::test]
async fn configure_asks_takes_defaults_and_keeps_a_secret_in_the_store() {
    let shell = Shell::new().await;
    let mut terminal = Terminal::open(&shell, "cognitoken configure --profile work");
    terminal.expect("Client ID: ");
    terminal.press("client\n");
    terminal.expect("User name: ");
    terminal.press("ada\n");
    terminal.expect("User pool ID, or the region [us-east-1]: ");
    terminal.press("Atlantis\n");
    terminal.expect("InvalidRegion");
    terminal.press("\n");
    let (code, shown) = terminal.end();
    assert!(code == 0 && shown.contains("config.toml") && shown.contains("work"), "{shown}");
    assert!(shell.kept().contains("region = \"us-east-1\""), "{}", shell.kept());

    let job = shell.run(&["configure"]);
    assert!(job.code == 2 && job.err.contains("--client-id"), "{}", job.err);
    let secret = ["configure", "--profile", "work", "--client-secret-stdin", "--json"];
    let ran = shell.run_with_input(&secret, "sentinel-client-secret\n");
    let profile: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (&profile["name"], &profile["has_client_secret"]),
        (&json!("work"), &json!(true)),
        "{}",
        ran.err
    );
    assert!(!shell.kept().contains("sentinel"));
    let all: Value = serde_json::from_str(&shell.next_day(&["profiles", "--json"]).out).unwrap();
    assert_eq!((&all[0]["name"], &all[0]["is_chosen"]), (&json!("work"), &json!(true)));
}

#[tokio::test]
async fn a_narrow_terminal_and_every_character_of_a_password() {
    let shell = Shell::new().await;
    let password: String = (0x20..0x7f).map(char::from).collect();
    let asked = json!({"AuthParameters": {"USERNAME": "ada", "PASSWORD": password}});
    shell.answers("InitiateAuth", asked, 200, tokens()).await;
    let line = "stty cols 20; cognitoken login; cognitoken status; cognitoken profiles";
    let mut terminal = Terminal::open(&shell, line);
    terminal.expect("Password: ");
    terminal.press(&format!("{password}\n"));
    let (code, shown) = terminal.end();
    assert!(code == 0 && shown.contains("ada@example.org") && !shown.contains(&password), "{shown}");
    assert_eq!(shell.next_day(&["token"]).out.trim(), id_token());
}
