//! A look at a store from outside: whether it works, and whose tokens are in it.

use std::sync::Arc;
use std::time::Duration;

use super::entries::{Entries, Found};
use super::identity::{Wanted, hash};
use super::request::SessionRequest;
use crate::config::{ClientValues, UserPoolId};
use crate::error::Result;
use crate::http::CallBudget;
use crate::jwt::{Expected, VerifierOptions};
use crate::store::StorePlace;
use crate::summary::Summary;

/// How a store stands.
pub(crate) struct StoreReport {
    pub(crate) place: String,
    pub(crate) protection: String,
    pub(crate) is_sealed: bool,
    /// Whose tokens are stored for this client.
    pub(crate) sign_ins: Vec<StoredSignIn>,
    pub(crate) notices: Vec<String>,
}

/// One stored sign-in.
pub(crate) struct StoredSignIn {
    /// Whose, in words.
    pub(crate) whose: String,
    pub(crate) summary: Summary,
}

/// The app client of the one stored sign-in that fits what the request says, at the place where its tokens came from;
/// `None` where none fits, or several do. Nothing is sent.
pub(crate) async fn stored_client(request: &SessionRequest, limit: Duration) -> Option<ClientValues> {
    let values = request.values();
    let (place, is_from_dotenv) =
        StorePlace::resolve(request.store.clone(), request.default_store.clone(), &values).ok()?;
    if is_from_dotenv {
        // Who wrote the file may have written what is stored.
        return None;
    }
    let entries = Entries::open(&place, &values).ok()?;
    let wanted = request.wanted(&values).ok()?;
    let usual = request.known(&values).ok().and_then(|known| known.config().ok()?);
    let found = tokio::time::timeout(limit, entries.find(usual.as_ref(), &wanted)).await.ok()?.ok()??;
    let identity = found.entry.identity;
    Some(ClientValues {
        client_id: Some(identity.client_id),
        user_pool_id: identity.user_pool_id.filter(|id| UserPoolId::parse(id).is_ok()),
        endpoint: Some(identity.service),
        ..ClientValues::default()
    })
}

/// Completes the options of a verifier with the pool and the client of the one stored sign-in that fits the request. They
/// stay as they are if nothing is absent, if no sign-in fits or several do, or if only a `.env` file names the store.
///
/// ```
/// use cognitoken::{Environment, SessionRequest, Verifier, VerifierOptions, with_stored_client};
/// # async fn example() -> cognitoken::Result<()> {
/// let environment = Environment::read()?;
/// let options = VerifierOptions::new().with_environment(&environment);
/// let request = SessionRequest::new(environment).with_store("file");
/// let verifier = Verifier::new(with_stored_client(options, &request).await)?;
/// # Ok(())
/// # }
/// ```
#[must_use]
pub async fn with_stored_client(options: VerifierOptions, request: &SessionRequest) -> VerifierOptions {
    if !options.lacks_pool_or_client() {
        return options;
    }
    let mut request = request.clone();
    let client = &mut request.sign_in.client;
    let first = |list: &[String]| list.first().cloned();
    client.user_pool_id =
        client.user_pool_id.take().or_else(|| options.user_pool_ids.as_deref().and_then(first));
    if let Some(Expected::Exactly(ids)) = &options.client_ids {
        client.client_id = client.client_id.take().or_else(|| first(ids));
    }
    match stored_client(&request, options.timeout).await {
        Some(stored) => options.with_client(&stored),
        None => options,
    }
}

/// Takes a lock of the store's and reads what is in it.
pub(crate) async fn store_report(request: &SessionRequest, limit: Duration) -> Result<StoreReport> {
    let budget = CallBudget::new(limit);
    let examined = tokio::time::timeout_at(budget.deadline(), examine(request, limit)).await;
    examined.unwrap_or_else(|_elapsed| Err(budget.exceeded("the store")))
}

async fn examine(request: &SessionRequest, limit: Duration) -> Result<StoreReport> {
    let values = request.values();
    let (place, _) = StorePlace::resolve(request.store.clone(), request.default_store.clone(), &values)?;
    let entries = Entries::open(&place, &values)?.within(limit / 2);
    let mut lock = entries.lock(&format!("{}-lock", hash("examination")), limit).await?;
    lock.release().await?;
    // A name would show one user of several.
    let wanted = request.wanted(&values).map(|wanted| Wanted { username: None, seed: None, ..wanted });
    let wanted = wanted.unwrap_or_default();
    let found = entries.all("", &|identity| wanted.fits(identity)).await?;
    Ok(StoreReport {
        place: entries.place(),
        protection: entries.protection().await,
        is_sealed: entries.is_sealed().await?,
        sign_ins: found.iter().map(|found| stored(found, limit)).collect::<Result<_>>()?,
        notices: entries.take_notices(),
    })
}

fn stored(found: &Found, limit: Duration) -> Result<StoredSignIn> {
    let tokens = found.entry.restore(Arc::new(found.entry.config(None, limit)?));
    Ok(StoredSignIn { whose: found.entry.identity.describe(), summary: tokens.summary() })
}
