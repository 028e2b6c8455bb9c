//! A secret in a file that a variable of the process names, as Docker and Kubernetes hand secrets to a container.

use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use zeroize::Zeroizing;

use super::regular_file::open;
use crate::error::{Error, ErrorKind, Result};
use crate::text::printable;

/// The maximum size of a file in bytes, more than any token has.
const CAP: u64 = 128 * 1024;

/// The file that one variable names. It is read once, when its content is first wanted.
#[derive(Clone)]
pub(super) struct SecretFile {
    variable: &'static str,
    path: PathBuf,
    content: OnceLock<Result<Option<Zeroizing<String>>>>,
}

impl SecretFile {
    /// A relative path counts from the working directory of this moment, as `.env` does.
    pub(super) fn new(variable: &'static str, path: &str) -> Self {
        let path = Path::new(path.trim());
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Self { variable, path, content: OnceLock::new() }
    }

    /// The name of the variable.
    pub(super) fn variable(&self) -> &'static str {
        self.variable
    }

    /// The folder that the file is really in, whatever links lead to it.
    pub(super) fn folder(&self) -> PathBuf {
        let path = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        path.parent().map_or_else(|| path.clone(), Path::to_owned)
    }

    /// The text of the file without a byte order mark and without one line break at its end; `None` where nothing but
    /// white space is left.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], code `SecretFileUnreadable`.
    pub(super) fn content(&self) -> Result<Option<&str>> {
        let content = self.content.get_or_init(|| {
            read(&self.path).map_err(|problem| unreadable(self.variable, &self.path, &problem))
        });
        match content {
            Ok(text) => Ok(text.as_deref().map(String::as_str)),
            Err(error) => Err(error.clone()),
        }
    }
}

fn read(path: &Path) -> Result<Option<Zeroizing<String>>, String> {
    let file = open(path).map_err(|fault| cannot_be_read(path, &fault))?;
    let metadata = file.metadata().map_err(|fault| cannot_be_read(path, &fault))?;
    if metadata.is_dir() {
        return Err("is a folder".to_owned());
    }
    if !metadata.is_file() {
        return Err("is not a regular file".to_owned());
    }
    let too_large = || format!("is larger than {CAP} bytes");
    let size = usize::try_from(metadata.len().min(CAP)).map_err(|_| too_large())?;
    // Room for all of it: a buffer that grows leaves copies of the secret behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(size + 1));
    let read = file.take(CAP + 1).read_to_end(&mut bytes).map_err(|fault| cannot_be_read(path, &fault))?;
    if read as u64 > CAP {
        return Err(too_large());
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| "is not UTF-8 text".to_owned())?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    Ok((!text.trim().is_empty()).then(|| Zeroizing::new(text.to_owned())))
}

fn cannot_be_read(path: &Path, fault: &dyn fmt::Display) -> String {
    match path.is_dir() {
        true => "is a folder".to_owned(),
        false => format!("cannot be read: {fault}"),
    }
}

fn unreadable(variable: &str, path: &Path, problem: &str) -> Error {
    let path = printable(&path.display().to_string());
    Error::new(ErrorKind::Config, "SecretFileUnreadable", format!("the file in {variable}, {path}, {problem}"))
        .with_hint(format!(
            "Set {variable} to the path of a file that this user can read and that holds the secret alone, in UTF-8."
        ))
}

/// The error for a secret that a variable and a file both give.
pub(super) fn given_twice(variable: &str, file_variable: &str) -> Error {
    Error::new(
        ErrorKind::Config,
        "ConflictingValues",
        format!("{variable} and {file_variable} are both set in the environment"),
    )
    .with_hint(format!("Unset {variable} or {file_variable}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    const VARIABLE: &str = "COGNITO_PASSWORD_FILE";

    fn content(bytes: &[u8]) -> Result<Option<String>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, bytes).unwrap();
        content_of(&path)
    }

    fn content_of(path: &Path) -> Result<Option<String>> {
        SecretFile::new(VARIABLE, path.to_str().unwrap()).content().map(|text| text.map(str::to_owned))
    }

    #[test]
    fn one_line_break_at_the_end_and_a_byte_order_mark_are_no_part_of_the_secret() {
        for (bytes, expected) in [
            ("pass word", Some("pass word")),
            ("pass word\n", Some("pass word")),
            ("pass word\r\n", Some("pass word")),
            ("pass word\n\n", Some("pass word\n")),
            ("pass word\r", Some("pass word\r")),
            (" pass word \n", Some(" pass word ")),
            ("\u{feff}pass word\r\n", Some("pass word")),
            ("first\nsecond\n", Some("first\nsecond")),
            ("", None),
            ("\n", None),
            ("\u{feff} \t\r\n", None),
        ] {
            assert_eq!(content(bytes.as_bytes()).unwrap().as_deref(), expected, "{bytes:?}");
        }
        assert!(content(&vec![b'x'; 128 * 1024]).unwrap().is_some());
    }

    #[test]
    fn a_file_that_is_none_is_an_error_that_names_the_variable_and_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let not_there = content_of(&folder.path().join("not there\u{1b}[31m")).unwrap_err();
        assert!(not_there.message().contains("not there[31m, cannot be read"), "{not_there}");
        let a_folder = content_of(folder.path()).unwrap_err();
        assert!(a_folder.message().ends_with("is a folder"), "{a_folder}");
        let latin = content(b"hunter2\xe4").unwrap_err();
        assert!(latin.message().ends_with("is not UTF-8 text"), "{latin}");
        let large = content(&b"hunter2\n".repeat(16 * 1024 + 1)).unwrap_err();
        assert!(large.message().ends_with("is larger than 131072 bytes"), "{large}");
        for error in [not_there, a_folder, latin, large] {
            assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "SecretFileUnreadable"));
            assert!(error.message().starts_with("the file in COGNITO_PASSWORD_FILE, "), "{error}");
            assert!(error.hint().unwrap().contains(VARIABLE));
            assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        }
    }

    #[test]
    fn a_file_is_read_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "first").unwrap();
        let file = SecretFile::new(VARIABLE, path.to_str().unwrap());
        assert_eq!(file.content().unwrap(), Some("first"));
        std::fs::write(&path, "second").unwrap();
        assert_eq!(file.content().unwrap(), Some("first"));
    }

    #[cfg(unix)]
    #[test]
    fn a_named_pipe_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        assert!(content_of(&path).unwrap_err().message().ends_with("is not a regular file"));
    }
}
