//! The keyring of this system.

use std::sync::Arc;

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error as Fault};

const SERVICE: &str = "cognitoken";
const USER: &str = "store-key";

/// A keyring that keeps one secret text.
pub(super) trait Keyring: Send + Sync {
    /// Its name, as the subject of a sentence.
    fn name(&self) -> &'static str;

    /// Returns whether it may ask the person before it answers, even when it is unlocked.
    fn asks_the_person(&self) -> bool;

    /// The text; `None` where there is none yet.
    fn get(&self) -> Result<Option<String>, Fault>;

    fn put(&self, text: &str) -> Result<(), Fault>;
}

/// The keyring of this system: macOS Keychain, Windows Credential Manager, Secret Service.
pub(super) struct SystemKeyring;

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

    /// macOS asks before a program gets what another one has stored. Python, R and the command are three programs, and
    /// each version of one that is not signed is another.
    fn asks_the_person(&self) -> bool {
        cfg!(target_os = "macos")
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

/// The Secret Service of a session bus that runs already. None is started: the search for one may take long, and open a
/// window.
#[cfg(target_os = "linux")]
fn system_store() -> Result<Arc<dyn CredentialStoreApi>, Fault> {
    let named = std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some_and(|address| !address.is_empty());
    let usual = std::env::var_os("XDG_RUNTIME_DIR")
        .is_some_and(|folder| std::path::Path::new(&folder).join("bus").exists());
    if !named && !usual {
        return Err(Fault::NotSupportedByStore("no session bus is running".to_owned()));
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
    Err(Fault::NotSupportedByStore("cognitoken knows no keyring of this system".to_owned()))
}
