//! The secrets of the flows, in every spelling that a line might have them in.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::Value;
use url::form_urlencoded;

use super::domain::form;
use super::service::{Call, Service};

/// Every secret that these tests make up has this in it, and nothing else has.
pub(crate) const MARK: &str = "s3kr1tmark";

pub(crate) fn secret(name: &str) -> String {
    format!("{MARK}-{name}-\"0123\\456+789")
}

/// The fields of a request that are no secrets.
const PLAIN: [&str; 21] = [
    "AuthFlow",
    "ClientId",
    "ChallengeName",
    "USERNAME",
    "Username",
    "DEVICE_KEY",
    "DeviceKey",
    "DeviceName",
    "DeviceRememberedStatus",
    "TIMESTAMP",
    "FriendlyDeviceName",
    "PREFERRED_CHALLENGE",
    "CHALLENGE_NAME",
    "grant_type",
    "client_id",
    "redirect_uri",
    "scope",
    "AccountId",
    "Source",
    "ANSWER_KIND",
    "IdentityPoolId",
];

/// A code of six digits is the shortest secret there is.
const SHORTEST: usize = 6;

/// All the secrets that the flows have used.
#[derive(Default)]
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    pub(crate) fn add(&mut self, secret: impl Into<String>) {
        let secret = secret.into();
        assert!(secret.len() >= SHORTEST, "too short to be looked for: {secret}");
        if !self.0.contains(&secret) {
            self.0.push(secret);
        }
    }

    /// Adds what a service was sent: everything that is not known to be plain.
    pub(crate) fn add_sent_to(&mut self, service: &Service) {
        service.calls().iter().for_each(|call| self.add_sent(call));
    }

    fn add_sent(&mut self, call: &Call) {
        for name in ["authorization", "proxy-authorization"] {
            if let Some((_, credentials)) = call.header(name).and_then(|value| value.split_once(' ')) {
                self.add(credentials);
            }
        }
        match serde_json::from_str::<Value>(&call.text) {
            Ok(body) => self.add_values("", &body),
            Err(_) => form(call).into_iter().for_each(|(name, value)| self.add_value(&name, &value)),
        }
    }

    fn add_values(&mut self, name: &str, value: &Value) {
        match value {
            Value::String(text) => self.add_value(name, text),
            Value::Object(fields) => fields.iter().for_each(|(name, value)| self.add_values(name, value)),
            Value::Array(values) => values.iter().for_each(|value| self.add_values(name, value)),
            _ => {}
        }
    }

    fn add_value(&mut self, name: &str, value: &str) {
        if value.len() >= SHORTEST && !PLAIN.contains(&name) {
            self.add(value);
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The lines that have a secret in them, each with what it shows.
    pub(crate) fn found_in(&self, lines: &[String]) -> Vec<String> {
        let all = lines.join("\n");
        let mut found = Vec::new();
        for spelling in
            self.0.iter().flat_map(|secret| spellings(secret)).filter(|spelling| all.contains(spelling))
        {
            found.extend(
                lines
                    .iter()
                    .filter(|line| line.contains(&spelling))
                    .map(|line| format!("{spelling}: {line}")),
            );
        }
        found
    }
}

/// A secret as it is, and as a log might spell it.
pub(crate) fn spellings(secret: &str) -> Vec<String> {
    let json = Value::from(secret).to_string();
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let percent = |letters: fn(u8) -> String| -> String {
        let encoded = |byte: u8| {
            if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { letters(byte) }
        };
        secret.bytes().map(encoded).collect()
    };
    let mut spellings = vec![
        secret.to_owned(),
        secret.chars().rev().collect(),
        json[1..json.len() - 1].to_owned(),
        format!("{secret:?}").trim_matches('"').to_owned(),
        percent(|byte| format!("%{byte:02X}")),
        percent(|byte| format!("%{byte:02x}")),
        form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        hex.to_uppercase(),
        hex,
        format!("{:?}", secret.as_bytes()).trim_matches(['[', ']']).to_owned(),
    ];
    // Base64 has three forms of what stands in the midst of something else.
    for before in 0..3 {
        let shifted = [vec![b' '; before], secret.as_bytes().to_vec()].concat();
        for engine in [&STANDARD, &URL_SAFE] {
            let encoded = engine.encode(&shifted);
            let from = [0, 2, 3][before];
            let to = encoded.trim_end_matches('=').len() - usize::from(shifted.len() % 3 != 0);
            spellings.push(encoded[from..to].to_owned());
        }
    }
    // What is short by chance stands in any line.
    spellings.retain(|spelling| spelling.len() >= SHORTEST);
    spellings.sort_unstable();
    spellings.dedup();
    spellings
}

#[test]
fn a_secret_is_found_in_every_spelling() {
    let mut secrets = Secrets::default();
    let password = secret("password");
    secrets.add(&password);
    for before in ["", "a", "ab", "abc"] {
        let joined = format!("{before}{password}z");
        for engine in [&STANDARD, &URL_SAFE] {
            assert!(!secrets.found_in(&[engine.encode(&joined)]).is_empty(), "{before}");
        }
    }
    let hex: String = password.bytes().map(|byte| format!("{byte:02X}")).collect();
    for line in
        [hex, password.chars().rev().collect(), format!("{password:?}"), format!("{:?}", password.as_bytes())]
    {
        assert!(!secrets.found_in(std::slice::from_ref(&line)).is_empty(), "{line}");
    }
    assert!(secrets.found_in(&["nothing of it".to_owned()]).is_empty());
}
