//! The lock of one entry of a private folder: a file that the system locks for one holder at a time.

use std::fs::{File, TryLockError};
use std::io::{Seek as _, Write as _};
use std::path::PathBuf;

use super::private_folder::{OpenFolder, failed};
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
    /// Takes the lock; `None` while somebody else holds it.
    pub(super) fn try_new(folder: OpenFolder, name: &str) -> Result<Option<Self>> {
        let path = folder.path_of(name);
        // The folder went away between its making and now: whoever asks again makes it anew.
        let Some(file) = folder.read_and_write(name)? else { return Ok(None) };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(fault)) => return Err(failed("lock", &path, &fault)),
        }
        let is_in_place = folder.is_in_place(name, &file);
        let lock = Self { file, path };
        // Removed meanwhile, with its folder: the lock of a file that nobody else will find guards nothing.
        Ok(is_in_place.then_some(lock))
    }

    /// Whether the holder before died in the middle of something.
    pub(super) fn is_marked(&self) -> Result<bool> {
        self.file.metadata().map(|metadata| metadata.len() > 0).map_err(|fault| self.failed(&fault))
    }

    pub(super) fn mark(&mut self) -> Result<()> {
        let marked = self.file.rewind().and_then(|()| self.file.write_all(MARK));
        marked.map_err(|fault| self.failed(&fault))
    }

    pub(super) fn unmark(&mut self) -> Result<()> {
        self.file.set_len(0).map_err(|fault| self.failed(&fault))
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
