//! Entries in their store: sealed and opened, found by whose they are, and set aside where they cannot be understood.

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::entry::Entry;
use super::identity::{Wanted, client_name};
use crate::config::{ClientConfig, Values};
use crate::error::{Error, ErrorKind, Result};
use crate::store::{Sealer, SealingKey, StoreLock, StorePlace, TokenStore, Written, open_store};

/// The form that entries have. One with a higher number was written by a later version.
const VERSION: u32 = 1;

/// What a store holds for one entry: the entry itself, or sealed.
#[derive(Serialize, Deserialize)]
struct Envelope<'a> {
    version: u32,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    entry: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sealed: Option<Sealed>,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    /// Where the key comes from.
    by: String,
    /// Which key it is.
    key: String,
    value: String,
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// The entries of one store.
#[derive(Debug)]
pub(super) struct Entries {
    store: Arc<dyn TokenStore>,
    sealer: Sealer,
    /// What a person should hear of.
    notices: Mutex<Vec<String>>,
}

/// An entry with its name in the store.
pub(super) struct Found {
    pub(super) name: String,
    pub(super) entry: Entry,
}

impl Entries {
    /// Touches nothing yet.
    pub(super) fn open(place: &StorePlace, values: &Values) -> Result<Self> {
        let (store, sealer) = open_store(place, values)?;
        Ok(Self { store, sealer, notices: Mutex::default() })
    }

    pub(super) fn store(&self) -> &dyn TokenStore {
        &*self.store
    }

    pub(super) fn place(&self) -> String {
        self.store.place()
    }

    /// How what is stored is kept from readers, in words.
    pub(super) async fn protection(&self) -> String {
        self.sealer.describe().await
    }

    /// Whether what is stored is sealed.
    pub(super) async fn is_sealed(&self) -> Result<bool> {
        Ok(self.sealer.key(false).await?.is_some())
    }

    pub(super) fn take_notices(&self) -> Vec<String> {
        std::mem::take(&mut self.notices.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes what a person should hear of.
    pub(super) fn notice(&self, notice: String) {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).push(notice);
    }

    /// The one entry that fits, of this client or, where none is known, of any.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], code `SeveralIdentities`, where several fit.
    pub(super) async fn find(&self, config: Option<&ClientConfig>, wanted: &Wanted) -> Result<Option<Found>> {
        let mut fitting = self.all(config, wanted).await?;
        if fitting.len() > 1 {
            let list: Vec<String> = fitting.iter().map(|found| found.entry.identity.describe()).collect();
            let message = format!("the store holds several identities that fit: {}", list.join("; "));
            return Err(Error::new(ErrorKind::Config, "SeveralIdentities", message).with_hint(
                "Say which is meant: give username (COGNITO_USER_NAME), or client_id and user_pool_id.",
            ));
        }
        Ok(fitting.pop())
    }

    /// All entries that fit.
    pub(super) async fn all(&self, config: Option<&ClientConfig>, wanted: &Wanted) -> Result<Vec<Found>> {
        let prefix =
            config.map(|config| format!("{}-", client_name(config.endpoint.as_str(), &config.client_id)));
        let mut fitting = Vec::new();
        for name in self.store.names(prefix.as_deref().unwrap_or_default()).await? {
            if let Some(entry) = self.read(&name).await?.filter(|entry| wanted.fits(&entry.identity)) {
                fitting.push(Found { name, entry });
            }
        }
        Ok(fitting)
    }

    /// The entry of this name. One that cannot be understood counts as absent: it is set aside, and that is told.
    pub(super) async fn read(&self, name: &str) -> Result<Option<Entry>> {
        let Some(bytes) = self.store.read(name).await? else { return Ok(None) };
        let complaint = match self.understand(name, &bytes).await? {
            Understood::Entry(entry) => return Ok(Some(*entry)),
            Understood::Newer => "was written by a later version of cognitoken",
            Understood::Damaged => "is damaged",
        };
        let aside = self.store.set_aside(name).await?;
        self.notice(format!("a stored sign-in {complaint}: it was moved to {aside} and counts as absent"));
        Ok(None)
    }

    /// Writes an entry under the name that is locked.
    pub(super) async fn write(&self, name: &str, entry: &Entry, lock: &mut dyn StoreLock) -> Result<Written> {
        let plain = to_json(entry)?;
        let envelope = match self.sealer.key(true).await? {
            None => {
                let entry = serde_json::from_slice(&plain).map_err(unwritable)?;
                to_json(&Envelope { version: VERSION, entry: Some(entry), sealed: None })?
            }
            Some((by, key)) => {
                let value = BASE64.encode(key.seal(name, &plain)?);
                let sealed = Sealed { by, key: key.fingerprint(), value };
                to_json(&Envelope { version: VERSION, entry: None, sealed: Some(sealed) })?
            }
        };
        lock.write(&envelope, entry.use_time()).await
    }

    async fn understand(&self, name: &str, bytes: &[u8]) -> Result<Understood> {
        match serde_json::from_slice::<Version>(bytes) {
            Err(_) => return Ok(Understood::Damaged),
            Ok(Version { version }) if version > VERSION => return Ok(Understood::Newer),
            Ok(_) => {}
        }
        let Ok(envelope) = serde_json::from_slice::<Envelope<'_>>(bytes) else {
            return Ok(Understood::Damaged);
        };
        let opened;
        let plain = match (envelope.entry, envelope.sealed) {
            (Some(entry), _) => entry.get().as_bytes(),
            (None, Some(sealed)) => {
                let key = self.key_for(&sealed).await?;
                let Ok(value) = BASE64.decode(&sealed.value) else { return Ok(Understood::Damaged) };
                let Some(value) = key.open(name, &value)? else { return Ok(Understood::Damaged) };
                opened = value;
                opened.as_slice()
            }
            (None, None) => return Ok(Understood::Damaged),
        };
        Ok(serde_json::from_slice(plain)
            .map_or(Understood::Damaged, |entry| Understood::Entry(Box::new(entry))))
    }

    /// The key that this entry was sealed with. Without it the entry is neither read nor touched.
    async fn key_for(&self, sealed: &Sealed) -> Result<SealingKey> {
        let (complaint, hint) = match self.sealer.key(false).await? {
            Some((_, key)) if key.fingerprint() == sealed.key => return Ok(key),
            Some((by, _)) if by == sealed.by => {
                ("was sealed with another key", format!("Give the key that it was sealed with ({by})."))
            }
            _ => (
                "is sealed, and its key is not at hand",
                format!("The key comes from {}: make it available here, or use another store.", sealed.by),
            ),
        };
        let message = format!("what is stored in {} {complaint}", self.place());
        Err(Error::new(ErrorKind::Store, "WrongKey", message).with_hint(hint))
    }
}

enum Understood {
    Entry(Box<Entry>),
    Newer,
    Damaged,
}

fn to_json(value: &impl Serialize) -> Result<Zeroizing<Vec<u8>>> {
    serde_json::to_vec(value).map(Zeroizing::new).map_err(unwritable)
}

fn unwritable(fault: serde_json::Error) -> Error {
    Error::new(ErrorKind::Store, "StoreUnusable", format!("the tokens cannot be written: {fault}"))
}
