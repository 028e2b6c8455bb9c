//! Opening a file of the user's that is read whole.

use std::fs::{File, Metadata, OpenOptions};
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

/// The ids of the owner of a file and of this user, where they differ; `None` for this user's own.
#[cfg(unix)]
pub(super) fn other_owner(metadata: &Metadata) -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt as _;
    let (owner, own) = (metadata.uid(), rustix::process::geteuid().as_raw());
    (owner != own).then_some((owner, own))
}

// Elsewhere files have no such owner.
#[cfg(not(unix))]
pub(super) fn other_owner(_metadata: &Metadata) -> Option<(u32, u32)> {
    None
}
