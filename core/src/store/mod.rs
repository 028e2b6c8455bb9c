//! Where secrets rest between processes.

mod envelope;
mod file;
mod memory;
#[cfg(feature = "keyring")]
mod os_keyring;
mod place;
mod private_folder;
#[cfg(feature = "redis")]
mod redis;
mod sealer;
mod sealing;
mod token_store;

use std::sync::Arc;

use crate::config::Values;
use crate::error::Result;
use file::FileStore;
use memory::MemoryStore;

pub use token_store::{StoreFuture, StoreLock, TokenStore, Written};

pub(crate) use envelope::Opened;
pub(crate) use place::{StorePlace, untrusted as untrusted_store};
pub(crate) use private_folder::PrivateFolder;
pub(crate) use sealer::Sealer;
pub(crate) use sealing::SealingKey;

#[cfg(all(test, feature = "redis"))]
pub(crate) use redis::tests::Server as RedisServer;

/// The store of a place, and what its values are sealed with. Nothing is touched yet.
pub(crate) fn open_store(place: &StorePlace, values: &Values) -> Result<(Arc<dyn TokenStore>, Sealer)> {
    match place {
        StorePlace::Memory => Ok((Arc::new(MemoryStore::default()), Sealer::Nothing)),
        StorePlace::File(folder) => {
            let folder = match folder {
                Some(folder) => folder.clone(),
                None => place::data_folder()?.join("tokens"),
            };
            let sealer = Sealer::for_folder(values)?;
            let openness = sealer.openness_of(&folder, values);
            Ok((Arc::new(FileStore::new(folder).with(openness)), sealer))
        }
        #[cfg(feature = "keyring")]
        StorePlace::Keyring => {
            let folder = place::data_folder()?.join("keyring");
            let sealer = Sealer::Keyring(os_keyring::KeptKey::required());
            let openness = sealer.openness_of(&folder, values);
            Ok((Arc::new(FileStore::named("keyring", folder).with(openness)), sealer))
        }
        #[cfg(not(feature = "keyring"))]
        StorePlace::Keyring => Err(left_out("keyring")),
        #[cfg(feature = "redis")]
        StorePlace::Redis(url) => {
            let sealer = Sealer::for_server(values)?;
            Ok((Arc::new(redis::RedisStore::open(url)?), sealer))
        }
        #[cfg(not(feature = "redis"))]
        StorePlace::Redis(_) => Err(left_out("redis")),
    }
}

#[cfg(not(all(feature = "keyring", feature = "redis")))]
fn left_out(store: &str) -> Error {
    let message = format!("the store {store} is not part of this build");
    Error::new(ErrorKind::Config, "StoreLeftOut", message).with_hint("Choose another store, such as file.")
}
