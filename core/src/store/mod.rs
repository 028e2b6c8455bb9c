//! Where secrets rest between processes.

mod pending_challenges;
mod private_folder;

pub use pending_challenges::{PendingChallenges, cache_folder};

pub(crate) use private_folder::PrivateFolder;
