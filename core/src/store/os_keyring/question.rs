//! The question for the key that a keyring is asked, and its answer.

use std::sync::Arc;
use std::time::Duration;

use keyring_core::Error as Fault;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};
use zeroize::Zeroizing;

use super::system::Keyring;
use crate::store::sealing_key::SealingKey;

/// The key as text, `None` where the keyring holds none, or the reason why the keyring cannot be used.
pub(super) type Answer = Result<Option<Zeroizing<String>>, String>;

/// A question that a keyring was asked. It cannot be interrupted: a caller who stops waiting leaves it behind, and the
/// next one waits for the same answer.
#[derive(Clone)]
pub(super) struct Question {
    asked_at: Instant,
    makes_key: bool,
    answer: watch::Receiver<Option<Answer>>,
}

impl Question {
    /// Asks in a thread of its own: a runtime that ends would wait for one of its own threads. With `makes_key` a key
    /// is made where there is none yet.
    pub(super) fn ask(keyring: Arc<dyn Keyring>, makes_key: bool) -> Result<Self, String> {
        let (sender, answer) = watch::channel(None);
        let ask = move || {
            let found = look_up(&*keyring, makes_key).map(|text| text.map(Zeroizing::new));
            sender.send_replace(Some(found.map_err(|fault| reason(&fault))));
        };
        std::thread::Builder::new()
            .name("cognitoken-keyring".to_owned())
            .spawn(ask)
            .map_err(|fault| format!("no thread could be started: {fault}"))?;
        Ok(Self { asked_at: Instant::now(), makes_key, answer })
    }

    /// Returns whether the answer is still to come.
    pub(super) fn is_open(&self) -> bool {
        self.answer.has_changed().is_ok() && self.answer.borrow().is_none()
    }

    /// Returns whether the answer, that there is no key, is not the last word for a caller who wants one made.
    pub(super) fn is_insufficient(&self, answer: &Answer, makes_key: bool) -> bool {
        makes_key && !self.makes_key && matches!(answer, Ok(None))
    }

    /// The answer, where it comes within `limit` of the question: nobody waits again for a keyring that does not
    /// answer.
    pub(super) async fn answer_within(&mut self, limit: Duration) -> Option<Answer> {
        match timeout_at(self.asked_at + limit, self.answer.wait_for(Option::is_some)).await {
            Ok(Ok(answer)) => answer.clone(),
            _ => None,
        }
    }
}

/// Two processes may make a key at the same moment: the one that the keyring holds afterwards counts.
fn look_up(keyring: &dyn Keyring, makes_key: bool) -> Result<Option<String>, Fault> {
    match keyring.get()? {
        None if makes_key => {
            let key =
                SealingKey::generate().map_err(|error| Fault::NotSupportedByStore(error.to_string()))?;
            keyring.put(&key.to_text())?;
            keyring.get()
        }
        found => Ok(found),
    }
}

/// The reason in words that hold no value: some of these errors carry the secret that they are about.
fn reason(fault: &Fault) -> String {
    match fault {
        Fault::PlatformFailure(fault) | Fault::NoStorageAccess(fault) => fault.to_string(),
        Fault::NotSupportedByStore(reason) | Fault::BadStoreFormat(reason) => reason.clone(),
        Fault::Ambiguous(_) => "it holds several keys of cognitoken".to_owned(),
        _ => "what it holds is not a key of cognitoken".to_owned(),
    }
}
