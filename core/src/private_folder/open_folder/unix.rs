//! A folder that is open. Its files are reached through it alone, and looked at after they are open: nothing can be put
//! in their place between the check and the use.

use std::fs::{DirBuilder, File, Metadata};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Dir, Mode, OFlags, openat, renameat, unlinkat};
use rustix::io::Errno;
use rustix::process::geteuid;

use crate::error::Result;
use crate::private_folder::errors::{failed, not_private};
use crate::private_folder::flush::flush;
use crate::private_folder::openness::Openness;

/// The flags of every open: no link is followed, no FIFO is waited for, no child inherits the file.
const GUARDED: OFlags = OFlags::NOFOLLOW.union(OFlags::NONBLOCK).union(OFlags::CLOEXEC).union(OFlags::NOCTTY);

const ROOT: u32 = 0;

/// The readers of a file that is not sealed, in words.
pub(crate) const READERS: &str = "readable by its owner alone";

/// A folder that belongs to this user alone.
#[derive(Debug)]
pub(crate) struct OpenFolder {
    folder: File,
    path: PathBuf,
    openness: Openness,
}

/// Makes the folder, and those above it, where they are missing.
pub(crate) fn make(path: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

impl OpenFolder {
    /// `None` where there is no such folder.
    ///
    /// The folders above it are not looked at: whoever can write there can put a folder of their own in the place of this
    /// one, and that one is refused for its owner.
    pub(crate) fn open(path: &Path, openness: Openness) -> Result<Option<Self>> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let folder = match rustix::fs::open(path, flags, Mode::empty()) {
            Ok(folder) => File::from(folder),
            Err(Errno::NOENT) => return Ok(None),
            Err(_) if path.is_symlink() => return Err(is_link(path)),
            Err(fault) => return Err(failed("open", path, fault.into())),
        };
        let metadata = folder.metadata().map_err(|fault| failed("read", path, fault))?;
        refuse_others(path, &metadata, openness, geteuid().as_raw())?;
        Ok(Some(Self { folder, path: path.to_owned(), openness }))
    }

    /// A file to read; `None` where there is none.
    pub(crate) fn read(&self, name: &str) -> Result<Option<File>> {
        self.open_file("read", name, OFlags::RDONLY)
    }

    /// A file to lock, read and change; it is made where it is missing. `None` where the folder was removed.
    pub(crate) fn read_and_write(&self, name: &str) -> Result<Option<File>> {
        self.open_file("lock", name, OFlags::RDWR | OFlags::CREATE)
    }

    /// A new file; one of this name must not be there.
    pub(crate) fn create(&self, name: &str) -> std::io::Result<File> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | GUARDED;
        Ok(File::from(openat(&self.folder, name, flags, Mode::RUSR | Mode::WUSR)?))
    }

    pub(crate) fn rename(&self, from: &str, to: &str) -> std::io::Result<()> {
        Ok(renameat(&self.folder, from, &self.folder, to)?)
    }

    pub(crate) fn remove(&self, name: &str) -> std::io::Result<()> {
        Ok(unlinkat(&self.folder, name, AtFlags::empty())?)
    }

    pub(crate) fn names(&self) -> std::io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in Dir::read_from(&self.folder)? {
            names.extend(entry?.file_name().to_str().ok().map(str::to_owned));
        }
        Ok(names)
    }

    /// Returns whether the name still stands for this file.
    pub(crate) fn is_in_place(&self, name: &str, file: &File) -> bool {
        // By its whole path: the folder may have been moved away since it was opened.
        let (named, held) = (self.path_of(name).symlink_metadata(), file.metadata());
        let (Ok(named), Ok(held)) = (named, held) else { return false };
        (named.dev(), named.ino()) == (held.dev(), held.ino())
    }

    /// A renamed file is safe from a crash once its folder is on the disk.
    pub(crate) fn sync(&self) -> std::io::Result<()> {
        flush(&self.folder)
    }

    pub(crate) fn path_of(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    fn open_file(&self, what: &str, name: &str, flags: OFlags) -> Result<Option<File>> {
        let path = self.path_of(name);
        let opened: Result<OwnedFd, Errno> =
            openat(&self.folder, name, flags | GUARDED, Mode::RUSR | Mode::WUSR);
        let file = match opened {
            Ok(file) => File::from(file),
            Err(Errno::NOENT) => return Ok(None),
            Err(Errno::LOOP | Errno::MLINK) => return Err(is_link(&path)),
            // A socket, or a FIFO that nobody reads.
            Err(Errno::NXIO | Errno::OPNOTSUPP) => return Err(is_no_file(&path)),
            Err(fault) => return Err(failed(what, &path, fault.into())),
        };
        let metadata = file.metadata().map_err(|fault| failed(what, &path, fault))?;
        if !metadata.is_file() {
            return Err(is_no_file(&path));
        }
        refuse_others(&path, &metadata, self.openness, geteuid().as_raw())?;
        // None: it was replaced since it was opened.
        if metadata.nlink() > 1 {
            let hint = format!("Remove {}, and sign in again.", path.display());
            return Err(not_private(&path, "has another name (a hard link) elsewhere", hint));
        }
        Ok(Some(file))
    }
}

/// Refuses what another user than `own` owns, or could have read or changed. What is sealed may be open, and root's.
fn refuse_others(path: &Path, metadata: &Metadata, openness: Openness, own: u32) -> Result<()> {
    let owner = metadata.uid();
    let is_the_systems = openness == Openness::Sealed && owner == ROOT;
    if owner != own && !is_the_systems {
        let complaint = format!("belongs to another user (uid {owner}, and this process runs as uid {own})");
        let hint = format!(
            "Choose a folder of your own, such as COGNITO_STORE=file:<folder>, or run as its owner, uid {owner}."
        );
        return Err(not_private(path, &complaint, hint));
    }
    let mode = metadata.mode() & 0o777;
    let refused = match openness {
        Openness::Closed => 0o077,
        Openness::Readable => 0o022,
        Openness::Sealed => 0,
    };
    if mode & refused == 0 {
        return Ok(());
    }
    let closed = if metadata.is_dir() { "700" } else { "600" };
    let complaint = format!("is open to other users (mode {mode:o}): it may have been read or changed");
    let hint = format!(
        "Close it with `chmod {closed} {}`, or remove it and sign in again. Where the system keeps it open, as Kubernetes \
         does by fsGroup, set COGNITO_STORE_KEY to a key that is not kept beside it: what is sealed may rest there.",
        path.display()
    );
    Err(not_private(path, &complaint, hint))
}

fn is_link(path: &Path) -> crate::error::Error {
    let hint = format!("Name the folder that it leads to, or remove {}.", path.display());
    not_private(path, "is a symbolic link, which is not followed", hint)
}

fn is_no_file(path: &Path) -> crate::error::Error {
    not_private(path, "is not a regular file", format!("Remove {}.", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Another user, by number; no such user need exist.
    const ANOTHER: u32 = 12_345;

    #[test]
    fn what_is_sealed_may_be_roots_and_nobody_elses() {
        let folder = tempfile::tempdir().unwrap();
        let own = geteuid();
        let metadata = folder.path().metadata().unwrap();
        let check = |openness, own| refuse_others(folder.path(), &metadata, openness, own);
        assert_eq!(check(Openness::Sealed, ANOTHER).is_ok(), own.is_root());
        let error = check(Openness::Closed, ANOTHER).unwrap_err();
        assert_eq!(error.code(), "NotPrivate");
        assert!(error.message().contains("another user"), "{error}");
        check(Openness::Sealed, own.as_raw()).unwrap();
    }
}
