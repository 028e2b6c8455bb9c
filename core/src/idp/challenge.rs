//! What the service asks before it gives tokens.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::config::ClientConfig;
use crate::error::{Error, ErrorKind};
use crate::secret::ChallengeSession;

/// One question of the service's: a name such as `SOFTWARE_TOKEN_MFA`, and what it says about it.
///
/// A name that this library does not know is passed through as it came.
#[derive(Clone)]
pub struct Challenge {
    // Shared: a challenge travels inside errors, is copied into every binding, and never changes.
    inner: Arc<Inner>,
}

struct Inner {
    name: String,
    parameters: BTreeMap<String, String>,
    session: Option<ChallengeSession>,
    username: String,
    config: Arc<ClientConfig>,
}

impl Challenge {
    pub(super) fn new(
        name: String,
        parameters: BTreeMap<String, String>,
        session: Option<String>,
        username: String,
        config: Arc<ClientConfig>,
    ) -> Self {
        let session = session.map(ChallengeSession::new);
        Self { inner: Arc::new(Inner { name, parameters, session, username, config }) }
    }

    /// Cognito's name for it.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// What the service says about it, as it came: where a code was sent to, which attributes it requires, ...
    pub fn parameters(&self) -> &BTreeMap<String, String> {
        &self.inner.parameters
    }

    /// The user whom it asks, by the name that the service knows.
    pub fn username(&self) -> &str {
        &self.inner.username
    }

    /// The error that a sign-in ends with when nothing answers.
    pub(super) fn into_error(self) -> Error {
        let message = format!("the service asks for more before it gives tokens: {}", self.name());
        Error::new(ErrorKind::ChallengeRequired, self.name().to_owned(), message)
            .with_hint(self.what_to_do())
            .with_challenge(self)
    }
}

impl Challenge {
    fn what_to_do(&self) -> &'static str {
        match self.name() {
            "NEW_PASSWORD_REQUIRED" => "This user has to choose a new password before the first sign-in.",
            "SMS_MFA" | "SMS_OTP" => "Answer with the code that was sent to the user's phone.",
            "EMAIL_OTP" => "Answer with the code that was sent to the user's e-mail address.",
            "SOFTWARE_TOKEN_MFA" => "Answer with the code that the user's authenticator app shows.",
            _ => "Look at the challenge's name and parameters, and answer it.",
        }
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Challenge").field("name", &self.name()).finish_non_exhaustive()
    }
}
