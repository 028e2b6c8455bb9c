//! The way back from a browser on another machine: a person pastes the address that it ended at.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;
use tracing::debug;

use super::page_error::page_error;
use super::redirect::{self, CsrfState, NotOurs, Redirect};
use super::redirect_uri::RedirectUri;
use crate::config::Domain;
use crate::error::{Error, ErrorKind, Result};
use crate::http::host_of;

/// A handle that takes a pasted address while an [`SsoAttempt`](crate::SsoAttempt) waits. Clones belong to the same
/// attempt.
#[derive(Clone)]
pub struct PasteHandle {
    inner: Arc<Inner>,
}

struct Inner {
    state: CsrfState,
    domain_host: String,
    redirect_uri: String,
    sender: Mutex<Option<oneshot::Sender<Redirect>>>,
}

impl PasteHandle {
    pub(super) fn new(
        state: &CsrfState,
        domain: &Domain,
        redirect_uri: &RedirectUri,
    ) -> (Self, oneshot::Receiver<Redirect>) {
        let (sender, receiver) = oneshot::channel();
        let inner = Inner {
            state: state.clone(),
            domain_host: host_of(&domain.authorize_endpoint()),
            redirect_uri: redirect_uri.as_str().to_owned(),
            sender: Mutex::new(Some(sender)),
        };
        (Self { inner: Arc::new(inner) }, receiver)
    }

    /// Takes the address that the browser ended at: the whole of it, or the part after its `?`. Returns at once:
    /// [`SsoAttempt::wait`](crate::SsoAttempt::wait) goes on with the address and returns the outcome.
    ///
    /// After an error the attempt goes on waiting, for the browser or for another address: ask the person again.
    ///
    /// # Errors
    /// [`ErrorKind::Config`]: `StateMismatch` for an address of another sign-in, `IncompleteAddress` for one without a
    /// code, `SignInOver` if the attempt has ended. An error that the sign-in page reported without a state has OAuth's
    /// name.
    pub fn accept(&self, address: &str) -> Result<()> {
        let Inner { state, domain_host, sender, .. } = &*self.inner;
        let redirect = redirect::read(redirect::query_of(address), state, domain_host)
            .map_err(|reason| self.not_ours(reason, address))
            .inspect_err(|error| {
                debug!(target: "cognitoken::sso", code = error.code(), "pasted address rejected");
            })?;
        let sender = sender.lock().unwrap_or_else(PoisonError::into_inner).take();
        let sent = sender.is_some_and(|sender| sender.send(redirect).is_ok());
        if sent { Ok(()) } else { Err(over()) }
    }

    /// The address itself is not shown: it may contain a code.
    fn not_ours(&self, reason: NotOurs, address: &str) -> Error {
        let hint = format!(
            "Sign in at the link, then copy the whole address that the browser ended at. It begins with {}, \
             contains `code` and `state`, and may show an error page.",
            self.inner.redirect_uri
        );
        let (code, message) = match reason {
            NotOurs::OtherSignIn { reported: Some(name) } => {
                return page_error(name, None, &self.inner.domain_host, &[]);
            }
            NotOurs::OtherSignIn { .. } if redirect::query_of(address).contains("state=") => (
                "StateMismatch",
                "the pasted address belongs to another sign-in: its state is not the one waited for",
            ),
            NotOurs::OtherSignIn { .. } => (
                "IncompleteAddress",
                "the pasted text is not the address that the sign-in ended at: it has no state",
            ),
            NotOurs::Incomplete => {
                ("IncompleteAddress", "the pasted address has neither a code nor a reason why there is none")
            }
        };
        Error::new(ErrorKind::Config, code, message).with_hint(hint)
    }
}

fn over() -> Error {
    let message = "the sign-in that this address belongs to has ended already";
    Error::new(ErrorKind::Config, "SignInOver", message).with_hint("Start the sign-in again.")
}

impl fmt::Debug for PasteHandle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PasteHandle")
    }
}
