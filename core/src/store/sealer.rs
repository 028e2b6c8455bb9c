//! The key that seals the values of a store, if any.

use std::path::{Path, PathBuf};
use std::time::Duration;

#[cfg(feature = "keyring")]
use super::os_keyring::KeyringKey;
use super::sealing_key::SealingKey;
use crate::config::Values;
use crate::error::Result;
#[cfg(feature = "redis")]
use crate::error::{Error, ErrorKind};
use crate::private_folder::{Openness, READERS};

const VARIABLE: &str = "COGNITO_STORE_KEY";

/// The way that the values of one store are sealed.
#[derive(Debug)]
pub(crate) enum Sealer {
    /// They never leave this process.
    Nothing,
    /// With a key from the environment.
    Given(SealingKey),
    /// With a key that the OS keyring holds.
    #[cfg(feature = "keyring")]
    Keyring(KeyringKey),
    /// Not at all: the folder's mode is what keeps readers out.
    Mode,
    /// Not at all, in a store of the caller's own: what keeps readers out is up to that store.
    Unsealed,
}

impl Sealer {
    /// For a folder of the user's: the key of the environment, else that of the OS keyring where there is one.
    pub(crate) fn for_folder(values: &Values) -> Result<Self> {
        if let Some(key) = given_key(values)? {
            return Ok(Self::Given(key));
        }
        #[cfg(feature = "keyring")]
        return Ok(Self::Keyring(KeyringKey::optional()));
        #[cfg(not(feature = "keyring"))]
        Ok(Self::Mode)
    }

    /// For a server that others use too: the key of the environment, and nothing less.
    #[cfg(feature = "redis")]
    pub(super) fn for_server(values: &Values) -> Result<Self> {
        given_key(values)?.map(Self::Given).ok_or_else(|| {
            let absent = if values.environment().has(VARIABLE) { "in .env is not used for it" } else { "is not set" };
            let message = format!("tokens are kept on a server only when they are sealed, and {VARIABLE} {absent}");
            Error::new(ErrorKind::Config, "MissingValue", message).with_hint(format!(
                "Make a key with `openssl rand -base64 32`, and set it as {VARIABLE} on every machine that shares the \
                 store."
            ))
        })
    }

    /// For a store of the caller's own: the key of the environment where there is one.
    pub(super) fn for_own_store(values: &Values) -> Result<Self> {
        Ok(given_key(values)?.map_or(Self::Unsealed, Self::Given))
    }

    /// The same for a caller who waits this long for everything together.
    pub(crate) fn within(self, patience: Duration) -> Self {
        match self {
            #[cfg(feature = "keyring")]
            Self::Keyring(key) => Self::Keyring(key.within(patience)),
            other => {
                let _ = patience;
                other
            }
        }
    }

    /// Returns a notice for a person, once.
    pub(crate) fn take_notice(&self) -> Option<String> {
        match self {
            #[cfg(feature = "keyring")]
            Self::Keyring(key) => key.take_notice(),
            _ => None,
        }
    }

    /// Returns whether a value without a seal is refused: anybody who can write to the place could have put it there. Where a
    /// keyring is only used when it answers, values of both kinds are to be expected.
    pub(super) fn requires_seal(&self) -> bool {
        match self {
            Self::Given(_) => true,
            #[cfg(feature = "keyring")]
            Self::Keyring(key) => key.is_required(),
            Self::Nothing | Self::Mode | Self::Unsealed => false,
        }
    }

    /// The access that others may have to the folder of the values: any, where only sealed values count and their key does not come
    /// from a file above it or in it.
    pub(crate) fn openness_of(&self, folder: &Path, values: &Values) -> Openness {
        let key_is_beside = matches!(self, Self::Given(_))
            && values
                .folder_of_file(VARIABLE)
                .is_some_and(|of_key| of_key.map_or(true, |of_key| are_beside(&of_key, folder)));
        if self.requires_seal() && !key_is_beside { Openness::Sealed } else { Openness::Closed }
    }

    /// The key, and where it comes from; `None` where nothing is sealed. With `to_seal` one is made where the keyring
    /// holds none yet.
    pub(crate) async fn key(&self, to_seal: bool) -> Result<Option<(String, SealingKey)>> {
        match self {
            Self::Given(key) => Ok(Some((VARIABLE.to_owned(), key.clone()))),
            #[cfg(feature = "keyring")]
            Self::Keyring(key) => key.key(to_seal).await,
            _ => {
                let _ = to_seal;
                Ok(None)
            }
        }
    }

