//! A folder that is open, on systems without owners and modes: there a user's folders are closed to others by what they
//! inherit.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::ErrorKind as IoErrorKind;
use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::store::private_folder::errors::{failed, not_private};
use crate::store::private_folder::openness::Openness;

/// A folder of this user's.
#[derive(Debug)]
pub(crate) struct OpenFolder {
    path: PathBuf,
}

/// Makes the folder, and those above it, where they are missing.
pub(crate) fn make(path: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).create(path)
}

impl OpenFolder {
    /// `None` where there is no such folder.
    pub(crate) fn open(path: &Path, _openness: Openness) -> Result<Option<Self>> {
        match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_dir() => Ok(Some(Self { path: path.to_owned() })),
            Ok(_) => Err(not_private(path, "is not a folder", format!("Remove {}.", path.display()))),
            Err(fault) if fault.kind() == IoErrorKind::NotFound => Ok(None),
            Err(fault) => Err(failed("open", path, fault)),
        }
    }

    /// A file to read; `None` where there is none.
    pub(crate) fn read(&self, name: &str) -> Result<Option<File>> {
        self.open_file("read", name, OpenOptions::new().read(true))
    }

    /// A file to lock, read and change; it is made where it is missing. `None` where the folder was removed.
    pub(crate) fn read_and_write(&self, name: &str) -> Result<Option<File>> {
        self.open_file("lock", name, OpenOptions::new().read(true).write(true).create(true).truncate(false))
    }

    /// A new file; one of this name must not be there.
    pub(crate) fn create(&self, name: &str) -> std::io::Result<File> {
        OpenOptions::new().write(true).create_new(true).open(self.path.join(name))
    }

    pub(crate) fn rename(&self, from: &str, to: &str) -> std::io::Result<()> {
        fs::rename(self.path.join(from), self.path.join(to))
    }

    pub(crate) fn remove(&self, name: &str) -> std::io::Result<()> {
        fs::remove_file(self.path.join(name))
    }

    pub(crate) fn names(&self) -> std::io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            names.extend(entry?.file_name().into_string());
        }
        Ok(names)
    }

    // Here a file that is open cannot be removed.
    pub(crate) fn is_in_place(&self, name: &str, _file: &File) -> bool {
        fs::exists(self.path.join(name)).unwrap_or(false)
    }

    pub(crate) fn sync(&self) -> std::io::Result<()> {
        Ok(())
    }

    pub(crate) fn path_of(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    fn open_file(&self, what: &str, name: &str, options: &OpenOptions) -> Result<Option<File>> {
        let path = self.path_of(name);
        if fs::symlink_metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
            let hint = format!("Remove {}.", path.display());
            return Err(not_private(&path, "is not a regular file", hint));
        }
        match options.open(&path) {
            Ok(file) => Ok(Some(file)),
            Err(fault) if fault.kind() == IoErrorKind::NotFound => Ok(None),
            Err(fault) => Err(failed(what, &path, fault)),
        }
    }
}
