//! What of the surroundings decides how the service is reached.

use std::fs;

use url::Url;

use super::{Check, CheckState};

const GROUP: &str = "network";

pub(super) fn check() -> Vec<Check> {
    vec![proxy(), certificates()]
}

/// The first of the variables that is set; either spelling counts.
fn variable(names: &[&'static str]) -> Option<(&'static str, String)> {
    names.iter().find_map(|name| {
        let value = std::env::var(name).ok().filter(|value| !value.trim().is_empty())?;
        Some((*name, value))
    })
}

fn proxy() -> Check {
    let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let Some((name, value)) = variable(&names) else {
        return Check::good(GROUP, "proxy", "none is set");
    };
    let mut finding = format!("{} by {name}", without_credentials(&value));
    if let Some((name, value)) = variable(&["NO_PROXY", "no_proxy"]) {
        finding = format!("{finding}; not for {value} ({name})");
    }
    Check::new(GROUP, "proxy", CheckState::Note, finding)
}

/// A proxy's address may hold a password.
fn without_credentials(address: &str) -> String {
    let Ok(mut url) = Url::parse(address) else { return "an address that is no URL".to_owned() };
    let _ = url.set_username("").and_then(|()| url.set_password(None));
    url.to_string()
}

fn certificates() -> Check {
    const NAME: &str = "certificates";
    let Some((name, path)) = variable(&["SSL_CERT_FILE"]) else {
        return Check::good(GROUP, NAME, "those of the system");
    };
    let fix = "Name a file with PEM certificates of those whom you trust, or unset SSL_CERT_FILE.";
    match fs::read_to_string(&path) {
        Err(fault) => {
            Check::new(GROUP, NAME, CheckState::Bad, format!("{path} ({name}) cannot be read: {fault}"))
                .with_fix(fix)
        }
        Ok(text) => match text.matches("-----BEGIN CERTIFICATE-----").count() {
            0 => Check::new(GROUP, NAME, CheckState::Bad, format!("{path} ({name}) holds no certificate"))
                .with_fix(fix),
            count => Check::new(GROUP, NAME, CheckState::Note, format!("{count} of {path} ({name})")),
        },
    }
}
