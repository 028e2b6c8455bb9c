//! What is set, where it came from, and what is wrong with it, with the next step for each.

mod network;
mod service;
mod store;
mod values;

use crate::config::ClientValues;
use crate::http::{CallBudget, Transport};
use crate::session::{SessionRequest, stored_client};

/// How a [`Check`] turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckState {
    /// As it should be.
    Good,
    /// Worth knowing, and no obstacle.
    Note,
    /// In the way of a sign-in, a refresh or a verification.
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

    /// The same with the place that the value was found in.
    fn found_in(self, place: &str) -> Self {
        Self { finding: format!("{}; found in {place}", self.finding), ..self }
    }

    fn with_fix(self, fix: impl Into<String>) -> Self {
        Self { fix: Some(fix.into()), ..self }
    }
}

/// Looks at everything that a session of this request would use.
pub(crate) async fn doctor(transport: &Transport, request: &SessionRequest, ask_service: bool) -> Vec<Check> {
    let mut checks = values::check(transport, request);
    let stored = with_stored_client(request).await;
    let request = match &stored {
        Some(stored) => stored,
        None => request,
    };
    checks.extend(values::together(request, stored.is_some()));
    let endpoint = values::client(request).and_then(|client| client.endpoint()).ok().map(|found| found.value);
    checks.extend(network::check(endpoint.as_ref()));
    if ask_service {
        let budget = CallBudget::new(request.timeout());
        checks.extend(service::check(transport, request, endpoint.as_ref(), &budget).await);
    }
    checks.extend(store::check(transport, request).await);
    checks
}

/// The request at the app client of the stored sign-in, which a session uses where no client is named.
async fn with_stored_client(request: &SessionRequest) -> Option<SessionRequest> {
    let known = request.known(&request.values()).ok()?;
    if known.names_client() || known.discovery_variable().is_some() || request.client_credentials.is_some() {
        return None;
    }
    let stored = stored_client(request, store::LIMIT).await?;
    let mut request = request.clone();
    let given = &mut request.sign_in.client;
    *given = ClientValues { client_secret: given.client_secret.take(), timeout: given.timeout, ..stored };
    Some(request)
}
