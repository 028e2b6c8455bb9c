//! The stores, which keep tokens between calls and between processes.

mod envelope;
mod file;
#[cfg(feature = "keyring")]
mod keyring;
mod kinds;
mod memory;
mod open_store;
#[cfg(feature = "keyring")]
mod os_keyring;
mod place;
mod private_folder;
#[cfg(feature = "redis")]
mod redis;
mod sealer;
mod sealing_key;
mod token_store;
mod user_folders;

pub use token_store::{StoreFuture, StoreLock, TokenStore, Written};

pub(crate) use envelope::Decoded;
pub(crate) use open_store::OpenStore;
pub(crate) use place::{StorePlace, untrusted as untrusted_store};
pub(crate) use private_folder::PrivateFolder;
pub(crate) use sealer::Sealer;
pub(crate) use sealing_key::SealingKey;
pub(crate) use user_folders::cache_folder;

#[cfg(all(test, feature = "redis"))]
pub(crate) use redis::tests::Server as RedisServer;
