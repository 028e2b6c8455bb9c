//! The profiles of a user, in the file `cognitoken/config.toml` of the user's configuration folder.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use toml_edit::{Document, DocumentMut, Item, Table, TableLike, Value};

use super::profile::{DEFAULT_PROFILE, Profile, is_secret, valid_profile_name};
use super::regular_file::other_owner;
use crate::error::{Error, ErrorKind, Result};
use crate::private_folder::{LockFile, Openness, PrivateFolder};
use crate::user_folders::config_folder;

const FILE: &str = "config.toml";
const LOCK: &str = "config.lock";

/// The key of the profile that answers if nobody names one.
const CHOSEN: &str = "profile";

/// The key of the table of profiles.
const TABLE: &str = "profiles";

const SSO: &str = "sso";
const HAS_CLIENT_SECRET: &str = "has_client_secret";

/// A file larger than this, in bytes, holds something else.
const CAP: usize = 256 * 1024;

/// The time for which another writer of the file is waited for. A write takes milliseconds.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(5);

const HEADER: &str =
    "# The profiles of cognitoken: who signs in, and where. Nothing in this file is a secret.\n";

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
    document: DocumentMut,
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
        Self { folder, document: DocumentMut::new(), left_out: None }
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
        let text = String::from_utf8(bytes.to_vec())
            .map_err(|fault| mend(&path, not_utf8(&path, &bytes, &fault.utf8_error())))?;
        let document = Document::parse(text.as_str()).map_err(|fault| {
            let line = fault.span().map_or(1, |span| line_of(&text, span.start));
            mend(&path, format!("line {line} of {} is not TOML: {}", path.display(), fault.message().trim()))
        })?;
        check(&document, &text, &path)?;
        let document = document.into_mut();
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
        let table = self.table();
        table.into_iter().flat_map(|table| table.iter()).map(|(name, _)| name.to_owned()).collect()
    }

    /// The profile of this name.
    pub fn get(&self, name: &str) -> Option<Profile> {
        let table = self.table()?.get(name)?.as_table_like()?;
        let mut profile = Profile::new();
        for (key, item) in table.iter() {
            if let Some(text) = item.as_str() {
                profile.set_text(key, text.to_owned());
            }
        }
        let truth = |key: &str| table.get(key).and_then(Item::as_bool).unwrap_or_default();
        profile.sso = truth(SSO);
        profile.has_client_secret = truth(HAS_CLIENT_SECRET);
        Some(profile)
    }

    /// The name of the profile that answers if nobody names one.
    pub fn chosen(&self) -> &str {
        self.document.get(CHOSEN).and_then(Item::as_str).unwrap_or(DEFAULT_PROFILE)
    }

    /// Replaces the values of a profile, or adds the profile. Its comments stay.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for a name that is none, and for a value that is malformed.
    pub fn set(&mut self, name: &str, profile: &Profile) -> Result<()> {
        let name = valid_profile_name(name)?;
        profile.check()?;
        self.begin();
        let table = self.table_of(name)?;
        for (key, text) in profile.texts() {
            put(table, key, text.map(Value::from));
        }
        put(table, SSO, profile.sso.then(|| Value::from(true)));
        put(table, HAS_CLIENT_SECRET, profile.has_client_secret.then(|| Value::from(true)));
        Ok(())
    }

    /// Removes a profile; `false` if there was none of this name. If it was the chosen one, `default` is.
    pub fn remove(&mut self, name: &str) -> bool {
        if self.chosen() == name {
            self.document.remove(CHOSEN);
        }
        let table = self.document.get_mut(TABLE).and_then(Item::as_table_like_mut);
        table.is_some_and(|table| table.remove(name).is_some())
    }

    /// Chooses the profile that answers if nobody names one.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], code `ProfileNotFound`, where there is none of this name.
    pub fn choose(&mut self, name: &str) -> Result<()> {
        if self.get(name).is_none() {
            return Err(self.not_found(name));
        }
        let chosen = (name != DEFAULT_PROFILE).then(|| Value::from(name));
        put(self.document.as_table_mut(), CHOSEN, chosen);
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

    /// Puts the comment at the beginning of a file without entries: the one that is there, else one of this library.
    fn begin(&mut self) {
        if !self.document.is_empty() {
            return;
        }
        let comment = self.document.trailing().as_str().unwrap_or_default().to_owned();
        let comment =
            if comment.trim().is_empty() { HEADER.to_owned() } else { format!("{}\n", comment.trim_end()) };
        self.document.decor_mut().set_prefix(comment);
        self.document.set_trailing("");
    }

    fn table(&self) -> Option<&dyn TableLike> {
        self.document.get(TABLE)?.as_table_like()
    }

    /// The table of a profile, made where it is missing.
    fn table_of(&mut self, name: &str) -> Result<&mut dyn TableLike> {
        let implicit = || {
            let mut table = Table::new();
            table.set_implicit(true);
            Item::Table(table)
        };
        let profiles = self.document.entry(TABLE).or_insert_with(implicit).as_table_like_mut();
        let entry = profiles.map(|profiles| profiles.entry(name).or_insert(Item::Table(Table::new())));
        entry.and_then(Item::as_table_like_mut).ok_or_else(|| unusable(format!("`{TABLE}` is not a table")))
    }
}

