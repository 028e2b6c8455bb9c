//! A folder that only its owner can read, and files in it that are either whole or not there.

mod errors;
mod flush;
#[cfg(any(not(unix), test))]
mod in_use;
mod lock_file;
mod open_folder;
mod openness;

#[cfg(test)]
mod tests;

use std::io::{ErrorKind as IoErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use zeroize::Zeroizing;

use crate::clock::unix_seconds;
use crate::digest::hex;
use crate::error::Result;
use crate::random::random_bytes;

use errors::failed;
use flush::flush;
use open_folder::OpenFolder;

pub(crate) use lock_file::LockFile;
pub(crate) use open_folder::READERS;
pub(crate) use openness::Openness;

/// No entry comes near this many bytes.
const CAP: u64 = 1024 * 1024;

/// The beginning of the name of a file that is not complete yet; its later name follows, and a `-`.
const UNFINISHED: &str = ".unfinished-";

/// The end of the name of a file that was set aside; its former name comes first, and a `.`.
const DAMAGED: &str = ".damaged";

/// A file that has not become whole after this time never will: whoever wrote it died.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(10 * 60);

/// A folder of mode 0700 with files of mode 0600, all this user's own. What others own, could have read or could have
/// put there is refused rather than used.
#[derive(Debug, Clone)]
pub(crate) struct PrivateFolder {
    path: PathBuf,
    openness: Openness,
}

impl PrivateFolder {
    /// Nothing is made before the first [`write`](Self::write).
    pub(crate) fn new(path: impl Into<PathBuf>) -> Self {
        // Without a `/` or `/.` at its end, behind which a link would be followed.
        Self { path: path.into().components().collect(), openness: Openness::Closed }
    }

    /// The same folder, where its entries are sealed so that it may be open to others.
    pub(crate) fn with(self, openness: Openness) -> Self {
        Self { openness, ..self }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// An entry's bytes; `None` where there is none.
    pub(crate) fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let Some(folder) = self.open()? else { return Ok(None) };
        let Some(file) = folder.read(name)? else { return Ok(None) };
        let mut bytes = Zeroizing::new(Vec::new());
        file.take(CAP)
            .read_to_end(&mut bytes)
            .map_err(|fault| failed("read", &self.path.join(name), fault))?;
        Ok(Some(bytes))
    }

    /// Puts an entry in the place of the one before, in one step: a reader sees the one or the other, whenever this
    /// process dies.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let folder = self.make()?;
        let random = hex(&random_bytes::<8>()?[..]);
        let unfinished = format!("{UNFINISHED}{name}-{random}");
        let written = write_new(&folder, &unfinished, bytes).and_then(|()| folder.rename(&unfinished, name));
        if let Err(fault) = written {
            let _ = folder.remove(&unfinished);
            return Err(failed("write", &self.path.join(name), fault));
        }
        sweep(&folder);
        folder.sync().map_err(|fault| failed("write", &self.path.join(name), fault))
    }

    /// Takes the lock of this name; `None` while another holds it. The folder is made, and found to be private, first.
    pub(crate) fn try_lock(&self, name: &str) -> Result<Option<LockFile>> {
        LockFile::try_new(self.make()?, name)
    }

    /// Gives an entry another name, under which nobody looks for it, and tells where it is now.
    pub(crate) fn set_aside(&self, name: &str) -> Result<PathBuf> {
        let aside = format!("{name}.{}{DAMAGED}", unix_seconds(SystemTime::now()));
        self.make()?
            .rename(name, &aside)
            .map_err(|fault| failed("set aside", &self.path.join(name), fault))?;
        Ok(self.path.join(aside))
    }

    /// Removes an entry; `false` where there was none.
    pub(crate) fn remove(&self, name: &str) -> Result<bool> {
        let Some(folder) = self.open()? else { return Ok(false) };
        match folder.remove(name) {
            Ok(()) => Ok(true),
            Err(fault) if fault.kind() == IoErrorKind::NotFound => Ok(false),
            Err(fault) => Err(failed("remove", &self.path.join(name), fault)),
        }
    }

    /// The names of the entries that end in `.<extension>`.
    pub(crate) fn names(&self, extension: &str) -> Result<Vec<String>> {
        let ending = format!(".{extension}");
        let mut names = self.all_names()?;
        names.retain(|name| name.ends_with(&ending) && !name.starts_with('.'));
        names.sort_unstable();
        Ok(names)
    }

    /// The names of the entries that were set aside, or whose writer died before they were whole.
    pub(crate) fn leftovers(&self) -> Result<Vec<String>> {
        let mut names: Vec<String> =
            self.all_names()?.iter().filter_map(|file| entry_of_leftover(file)).map(str::to_owned).collect();
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }

    /// Removes what was set aside of an entry, and what is not whole of it. Nobody else may be writing it.
    pub(crate) fn clear_leftovers(&self, name: &str) -> Result<()> {
        let Some(folder) = self.open()? else { return Ok(()) };
        sweep(&folder);
        for file in self.all_names()?.iter().filter(|file| entry_of_leftover(file) == Some(name)) {
            match folder.remove(file) {
                Err(fault) if fault.kind() != IoErrorKind::NotFound => {
                    return Err(failed("remove", &self.path.join(file), fault));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn open(&self) -> Result<Option<OpenFolder>> {
        OpenFolder::open(&self.path, self.openness)
    }

    fn all_names(&self) -> Result<Vec<String>> {
        let Some(folder) = self.open()? else { return Ok(Vec::new()) };
        folder.names().map_err(|fault| failed("read", &self.path, fault))
    }

    fn make(&self) -> Result<OpenFolder> {
        open_folder::make(&self.path).map_err(|fault| failed("make", &self.path, fault))?;
        self.open()?.ok_or_else(|| failed("make", &self.path, IoErrorKind::NotFound.into()))
    }
}

fn write_new(folder: &OpenFolder, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = folder.create(name)?;
    file.write_all(bytes)?;
    flush(&file)
}

/// The entry that a file was once, or was to become.
fn entry_of_leftover(file: &str) -> Option<&str> {
    if let Some(rest) = file.strip_prefix(UNFINISHED) {
        return rest.rsplit_once('-').map(|(name, _)| name);
    }
    file.strip_suffix(DAMAGED)?.rsplit_once('.').map(|(name, _)| name)
}

/// Clears away what a process that was killed left half-written. What cannot be cleared now is met again later.
fn sweep(folder: &OpenFolder) {
    let names = folder.names().unwrap_or_default();
    for name in names.iter().filter(|name| name.starts_with(UNFINISHED)) {
        let Ok(Some(file)) = folder.read(name) else { continue };
        let age = file.metadata().and_then(|metadata| metadata.modified()).map(|at| at.elapsed());
        if matches!(age, Ok(Ok(age)) if age > GIVEN_UP_AFTER) {
            let _ = folder.remove(name);
        }
    }
}
