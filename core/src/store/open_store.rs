//! A store that is open.

use std::sync::Arc;

use super::sealer::Sealer;
use super::token_store::TokenStore;
use crate::config::Values;
use crate::error::Result;

/// A store, and how its values are sealed.
pub(crate) struct OpenStore {
    pub(crate) store: Arc<dyn TokenStore>,
    pub(crate) sealer: Sealer,
}

impl OpenStore {
    pub(super) fn new(store: impl TokenStore + 'static, sealer: Sealer) -> Self {
        Self { store: Arc::new(store), sealer }
    }

    /// A store that the caller brings.
    pub(crate) fn own(store: Arc<dyn TokenStore>, values: &Values) -> Result<Self> {
        Ok(Self { store, sealer: Sealer::for_own_store(values)? })
    }
}
