//! The folders that the system provides for this library's data, one set for each user.

use std::ffi::OsString;
use std::path::PathBuf;

use directories::ProjectDirs;

use crate::error::{Error, ErrorKind, Result};

const APPLICATION: &str = "cognitoken";

/// The variable that names the home folder, or what stands for it.
const HOME: &str = if cfg!(windows) { "LOCALAPPDATA" } else { "HOME" };

/// The user's data folder for this library on this machine: `$XDG_DATA_HOME/cognitoken` or `~/.local/share/cognitoken`
/// on Linux, `%LOCALAPPDATA%\cognitoken\data` on Windows, the system's own location elsewhere.
///
/// Windows copies the other folder for data, `%APPDATA%`, to other machines; the keyring with the key stays.
pub(crate) fn data_folder() -> Result<PathBuf> {
    if let Some(folder) = named_folder("data") {
        return Ok(folder);
    }
    let hint = format!("Set {HOME}, or name a folder: COGNITO_STORE=file:<folder>.");
    Ok(user_folders(hint)?.data_local_dir().to_owned())
}

/// The user's cache folder for this library: `$XDG_CACHE_HOME/cognitoken` or `~/.cache/cognitoken` on Linux,
/// `%LOCALAPPDATA%\cognitoken\cache` on Windows, the system's own location elsewhere.
pub(crate) fn cache_folder() -> Result<PathBuf> {
    if let Some(folder) = named_folder("cache") {
        return Ok(folder);
    }
    Ok(user_folders(format!("Set {HOME}."))?.cache_dir().to_owned())
}

/// The user's configuration folder for this library: `$XDG_CONFIG_HOME/cognitoken` or `~/.config/cognitoken` on Linux,
/// `%LOCALAPPDATA%\cognitoken\config` on Windows, the system's own location elsewhere; `None` for a user without a home
/// folder.
pub(crate) fn config_folder() -> Option<PathBuf> {
    named_folder("config").or_else(|| Some(user_folders(String::new()).ok()?.config_dir().to_owned()))
}

fn user_folders(hint: String) -> Result<ProjectDirs> {
    ProjectDirs::from("", "", APPLICATION).ok_or_else(|| {
        Error::new(ErrorKind::Store, "NoHomeFolder", "the user has no home folder").with_hint(hint)
    })
}

/// The folder that the variable of Windows names. The system's own answer ignores that variable, which programs and
/// tests set to keep a process out of the user's folders.
fn named_folder(kind: &str) -> Option<PathBuf> {
    if cfg!(windows) { below(std::env::var_os(HOME), kind) } else { None }
}

/// The folder of this kind below the local application data; a relative path does not count.
fn below(local: Option<OsString>, kind: &str) -> Option<PathBuf> {
    let local = PathBuf::from(local?);
    local.is_absolute().then(|| local.join(APPLICATION).join(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_path_names_no_folder() {
        let absolute = std::env::temp_dir();
        let data = absolute.join("cognitoken").join("data");
        assert_eq!(below(Some(absolute.into()), "data"), Some(data));
        assert_eq!(below(Some("here".into()), "data"), None);
        assert_eq!(below(Some("".into()), "data"), None);
        assert_eq!(below(None, "data"), None);
    }

    #[cfg(windows)]
    #[test]
    fn the_folders_are_local_and_the_same_as_the_systems() {
        let system = user_folders(String::new()).unwrap();
        for folder in [data_folder().unwrap(), cache_folder().unwrap()] {
            assert!(!folder.display().to_string().contains("Roaming"), "{}", folder.display());
        }
        if let Some(data) = named_folder("data") {
            assert_eq!(data, system.data_local_dir());
            assert_eq!(named_folder("cache").unwrap(), system.cache_dir());
        }
    }
}
