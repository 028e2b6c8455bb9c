//! Checks of a set-up: the values and their sources, the network, the service and the store, each with a next step.

mod network;
mod service;
mod store;
mod values;

use std::fmt;

use crate::config::ClientValues;
use crate::http::{CallBudget, Transport};
use crate::session::{SessionRequest, stored_client};
use crate::store::load_client_secret;

/// The state of a [`Check`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckState {
    /// Good: nothing to do.
    Good,
    /// Worth knowing, but no obstacle.
    Note,
    /// An obstacle to a sign-in, a refresh or a verification.
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

impl fmt::Display for CheckState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// One check. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// The group of the check: `values`, `network`, `service` or `store`.
    pub group: &'static str,
    /// The thing that was checked: a variable, `proxy`, `clock`, a flow.
    pub name: String,
    /// The state.
    pub state: CheckState,
    /// The finding, in words.
    pub finding: String,
    /// The next step for a person, if there is one.
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

    /// Adds the source of the value.
    fn found_in(self, source: &str) -> Self {
        Self { finding: format!("{}; found in {source}", self.finding), ..self }
    }

    fn with_fix(self, fix: impl Into<String>) -> Self {
        Self { fix: Some(fix.into()), ..self }
    }
}

/// Checks everything that a session of this request would use.
pub(crate) async fn doctor(transport: &Transport, request: &SessionRequest, ask_service: bool) -> Vec<Check> {
    let secret = tokio::time::timeout(store::LIMIT, load_client_secret(&request.values())).await;
    let mut checks = values::check(transport, request);
    if let Ok(Err(fault)) = secret {
        checks.push(Check::failed("values", "client secret", &fault));
    }
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

/// Returns the request with the app client of the stored sign-in, which a session uses if no client is named.
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
