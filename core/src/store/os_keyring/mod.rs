//! The key that the operating system's keyring holds: macOS Keychain, Windows Credential Manager, Secret Service.
//!
//! The keyring holds only the key, and what it seals is in a folder: a Windows credential holds no more than 2,560
//! bytes (<https://learn.microsoft.com/windows/win32/api/wincred/ns-wincred-credentialw>), and a sign-in has twice as
//! many.

mod question;
mod system;

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use super::sealing_key::SealingKey;
use crate::error::{Error, ErrorKind, Result};
use crate::per_process::PerProcess;
use crate::private_folder::READERS;
use crate::waits::{WaitingFor, waiting_for};
use question::{Answer, Question};
use system::{Keyring, SystemKeyring};

/// The time that a keyring may take to answer if its key is required, since one that is locked may ask the person first,
/// or if it asks the person even when it is unlocked.
const ASKING_LIMIT: Duration = Duration::from_secs(30);

/// The time that another may take if its key is optional: a session bus that does not answer is as good as none.
const SILENT_LIMIT: Duration = Duration::from_secs(2);

/// The answers that the keyring of this system has given to any store of the process: one that does not answer is
/// waited for once.
static KNOWLEDGE: PerProcess<Knowledge> = PerProcess::new();

/// The key of the keyring, asked for once in a process.
pub(crate) struct KeyringKey {
    keyring: Arc<dyn Keyring>,
    is_required: bool,
    knowledge: &'static PerProcess<Knowledge>,
    /// The time that the caller waits for everything together.
    patience: Duration,
}

/// The state of the key in one process.
#[derive(Default)]
struct Knowledge {
    key: OnceLock<SealingKey>,
    question: Mutex<Option<Question>>,
    silence: Mutex<Silence>,
}

/// The warning about a keyring that does not answer.
#[derive(Default)]
enum Silence {
    /// It answered, as far as is known.
    #[default]
    None,
    /// A warning that nobody has taken yet.
    Noted(String),
    Reported,
}

impl KeyringKey {
    /// A key without which values are not sealed.
    pub(super) fn optional() -> Self {
        let keyring = Arc::new(SystemKeyring);
        Self { keyring, is_required: false, knowledge: &KNOWLEDGE, patience: Duration::MAX }
    }

    /// A key without which nothing is stored.
    pub(super) fn required() -> Self {
        Self { is_required: true, ..Self::optional() }
    }

    /// The same for a caller who waits this long for everything together.
    pub(super) fn within(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    pub(super) fn is_required(&self) -> bool {
        self.is_required
    }

    /// The key and the name of its keyring. With `to_seal` it is made where there is none yet.
    pub(super) async fn key(&self, to_seal: bool) -> Result<Option<(String, SealingKey)>> {
        let name = self.keyring.name().to_owned();
        let knowledge = self.knowledge();
        if let Some(key) = knowledge.key.get() {
            return Ok(Some((name, key.clone())));
        }
        match self.answer(knowledge, to_seal).await {
            Ok(None) => Ok(None),
            Ok(Some(text)) => {
                let key = SealingKey::from_text(&name, &text)?;
                Ok(Some((name, knowledge.key.get_or_init(|| key).clone())))
            }
            Err(_) if !self.is_required => Ok(None),
            Err(reason) => Err(no_keyring(&name, &reason)),
        }
    }

    async fn answer(&self, knowledge: &Knowledge, to_seal: bool) -> Answer {
        loop {
            let mut question = self.question(knowledge, to_seal)?;
            let limit = self.limit();
            let waiting = waiting_for(|| WaitingFor::Keyring { name: self.keyring.name() });
            let answer = question.answer_within(limit).await;
            drop(waiting);
            let Some(answer) = answer else {
                self.note_silence(knowledge, limit);
                return Err("it did not answer".to_owned());
            };
            if !question.is_insufficient(&answer, to_seal) {
                return answer;
            }
        }
    }

    /// The question that waits for its answer, or a new one.
    fn question(&self, knowledge: &Knowledge, to_seal: bool) -> Result<Question, String> {
        let mut last = knowledge.question.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(question) = last.as_ref().filter(|question| question.is_open()) {
            return Ok(question.clone());
        }
        let question = Question::ask(Arc::clone(&self.keyring), to_seal)?;
        *last = Some(question.clone());
        Ok(question)
    }

    /// The time that the keyring may take. An optional key leaves the caller time for what it is wanted for.
    fn limit(&self) -> Duration {
        let asks = self.is_required || self.keyring.asks_the_person();
        let limit = if asks { ASKING_LIMIT } else { SILENT_LIMIT };
        limit.min(if self.is_required { self.patience } else { self.patience / 2 })
    }

    fn note_silence(&self, knowledge: &Knowledge, limit: Duration) {
        let mut silence = knowledge.silence.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_required || !matches!(*silence, Silence::None) {
            return;
        }
        let unset = if cfg!(target_os = "linux") { ", or unset DBUS_SESSION_BUS_ADDRESS" } else { "" };
        *silence = Silence::Noted(format!(
            "{} did not answer within {} s: tokens are stored in files that are not sealed, {READERS}. Set \
             COGNITO_STORE_KEY to seal them with a key of your own{unset}.",
            self.keyring.name(),
            limit.as_secs_f64()
        ));
    }

    /// The warning that a keyring whose key is optional does not answer. A process has it once.
    pub(super) fn take_notice(&self) -> Option<String> {
        let mut silence = self.knowledge().silence.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *silence, Silence::Reported) {
            Silence::Noted(notice) => Some(notice),
            Silence::None => {
                *silence = Silence::None;
                None
            }
            Silence::Reported => None,
        }
    }

    /// The protection of what is stored, in words.
    pub(super) async fn describe(&self) -> String {
        match self.key(false).await {
            Ok(Some((name, _))) => format!("sealed with a key that {name} holds"),
            Ok(None) if self.is_required => {
                format!("sealed with a key that {} will hold", self.keyring.name())
            }
            Ok(None) => format!("not sealed; {READERS}"),
            Err(error) => error.message().to_owned(),
        }
    }

    fn knowledge(&self) -> &Knowledge {
        self.knowledge.get_or_init(|_| Knowledge::default())
    }
}

fn no_keyring(name: &str, reason: &str) -> Error {
    let message = format!("{name} cannot be used: {reason}");
    Error::new(ErrorKind::Store, "NoKeyring", message).with_hint(
        "Unlock it, or run in a desktop session; a machine without one keeps tokens with COGNITO_STORE=file.",
    )
}

impl fmt::Debug for KeyringKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("KeyringKey").field("keyring", &self.keyring.name()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
