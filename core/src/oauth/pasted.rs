//! The address that a browser ended at, pasted by a person: the way back from a browser on another machine.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;
use tracing::debug;

use super::redirect::{self, Redirect, State, Stray};
use super::redirect_uri::RedirectUri;
use super::refusal::reported;
use crate::config::Domain;
use crate::error::{Error, ErrorKind, Result};
use crate::http::host_of;

/// Where a pasted address goes while an [`SsoAttempt`](crate::SsoAttempt) waits. Clones go to the same attempt.
#[derive(Clone)]
pub struct PastedRedirects {
    inner: Arc<Inner>,
}

struct Inner {
    state: State,
    domain_host: String,
    redirect_uri: String,
    sender: Mutex<Option<oneshot::Sender<Redirect>>>,
}

impl PastedRedirects {
    pub(super) fn new(
        state: &State,
        domain: &Domain,
        redirect_uri: &RedirectUri,
    ) -> (Self, oneshot::Receiver<Redirect>) {
        let (sender, inbox) = oneshot::channel();
        let inner = Inner {
            state: state.clone(),
            domain_host: host_of(&domain.authorize_endpoint()),
            redirect_uri: redirect_uri.as_str().to_owned(),
            sender: Mutex::new(Some(sender)),
        };
        (Self { inner: Arc::new(inner) }, inbox)
    }

    /// Takes the address that the browser ended at: the whole of it, or what follows its `?`. Nothing is sent and
    /// nothing is waited for: [`SsoAttempt::wait`](crate::SsoAttempt::wait) goes on with it, and tells how it ended.
    ///
    /// After an error the attempt waits on, for the browser or for another address: ask the person again.
    ///
    /// # Errors
    /// [`ErrorKind::Config`]: `StateMismatch` for an address of another sign-in, `IncompleteAddress` for one without a
    /// code, `SignInOver` where the attempt has ended. What the sign-in page itself reported, under OAuth's name, where
    /// it did not say for which sign-in.
    pub fn accept(&self, address: &str) -> Result<()> {
        let Inner { state, domain_host, sender, .. } = &*self.inner;
        let redirect = redirect::read(redirect::query_of(address), state, domain_host)
            .map_err(|stray| self.not_the_end(stray, address))
            .inspect_err(|error| {
                debug!(target: "cognitoken::sso", code = error.code(), "pasted address was refused");
            })?;
        let sender = sender.lock().unwrap_or_else(PoisonError::into_inner).take();
        let sent = sender.is_some_and(|sender| sender.send(redirect).is_ok());
        if sent { Ok(()) } else { Err(over()) }
    }

    /// The address itself is not shown: it may hold a code.
    fn not_the_end(&self, stray: Stray, address: &str) -> Error {
        let hint = format!(
            "Sign in at the link, then copy the whole address that the browser ended at. It begins with {}, has \
             `code` and `state` in it, and may well show an error page.",
            self.inner.redirect_uri
        );
        let (code, message) = match stray {
            Stray::OtherSignIn { reported: Some(name) } => {
                return reported(name, None, &self.inner.domain_host, &[]);
            }
            Stray::OtherSignIn { .. } if redirect::query_of(address).contains("state=") => (
                "StateMismatch",
                "the pasted address belongs to another sign-in: its state is not the one waited for",
            ),
            Stray::OtherSignIn { .. } => (
                "IncompleteAddress",
                "the pasted text is not the address that the sign-in ended at: it has no state",
            ),
            Stray::Incomplete => {
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

impl fmt::Debug for PastedRedirects {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PastedRedirects")
    }
}
