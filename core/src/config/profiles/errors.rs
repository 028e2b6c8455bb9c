//! The errors of the file of profiles.

use std::path::Path;

use crate::error::{Error, ErrorKind};

pub(super) fn unusable(message: String) -> Error {
    Error::new(ErrorKind::Config, "ProfilesUnusable", message)
}

/// The error for a file that a person has to mend.
pub(super) fn mend(path: &Path, message: String) -> Error {
    unusable(message).with_hint(format!("Mend or remove {}. It was not changed.", path.display()))
}

pub(super) fn secret_in_profile(path: &Path, what: &str, line: usize) -> Error {
    let message = format!("{what} is a secret, in line {line} of {}", path.display());
    Error::new(ErrorKind::Config, "SecretInProfile", message).with_hint(
        "Remove the line: `cognitoken login` asks for a password, and `cognitoken configure` keeps a client secret in the \
         store.",
    )
}

/// The error of the folder or of the file in it.
pub(super) fn of_folder(folder: &Path, fault: &Error) -> Error {
    unusable(fault.message().to_owned()).with_hint(format!(
        "Profiles rest in {}: a folder of your own that nobody else can write to, with a regular file. Mend it, or set \
         XDG_CONFIG_HOME to the folder above another one.",
        folder.display()
    ))
}
