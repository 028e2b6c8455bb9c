//! What is set, where it came from, and what is wrong with it, with the next step for each.

mod service;
mod store;
mod surroundings;
mod values;

use crate::http::Transport;
use crate::session::SessionRequest;

/// How a [`Check`] turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckState {
    /// As it should be.
    Good,
    /// Worth knowing, and no obstacle.
    Note,
    /// In the way of a sign-in or a refresh.
    Bad,
}

impl CheckState {
    /// `good`, `note` or `bad`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Note => "note",
            Self::Bad => "bad",
        }
    }
}

/// One thing that was looked at. No secret is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// What it is about: `values`, `network`, `service`, `store`.
    pub group: &'static str,
    /// What was looked at.
    pub name: String,
    /// How it turned out.
    pub state: CheckState,
    /// What was found.
    pub finding: String,
    /// What to do about it.
    pub fix: Option<String>,
}

impl Check {
    fn new(group: &'static str, name: &str, state: CheckState, finding: impl Into<String>) -> Self {
        Self { group, name: name.to_owned(), state, finding: finding.into(), fix: None }
    }

    fn good(group: &'static str, name: &str, finding: impl Into<String>) -> Self {
        Self::new(group, name, CheckState::Good, finding)
    }

    fn failed(group: &'static str, name: &str, error: &crate::Error) -> Self {
        let check =
            Self::new(group, name, CheckState::Bad, format!("{} ({})", error.message(), error.code()));
        Self { fix: error.hint().map(str::to_owned), ..check }
    }

    fn with_fix(self, fix: impl Into<String>) -> Self {
        Self { fix: Some(fix.into()), ..self }
    }
}

/// Looks at everything that a session of this request would use. With `ask_service` the service is asked too, never
/// with the user's own name or password.
///
/// It does not fail: whatever is wrong is one of the checks.
///
/// ```no_run
/// use cognitoken::{Environment, SessionRequest, Transport, doctor};
///
/// # async fn example() -> cognitoken::Result<()> {
/// for check in doctor(&Transport::new(), &SessionRequest::new(Environment::read()?), true).await {
///     report(&check.name, &check.finding);
/// }
/// # Ok(())
/// # }
/// # fn report(_name: &str, _finding: &str) {}
/// ```
pub async fn doctor(transport: &Transport, request: &SessionRequest, ask_service: bool) -> Vec<Check> {
    let mut checks = values::check(request);
    checks.extend(surroundings::check());
    if ask_service {
        checks.extend(service::check(transport, request).await);
    }
    checks.extend(store::check(request).await);
    checks
}