    /// Returns the protection from readers in words.
    pub(crate) async fn describe(&self) -> String {
        match self {
            Self::Nothing => "in this process alone".to_owned(),
            Self::Given(_) => format!("sealed with the key in {VARIABLE}"),
            #[cfg(feature = "keyring")]
            Self::Keyring(key) => key.describe().await,
            Self::Mode => format!("not sealed; {READERS}"),
            Self::Unsealed => {
                format!("not sealed; readable by whoever can read the store. {VARIABLE} seals it")
            }
        }
    }
}

fn given_key(values: &Values) -> Result<Option<SealingKey>> {
    values.secret(VARIABLE)?.map(|key| SealingKey::from_text(key.variable, key.text)).transpose()
}

/// Returns whether one folder is the other, or contains it.
fn are_beside(one: &Path, other: &Path) -> bool {
    let (one, other) = (real_path(one), real_path(other));
    one.starts_with(&other) || other.starts_with(&one)
}

/// The path without links. What is not there yet comes after the nearest folder that is: on Windows, a path of what is there
/// begins in another way (`\\?\C:`) than one that was only made absolute, and neither would begin with the other.
fn real_path(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for folder in path.ancestors() {
        if let (Ok(real), Ok(rest)) = (folder.canonicalize(), path.strip_prefix(folder)) {
            return if rest.as_os_str().is_empty() { real } else { real.join(rest) };
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, SecretsInUse};

    const KEY: &str = "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f";

    fn openness(process: &[(&str, &str)], dotenv: &str, folder: &Path) -> Openness {
        let environment = Environment::from_pairs(process.iter().copied(), dotenv).unwrap();
        let secrets = SecretsInUse::of(&environment, &[("COGNITO_PASSWORD", false)]);
        let values = Values::new(&environment, secrets);
        Sealer::for_folder(&values).unwrap().openness_of(folder, &values)
    }

    #[test]
    fn a_folder_may_be_open_where_the_file_of_the_key_is_elsewhere() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let openness_with = |key: &Path| {
            let in_file = [("COGNITO_STORE_KEY_FILE", key.to_str().unwrap())];
            openness(&in_file, "", &folder.path().join("tokens"))
        };
        let (beside, away) = (folder.path().join("key"), elsewhere.path().join("key"));
        for key in [&beside, &away] {
            std::fs::write(key, format!("{KEY}\n")).unwrap();
        }
        assert_eq!(openness_with(&away), Openness::Sealed);
        assert_eq!(openness_with(&beside), Openness::Closed);
        #[cfg(unix)]
        {
            let link = elsewhere.path().join("link");
            std::os::unix::fs::symlink(&beside, &link).unwrap();
            assert_eq!(openness_with(&link), Openness::Closed);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_is_not_there_yet_is_found_beside_its_key_through_a_link() {
        let (real, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (link, key) = (elsewhere.path().join("link"), real.path().join("key"));
        std::os::unix::fs::symlink(real.path(), &link).unwrap();
        std::fs::write(&key, format!("{KEY}\n")).unwrap();
        let in_file = [("COGNITO_STORE_KEY_FILE", key.to_str().unwrap())];
        for folder in [link.clone(), link.join("tokens"), real.path().join("not/there/yet")] {
            assert_eq!(openness(&in_file, "", &folder), Openness::Closed, "{}", folder.display());
        }
        assert_eq!(openness(&in_file, "", &elsewhere.path().join("tokens")), Openness::Sealed);
    }

    #[test]
    fn a_folder_may_be_open_where_the_key_to_it_is_elsewhere() {
        let (here, elsewhere) = (std::env::current_dir().unwrap(), tempfile::tempdir().unwrap());
        let given = [("COGNITO_STORE_KEY", KEY)];
        assert_eq!(openness(&given, "", &here.join("tokens")), Openness::Sealed);
        assert_eq!(openness(&[], "", elsewhere.path()), Openness::Closed, "a keyring may not answer");
        for (folder, expected) in [
            (here.join("tokens"), Openness::Closed),
            (Path::new("tokens").to_owned(), Openness::Closed),
            (here.join("not/there/yet"), Openness::Closed),
            (here.parent().unwrap().to_owned(), Openness::Closed),
            (elsewhere.path().to_owned(), Openness::Sealed),
        ] {
            let own = format!(
                "COGNITO_PASSWORD=p\nCOGNITO_STORE=file:{}\nCOGNITO_STORE_KEY={KEY}",
                folder.display()
            );
            assert_eq!(openness(&[], &own, &folder), expected, "{}", folder.display());
        }
    }
}
