//! Sign-ins in their store: sealed and opened, found by their identity, and set aside where they are damaged.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::{debug, trace, warn};
use zeroize::Zeroizing;

use super::identity::{StoredIdentity, Wanted, client_name};
use super::several_identities::several_identities;
use super::stored_sign_in::StoredSignIn;
use crate::clock::milliseconds_since;
use crate::config::{ClientConfig, Values};
use crate::error::{Error, ErrorKind, Result};
use crate::store::{
    CLIENT_SECRET_PREFIX, Decoded, OpenStore, Sealer, StoreLock, StorePlace, TokenStore, Written,
};
use crate::waits::{WaitingFor, waiting_for};

/// The version of the stored form. A higher number was written by a later version of this library.
const VERSION: u32 = 1;

/// The longest name of a value, in bytes.
const LONGEST_NAME: usize = 64;

/// The sign-ins of one store.
#[derive(Debug)]
pub(super) struct Repository {
    store: Arc<dyn TokenStore>,
    sealer: Sealer,
    /// Sentences for a person, such as that a damaged sign-in was set aside.
    notices: Mutex<Vec<String>>,
    /// The names of the sign-ins that were passed over: each has its notice once.
    passed_over: Mutex<BTreeSet<String>>,
}

/// A stored sign-in with its name in the store.
pub(super) struct Stored {
    pub(super) name: String,
    pub(super) sign_in: StoredSignIn,
}

impl Repository {
    /// Opens the store. Nothing is read or written yet.
    pub(super) fn open(place: &StorePlace, values: &Values) -> Result<Self> {
        place.open(values).map(Self::new)
    }

    pub(super) fn new(OpenStore { store, sealer }: OpenStore) -> Self {
        debug!(target: "cognitoken::store", place = store.place(), "store opened");
        Self { store, sealer, notices: Mutex::default(), passed_over: Mutex::default() }
    }

    /// The same repository, with this time limit for each call of a key store.
    pub(super) fn within(self, limit: Duration) -> Self {
        Self { sealer: self.sealer.within(limit), ..self }
    }

    pub(super) fn store(&self) -> &dyn TokenStore {
        &*self.store
    }

    pub(super) fn place(&self) -> String {
        self.store.place()
    }

    /// The protection of what is stored from other readers, in words.
    pub(super) async fn protection(&self) -> String {
        self.sealer.describe().await
    }

    /// Returns whether what is stored is sealed.
    pub(super) async fn is_sealed(&self) -> Result<bool> {
        Ok(self.sealer.key(false).await?.is_some())
    }

    pub(super) fn take_notices(&self) -> Vec<String> {
        let mut notices = std::mem::take(&mut *self.notices.lock().unwrap_or_else(PoisonError::into_inner));
        notices.extend(self.sealer.take_notice());
        notices
    }

