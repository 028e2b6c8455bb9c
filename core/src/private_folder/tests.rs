//! Entries, locks, and what a killed program leaves, on every system.

use std::fs::{self, File, FileTimes};

use super::*;
use crate::error::ErrorKind;

#[cfg(unix)]
mod unix;

fn folder() -> (tempfile::TempDir, PrivateFolder) {
    let place = tempfile::tempdir().unwrap();
    let folder = PrivateFolder::new(place.path().join("deep").join("inside"));
    (place, folder)
}

#[test]
fn what_is_written_is_read_back() {
    let (_place, folder) = folder();
    assert!(folder.read("a.json").unwrap().is_none());
    folder.write("a.json", b"first").unwrap();
    folder.write("a.json", b"second").unwrap();
    assert_eq!(folder.read("a.json").unwrap().unwrap().as_slice(), b"second");
    assert_eq!(folder.names("json").unwrap(), ["a.json"]);
    assert!(folder.remove("a.json").unwrap());
    assert!(!folder.remove("a.json").unwrap());
}

#[test]
fn a_place_that_cannot_be_written_is_a_store_error() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("file");
    fs::write(&file, b"").unwrap();
    let error = PrivateFolder::new(file.join("below")).write("a.json", b"x").unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Store, "StoreUnusable"));
}

#[test]
fn what_a_killed_program_left_goes_after_a_while_or_with_its_entry() {
    let (_place, folder) = folder();
    folder.write("a.json", b"x").unwrap();
    let left = |name: &str| folder.path.join(name);
    for name in [".unfinished-a.json-1", ".unfinished-b.json-1", ".unfinished-b.json-2"] {
        fs::write(left(name), b"half").unwrap();
        #[cfg(unix)]
        unix::open_up(&left(name), 0o600);
    }
    let old = FileTimes::new().set_modified(SystemTime::now() - GIVEN_UP_AFTER * 2);
    File::options().write(true).open(left(".unfinished-b.json-2")).unwrap().set_times(old).unwrap();
    folder.write("a.json", b"y").unwrap();
    assert!(!left(".unfinished-b.json-2").exists());
    let aside = folder.set_aside("a.json").unwrap();
    assert_eq!(folder.leftovers().unwrap(), ["a.json", "b.json"]);

    folder.clear_leftovers("a.json").unwrap();
    assert!(!aside.exists() && !left(".unfinished-a.json-1").exists());
    assert!(left(".unfinished-b.json-1").exists(), "it is somebody else's");
    assert_eq!(folder.leftovers().unwrap(), ["b.json"]);
}

#[test]
fn a_mark_is_found_by_the_next_holder_until_it_is_taken_back() {
    let (_place, folder) = folder();
    let mut lock = folder.try_lock("a.lock").unwrap().unwrap();
    assert!(folder.try_lock("a.lock").unwrap().is_none());
    lock.mark().unwrap();
    lock.mark().unwrap();
    drop(lock);
    let mut lock = folder.try_lock("a.lock").unwrap().unwrap();
    assert!(lock.is_marked().unwrap());
    lock.unmark().unwrap();
    assert_eq!(fs::metadata(folder.path.join("a.lock")).unwrap().len(), 0);
}
