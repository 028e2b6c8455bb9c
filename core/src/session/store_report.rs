//! A report on a store: whether it works, and which sign-ins are in it.

use std::sync::Arc;
use std::time::Duration;

use super::identity::{Wanted, hash};
use super::repository::{Repository, Stored};
use super::request::SessionRequest;
use crate::config::{ClientValues, UserPoolId};
use crate::error::Result;
use crate::http::CallBudget;
use crate::jwt::{Expected, VerifierOptions};
use crate::store::StorePlace;
use crate::summary::Summary;

/// A report on a store.
pub(crate) struct StoreReport {
    pub(crate) place: String,
    pub(crate) protection: String,
    pub(crate) is_sealed: bool,
    /// The sign-ins that are stored for this client.
    pub(crate) sign_ins: Vec<SignInReport>,
    pub(crate) notices: Vec<String>,
}

/// One stored sign-in of a report.
pub(crate) struct SignInReport {
    /// The identity, in words.
    pub(crate) identity: String,
    pub(crate) summary: Summary,
}

/// Returns the app client of the one stored sign-in that fits the request, at the endpoint that its tokens came from;
/// `None` if none or several fit. Nothing is sent.
pub(crate) async fn stored_client(request: &SessionRequest, limit: Duration) -> Option<ClientValues> {
    let values = request.values();
    let (place, is_from_dotenv) =
        StorePlace::resolve(request.store.clone(), request.default_store.clone(), &values).ok()?;
    if is_from_dotenv {
        // The author of the file may have written what is stored.
        return None;
    }
    let repository = Repository::open(&place, &values).ok()?;
    let wanted = request.wanted(&values).ok()?;
    let usual = request.known(&values).ok().and_then(|known| known.config().ok()?);
    let stored = tokio::time::timeout(limit, repository.find(usual.as_ref(), &wanted)).await.ok()?.ok()??;
    let identity = stored.sign_in.identity;
    Some(ClientValues {
        client_id: Some(identity.client_id),
        user_pool_id: identity.user_pool_id.filter(|id| UserPoolId::parse(id).is_ok()),
        endpoint: Some(identity.service),
        ..ClientValues::default()
    })
}

/// Completes the options of a verifier with the pool and the client of the one stored sign-in that fits the request.
/// They stay as they are if nothing is absent, if no sign-in fits or several do, or if only a `.env` file names the
/// store.
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

/// Takes a lock of the store, and reads its sign-ins.
pub(crate) async fn store_report(request: &SessionRequest, limit: Duration) -> Result<StoreReport> {
    let budget = CallBudget::new(limit);
    let examined = tokio::time::timeout_at(budget.deadline(), examine(request, limit)).await;
    examined.unwrap_or_else(|_elapsed| Err(budget.exceeded("the store")))
}

async fn examine(request: &SessionRequest, limit: Duration) -> Result<StoreReport> {
    let values = request.values();
    let (place, _) = StorePlace::resolve(request.store.clone(), request.default_store.clone(), &values)?;
    let repository = Repository::open(&place, &values)?.within(limit / 2);
    let mut lock = repository.lock(&format!("{}-lock", hash("examination")), limit).await?;
    lock.release().await?;
    // All users of the client are listed, not the named one alone.
    let wanted = request.wanted(&values).map(|wanted| Wanted { username: None, seed: None, ..wanted });
    let wanted = wanted.unwrap_or_default();
    let stored = repository.all("", &|identity| wanted.fits(identity)).await?;
    Ok(StoreReport {
        place: repository.place(),
        protection: repository.protection().await,
        is_sealed: repository.is_sealed().await?,
        sign_ins: stored.iter().map(|stored| report(stored, limit)).collect::<Result<_>>()?,
        notices: repository.take_notices(),
    })
}

fn report(stored: &Stored, limit: Duration) -> Result<SignInReport> {
    let tokens = stored.sign_in.restore(Arc::new(stored.sign_in.config(None, limit)?), Arc::default());
    Ok(SignInReport { identity: stored.sign_in.identity.describe(), summary: tokens.summary() })
}
