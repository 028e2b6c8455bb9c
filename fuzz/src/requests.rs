//! Parts that the targets share: a hostile service's script, requests that hold marked secrets, and what must hold of both.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use cognitoken::fuzzing::{self, Script, ScriptedAnswer, SentRequest};
use cognitoken::{ClientValues, Clock, Cognito, Environment, Error};

pub(crate) const CLIENT_ID: &str = "1example23456789";
pub(crate) const POOL: &str = "us-east-1_AbCdEfGhI";
pub(crate) const HOST: &str = "cognito-idp.us-east-1.amazonaws.com";
pub(crate) const NOW: u64 = 1_700_000_000;

/// Secrets that no answer makes up by chance. A corpus file that holds one is a service that repeats what it was sent.
pub(crate) const PASSWORD: &str = "Sentinel-Password";
pub(crate) const CLIENT_SECRET: &str = "Sentinel-ClientSecret";
pub(crate) const REFRESH_TOKEN: &str = "Sentinel-RefreshToken";
pub(crate) const ANSWER: &str = "Sentinel-Answer";
const SECRETS: [&str; 4] = [PASSWORD, CLIENT_SECRET, REFRESH_TOKEN, ANSWER];

/// Runs a future to its end. Time is not waited for: where nothing else is left to do, it passes at once.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(future)
}

/// A service that says what the input says, on a machine where it is always [`NOW`].
pub(crate) struct Service {
    script: Arc<Script>,
    pub(crate) cognito: Cognito,
}

impl Service {
    /// Answers with `---` between them: the status, headers, an empty line, the body; or the body of a success alone.
    pub(crate) fn new(input: &str) -> Self {
        let script = Arc::new(Script::new(input.split("\n---\n").take(16).map(answer)));
        let clock = Clock::from_fn(|| UNIX_EPOCH + Duration::from_secs(NOW));
        Self { cognito: fuzzing::cognito(Arc::clone(&script), clock), script }
    }

    pub(crate) fn requests(&self) -> Vec<SentRequest> {
        self.script.requests()
    }

    /// Every request goes to this host.
    pub(crate) fn assert_asked_only(&self, host: &str) {
        for request in self.requests() {
            assert_eq!(request.url.host_str(), Some(host), "a request goes to {}", request.url);
        }
    }

    /// Asserts that nobody can read requests on their way.
    pub(crate) fn assert_asked_safely(&self) {
        for request in self.requests() {
            let near = matches!(request.url.host_str(), Some("localhost" | "[::1]"))
                || request.url.host_str().is_some_and(|host| host.starts_with("127."));
            assert!(request.url.scheme() == "https" || near, "a request goes to {}", request.url);
        }
    }

    /// This secret is in no request.
    pub(crate) fn assert_never_sent(&self, secret: &str) {
        for request in self.requests() {
            assert!(!request.text.contains(secret), "{secret} was sent to {}", request.url);
        }
    }

    /// An error shows nothing that was sent in secret, whatever the service made of it, and nothing that a terminal
    /// obeys.
    pub(crate) fn assert_shows_no_secret(&self, error: &Error) {
        let requests = self.requests();
        let sent = |secret: &str| requests.iter().any(|request| request.text.contains(secret));
        let texts = [Some(error.code()), Some(error.message()), error.hint(), error.request_id()]
            .into_iter()
            .flatten();
        for text in texts {
            for secret in SECRETS.into_iter().filter(|secret| sent(secret)) {
                assert!(!text.contains(secret), "an error shows {secret}: {text:?}");
            }
            assert_no_control_characters(text);
        }
        assert!(error.message().len() < 4000, "an error of {} bytes", error.message().len());
    }
}

pub(crate) fn assert_no_control_characters(text: &str) {
    assert!(!text.contains(char::is_control), "a control character is shown: {text:?}");
}

fn answer(text: &str) -> ScriptedAnswer {
    let success = ScriptedAnswer { status: 200, headers: Vec::new(), body: text.into() };
    let Some((head, body)) = text.split_once("\n\n") else { return success };
    let mut lines = head.lines();
    let Some(status) = lines.next().and_then(|line| line.parse().ok()) else { return success };
    let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
    ScriptedAnswer { status, headers: lines.filter_map(header).collect(), body: body.into() }
}

/// A user's client, with a secret.
pub(crate) fn client() -> ClientValues {
    ClientValues {
        client_id: Some(CLIENT_ID.to_owned()),
        client_secret: Some(CLIENT_SECRET.into()),
        region: Some("us-east-1".to_owned()),
        ..ClientValues::default()
    }
}

/// The user, from the environment of the process.
pub(crate) fn environment() -> Environment {
    Environment::from_pairs([("COGNITO_USER_NAME", "ada")], "").expect("a name is no fault")
}
