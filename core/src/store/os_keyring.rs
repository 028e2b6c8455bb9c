//! The key that the operating system's keyring holds: macOS Keychain, Windows Credential Manager, Secret Service.
//!
//! Only the key rests there, and what it seals in a folder: a Windows credential holds no more than 2,560 bytes
//! (<https://learn.microsoft.com/windows/win32/api/wincred/ns-wincred-credentialw>), and a sign-in has twice as many.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error as Fault};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};
use zeroize::Zeroizing;

use super::sealing::SealingKey;
use crate::error::{Error, ErrorKind, Result};
use crate::per_process::PerProcess;

const SERVICE: &str = "cognitoken";
const USER: &str = "store-key";

/// How long a keyring may take to answer whose key is required: one that is locked may ask the person first.
const LIMIT: Duration = Duration::from_secs(30);

/// How long it may take where its key is only wanted: a session bus that does not answer is as good as none.
const LIMIT_WANTED: Duration = Duration::from_secs(2);

/// What the keyring of this system has answered, to whichever store of the process: one that does not answer is waited
/// for once.
static ROOMS: PerProcess<Room> = PerProcess::new();

/// The key of the keyring, asked for once in a process.
pub(crate) struct KeptKey {
    keyring: Arc<dyn Keyring>,
    required: bool,
    rooms: &'static PerProcess<Room>,
    /// How long the caller waits in all.
    patience: Duration,
}

/// What one process knows of the key.
#[derive(Default)]
struct Room {
    key: OnceLock<SealingKey>,
    question: Mutex<Option<Question>>,
    silence: Mutex<Silence>,
}

/// What a person is told of a keyring that does not answer.
#[derive(Default)]
enum Silence {
    /// It answered, as far as is known.
    #[default]
    None,
    Noted(String),
    Told,
}

/// What the keyring was asked last. It cannot be interrupted: whoever stops waiting leaves it behind, and whoever comes
/// next hears the same answer.
#[derive(Clone)]
struct Question {
    since: Instant,
    to_seal: bool,
    answer: watch::Receiver<Option<Answer>>,
}

/// The key as text, or why there is none.
type Answer = Result<Option<Zeroizing<String>>, String>;

/// A place that keeps one secret text.
trait Keyring: Send + Sync {
    fn name(&self) -> &'static str;

    /// `None` where there is no such text yet.
    fn get(&self) -> Result<Option<String>, Fault>;

    fn put(&self, text: &str) -> Result<(), Fault>;
}

impl KeptKey {
    /// Where there is no keyring, nothing is sealed.
    pub(super) fn wanted() -> Self {
        Self { keyring: Arc::new(SystemKeyring), required: false, rooms: &ROOMS, patience: Duration::MAX }
    }

    /// Where there is no keyring, nothing is stored.
    pub(super) fn required() -> Self {
        Self { required: true, ..Self::wanted() }
    }

    /// The same for a caller who waits this long for everything together.
    pub(super) fn within(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// What a person should hear of, once in a process: that a keyring whose key is wanted does not answer.
    pub(super) fn take_notice(&self) -> Option<String> {
        let mut silence = self.room().silence.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *silence, Silence::Told) {
            Silence::Noted(notice) => Some(notice),
            Silence::None => {
                *silence = Silence::None;
                None
            }
            Silence::Told => None,
        }
    }

    /// A key that is only wanted leaves time for what it is wanted for.
    fn limit(&self) -> Duration {
        if self.required { LIMIT.min(self.patience) } else { LIMIT_WANTED.min(self.patience / 2) }
    }

    pub(super) fn is_required(&self) -> bool {
        self.required
    }

