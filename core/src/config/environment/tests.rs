use super::*;
use crate::error::ErrorKind;

fn environment(process: &[(&str, &str)], dotenv: &str) -> Environment {
    Environment::from_pairs(process.iter().copied(), dotenv).unwrap()
}

#[test]
fn the_process_wins_over_dotenv_and_an_empty_value_is_absent() {
    let found = environment(
        &[("COGNITO_REGION", "eu-west-1"), ("COGNITO_USER_NAME", " ")],
        "COGNITO_REGION=us-east-1\nCOGNITO_USER_NAME=ada",
    );
    assert_eq!(found.get("COGNITO_REGION"), Some(("eu-west-1", Source::Process)));
    assert_eq!(found.get("COGNITO_USER_NAME"), Some(("ada", Source::DotEnv)));
    assert_eq!(found.get("COGNITO_CLIENT_ID"), None);
}

#[test]
fn debug_shows_names_and_no_value() {
    let shown = format!("{:?}", environment(&[("COGNITO_PASSWORD", "correct horse")], ""));
    assert_eq!(shown, r#"{"COGNITO_PASSWORD"}"#);
    let file = file_of("correct horse");
    let found = environment(&[("COGNITO_PASSWORD_FILE", file.path().to_str().unwrap())], "");
    assert!(found.has("COGNITO_PASSWORD"));
    assert_eq!(format!("{found:?}"), r#"{"COGNITO_PASSWORD_FILE"}"#);
}

fn file_of(content: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), content).unwrap();
    file
}

#[test]
fn a_file_that_the_process_names_stands_for_the_variable() {
    let file = file_of("from the file\n");
    let path = format!(" {}\n", file.path().display());
    let in_file = [("COGNITO_PASSWORD_FILE", path.as_str())];
    for dotenv in ["", "COGNITO_PASSWORD=x", "COGNITO_PASSWORD_FILE=/elsewhere"] {
        let found = environment(&in_file, dotenv);
        assert_eq!(found.source("COGNITO_PASSWORD"), Some(Source::Process));
        assert!(found.has("COGNITO_PASSWORD") && !found.has("COGNITO_CLIENT_SECRET"));
        let secret = found.secret_of_process("COGNITO_PASSWORD").unwrap().unwrap();
        assert_eq!((secret.text, secret.variable), ("from the file", "COGNITO_PASSWORD_FILE"));
    }
    let both = environment(&[in_file[0], ("COGNITO_PASSWORD", "x")], "");
    let error = both.secret_of_process("COGNITO_PASSWORD").map(drop).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "ConflictingValues"));
    assert!(error.message().contains("COGNITO_PASSWORD and COGNITO_PASSWORD_FILE"), "{error}");
    let one_is_empty = environment(&[in_file[0], ("COGNITO_PASSWORD", " ")], "");
    assert!(one_is_empty.secret_of_process("COGNITO_PASSWORD").unwrap().is_some());
}

#[test]
fn an_empty_file_gives_no_value_and_one_that_cannot_be_read_is_no_absent_value() {
    let file = file_of("\n");
    let found = environment(&[("COGNITO_PASSWORD_FILE", file.path().to_str().unwrap())], "");
    assert!(!found.has("COGNITO_PASSWORD"));
    let found = environment(&[("COGNITO_PASSWORD_FILE", "/not/there")], "");
    assert!(found.has("COGNITO_PASSWORD"));
}

#[test]
fn dotenv_names_no_file_to_read() {
    let file = file_of("from the file");
    let found = environment(&[], &format!("COGNITO_PASSWORD_FILE={}", file.path().display()));
    assert!(!found.has("COGNITO_PASSWORD") && found.source("COGNITO_PASSWORD").is_none());
    assert!(found.secret_of_process("COGNITO_PASSWORD").unwrap().is_none());
}
