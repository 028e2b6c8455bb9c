//! A folder that only its owner can read, and files in it that are either whole or not there.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{ErrorKind as IoErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use super::lock_file::LockFile;
use crate::clock::unix_seconds;
use crate::error::{Error, ErrorKind, Result};

/// No entry comes near this many bytes.
const CAP: u64 = 1024 * 1024;

/// What the name of a file begins with that is not whole yet.
const UNFINISHED: &str = ".unfinished-";

/// A file that has not become whole after this time never will: whoever wrote it died.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(10 * 60);

/// A folder of mode 0700 with files of mode 0600. What others could have read is refused rather than used.
#[derive(Debug, Clone)]
pub(crate) struct PrivateFolder {
    path: PathBuf,
}

impl PrivateFolder {
    /// Nothing is made before the first [`write`](Self::write).
    pub(crate) fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// An entry's bytes; `None` where there is none.
    pub(crate) fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let path = self.path.join(name);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(fault) if fault.kind() == IoErrorKind::NotFound => return Ok(None),
            Err(fault) => return Err(failed("read", &path, &fault)),
        };
        refuse_if_others_can_read(&self.path, &metadata(&self.path)?)?;
        let metadata = file.metadata().map_err(|fault| failed("read", &path, &fault))?;
        refuse_if_others_can_read(&path, &metadata)?;
        let mut bytes = Zeroizing::new(Vec::new());
        file.take(CAP).read_to_end(&mut bytes).map_err(|fault| failed("read", &path, &fault))?;
        Ok(Some(bytes))
    }

    /// Puts an entry in the place of the one before, in one step: a reader sees the one or the other, whenever this
    /// process dies.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.make()?;
        let path = self.path.join(name);
        let written = self.write_beside(bytes).map_err(|fault| failed("write", &path, &fault))?;
        written.persist(&path).map_err(|fault| failed("write", &path, &fault.error))?;
        self.sweep();
        sync_folder(&self.path).map_err(|fault| failed("write", &path, &fault))
    }

    /// Takes the lock of this name; `None` while another holds it. The folder is made, and found to be private, first.
    pub(super) fn try_lock(&self, name: &str) -> Result<Option<LockFile>> {
        self.make()?;
        LockFile::try_new(self.path.join(name))
    }

    /// Gives an entry another name, under which nobody looks for it, and tells where it is now.
    pub(super) fn set_aside(&self, name: &str) -> Result<PathBuf> {
        let path = self.path.join(name);
        let moment = unix_seconds(SystemTime::now());
        let aside = self.path.join(format!("{name}.{moment}.damaged"));
        fs::rename(&path, &aside).map_err(|fault| failed("set aside", &path, &fault))?;
        Ok(aside)
    }

    /// Removes an entry; `false` where there was none.
    pub(crate) fn remove(&self, name: &str) -> Result<bool> {
        let path = self.path.join(name);
        match fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(fault) if fault.kind() == IoErrorKind::NotFound => Ok(false),
            Err(fault) => Err(failed("remove", &path, &fault)),
        }
    }

    /// The names of the entries that end in `.<extension>`.
    pub(crate) fn names(&self, extension: &str) -> Result<Vec<String>> {
        let entries = match fs::read_dir(&self.path) {
            Ok(entries) => entries,
            Err(fault) if fault.kind() == IoErrorKind::NotFound => return Ok(Vec::new()),
            Err(fault) => return Err(failed("read", &self.path, &fault)),
        };
        let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
        let wanted = paths.filter(|path| path.extension() == Some(OsStr::new(extension)));
        let mut names: Vec<String> =
            wanted.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect();
        names.sort_unstable();
        Ok(names)
    }

    fn write_beside(&self, bytes: &[u8]) -> std::io::Result<NamedTempFile> {
        // `tempfile` makes its files readable by their owner alone.
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(&self.path)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        Ok(file)
    }

    /// Clears away what a process that was killed left half-written. What cannot be cleared now is met again later.
    fn sweep(&self) {
        let Ok(entries) = fs::read_dir(&self.path) else { return };
        for entry in entries
            .flatten()
            .filter(|entry| entry.file_name().to_str().is_some_and(|name| name.starts_with(UNFINISHED)))
        {
            let age = entry.metadata().and_then(|metadata| metadata.modified()).map(|at| at.elapsed());
            if matches!(age, Ok(Ok(age)) if age > GIVEN_UP_AFTER) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    fn make(&self) -> Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.path).map_err(|fault| failed("make", &self.path, &fault))?;
        refuse_if_others_can_read(&self.path, &metadata(&self.path)?)
    }
}