    /// The key and the name of its keyring. With `to_seal` it is made where there is none yet.
    pub(super) async fn key(&self, to_seal: bool) -> Result<Option<(String, SealingKey)>> {
        let name = self.keyring.name().to_owned();
        let room = self.room();
        if let Some(key) = room.key.get() {
            return Ok(Some((name, key.clone())));
        }
        match self.answer(room, to_seal).await {
            Ok(None) => Ok(None),
            Ok(Some(text)) => {
                let key = SealingKey::from_text(&name, &text)?;
                Ok(Some((name, room.key.get_or_init(|| key).clone())))
            }
            Err(_) if !self.required => Ok(None),
            Err(why) => Err(no_keyring(&name, &why)),
        }
    }

    async fn answer(&self, room: &Room, to_seal: bool) -> Answer {
        loop {
            let mut question = self.question(room, to_seal)?;
            let limit = self.limit();
            // Since it was asked: nobody waits again for a keyring that does not answer.
            let answered =
                timeout_at(question.since + limit, question.answer.wait_for(Option::is_some)).await;
            let answer = match answered {
                Ok(Ok(answer)) => answer.clone().unwrap_or(Ok(None)),
                _ => {
                    self.note_silence(room, limit);
                    return Err("it did not answer".to_owned());
                }
            };
            if !(to_seal && !question.to_seal && matches!(answer, Ok(None))) {
                return answer;
            }
        }
    }

    fn note_silence(&self, room: &Room, limit: Duration) {
        let mut silence = room.silence.lock().unwrap_or_else(PoisonError::into_inner);
        if self.required || !matches!(*silence, Silence::None) {
            return;
        }
        let unset = if cfg!(target_os = "linux") { ", or unset DBUS_SESSION_BUS_ADDRESS" } else { "" };
        *silence = Silence::Noted(format!(
            "{} did not answer within {} s: tokens are stored without a seal, readable by their owner alone. Set \
             COGNITO_STORE_KEY to seal them with a key of your own{unset}.",
            self.keyring.name(),
            limit.as_secs_f64()
        ));
    }

    /// The question that waits for its answer, or a new one.
    fn question(&self, room: &Room, to_seal: bool) -> Result<Question, String> {
        let mut last = room.question.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = |question: &&Question| {
            question.answer.has_changed().is_ok() && question.answer.borrow().is_none()
        };
        if let Some(question) = last.as_ref().filter(waits) {
            return Ok(question.clone());
        }
        let (sender, answer) = watch::channel(None);
        let keyring = Arc::clone(&self.keyring);
        let ask = move || {
            let found = look_up(&*keyring, to_seal).map(|text| text.map(Zeroizing::new));
            sender.send_replace(Some(found.map_err(|fault| reason(&fault))));
        };
        // A thread of its own: a runtime that ends would wait for one of its own threads.
        std::thread::Builder::new()
            .name("cognitoken-keyring".to_owned())
            .spawn(ask)
            .map_err(|fault| format!("no thread could be started: {fault}"))?;
        let question = Question { since: Instant::now(), to_seal, answer };
        *last = Some(question.clone());
        Ok(question)
    }

    /// What keeps readers out, in words.
    pub(super) async fn describe(&self) -> String {
        match self.key(false).await {
            Ok(Some((name, _))) => format!("sealed with a key that {name} holds"),
            Ok(None) if self.required => format!("sealed with a key that {} will hold", self.keyring.name()),
            Ok(None) => "not sealed; readable by its owner alone".to_owned(),
            Err(error) => error.message().to_owned(),
        }
    }

    fn room(&self) -> &Room {
        self.rooms.own()
    }
}

/// Two processes may make a key at the same moment: what counts is what the keyring has afterwards.
fn look_up(keyring: &dyn Keyring, make: bool) -> Result<Option<String>, Fault> {
    match keyring.get()? {
        None if make => {
            let key =
                SealingKey::generate().map_err(|error| Fault::NotSupportedByStore(error.to_string()))?;
            keyring.put(&key.to_text())?;
            keyring.get()
        }
        found => Ok(found),
    }
}