impl fmt::Debug for Profiles {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Profiles").field("names", &self.names()).finish_non_exhaustive()
    }
}

/// Sets a value, or removes it. What stands around the earlier value stays: its comment.
fn put(table: &mut dyn TableLike, key: &str, value: Option<Value>) {
    match (table.get_mut(key).and_then(Item::as_value_mut), value) {
        (Some(earlier), Some(mut value)) => {
            *value.decor_mut() = earlier.decor().clone();
            *earlier = value;
        }
        (_, Some(value)) => {
            table.insert(key, Item::Value(value));
        }
        (_, None) => {
            table.remove(key);
        }
    }
}

/// Checks the types of what this library reads, and that no profile holds a secret.
fn check(document: &Document<&str>, text: &str, path: &Path) -> Result<()> {
    let wrong = |item: &Item, what: &str, expected: &str| {
        let line = item.span().map_or(1, |span| line_of(text, span.start));
        mend(path, format!("{what} is not {expected}, in line {line} of {}", path.display()))
    };
    if let Some(chosen) = document.get(CHOSEN).filter(|item| !item.is_str()) {
        return Err(wrong(chosen, &format!("`{CHOSEN}`"), "a string"));
    }
    let Some(profiles) = document.get(TABLE) else { return Ok(()) };
    let Some(table) = profiles.as_table_like() else {
        return Err(wrong(profiles, &format!("`{TABLE}`"), "a table"));
    };
    for (name, profile) in table.iter() {
        let Some(values) = profile.as_table_like() else {
            return Err(wrong(profile, &format!("the profile {name:?}"), "a table"));
        };
        for (key, item) in values.iter() {
            let what = format!("`{key}` of the profile {name:?}");
            let is_text = Profile::new().texts().iter().any(|(known, _)| *known == key);
            if is_secret(key) {
                let line = item.span().map_or(1, |span| line_of(text, span.start));
                return Err(secret_in_profile(path, &what, line));
            }
            if is_text && !item.is_str() {
                return Err(wrong(item, &what, "a string"));
            }
            if matches!(key, SSO | HAS_CLIENT_SECRET) && !item.is_bool() {
                return Err(wrong(item, &what, "true or false"));
            }
        }
    }
    Ok(())
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

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

fn not_utf8(path: &Path, bytes: &[u8], fault: &std::str::Utf8Error) -> String {
    let line = bytes.iter().take(fault.valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
    format!("line {line} of {} is not UTF-8", path.display())
}

fn unusable(message: String) -> Error {
    Error::new(ErrorKind::Config, "ProfilesUnusable", message)
}

/// The error for a file that a person has to mend.
fn mend(path: &Path, message: String) -> Error {
    unusable(message).with_hint(format!("Mend or remove {}. It was not changed.", path.display()))
}

fn secret_in_profile(path: &Path, what: &str, line: usize) -> Error {
    let message = format!("{what} is a secret, in line {line} of {}", path.display());
    Error::new(ErrorKind::Config, "SecretInProfile", message).with_hint(
        "Remove the line: `cognitoken login` asks for a password, and `cognitoken configure` keeps a client secret in the \
         store.",
    )
}

/// The error of the folder or of the file in it.
fn of_folder(folder: &Path, fault: &Error) -> Error {
    unusable(fault.message().to_owned()).with_hint(format!(
        "Profiles rest in {}: a folder of your own that nobody else can write to, with a regular file. Mend it, or set \
         XDG_CONFIG_HOME to the folder above another one.",
        folder.display()
    ))
}

#[cfg(test)]
mod tests;
