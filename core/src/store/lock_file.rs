//! The lock of one entry of a private folder: a file that the system locks for one holder at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind as IoErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::private_folder::failed;
use crate::error::Result;

/// What the file holds while something is under way whose outcome must be stored.
const MARK: &[u8] = b"begun\n";

/// A lock that is held. The system lets it go when this process dies, and a child that was forked meanwhile does not
/// keep it once this one is dropped.
#[derive(Debug)]
pub(super) struct LockFile {
    file: File,
    path: PathBuf,
}

impl LockFile {
    /// Takes the lock; `None` while somebody else holds it. The folder has to be there.
    pub(super) fn try_new(path: PathBuf) -> Result<Option<Self>> {
        let file = match open(&path) {
            Ok(file) => file,
            // The folder went away between its making and now: whoever asks again makes it anew.
            Err(fault) if fault.kind() == IoErrorKind::NotFound => return Ok(None),
            Err(fault) => return Err(failed("lock", &path, &fault)),
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(fault)) => return Err(failed("lock", &path, &fault)),
        }
        let lock = Self { file, path };
        // Removed meanwhile, with its folder: the lock of a file that nobody else will find guards nothing.
        Ok(lock.is_in_place().then_some(lock))
    }

    /// Whether the holder before died in the middle of something.
    pub(super) fn is_marked(&self) -> Result<bool> {
        self.file.metadata().map(|metadata| metadata.len() > 0).map_err(|fault| self.failed(&fault))
    }

    pub(super) fn mark(&mut self) -> Result<()> {
        self.file.set_len(0).and_then(|()| self.file.write_all(MARK)).map_err(|fault| self.failed(&fault))
    }

    pub(super) fn unmark(&mut self) -> Result<()> {
        self.file.set_len(0).map_err(|fault| self.failed(&fault))
    }

    #[cfg(unix)]
    fn is_in_place(&self) -> bool {
        use std::os::unix::fs::MetadataExt as _;
        let is = |file: fs::Metadata| (file.dev(), file.ino());
        let held = self.file.metadata().map(is).ok();
        held.is_some() && held == fs::metadata(&self.path).map(is).ok()
    }

    // Elsewhere a file that is open cannot be removed.
    #[cfg(not(unix))]
    fn is_in_place(&self) -> bool {
        fs::exists(&self.path).unwrap_or(false)
    }

    fn failed(&self, fault: &std::io::Error) -> crate::error::Error {
        failed("lock", &self.path, fault)
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        // Closing would not do where a child was forked meanwhile: it has the same open file.
        let _ = self.file.unlock();
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