    /// Adds a sentence for a person.
    pub(super) fn notice(&self, notice: String) {
        warn!(target: "cognitoken::notices", "{notice}");
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).push(notice);
    }

    /// Returns the one sign-in that fits. Of several, those at the client's usual endpoint come first, and users before
    /// clients.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], code `SeveralIdentities`, where several fit.
    pub(super) async fn find(&self, usual: Option<&ClientConfig>, wanted: &Wanted) -> Result<Option<Stored>> {
        let mut fitting = self.fitting(usual, wanted).await?;
        if fitting.iter().any(|stored| !stored.sign_in.identity.is_of_client()) {
            fitting.retain(|stored| !stored.sign_in.identity.is_of_client());
        }
        if fitting.len() > 1 {
            return Err(several_identities(fitting.iter().map(|stored| &stored.sign_in.identity)));
        }
        Ok(fitting.pop())
    }

    async fn fitting(&self, usual: Option<&ClientConfig>, wanted: &Wanted) -> Result<Vec<Stored>> {
        let exactly = |identity: &StoredIdentity| wanted.fits(identity);
        let in_another_case = |identity: &StoredIdentity| wanted.fits_in_another_case(identity);
        let usual =
            usual.map(|config| format!("{}-", client_name(config.endpoint.as_str(), &config.client_id)));
        if let Some(prefix) = &usual {
            let fitting = self.all(prefix, &exactly).await?;
            if !fitting.is_empty() {
                return Ok(fitting);
            }
        }
        // The client's region, or its whole address, may be one that only its sign-in was told.
        let fitting = self.all("", &exactly).await?;
        if !fitting.is_empty() || wanted.username.is_none() {
            return Ok(fitting);
        }
        self.all("", &in_another_case).await
    }

    /// Returns all sign-ins under names with this prefix whose identity fits.
    pub(super) async fn all(
        &self,
        prefix: &str,
        fits: &(dyn Fn(&StoredIdentity) -> bool + Sync),
    ) -> Result<Vec<Stored>> {
        let mut fitting = Vec::new();
        for name in self.names(prefix).await? {
            if let Some(sign_in) = self.read(&name).await?.filter(|sign_in| fits(&sign_in.identity)) {
                fitting.push(Stored { name, sign_in });
            }
        }
        Ok(fitting)
    }

    /// The names of the sign-ins that begin with a prefix. Nothing of ours has another form than a name: a file that
    /// somebody put there, or a server's invention.
    pub(super) async fn names(&self, prefix: &str) -> Result<Vec<String>> {
        let mut names = self.store.names(prefix).await?;
        names.retain(|name| is_name(name) && !name.starts_with(CLIENT_SECRET_PREFIX));
        Ok(names)
    }

    /// Returns the sign-in of this name. A damaged one counts as absent: it is set aside, with a notice. One without the
    /// seal that this store requires counts as absent too, but stays: another program may use the store without a key.
    pub(super) async fn read(&self, name: &str) -> Result<Option<StoredSignIn>> {
        let stored = self.store.read(name).await?;
        trace!(
            target: "cognitoken::store",
            place = self.place(), entry = name, is_stored = stored.is_some(), "entry read"
        );
        let Some(bytes) = stored else { return Ok(None) };
        let reason = match self.sealer.open(VERSION, &self.place(), name, &bytes).await? {
            Decoded::Value(value) => match serde_json::from_slice(&value) {
                Ok(sign_in) => return Ok(Some(sign_in)),
                Err(_) => "is damaged",
            },
            Decoded::Newer => "was written by a later version of cognitoken",
            Decoded::Damaged => "is damaged",
            Decoded::NotSealed => {
                self.pass_over(name);
                return Ok(None);
            }
        };
        let aside = self.store.set_aside(name).await?;
        self.notice(format!("a stored sign-in {reason}: it was moved to {aside} and counts as absent"));
        Ok(None)
    }

    /// Returns the identities of all sign-ins, and leaves everything in the store as it is: what cannot be read is passed
    /// over.
    pub(super) async fn look(&self) -> Result<Vec<StoredIdentity>> {
        let mut identities = Vec::new();
        for name in self.names("").await? {
            let Some(bytes) = self.store.read(&name).await? else { continue };
            if let Decoded::Value(value) = self.sealer.open(VERSION, &self.place(), &name, &bytes).await? {
                identities.extend(
                    serde_json::from_slice::<StoredSignIn>(&value).ok().map(|sign_in| sign_in.identity),
                );
            }
        }
        Ok(identities)
    }

    fn pass_over(&self, name: &str) {
        let mut passed_over = self.passed_over.lock().unwrap_or_else(PoisonError::into_inner);
        if passed_over.insert(name.to_owned()) {
            self.notice(format!(
                "the stored sign-in {name} in {} is not sealed and counts as absent: anybody who can write there could \
                 have put it there. Sign in again to replace it, or open the store without a key to use it.",
                self.place()
            ));
        }
    }

    /// Writes a sign-in under the name that is locked.
    pub(super) async fn write(
        &self,
        name: &str,
        sign_in: &StoredSignIn,
        lock: &mut dyn StoreLock,
    ) -> Result<Written> {
        let value = serde_json::to_vec(sign_in).map(Zeroizing::new).map_err(|error| {
            Error::new(ErrorKind::Store, "StoreUnusable", format!("the tokens cannot be written: {error}"))
        })?;
        let written =
            lock.write(&self.sealer.close(VERSION, name, &value).await?, sign_in.use_time()).await?;
        debug!(target: "cognitoken::store", place = self.place(), entry = name, ?written, "entry written");
        Ok(written)
    }

    /// Locks the entry of a name.
    pub(super) async fn lock(&self, name: &str, limit: Duration) -> Result<Box<dyn StoreLock>> {
        let started = Instant::now();
        let waiting = waiting_for(|| WaitingFor::Lock { place: self.place() });
        let lock = self.store.lock(name, limit).await;
        drop(waiting);
        let (entry, milliseconds) = (name, milliseconds_since(started));
        match &lock {
            Ok(_) => {
                debug!(target: "cognitoken::store", place = self.place(), entry, milliseconds, "lock acquired")
            }
            Err(error) => debug!(
                target: "cognitoken::store",
                place = self.place(), entry, milliseconds, code = error.code(), "lock not acquired"
            ),
        }
        lock
    }
}

/// Returns whether the name has the form that [`TokenStore`] describes.
fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    name.len() <= LONGEST_NAME && name.bytes().all(allowed)
}

#[cfg(test)]
mod tests;
