//! Tokens in sealed files, whose key the operating system's keyring holds.

use super::file::FileStore;
use super::open_store::OpenStore;
use super::os_keyring::KeyringKey;
use super::sealer::Sealer;
use crate::config::Values;
use crate::error::Result;
use crate::user_folders::data_folder;

/// The store `keyring`. Nothing is made before the first lock.
pub(super) fn open(_address: Option<&str>, values: &Values) -> Result<OpenStore> {
    let folder = data_folder()?.join("keyring");
    let sealer = Sealer::Keyring(KeyringKey::required());
    let openness = sealer.openness_of(&folder, values);
    Ok(OpenStore::new(FileStore::named("keyring", folder).with(openness), sealer))
}
