//! The folders that the system provides for this library's data, one set for each user.

use std::path::PathBuf;

use directories::ProjectDirs;

use crate::error::{Error, ErrorKind, Result};

/// The user's data folder for this library: `$XDG_DATA_HOME/cognitoken` or `~/.local/share/cognitoken` on Linux, the
/// system's own location elsewhere.
pub(super) fn data_folder() -> Result<PathBuf> {
    let folders = user_folders("Set HOME, or name a folder: COGNITO_STORE=file:<folder>.")?;
    Ok(folders.data_dir().to_owned())
}

/// The user's cache folder for this library: `$XDG_CACHE_HOME/cognitoken` or `~/.cache/cognitoken` on Linux, the
/// system's own location elsewhere.
pub(crate) fn cache_folder() -> Result<PathBuf> {
    Ok(user_folders("Set HOME.")?.cache_dir().to_owned())
}

fn user_folders(hint: &'static str) -> Result<ProjectDirs> {
    ProjectDirs::from("", "", "cognitoken").ok_or_else(|| {
        Error::new(ErrorKind::Store, "NoHomeFolder", "the user has no home folder").with_hint(hint)
    })
}
