//! A folder that is open, on systems without owners and modes: what is in a user's profile inherits access rights that
//! close it to other users. They are not checked.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::ErrorKind as IoErrorKind;
use std::path::{Path, PathBuf};

use same_file::Handle;

use crate::error::Result;
use crate::private_folder::errors::{failed, not_private};
use crate::private_folder::in_use::retry_while_in_use;
use crate::private_folder::openness::Openness;

/// The readers of a file that is not sealed, in words.
pub(crate) const READERS: &str = "readable by the users whom the folder's access rights admit (not checked)";

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
        retry_while_in_use(|| fs::rename(self.path.join(from), self.path.join(to)))
    }

    pub(crate) fn remove(&self, name: &str) -> std::io::Result<()> {
        retry_while_in_use(|| fs::remove_file(self.path.join(name)))
    }

    pub(crate) fn names(&self) -> std::io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            names.extend(entry?.file_name().into_string());
        }
        Ok(names)
    }

    /// Returns whether the name still stands for this file.
    pub(crate) fn is_in_place(&self, name: &str, file: &File) -> bool {
        let (named, held) =
            (Handle::from_path(self.path.join(name)), file.try_clone().and_then(Handle::from_file));
        matches!((named, held), (Ok(named), Ok(held)) if named == held)
    }

    // A folder cannot be flushed.
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
        match retry_while_in_use(|| options.open(&path)) {
            Ok(file) => Ok(Some(file)),
            Err(fault) if fault.kind() == IoErrorKind::NotFound => Ok(None),
            Err(fault) => Err(failed(what, &path, fault)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Seek as _, Write as _};

    use super::*;

    fn folder() -> (tempfile::TempDir, OpenFolder) {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("deep").join("inside");
        assert!(OpenFolder::open(&path, Openness::Closed).unwrap().is_none());
        make(&path).unwrap();
        let folder = OpenFolder::open(&path, Openness::Closed).unwrap().unwrap();
        (place, folder)
    }

    #[test]
    fn a_file_takes_the_place_of_one_that_somebody_reads() {
        let (_place, folder) = folder();
        for (name, text) in [("a", "old"), ("b", "new")] {
            folder.create(name).unwrap().write_all(text.as_bytes()).unwrap();
        }
        let mut reader = folder.read("a").unwrap().unwrap();
        folder.rename("b", "a").unwrap();
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(text, "old");
        text.clear();
        folder.read("a").unwrap().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "new");
        assert_eq!(folder.names().unwrap(), ["a"]);
        folder.sync().unwrap();
    }

    #[test]
    fn a_lock_file_can_be_locked_written_and_emptied() {
        let (_place, folder) = folder();
        let mut file = folder.read_and_write("a.lock").unwrap().unwrap();
        file.try_lock().unwrap();
        file.write_all(b"begun").unwrap();
        assert_eq!(fs::metadata(folder.path_of("a.lock")).unwrap().len(), 5);
        let other = folder.read_and_write("a.lock").unwrap().unwrap();
        assert!(folder.is_in_place("a.lock", &file), "the look at it leaves the lock as it is");
        assert!(other.try_lock().is_err());
        file.set_len(0).unwrap();
        file.rewind().unwrap();
        // As the product does it: wine reports an error of a lock that it has taken away.
        let _ = file.unlock();
        other.try_lock().unwrap();
        assert_eq!(other.metadata().unwrap().len(), 0);
    }

    #[test]
    fn a_lock_file_that_was_removed_and_made_anew_is_another_one() {
        let (_place, folder) = folder();
        let held = folder.read_and_write("a.lock").unwrap().unwrap();
        folder.remove("a.lock").unwrap();
        assert!(!folder.is_in_place("a.lock", &held));
        let _another = folder.read_and_write("a.lock").unwrap().unwrap();
        assert!(!folder.is_in_place("a.lock", &held));
    }

    #[test]
    fn what_is_no_regular_file_is_refused() {
        let (_place, folder) = folder();
        make(&folder.path_of("a.json")).unwrap();
        assert_eq!(folder.read("a.json").unwrap_err().code(), "NotPrivate");
        assert!(folder.read("b.json").unwrap().is_none());
        folder.create("c").unwrap();
        assert_eq!(
            OpenFolder::open(&folder.path_of("c"), Openness::Closed).unwrap_err().code(),
            "NotPrivate"
        );
        assert!(READERS.contains("not checked"));
    }
}
