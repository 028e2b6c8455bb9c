//! Tokens in files of a folder that only their owner can read.

use std::path::PathBuf;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use zeroize::Zeroizing;

use super::open_store::OpenStore;
use super::sealer::Sealer;
use super::token_store::{StoreFuture, StoreLock, TokenStore, Written, lock_timeout};
use crate::config::Values;
use crate::error::Result;
use crate::private_folder::{LockFile, Openness, PrivateFolder};
use crate::user_folders::data_folder;

/// The pause before a held lock is requested again: the first, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(20);

/// The store `file`, in this folder or in the user's data folder.
pub(super) fn open(folder: Option<&str>, values: &Values) -> Result<OpenStore> {
    let folder = match folder {
        Some(folder) => PathBuf::from(folder),
        None => data_folder()?.join("tokens"),
    };
    let sealer = Sealer::for_folder(values)?;
    let openness = sealer.openness_of(&folder, values);
    Ok(OpenStore::new(FileStore::named("file", folder).with(openness), sealer))
}

/// A store in a folder: one file for each value, and one beside it for its lock. The system lets a lock go when its
/// holder dies.
///
/// Files are read and written where the future runs: they are small, and a thread for each would cost more.
#[derive(Debug, Clone)]
pub(crate) struct FileStore {
    kind: &'static str,
    folder: PrivateFolder,
}

impl FileStore {
    /// A store of the kind of this name. Nothing is made before the first lock.
    pub(super) fn named(kind: &'static str, folder: impl Into<PathBuf>) -> Self {
        Self { kind, folder: PrivateFolder::new(folder) }
    }

    /// The same store with this access of other users to its folder.
    pub(super) fn with(self, openness: Openness) -> Self {
        Self { folder: self.folder.with(openness), ..self }
    }

    async fn locked(&self, name: &str, limit: Duration) -> Result<LockFile> {
        let deadline = Instant::now() + limit;
        let mut pause = FIRST_PAUSE;
        loop {
            if let Some(lock) = self.folder.try_lock(&lock_name(name))? {
                return Ok(lock);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(lock_timeout(&self.place(), limit));
            }
            sleep(pause.min(left)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

fn value_name(name: &str) -> String {
    format!("{name}.json")
}

fn lock_name(name: &str) -> String {
    format!("{name}.lock")
}

impl TokenStore for FileStore {
    fn place(&self) -> String {
        format!("{}:{}", self.kind, self.folder.path().display())
    }

    fn names<'a>(&'a self, prefix: &'a str) -> StoreFuture<'a, Vec<String>> {
        Box::pin(async move {
            let files = self.folder.names("json")?;
            let names = files.iter().filter_map(|file| file.strip_suffix(".json"));
            Ok(names.filter(|name| name.starts_with(prefix)).map(str::to_owned).collect())
        })
    }

    fn read<'a>(&'a self, name: &'a str) -> StoreFuture<'a, Option<Zeroizing<Vec<u8>>>> {
        Box::pin(async move { self.folder.read(&value_name(name)) })
    }

    fn set_aside<'a>(&'a self, name: &'a str) -> StoreFuture<'a, String> {
        Box::pin(async move {
            let aside = self.folder.set_aside(&value_name(name))?;
            Ok(aside.display().to_string())
        })
    }

    fn leftovers<'a>(&'a self, prefix: &'a str) -> StoreFuture<'a, Vec<String>> {
        Box::pin(async move {
            let files = self.folder.leftovers()?;
            let names = files.iter().filter_map(|file| file.strip_suffix(".json"));
            Ok(names.filter(|name| name.starts_with(prefix)).map(str::to_owned).collect())
        })
    }

    fn clear_idle_locks<'a>(&'a self, prefix: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let values = self.folder.names("json")?;
            for file in self.folder.names("lock")?.iter().filter(|file| file.starts_with(prefix)) {
                let name = file.strip_suffix(".lock").unwrap_or(file);
                if values.contains(&value_name(name)) {
                    continue;
                }
                // Whoever waits for the file that goes finds out, and makes another one.
                if let Some(lock) = self.folder.try_lock(file)? {
                    self.folder.remove(file)?;
                    drop(lock);
                }
            }
            Ok(())
        })
    }

    fn lock<'a>(&'a self, name: &'a str, limit: Duration) -> StoreFuture<'a, Box<dyn StoreLock>> {
        Box::pin(async move {
            let file = self.locked(name, limit).await?;
            let unfinished = file.is_marked()?;
            Ok(Box::new(FileLock { folder: self.folder.clone(), name: name.to_owned(), file, unfinished })
                as _)
        })
    }
}

#[derive(Debug)]
struct FileLock {
    folder: PrivateFolder,
    name: String,
    file: LockFile,
    unfinished: bool,
}

impl StoreLock for FileLock {
    fn was_left_unfinished(&self) -> bool {
        self.unfinished
    }

    fn begin(&mut self) -> StoreFuture<'_, ()> {
        Box::pin(async move { self.file.mark() })
    }

    fn end(&mut self) -> StoreFuture<'_, ()> {
        Box::pin(async move { self.file.unmark() })
    }

    fn write<'a>(&'a mut self, value: &'a [u8], _lifetime: Duration) -> StoreFuture<'a, Written> {
        Box::pin(async move {
            self.folder.write(&value_name(&self.name), value)?;
            self.file.unmark()?;
            Ok(Written::Stored)
        })
    }

    fn remove(&mut self) -> StoreFuture<'_, bool> {
        Box::pin(async move {
            let removed = self.folder.remove(&value_name(&self.name))?;
            self.file.unmark()?;
            Ok(removed)
        })
    }

    fn clear_leftovers(&mut self) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            self.folder.clear_leftovers(&value_name(&self.name))?;
            self.file.unmark()
        })
    }
}
