//! The stores, which keep tokens between calls and between processes.

mod client_secret;
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
#[cfg(feature = "redis")]
mod redis;
mod sealer;
mod sealing_key;
mod token_store;

pub use token_store::{StoreFuture, StoreLock, TokenStore, Written};

pub(crate) use client_secret::{
    PREFIX as CLIENT_SECRET_PREFIX, forget_client_secret, keep_client_secret, load_client_secret,
};
pub(crate) use envelope::Decoded;
pub(crate) use open_store::OpenStore;
pub(crate) use place::{StorePlace, check as check_store, untrusted as untrusted_store};
pub(crate) use sealer::Sealer;
pub(crate) use sealing_key::SealingKey;

#[cfg(all(test, feature = "redis"))]
pub(crate) use redis::tests::Server as RedisServer;