fn no_keyring(name: &str, why: &str) -> Error {
    let message = format!("{name} cannot be used: {why}");
    Error::new(ErrorKind::Store, "NoKeyring", message).with_hint(
        "Unlock it, or run in a desktop session; a machine without one keeps tokens with COGNITO_STORE=file.",
    )
}

/// Only what names no value: some of these errors carry the secret that they complain of.
fn reason(fault: &Fault) -> String {
    match fault {
        Fault::PlatformFailure(fault) | Fault::NoStorageAccess(fault) => fault.to_string(),
        Fault::NotSupportedByStore(why) | Fault::BadStoreFormat(why) => why.clone(),
        Fault::Ambiguous(_) => "it holds several keys of cognitoken".to_owned(),
        _ => "what it holds is not a key of cognitoken".to_owned(),
    }
}

impl fmt::Debug for KeptKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("KeptKey").field("keyring", &self.keyring.name()).finish_non_exhaustive()
    }
}

/// The keyring of this system.
struct SystemKeyring;

impl SystemKeyring {
    fn entry() -> Result<Entry, Fault> {
        system_store()?.build(SERVICE, USER, None)
    }
}

impl Keyring for SystemKeyring {
    fn name(&self) -> &'static str {
        if cfg!(target_os = "macos") {
            "the macOS Keychain"
        } else if cfg!(target_os = "windows") {
            "the Windows Credential Manager"
        } else {
            "the Secret Service"
        }
    }

    fn get(&self) -> Result<Option<String>, Fault> {
        match Self::entry()?.get_password() {
            Err(Fault::NoEntry) => Ok(None),
            found => found.map(Some),
        }
    }

    fn put(&self, text: &str) -> Result<(), Fault> {
        Self::entry()?.set_password(text)
    }
}

/// A bus that nobody started is not started for this: the search for one may take long, and end in a window.
#[cfg(target_os = "linux")]
fn system_store() -> Result<Arc<dyn CredentialStoreApi>, Fault> {
    let named = std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some_and(|address| !address.is_empty());
    let usual = std::env::var_os("XDG_RUNTIME_DIR")
        .is_some_and(|folder| std::path::Path::new(&folder).join("bus").exists());
    if !named && !usual {
        return Err(Fault::NotSupportedByStore("no session bus runs here".to_owned()));
    }
    let store: Arc<dyn CredentialStoreApi> = dbus_secret_service_keyring_store::Store::new()?;
    Ok(store)
}

#[cfg(target_os = "macos")]
fn system_store() -> Result<Arc<dyn CredentialStoreApi>, Fault> {
    let store: Arc<dyn CredentialStoreApi> = apple_native_keyring_store::keychain::Store::new()?;
    Ok(store)
}

#[cfg(target_os = "windows")]
fn system_store() -> Result<Arc<dyn CredentialStoreApi>, Fault> {
    let store: Arc<dyn CredentialStoreApi> = windows_native_keyring_store::Store::new()?;
    Ok(store)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "windows")))]
