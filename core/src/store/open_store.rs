//! A store that is open.

use std::sync::Arc;

use super::sealer::Sealer;
use super::token_store::TokenStore;

/// A store, and how its values are sealed.
pub(crate) struct OpenStore {
    pub(crate) store: Arc<dyn TokenStore>,
    pub(crate) sealer: Sealer,
}

impl OpenStore {
    pub(super) fn new(store: impl TokenStore + 'static, sealer: Sealer) -> Self {
        Self { store: Arc::new(store), sealer }
    }
}
