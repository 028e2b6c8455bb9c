//! Taking tokens into a session that it did not get by itself.

use super::identity::StoredIdentity;
use super::inner::Inner;
use crate::error::{Error, ErrorKind, Result};
use crate::http::CallBudget;
use crate::store::untrusted_store;
use crate::tokens::Tokens;

/// Takes tokens into the session and its store.
pub(super) async fn keep(session: &Inner, tokens: Tokens) -> Result<()> {
    let Inner { request, values, .. } = session;
    let budget = CallBudget::new(tokens.config().timeout);
    if session.store_is_from_dotenv && !tokens.origin().secrets_from_dotenv {
        return Err(untrusted_store());
    }
    if let Some(domain) = &tokens.origin().domain {
        session.state().remember_domain(domain);
    }
    let (wanted, theirs) = (request.wanted(values)?, StoredIdentity::of(&tokens, request.scopes()));
    if !wanted.client.fits(&theirs.service, &theirs.client_id, theirs.user_pool_id.as_deref()) {
        let message = "these tokens belong to another app client than the session does";
        return Err(Error::new(ErrorKind::Config, "OtherClient", message)
            .with_hint("Open a session with the client_id and the region that they came from."));
    }
    session.within(&budget, session.store_new(&budget, tokens, None)).await.map(drop)
}

/// Checks that the session can take tokens that a person signs in for.
pub(super) fn check(session: &Inner) -> Result<()> {
    if session.store_is_from_dotenv { Err(untrusted_store()) } else { Ok(()) }
}
