//! Files that others own, could have read or could have put there.

use std::fs::{self, File, FileTimes};
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};

use rustix::fs::{CWD, Mode, mkfifoat};
use rustix::process::geteuid;

use super::*;
use crate::error::Error;

/// Somebody else, by number; there need not be such a user.
const ANOTHER: u32 = 12_345;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

pub(super) fn open_up(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn refused<T>(outcome: Result<T>, because: &str) -> Error {
    let error = outcome.map(drop).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Store, "NotPrivate"));
    assert!(error.message().contains(because), "{because}: {error}");
    assert!(error.hint().is_some());
    error
}

#[test]
fn what_is_written_is_closed_to_others() {
    let (_place, folder) = folder();
    folder.write("a.json", b"secret").unwrap();
    assert_eq!((mode(&folder.path), mode(&folder.path.join("a.json"))), (0o700, 0o600));
}

#[test]
fn what_others_can_read_is_refused_with_the_way_out() {
    let (_place, folder) = folder();
    folder.write("a.json", b"secret").unwrap();
    for (path, open, closed) in
        [(folder.path.join("a.json"), 0o644, 0o600), (folder.path.clone(), 0o750, 0o700)]
    {
        open_up(&path, open);
        let error = refused(folder.read("a.json"), "open to other users");
        assert!(error.hint().unwrap().contains(&format!("chmod {closed:o}")));
        open_up(&path, closed);
    }
    assert!(folder.read("a.json").unwrap().is_some());
}

/// Only root can give something away.
#[test]
fn what_another_user_owns_is_refused_and_left_alone() {
    if !geteuid().is_root() {
        return;
    }
    let (_place, folder) = folder();
    folder.write("a.json", b"theirs").unwrap();
    drop(folder.try_lock("a.lock").unwrap().unwrap());
    let path = folder.path.join("a.json");
    for theirs in [&path, &folder.path.join("a.lock"), &folder.path] {
        chown(theirs, Some(ANOTHER), None).unwrap();
    }
    for outcome in [
        folder.read("a.json").map(drop),
        folder.write("a.json", b"mine"),
        folder.try_lock("a.lock").map(drop),
        folder.names("json").map(drop),
        folder.remove("a.json").map(drop),
        folder.set_aside("a.json").map(drop),
    ] {
        let error = refused(outcome, "another user (uid 12345");
        assert!(error.hint().unwrap().contains("uid 12345"));
    }
    chown(&folder.path, Some(0), None).unwrap();
    refused(folder.read("a.json"), "another user");
    refused(folder.try_lock("a.lock"), "another user");
    assert_eq!(fs::read(&path).unwrap(), b"theirs");
    folder.write("a.json", b"mine").unwrap();
    assert_eq!(folder.read("a.json").unwrap().unwrap().as_slice(), b"mine", "a new file takes its place");
}

#[test]
fn a_link_is_not_followed_and_what_it_leads_to_stays() {
    let (place, folder) = folder();
    folder.write("a.json", b"x").unwrap();
    let target = place.path().join("target");
    fs::write(&target, b"precious").unwrap();
    open_up(&target, 0o600);
    for name in ["b.json", "b.lock", ".unfinished-b.json-0"] {
        symlink(&target, folder.path.join(name)).unwrap();
    }
    fs::hard_link(&target, folder.path.join("c.lock")).unwrap();
    let old = FileTimes::new().set_modified(SystemTime::UNIX_EPOCH);
    File::options().write(true).open(&target).unwrap().set_times(old).unwrap();

    refused(folder.read("b.json"), "symbolic link");
    refused(folder.try_lock("b.lock"), "symbolic link");
    refused(folder.try_lock("c.lock"), "hard link");
    folder.write("b.json", b"new").unwrap();
    assert_eq!(folder.read("b.json").unwrap().unwrap().as_slice(), b"new", "the link itself was replaced");
    assert!(folder.path.join(".unfinished-b.json-0").is_symlink(), "the sweep leaves links alone");
    assert_eq!(fs::read(&target).unwrap(), b"precious");
}

#[test]
fn a_folder_behind_a_link_is_refused_however_it_is_written() {
    let (place, folder) = folder();
    folder.write("a.json", b"x").unwrap();
    let link = place.path().join("link");
    symlink(&folder.path, &link).unwrap();
    for path in [link.clone(), link.join(""), link.join(".")] {
        let behind = PrivateFolder::new(path);
        refused(behind.read("a.json"), "symbolic link");
        refused(behind.write("a.json", b"y"), "symbolic link");
    }
    // Above the folder a link is the system's business, such as /tmp on macOS.
    symlink(folder.path.parent().unwrap(), place.path().join("above")).unwrap();
    assert!(PrivateFolder::new(place.path().join("above/inside")).read("a.json").unwrap().is_some());
}

#[test]
fn what_is_no_regular_file_is_refused_and_not_waited_for() {
    let (_place, folder) = folder();
    folder.write("a.json", b"x").unwrap();
    for name in ["b.json", "b.lock", ".unfinished-b.json-0"] {
        mkfifoat(CWD, folder.path.join(name), Mode::RUSR | Mode::WUSR).unwrap();
    }
    let _socket = std::os::unix::net::UnixListener::bind(folder.path.join("c.json")).unwrap();
    open_up(&folder.path.join("c.json"), 0o600);
    refused(folder.read("b.json"), "not a regular file");
    refused(folder.read("c.json"), "not a regular file");
    refused(folder.try_lock("b.lock"), "not a regular file");
    folder.write("a.json", b"y").unwrap();
}

#[test]
fn what_is_sealed_may_rest_in_a_folder_that_the_system_keeps_open() {
    let (_place, folder) = folder();
    folder.write("a.json", b"sealed").unwrap();
    drop(folder.try_lock("a.lock").unwrap());
    // As Kubernetes leaves it with `fsGroup`.
    for (name, open) in [("a.json", 0o660), ("a.lock", 0o660), ("", 0o2770)] {
        open_up(&folder.path.join(name), open);
    }
    let error = refused(folder.read("a.json"), "open to other users");
    assert!(error.hint().unwrap().contains("COGNITO_STORE_KEY"));

    let sealed = folder.clone().with(Openness::Sealed);
    assert_eq!(sealed.read("a.json").unwrap().unwrap().as_slice(), b"sealed");
    drop(sealed.try_lock("a.lock").unwrap().unwrap());
    sealed.write("a.json", b"again").unwrap();
    assert_eq!(mode(&folder.path.join("a.json")), 0o600, "what is new is closed all the same");
    symlink("a.json", folder.path.join("b.json")).unwrap();
    refused(sealed.read("b.json"), "symbolic link");
}
