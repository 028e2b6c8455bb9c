//! The profiles of a user, in the file `cognitoken/config.toml` of the user's configuration folder.

mod document;
mod errors;

#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::profile::{Profile, valid_profile_name};
use super::regular_file::other_owner;
use crate::error::{Error, ErrorKind, Result};
use crate::private_folder::{LockFile, Openness, PrivateFolder};
use crate::user_folders::config_folder;
use document::ProfilesDocument;
use errors::{mend, of_folder, unusable};

const FILE: &str = "config.toml";
const LOCK: &str = "config.lock";

/// A file larger than this, in bytes, holds something else.
const CAP: usize = 256 * 1024;

/// The time for which another writer of the file is waited for. A write takes milliseconds.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(5);

/// The profiles of a user, as they were when the file was read.
///
/// ```
/// use cognitoken::{Profile, Profiles};
///
/// # fn example() -> cognitoken::Result<()> {
/// Profiles::update(|profiles| profiles.set("work", &Profile::new().with_client_id("1example23456789")))?;
/// assert_eq!(Profiles::read()?.names(), ["work"]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Profiles {
    /// `None` for a user without a home folder.
    folder: Option<PathBuf>,
    document: ProfilesDocument,
    /// The reason that the file is not read, in a sentence.
    left_out: Option<String>,
}

impl Profiles {
    /// Reads the profiles of this user. An absent file holds none, and neither does one of another user.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], code `ProfilesUnusable`: the file or its folder can be changed by others, is a link or no
    /// regular file, is larger than 256 KiB or not TOML; the message names the line. Code `SecretInProfile` where a
    /// profile holds a secret.
    pub fn read() -> Result<Self> {
        config_folder().map_or_else(|| Ok(Self::empty(None)), Self::read_in)
    }

    /// Changes the profiles of this user, while nobody else does: `change` gets them as they are in the file. Comments
    /// and entries that this library does not know stay. Nothing is written if `change` fails.
    ///
    /// # Errors
    /// Those of [`read`](Self::read) and of `change`; [`ErrorKind::Config`], code `ProfilesUnusable`, where the file
    /// cannot be written or another program writes it for more than 10 s.
    pub fn update<T>(change: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let folder = config_folder().ok_or_else(|| {
            unusable("the user has no home folder for profiles".to_owned())
                .with_hint("Set HOME, or XDG_CONFIG_HOME.")
        })?;
        Self::update_in(folder, change)
    }

    fn empty(folder: Option<PathBuf>) -> Self {
        Self { folder, document: ProfilesDocument::default(), left_out: None }
    }

    fn read_in(folder: PathBuf) -> Result<Self> {
        let left_out = match folder.metadata() {
            // A home that is no folder, such as /dev/null, has none.
            Err(why) if why.kind() == io::ErrorKind::NotADirectory => return Ok(Self::empty(Some(folder))),
            Err(why) if why.kind() == io::ErrorKind::PermissionDenied => {
                Some(not_read(&folder, &why.to_string()))
            }
            _ => owner_fault(&folder).or_else(|| owner_fault(&folder.join(FILE))),
        };
        if left_out.is_some() {
            return Ok(Self { left_out, ..Self::empty(Some(folder)) });
        }
        let bytes = private(&folder).read(FILE).map_err(|fault| of_folder(&folder, &fault))?;
        let Some(bytes) = bytes else { return Ok(Self::empty(Some(folder))) };
        let path = folder.join(FILE);
        if bytes.len() > CAP {
            return Err(mend(&path, format!("{} is larger than {CAP} bytes", path.display())));
        }
        let document = ProfilesDocument::parse(&bytes, &path)?;
        Ok(Self { folder: Some(folder), document, left_out: None })
    }

    fn update_in<T>(folder: PathBuf, change: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let _lock = lock(&folder)?;
        let mut profiles = Self::read_in(folder.clone())?;
        if let Some(why) = &profiles.left_out {
            return Err(unusable(why.clone()));
        }
        let before = profiles.document.to_string();
        let outcome = change(&mut profiles)?;
        let text = profiles.document.to_string();
        if text != before {
            let written = private(&folder).write(FILE, text.as_bytes());
            written.map_err(|fault| of_folder(&folder, &fault))?;
        }
        Ok(outcome)
    }

    /// The path of the file; `None` for a user without a home folder.
    pub fn path(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(FILE))
    }

    /// The names of all profiles, in the order of the file.
    pub fn names(&self) -> Vec<String> {
        self.document.names()
    }

    /// The profile of this name.
    pub fn get(&self, name: &str) -> Option<Profile> {
        self.document.get(name)
    }

    /// The name of the profile that answers if nobody names one.
    pub fn chosen(&self) -> &str {
        self.document.chosen()
    }

    /// Replaces the values of a profile, or adds the profile. Its comments stay.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for a name that is none, and for a value that is malformed.
    pub fn set(&mut self, name: &str, profile: &Profile) -> Result<()> {
        let name = valid_profile_name(name)?;
        profile.check()?;
        self.document.set(name, profile)
    }

    /// Removes a profile; `false` if there was none of this name. If it was the chosen one, `default` is.
    pub fn remove(&mut self, name: &str) -> bool {
        self.document.remove(name)
    }

    /// Chooses the profile that answers if nobody names one.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], code `ProfileNotFound`, where there is none of this name.
    pub fn choose(&mut self, name: &str) -> Result<()> {
        if self.get(name).is_none() {
            return Err(self.not_found(name));
        }
        self.document.choose(name);
        Ok(())
    }

    /// The reason that the present file is not read, in a sentence.
    pub(super) fn left_out(&self) -> Option<&str> {
        self.left_out.as_deref()
    }

    /// Returns the error for a profile that is not there.
    pub fn not_found(&self, name: &str) -> Error {
        let error = match (&self.left_out, self.path()) {
            (Some(why), _) => format!("there is no profile {name}: {why}"),
            (None, Some(path)) => format!("there is no profile {name} in {}", path.display()),
            (None, None) => format!("there is no profile {name}, as the user has no home folder"),
        };
        let names = self.names();
        let known = match names.is_empty() {
            true => String::new(),
            false => format!("The profiles are {}. ", names.join(", ")),
        };
        Error::new(ErrorKind::Config, "ProfileNotFound", error)
            .with_hint(format!("{known}Make this one with `cognitoken configure --profile {name}`."))
    }
}

impl fmt::Debug for Profiles {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Profiles").field("names", &self.names()).finish_non_exhaustive()
    }
}

fn private(folder: &Path) -> PrivateFolder {
    PrivateFolder::new(folder).with(Openness::Readable)
}

/// Waits for the lock of all writers.
fn lock(folder: &Path) -> Result<LockFile> {
    let started = Instant::now();
    loop {
        if let Some(lock) = private(folder).try_lock(LOCK).map_err(|fault| of_folder(folder, &fault))? {
            return Ok(lock);
        }
        if started.elapsed() > LONGEST_WAIT {
            let path = folder.join(FILE);
            return Err(unusable(format!("another program has been writing {} for 10 s", path.display())));
        }
        std::thread::sleep(PAUSE);
    }
}

/// The reason to leave out what belongs to another user, in a sentence.
fn owner_fault(path: &Path) -> Option<String> {
    let (owner, own) = other_owner(&path.metadata().ok()?)?;
    Some(not_read(path, &format!("it belongs to another user (user id {owner}, not {own})")))
}

fn not_read(path: &Path, why: &str) -> String {
    format!("{} is not read: {why}", path.display())
}
