//! Opening a file of the user's that is read whole.

use std::fs::{File, OpenOptions};
use std::path::Path;

/// Opens a file for reading, without waiting for the other end of a named pipe.
#[cfg(unix)]
pub(super) fn open(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let nonblocking = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default();
    OpenOptions::new().read(true).custom_flags(nonblocking).open(path)
}

#[cfg(not(unix))]
pub(super) fn open(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).open(path)
}
