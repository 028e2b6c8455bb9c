//! Flushing to the disk, where the file system can.

use std::fs::File;
use std::io::{Error, ErrorKind, Result};

/// The error code, beside those that have a kind of their own, for what a file system cannot do: ENOTTY, and
/// `ERROR_INVALID_FUNCTION` on Windows.
const IMPOSSIBLE: i32 = if cfg!(windows) { 1 } else { 25 };

/// Flushes a file or a folder, so that a power cut does not lose what was written. A file system that cannot is no
/// failure, as what was written is there: many network file systems cannot flush a folder (`fsync` says EINVAL), and SMB
/// on macOS cannot have the disk flush its own cache (ENOTSUP), as the standard library asks there.
pub(super) fn flush(file: &File) -> Result<()> {
    match file.sync_all() {
        Err(fault) if is_impossible(&fault) => flush_system(file),
        outcome => outcome,
    }
}

/// Flushes what the system holds, which is less than the standard library does on macOS.
#[cfg(unix)]
fn flush_system(file: &File) -> Result<()> {
    match rustix::fs::fsync(file).map_err(Error::from) {
        Err(fault) if is_impossible(&fault) => Ok(()),
        outcome => outcome,
    }
}

#[cfg(not(unix))]
fn flush_system(_file: &File) -> Result<()> {
    Ok(())
}

fn is_impossible(fault: &Error) -> bool {
    matches!(fault.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported)
        || fault.raw_os_error() == Some(IMPOSSIBLE)
}

#[cfg(all(test, unix))]
mod tests {
    use rustix::io::Errno;

    use super::*;

    #[test]
    fn a_file_system_that_cannot_flush_is_told_from_one_that_failed() {
        for errno in [Errno::INVAL, Errno::NOTSUP, Errno::OPNOTSUPP, Errno::NOSYS, Errno::NOTTY] {
            assert!(is_impossible(&errno.into()), "{errno}");
        }
        for errno in [Errno::IO, Errno::NOSPC, Errno::DQUOT, Errno::ROFS, Errno::BADF] {
            assert!(!is_impossible(&errno.into()), "{errno}");
        }
    }

    /// Linux has no `fsync` of this folder.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_place_that_cannot_be_flushed_is_passed_over() {
        let folder = File::open("/proc").unwrap();
        assert_eq!(folder.sync_all().unwrap_err().raw_os_error(), Some(Errno::INVAL.raw_os_error()));
        flush(&folder).unwrap();
    }
}
