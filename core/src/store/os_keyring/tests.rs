//! A keyring of the test's own.

use std::sync::atomic::{AtomicBool, Ordering};

use keyring_core::Error as Fault;
use tokio::time::Instant;

use super::*;
use crate::waits::Waits;

#[derive(Default)]
struct OurKeyring {
    text: Mutex<Option<String>>,
    is_locked: bool,
    asks_the_person: bool,
    is_silent: AtomicBool,
}

impl Keyring for OurKeyring {
    fn name(&self) -> &'static str {
        "our keyring"
    }

    fn asks_the_person(&self) -> bool {
        self.asks_the_person
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

fn kept(keyring: Arc<OurKeyring>, required: bool) -> KeyringKey {
    let knowledge = Box::leak(Box::new(PerProcess::new()));
    KeyringKey { keyring, is_required: required, knowledge, patience: Duration::MAX }
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
async fn without_a_keyring_an_optional_key_is_absent_and_a_required_one_an_error() {
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
    let second = KeyringKey { knowledge: first.knowledge, ..kept(Arc::clone(&keyring), false) };
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
async fn a_keyring_that_does_not_answer_is_waited_for_once_and_longer_where_a_person_may_be_asked() {
    for (required, asks_the_person, limit) in [(false, false, 2), (true, false, 30), (false, true, 30)] {
        let keyring = Arc::new(OurKeyring { asks_the_person, ..OurKeyring::default() });
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

#[tokio::test(start_paused = true)]
async fn a_keyring_that_takes_its_time_is_named() {
    let keyring = Arc::new(OurKeyring::default());
    keyring.is_silent.store(true, Ordering::SeqCst);
    let (kept, waits) = (kept(Arc::clone(&keyring), true), Waits::default());
    let call = waits.of(kept.key(false));
    assert!(tokio::time::timeout(Duration::from_secs(2), call).await.is_err());
    assert_eq!(waits.words(Instant::now()), None, "the call is over");
    let mut call = std::pin::pin!(waits.of(kept.key(false)));
    assert!(tokio::time::timeout(Duration::from_secs(2), call.as_mut()).await.is_err());
    assert_eq!(
        waits.words(Instant::now()).as_deref(),
        Some("waiting for our keyring, which may have to be unlocked")
    );
    // The paused clock runs to the limit before the keyring has a turn.
    assert!(call.await.is_err());
    assert_eq!(waits.words(Instant::now()), None);
    keyring.is_silent.store(false, Ordering::SeqCst);
}