fn metadata(path: &Path) -> Result<fs::Metadata> {
    fs::metadata(path).map_err(|fault| failed("read", path, &fault))
}

#[cfg(unix)]
fn refuse_if_others_can_read(path: &Path, metadata: &fs::Metadata) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let own = if metadata.is_dir() { "700" } else { "600" };
    let message = format!(
        "{} is open to other users (mode {mode:o}): it may have been read or changed",
        path.display()
    );
    Err(Error::new(ErrorKind::Store, "NotPrivate", message).with_hint(format!(
        "Close it with `chmod {own} {}`, or remove it and sign in again.",
        path.display()
    )))
}

// Elsewhere a user's folders are closed to others by what they inherit.
#[cfg(not(unix))]
fn refuse_if_others_can_read(_path: &Path, _metadata: &fs::Metadata) -> Result<()> {
    Ok(())
}

/// A renamed file is safe from a crash once its folder is on the disk.
#[cfg(unix)]
fn sync_folder(path: &Path) -> std::io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> std::io::Result<()> {
    Ok(())
}

pub(super) fn failed(what: &str, path: &Path, fault: &std::io::Error) -> Error {
    let message = format!("cannot {what} {}: {fault}", path.display());
    Error::new(ErrorKind::Store, "StoreUnusable", message)
        .with_hint("Check the folder's owner, mode and free space, or choose another place.")
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn folder() -> (tempfile::TempDir, PrivateFolder) {
        let place = tempfile::tempdir().unwrap();
        let folder = PrivateFolder::new(place.path().join("deep").join("inside"));
        (place, folder)
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn open_up(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn what_is_written_is_read_back_and_closed_to_others() {
        let (_place, folder) = folder();
        assert!(folder.read("a.json").unwrap().is_none());
        folder.write("a.json", b"first").unwrap();
        folder.write("a.json", b"second").unwrap();
        assert_eq!(folder.read("a.json").unwrap().unwrap().as_slice(), b"second");
        assert_eq!((mode(&folder.path), mode(&folder.path.join("a.json"))), (0o700, 0o600));
        assert_eq!(folder.names("json").unwrap(), ["a.json"]);
        assert!(folder.remove("a.json").unwrap());
        assert!(!folder.remove("a.json").unwrap());
    }

    #[test]
    fn what_others_can_read_is_refused_with_the_way_out() {
        let (_place, folder) = folder();
        folder.write("a.json", b"secret").unwrap();
        for (path, open, closed) in
            [(folder.path.join("a.json"), 0o644, 0o600), (folder.path.clone(), 0o750, 0o700)]
        {
            open_up(&path, open);
            let error = folder.read("a.json").unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Store, "NotPrivate"));
            assert!(error.hint().unwrap().contains(&format!("chmod {closed:o}")));
            open_up(&path, closed);
        }
        assert!(folder.read("a.json").unwrap().is_some());
    }

    #[test]
    fn a_place_that_cannot_be_written_is_a_store_error() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("file");
        fs::write(&file, b"").unwrap();
        let error = PrivateFolder::new(file.join("below")).write("a.json", b"x").unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Store, "StoreUnusable"));
    }
}
