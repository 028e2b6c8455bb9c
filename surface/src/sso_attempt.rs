//! A sign-in in a browser that waits for its person.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use cognitoken::binding::Waits;
use cognitoken::{Error, PasteHandle, Result, Tokens, Url};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use crate::engine::Engine;

/// A sign-in in a browser that waits for its person. The listener runs in the background until it is over or dropped.
pub struct SsoAttempt {
    link: Url,
    redirect_uri: String,
    listens: bool,
    paste_handle: PasteHandle,
    task: AbortHandle,
    outcome: Mutex<Option<oneshot::Receiver<Result<Tokens>>>>,
    waits: Waits,
    /// `true` where a person may type an address while the browser is waited for: words would stand in between.
    person_can_paste: AtomicBool,
    /// Ends when the task has let go of everything, its port too.
    released: Mutex<Option<oneshot::Receiver<()>>>,
}

impl SsoAttempt {
    /// Starts to wait for the person, in the background.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(crate) fn start(attempt: cognitoken::SsoAttempt, person_can_paste: bool) -> Result<Self> {
        let (sender, receiver) = oneshot::channel();
        let (link, redirect_uri) = (attempt.authorize_url().clone(), attempt.redirect_uri().to_owned());
        let (listens, paste_handle) = (attempt.listens(), attempt.paste_handle());
        let (held, released) = oneshot::channel::<()>();
        let waits = Waits::default();
        let task = Engine::current()?.spawn(waits.of(async move {
            // The first local variable is dropped last, also when the task is aborted.
            let _held = held;
            // Nobody waits for the outcome of a sign-in that was given up.
            let _ = sender.send(attempt.wait().await);
        }))?;
        let (outcome, released) = (Mutex::new(Some(receiver)), Mutex::new(Some(released)));
        let person_can_paste = AtomicBool::new(person_can_paste);
        Ok(Self {
            link,
            redirect_uri,
            listens,
            paste_handle,
            task,
            outcome,
            waits,
            person_can_paste,
            released,
        })
    }

    /// The link to the sign-in page. Anyone with the link can replace this sign-in by another one.
    pub fn link(&self) -> &str {
        self.link.as_str()
    }

    /// The address that the browser comes back to.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Returns whether this process listens there. Otherwise the address has to be pasted.
    pub fn listens(&self) -> bool {
        self.listens
    }

    /// Returns whether the sign-in is over.
    pub fn is_over(&self) -> bool {
        self.task.is_finished()
    }

    /// Takes the address at which the browser ended. Returns what is wrong with one that is refused.
    pub fn paste(&self, address: &str) -> Option<Error> {
        self.paste_handle.accept(address).err()
    }

    /// Opens the system's browser, and returns whether one was found.
    pub fn open_browser(&self) -> bool {
        let is_open = cognitoken::open_browser(&self.link).is_ok();
        if !is_open {
            // The link is shown instead, and the address is typed.
            self.person_can_paste.store(true, Ordering::Relaxed);
        }
        is_open
    }

    /// The waits of the sign-in, for the call that waits for it, unless the person at the terminal may be typing.
    pub(crate) fn shown_waits(&self) -> Option<&Waits> {
        (!self.person_can_paste.load(Ordering::Relaxed)).then_some(&self.waits)
    }

    /// Ends the sign-in without tokens.
    pub fn give_up(&self) {
        self.task.abort();
    }

    /// Ends the sign-in. The receiver ends once its port is closed; the next sign-in may need it at once.
    pub(crate) fn close(&self) -> Option<oneshot::Receiver<()>> {
        self.give_up();
        self.released.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The receiver of the tokens, which can be had once. It fails if the attempt is closed meanwhile.
    pub(crate) fn outcome(&self) -> Option<oneshot::Receiver<Result<Tokens>>> {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for SsoAttempt {
    fn drop(&mut self) {
        self.give_up();
    }
}

impl fmt::Debug for SsoAttempt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SsoAttempt")
    }
}
