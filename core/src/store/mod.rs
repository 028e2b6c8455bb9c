//! Where secrets rest between processes.

mod pending_challenges;
mod private_folder;
mod token_store;

pub use pending_challenges::{PendingChallenges, cache_folder};
pub use token_store::{StoreFuture, StoreLock, TokenStore, Written};

pub(crate) use private_folder::PrivateFolder;
