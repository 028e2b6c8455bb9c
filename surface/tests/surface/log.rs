//! The log, from the core to a language. One test: the level is the program's.

use cognitoken_surface::log::{Level, set_level, take_lines};
use serde_json::json;

use crate::door::{Service, call, tokens};

#[test]
fn lines_come_from_the_level_that_is_set_and_hold_no_secret() {
    let service = Service::start();
    service.answer("InitiateAuth", json!({}), 200, tokens());
    let values = || service.values().with("password", "pa55word-sentinel").with("flow", "password");
    call("login", &values()).outcome.unwrap();
    assert!(take_lines().is_empty(), "the log is off until a level is set");
    set_level(Some(Level::Trace));
    call("login", &values()).outcome.unwrap();
    set_level(None);
    let lines = take_lines();
    let requests =
        lines.iter().filter(|line| line.target == "cognitoken::http" && line.level == Level::Debug);
    assert!(requests.count() > 0, "{lines:?}");
    assert!(lines.iter().all(|line| line.target.starts_with("cognitoken")), "{lines:?}");
    assert!(!format!("{lines:?}").contains("pa55word-sentinel"));
    call("login", &values()).outcome.unwrap();
    assert!(take_lines().is_empty(), "the log is off again");
}

#[test]
fn levels_have_names() {
    assert_eq!("Debug".parse::<Level>().unwrap(), Level::Debug);
    assert_eq!("loud".parse::<Level>().unwrap_err().code(), "InvalidLogLevel");
    assert_eq!(Level::of_verbosity(0), Level::Warn);
    assert_eq!(Level::of_verbosity(9), Level::Debug);
}
