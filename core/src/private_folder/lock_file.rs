//! The lock of one entry of a private folder: a file that the system locks for one holder at a time.

use std::fs::{File, TryLockError};
use std::io::{Seek as _, Write as _};
use std::path::{Path, PathBuf};

use super::errors::failed;
use super::open_folder::OpenFolder;
use crate::error::{Error, ErrorKind, Result};

/// The content of the file while work is under way whose outcome must be stored.
const MARK: &[u8] = b"begun\n";

/// A lock that is held. The system lets it go when this process dies, and a child that was forked meanwhile does not
/// keep it once this one is dropped.
#[derive(Debug)]
pub(crate) struct LockFile {
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
            Err(TryLockError::Error(fault)) => return Err(not_locked(&path, fault)),
        }
        let is_in_place = folder.is_in_place(name, &file);
        let lock = Self { file, path };
        // Removed meanwhile, with its folder: the lock of a file that nobody else will find guards nothing.
        Ok(is_in_place.then_some(lock))
    }

    /// `true` if the previous holder died in the middle of such work.
    pub(crate) fn is_marked(&self) -> Result<bool> {
        self.file.metadata().map(|metadata| metadata.len() > 0).map_err(|fault| self.failed(fault))
    }

    pub(crate) fn mark(&mut self) -> Result<()> {
        let marked = self.file.rewind().and_then(|()| self.file.write_all(MARK));
        marked.map_err(|fault| self.failed(fault))
    }

    pub(crate) fn unmark(&mut self) -> Result<()> {
        self.file.set_len(0).map_err(|fault| self.failed(fault))
    }

    fn failed(&self, fault: std::io::Error) -> Error {
        failed("lock", &self.path, fault)
    }
}

fn not_locked(path: &Path, fault: std::io::Error) -> Error {
    if !means_no_locks(&fault) {
        return failed("lock", path, fault);
    }
    let message = format!("cannot lock {}: its file system has no file locks ({fault})", path.display());
    Error::new(ErrorKind::Store, "NoFileLocks", message).with_hint(
        "Name a folder on a file system that has them, COGNITO_STORE=file:<folder on a local disk>, or a redis server. \
         Lustre has them where it is mounted with the option `flock`.",
    )
    .with_source(fault)
}

/// Returns whether the file system cannot lock: network file systems are often mounted without locks.
#[cfg(unix)]
fn means_no_locks(fault: &std::io::Error) -> bool {
    use rustix::io::Errno;
    let without = [Errno::NOSYS, Errno::OPNOTSUPP, Errno::NOTSUP, Errno::NOLCK];
    Errno::from_io_error(fault).is_some_and(|errno| without.contains(&errno))
}

#[cfg(not(unix))]
fn means_no_locks(fault: &std::io::Error) -> bool {
    fault.kind() == std::io::ErrorKind::Unsupported
}

impl Drop for LockFile {
    fn drop(&mut self) {
        // Closing would not do where a child was forked meanwhile: it has the same open file.
        let _ = self.file.unlock();
    }
}

#[cfg(all(test, unix))]
mod tests {
    use rustix::io::Errno;

    use super::*;

    #[test]
    fn a_file_system_without_locks_is_named_and_other_faults_are_not_taken_for_it() {
        let path = Path::new("/lustre/tokens/a.lock");
        for errno in [Errno::NOSYS, Errno::OPNOTSUPP, Errno::NOLCK] {
            let error = not_locked(path, errno.into());
            assert_eq!(
                (error.kind(), error.code(), error.retryable()),
                (ErrorKind::Store, "NoFileLocks", false)
            );
            assert!(error.message().contains("/lustre/tokens/a.lock"), "{error}");
            assert!(error.hint().unwrap().contains("COGNITO_STORE"));
        }
        assert_eq!(not_locked(path, Errno::IO.into()).code(), "StoreUnusable");
    }
}
