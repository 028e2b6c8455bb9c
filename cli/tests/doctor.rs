//! The findings of `cognitoken doctor` in the surroundings of a command.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]
#![allow(dead_code, reason = "the shell has more than these tests use")]

mod shell;

use serde_json::Value;
use shell::{PASSWORD, Ran, Shell};

const PROXY_PASSWORD: &str = "sentinel-of-the-proxy";

/// Returns the state and the finding of a check, in these surroundings.
fn told(shell: &Shell, name: &str, variables: &[(&str, &str)]) -> (String, String) {
    let mut command = shell.command(&["doctor", "--offline", "--json"]);
    let ran = Ran::of(command.envs(variables.iter().copied()).output().unwrap());
    assert!(!format!("{}{}", ran.out, ran.err).contains("sentinel"), "{}{}", ran.out, ran.err);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let mut found = report["checks"].as_array().unwrap().iter().filter(|check| check["name"] == name);
    let check = found.next().unwrap();
    assert_eq!(found.next(), None);
    // What is in the way has a way out, and changes the exit code.
    let is_bad = check["state"] == "bad";
    assert!(!is_bad || (check["fix"].is_string() && ran.code == 1), "{check}");
    (check["state"].as_str().unwrap().to_owned(), check["finding"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn the_proxy_of_the_endpoint_is_told_without_its_password() {
    let shell = Shell::new().await;
    let far = ("COGNITO_ENDPOINT", "https://cognito.example.org");
    let with_scheme = format!("http://ada:{PROXY_PASSWORD}@proxy.example:3128");
    let bare = format!("ada:{PROXY_PASSWORD}@proxy.example:3128");
    let named = [
        ("HTTPS_PROXY", &with_scheme),
        ("ALL_PROXY", &bare),
        ("https_proxy", &bare),
        ("all_proxy", &with_scheme),
    ];
    // In Windows the name in small letters is the same variable.
    for &(name, address) in &named[..if cfg!(windows) { 2 } else { 4 }] {
        let (state, finding) = told(&shell, "proxy", &[far, (name, address)]);
        assert_eq!(state, "note");
        let start = format!("http://proxy.example:3128/ for cognito.example.org, by {name}");
        assert!(finding.starts_with(&start) && finding.contains("hidden"), "{finding}");
    }
    for (variables, expected_state, expected) in [
        (vec![far], "good", "none is set"),
        (vec![far, ("HTTP_PROXY", &*with_scheme)], "good", "none is set"),
        (vec![far, ("HTTPS_PROXY", &*bare), ("NO_PROXY", "other.example")], "note", "by HTTPS_PROXY"),
        (
            vec![far, ("HTTPS_PROXY", &*bare), ("NO_PROXY", ".example.org")],
            "note",
            "NO_PROXY (.example.org) takes it out",
        ),
        (vec![far, ("HTTPS_PROXY", "ftp://ada:sentinel@proxy")], "bad", "HTTPS_PROXY (ftp://(hidden)@proxy)"),
        (vec![far, ("HTTPS_PROXY", "http://ada:sent#sentinel@proxy")], "bad", "http://(hidden)@proxy"),
        (vec![far, ("HTTPS_PROXY", "http://ada:sent/sentinel@proxy")], "bad", "http://(hidden)@proxy"),
        (vec![far, ("HTTPS_PROXY", "socks5h://ada:sentinel@proxy")], "note", "socks5h://proxy/ for"),
        (vec![("HTTPS_PROXY", &*with_scheme)], "good", "127.0.0.1 is this machine itself"),
    ] {
        let (state, finding) = told(&shell, "proxy", &variables);
        assert!(state == expected_state && finding.contains(expected), "{variables:?}: {state} {finding}");
    }
}

#[tokio::test]
async fn the_certificates_are_counted_and_a_file_without_any_is_told() {
    let shell = Shell::new().await;
    let certificate = || rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap().cert.pem();
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let path = shell.home.path().join("bundle.pem");
    for (text, expected_state, expected) in [
        (certificate(), "note", "1 certificate of"),
        (format!("{}{}", certificate(), certificate()), "note", "2 certificates of"),
        (format!("{}{broken}", certificate()), "note", "; 1 more cannot be used"),
        (broken.to_owned(), "bad", "holds no certificate that can be used"),
        ("nothing\n".to_owned(), "bad", "holds no certificate that can be used"),
    ] {
        std::fs::write(&path, text).unwrap();
        let (state, finding) = told(&shell, "certificates", &[("SSL_CERT_FILE", path.to_str().unwrap())]);
        assert!(state == expected_state && finding.contains(expected), "{state} {finding}");
    }
    let (state, finding) = told(&shell, "certificates", &[("SSL_CERT_FILE", "/no/such/file")]);
    assert!(state == "bad" && finding.contains("cannot be read"), "{finding}");
    assert_eq!(told(&shell, "certificates", &[]).1, "those of the system");
}

#[tokio::test]
async fn a_dotenv_that_cannot_be_read_is_one_of_the_findings() {
    let shell = Shell::new().await;
    std::fs::write(shell.home.path().join(".env"), "COGNITO_PASSWORD=\"sentinel").unwrap();
    assert_eq!(shell.run(&["token"]).code, 2, "every other command ends there");
    let (state, finding) = told(&shell, ".env", &[]);
    assert!(state == "bad" && finding.contains("line 1 of .env"), "{finding}");
    let (_, finding) = told(&shell, "COGNITO_CLIENT_ID", &[]);
    assert_eq!(finding, "client, from the environment");
}

#[tokio::test]
async fn a_person_gets_a_table_with_what_to_do() {
    let shell = Shell::new().await;
    let doctor = shell.run(&["doctor", "--offline"]);
    assert_eq!((doctor.code, doctor.err.as_str()), (0, ""));
    let headings: Vec<&str> = doctor.out.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(headings, ["values", "network", "store"]);
    let row = doctor.out.lines().find(|line| line.contains("COGNITO_PASSWORD")).unwrap();
    let words: Vec<&str> = row.split_whitespace().collect();
    assert_eq!(words, ["good", "COGNITO_PASSWORD", "set", "(hidden),", "from", "the", "environment"]);

    let doctor = shell.run(&["doctor", "--offline", "--region", "nowhere", "--user-pool-id", "us-east-1_a"]);
    assert_eq!(doctor.code, 1);
    assert!(doctor.err.contains("1 of ") && doctor.err.contains("in the way"), "{}", doctor.err);
    let lines: Vec<&str> = doctor.out.lines().collect();
    let at = lines.iter().position(|line| line.contains("InvalidRegion")).unwrap();
    assert!(lines[at].trim_start().starts_with("bad "));
    assert!(lines[at + 1].trim_start().starts_with("fix: Give the region's short name"), "{}", lines[at + 1]);
    assert!(!doctor.out.contains(PASSWORD));
}

#[tokio::test]
async fn the_store_is_the_shell_s_own_and_is_looked_into() {
    let shell = Shell::new().await;
    shell.signs_in().await;
    let (_, place) = told(&shell, "store", &[]);
    let folder = if cfg!(windows) { "cognitoken\\data\\tokens" } else { "cognitoken/tokens" };
    assert!(place.starts_with("file:") && place.contains(folder), "{place}");
    assert_eq!(told(&shell, "stored", &[]).1, "no tokens are stored");
    shell.run(&["login"]);
    let (_, stored) = told(&shell, "stored", &[]);
    assert!(stored.contains("ada@example.org") && stored.contains("client"), "{stored}");
    assert_eq!(told(&shell, "store", &[("COGNITO_STORE", "memory")]).1, "memory; its lock works");

    let (state, _) = told(&shell, "COGNITO_STORE", &[("COGNITO_STORE", "redis://ada:sentinel@127.0.0.1:1")]);
    assert_eq!(state, "good");
}

#[cfg(unix)]
#[tokio::test]
async fn a_variable_in_another_encoding_is_told_and_not_shown() {
    use std::os::unix::ffi::OsStrExt as _;
    let shell = Shell::new().await;
    let mut command = shell.command(&["doctor", "--offline", "--json"]);
    command.env("COGNITO_PASSWORD", std::ffi::OsStr::from_bytes(b"sentin\xe9l"));
    let ran = Ran::of(command.output().unwrap());
    assert!(!ran.out.contains("sentin") && ran.code == 1, "{}", ran.out);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let check = report["checks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|check| check["name"] == "COGNITO_PASSWORD")
        .unwrap();
    assert_eq!(check["state"], "bad");
    assert!(check["finding"].as_str().unwrap().contains("is not UTF-8"), "{check}");
}
