//! The `.env` file in the working directory: read only where it is this user's own.

use std::fmt;
use std::fs::Metadata;
use std::io::{ErrorKind as IoErrorKind, Read as _};
use std::path::Path;

use super::regular_file::{open, other_owner};
use crate::error::{Error, ErrorKind, Result};

/// A `.env` file larger than this, in bytes, holds something else.
const CAP: u64 = 64 * 1024;

/// The result of a look for the file.
#[derive(Debug)]
pub(super) enum DotEnvFile {
    /// The text; empty where there is no file.
    Text(String),
    /// A file that is not read, with the reason as a sentence.
    LeftOut(String),
}

/// Reads the file. What is not a file, such as somebody's virtual environment of that name, counts as none.
///
/// # Errors
/// [`ErrorKind::Config`] where the file cannot be read, is not UTF-8 or is larger than any `.env` file.
pub(super) fn read_dotenv(path: &Path) -> Result<DotEnvFile> {
    let file = match open(path) {
        Ok(file) => file,
        Err(fault) if fault.kind() == IoErrorKind::NotFound => return Ok(DotEnvFile::Text(String::new())),
        Err(_) if path.is_dir() => return Ok(DotEnvFile::Text(String::new())),
        Err(fault) => return Err(unreadable(&fault)),
    };
    // Of the file that is open, not of its name: that may be another one's by now.
    let metadata = file.metadata().map_err(|fault| unreadable(&fault))?;
    if !metadata.is_file() {
        return Ok(DotEnvFile::Text(String::new()));
    }
    if let Some(why) = foreign(&metadata) {
        return Ok(DotEnvFile::LeftOut(why));
    }
    let mut text = String::new();
    let read = file.take(CAP + 1).read_to_string(&mut text).map_err(|fault| unreadable(&fault))?;
    if read as u64 > CAP {
        return Err(unreadable(&format_args!("it is larger than {CAP} bytes")));
    }
    Ok(DotEnvFile::Text(text))
}

/// The reason to take a file for another user's, who may have written anything into it; `None` for this user's own.
fn foreign(metadata: &Metadata) -> Option<String> {
    let (owner, own) = other_owner(metadata)?;
    Some(format!(
        ".env in the working directory is not read: it belongs to another user (user id {owner}, not {own}). If you trust \
         it, copy it, or set its values in the environment."
    ))
}

fn unreadable(why: &dyn fmt::Display) -> Error {
    Error::new(ErrorKind::Config, "DotEnvUnreadable", format!("the file .env cannot be read: {why}"))
        .with_hint("Mend or remove .env in the working directory.")
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn text(found: DotEnvFile) -> String {
        match found {
            DotEnvFile::Text(text) => text,
            DotEnvFile::LeftOut(why) => panic!("{why}"),
        }
    }

    #[test]
    fn a_file_is_read_and_what_is_none_counts_as_absent() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        assert_eq!(text(read_dotenv(&path).unwrap()), "");
        std::fs::write(&path, "A=b").unwrap();
        assert_eq!(text(read_dotenv(&path).unwrap()), "A=b");
        std::fs::write(&path, "#".repeat(70_000)).unwrap();
        assert_eq!(read_dotenv(&path).unwrap_err().code(), "DotEnvUnreadable");
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert_eq!(text(read_dotenv(&path).unwrap()), "");
    }

    #[test]
    fn a_named_pipe_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        assert_eq!(text(read_dotenv(&path).unwrap()), "");
    }

    /// Only root can give a file away.
    #[test]
    fn a_file_of_another_user_is_not_read() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let (path, real) = (folder.path().join(".env"), folder.path().join("real"));
        std::fs::write(&path, "COGNITO_CLIENT_ID=theirs").unwrap();
        std::os::unix::fs::chown(&path, Some(12_345), None).unwrap();
        let DotEnvFile::LeftOut(why) = read_dotenv(&path).unwrap() else { panic!("it was read") };
        assert!(why.contains("another user") && why.contains("12345"), "{why}");
        // The owner that counts is the file's, whatever a link to it is.
        std::fs::rename(&path, &real).unwrap();
        std::os::unix::fs::symlink(&real, &path).unwrap();
        assert!(matches!(read_dotenv(&path).unwrap(), DotEnvFile::LeftOut(_)));
    }
}
