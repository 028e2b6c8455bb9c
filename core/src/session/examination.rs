//! A look at a store from outside: whether it works, and whose tokens are in it.

use std::time::Duration;

use super::entries::Entries;
use super::identity::{Wanted, hash};
use super::request::SessionRequest;
use crate::error::Result;
use crate::http::CallBudget;
use crate::store::StorePlace;

/// How a store stands.
pub(crate) struct StoreReport {
    pub(crate) place: String,
    pub(crate) protection: String,
    pub(crate) is_sealed: bool,
    /// Whose tokens are stored for this client, in words.
    pub(crate) identities: Vec<String>,
    pub(crate) notices: Vec<String>,
}

/// Takes a lock of the store's and reads what is in it.
pub(crate) async fn examine_store(request: &SessionRequest, limit: Duration) -> Result<StoreReport> {
    let budget = CallBudget::new(limit);
    let examined = tokio::time::timeout_at(budget.deadline(), examine(request, limit)).await;
    examined.unwrap_or_else(|_elapsed| Err(budget.exceeded("the store")))
}

async fn examine(request: &SessionRequest, limit: Duration) -> Result<StoreReport> {
    let values = request.values();
    let (place, _) = StorePlace::resolve(request.store.clone(), request.default_store.clone(), &values)?;
    let entries = Entries::open(&place, &values)?;
    let mut lock = entries.store().lock(&format!("{}-lock", hash("examination")), limit).await?;
    lock.release().await?;
    // A name would show one user of several.
    let wanted = request.wanted(&values).map(|wanted| Wanted { username: None, seed: None, ..wanted });
    let wanted = wanted.unwrap_or_default();
    let found = entries.all("", &|identity| wanted.fits(identity)).await?;
    Ok(StoreReport {
        place: entries.place(),
        protection: entries.protection().await,
        is_sealed: entries.is_sealed().await?,
        identities: found.iter().map(|found| found.entry.identity.describe()).collect(),
        notices: entries.take_notices(),
    })
}