fn system_store() -> Result<Arc<dyn CredentialStoreApi>, Fault> {
    Err(Fault::NotSupportedByStore("this system has none that cognitoken knows".to_owned()))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[derive(Default)]
    struct OurKeyring {
        text: Mutex<Option<String>>,
        is_locked: bool,
        is_silent: AtomicBool,
    }

    impl Keyring for OurKeyring {
        fn name(&self) -> &'static str {
            "our keyring"
        }

        fn get(&self) -> Result<Option<String>, Fault> {
            while self.is_silent.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
            if self.is_locked {
                return Err(Fault::NotSupportedByStore("it is locked".to_owned()));
            }
            Ok(self.text.lock().unwrap().clone())
        }

        fn put(&self, text: &str) -> Result<(), Fault> {
            *self.text.lock().unwrap() = Some(text.to_owned());
            Ok(())
        }
    }

    fn kept(keyring: Arc<OurKeyring>, required: bool) -> KeptKey {
        let rooms = Box::leak(Box::new(PerProcess::new()));
        KeptKey { keyring, required, rooms, patience: Duration::MAX }
    }

    #[tokio::test]
    async fn a_key_is_made_to_seal_with_and_found_by_the_next_process() {
        let keyring = Arc::new(OurKeyring::default());
        assert!(kept(Arc::clone(&keyring), false).key(false).await.unwrap().is_none());
        let (_, made) = kept(Arc::clone(&keyring), false).key(true).await.unwrap().unwrap();
        let (name, found) = kept(keyring, true).key(false).await.unwrap().unwrap();
        assert_eq!((name.as_str(), found.fingerprint()), ("our keyring", made.fingerprint()));
    }

    #[tokio::test]
    async fn without_a_keyring_a_wanted_key_is_absent_and_a_required_one_an_error() {
        let locked = || Arc::new(OurKeyring { is_locked: true, ..OurKeyring::default() });
        assert!(kept(locked(), false).key(true).await.unwrap().is_none());
        let error = kept(locked(), true).key(true).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Store, "NoKeyring"));
        assert!(error.hint().unwrap().contains("COGNITO_STORE=file"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_keyring_is_waited_for_and_told_of_once_by_all_stores_of_a_process() {
        let keyring = Arc::new(OurKeyring::default());
        keyring.is_silent.store(true, Ordering::SeqCst);
        let first = kept(Arc::clone(&keyring), false).within(Duration::from_secs(1));
        let second = KeptKey { rooms: first.rooms, ..kept(Arc::clone(&keyring), false) };
        let begun = Instant::now();
        assert!(first.key(true).await.unwrap().is_none());
        assert_eq!(begun.elapsed(), Duration::from_millis(500), "half of the caller's limit is left");
        assert!(first.key(true).await.unwrap().is_none());
        assert_eq!(begun.elapsed(), Duration::from_millis(500));
        assert!(second.key(true).await.unwrap().is_none());
        assert_eq!(begun.elapsed(), Duration::from_secs(2), "counted from the question");
        let notice = second.take_notice().unwrap();
        assert!(notice.contains("our keyring did not answer within 0.5 s"), "{notice}");
        assert!(first.key(false).await.unwrap().is_none());
        assert_eq!((first.take_notice(), second.take_notice()), (None, None));
        keyring.is_silent.store(false, Ordering::SeqCst);
    }

    #[tokio::test(start_paused = true)]
    async fn a_required_keyring_is_waited_for_as_long_as_the_caller_waits() {
        let keyring = Arc::new(OurKeyring::default());
        keyring.is_silent.store(true, Ordering::SeqCst);
        let kept = kept(Arc::clone(&keyring), true).within(Duration::from_secs(3));
        let begun = Instant::now();
        assert_eq!(kept.key(true).await.unwrap_err().code(), "NoKeyring");
        assert_eq!((begun.elapsed(), kept.take_notice()), (Duration::from_secs(3), None));
        keyring.is_silent.store(false, Ordering::SeqCst);
    }

    #[tokio::test(start_paused = true)]
    async fn a_keyring_that_does_not_answer_is_waited_for_once_and_longer_where_it_is_required() {
        for (required, limit) in [(false, 2), (true, 30)] {
            let keyring = Arc::new(OurKeyring::default());
            let kept = kept(Arc::clone(&keyring), required);
            keyring.is_silent.store(true, Ordering::SeqCst);
            let begun = Instant::now();
            for _ in 0..3 {
                let outcome = kept.key(true).await;
                assert!(if required { outcome.is_err() } else { outcome.unwrap().is_none() });
                assert_eq!(begun.elapsed().as_secs(), limit, "nobody waits a second time");
            }
            keyring.is_silent.store(false, Ordering::SeqCst);
            // Once it answers after all, its key is used.
            while !matches!(kept.key(true).await, Ok(Some(_))) {
                std::thread::yield_now();
            }
        }
    }
}
