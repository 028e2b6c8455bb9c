//! AWS credentials for the user of a session.

use std::sync::Arc;

use super::acquisition::acquire;
use super::inner::Inner;
use super::operations::Session;
use super::token_demand::TokenDemand;
use crate::error::{Error, ErrorKind, Result};
use crate::http::CallBudget;
use crate::identity_pool::{AwsCredentials, AwsCredentialsRequest, IdentityPool, Login};
use crate::idp::Step;
use crate::jwt::TokenUse;
use crate::tokens::Tokens;

impl Session {
    /// Returns AWS credentials of the session's user, from an identity pool that trusts the user pool. The ID token that
    /// proves the user is stored, refreshed or from a sign-in, as with [`tokens`](Self::tokens).
    ///
    /// The session keeps them in memory for the user, the identity pool and the role. They are returned again until 16
    /// minutes before they expire, or a third of their life if that is less; if no others can be had then for a reason
    /// that may pass, for as long as they are good. Calls at the same moment share one request.
    /// [`sign_out`](Self::sign_out) forgets them.
    ///
    /// ```no_run
    /// use cognitoken::{AwsCredentialsRequest, Session};
    ///
    /// # async fn example(session: Session) -> cognitoken::Result<()> {
    /// let request = AwsCredentialsRequest::new("us-east-1:12345678-dcba-1234-abcd-1234567890ab");
    /// let credentials = session.aws_credentials(&request).await?.or_error()?;
    /// println!("{} until {:?}", credentials.access_key_id(), credentials.expires_at());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// - [`ErrorKind::Config`] before anything is sent: a value is malformed; code `FixedToken` in fixed-token mode;
    ///   `NoIdToken` for a session of the app client itself.
    /// - [`ErrorKind::Authentication`]: the identity pool does not know the user pool or the app client, or refuses the
    ///   token or the role.
    /// - [`ErrorKind::Service`]: there is no such identity pool, or it has no role for the user.
    /// - The errors of [`tokens`](Self::tokens).
    pub async fn aws_credentials(
        &self,
        request: &AwsCredentialsRequest,
    ) -> Result<Step<Arc<AwsCredentials>>> {
        let pool = self.checked_pool(request)?;
        let session = &self.inner;
        let (transport, issued) = (session.renewer.transport(), &session.state().aws_credentials);
        let budget = CallBudget::new(request.timeout.unwrap_or_else(|| session.request.timeout()));
        let earlier = login_at_hand(session);
        if let Some(login) = &earlier
            && let Some(credentials) = issued.fresh(&pool, login, transport.clock().now())
        {
            return Ok(Step::Done(credentials));
        }
        let tokens = match self.tokens_within(request, &budget).await {
            Ok(Step::Done(tokens)) => tokens,
            Ok(Step::Challenge(challenge)) => return Ok(Step::Challenge(challenge)),
            Err(error) => {
                let valid = || issued.valid(&pool, earlier.as_ref()?, transport.clock().now());
                return valid().filter(|_| error.retryable()).map(Step::Done).ok_or(error);
            }
        };
        let token = tokens.id_token().ok_or_else(no_user)?;
        let credentials = issued.get_or_ask(transport, &pool, &Login::of(token)?, token, &budget).await?;
        Ok(Step::Done(credentials))
    }

    /// Returns the credentials that [`aws_credentials`](Self::aws_credentials) would return at once, without asking the
    /// store or a service.
    pub fn fresh_aws_credentials(&self, request: &AwsCredentialsRequest) -> Option<Arc<AwsCredentials>> {
        let (pool, login) = (self.checked_pool(request).ok()?, login_at_hand(&self.inner)?);
        let now = self.inner.renewer.transport().clock().now();
        self.inner.state().aws_credentials.fresh(&pool, &login, now)
    }

    fn checked_pool(&self, request: &AwsCredentialsRequest) -> Result<IdentityPool> {
        if self.inner.fixed.is_some() {
            let message =
                "this session has one fixed ID token, which ends before AWS credentials would be renewed";
            return Err(Error::new(ErrorKind::Config, "FixedToken", message)
                .with_hint("Unset COGNITO_ID_TOKEN, so that the session signs in or refreshes."));
        }
        if self.inner.request.client_credentials.is_some() {
            return Err(no_user());
        }
        request.check()
    }

    async fn tokens_within(
        &self,
        request: &AwsCredentialsRequest,
        budget: &CallBudget,
    ) -> Result<Step<Arc<Tokens>>> {
        let acquired = acquire(&self.inner, &TokenDemand::Fresh(TokenUse::Id));
        match request.timeout {
            None => acquired.await,
            Some(_) => tokio::time::timeout_at(budget.deadline(), acquired)
                .await
                .unwrap_or_else(|_elapsed| Err(budget.exceeded("the service that signs in"))),
        }
    }
}

/// The user of the tokens in memory, whether those are still good or not.
fn login_at_hand(session: &Inner) -> Option<Login> {
    Login::of(session.state().current()?.tokens.id_token()?).ok()
}

fn no_user() -> Error {
    let message =
        "this session is of the app client itself, which has no ID token to show to an identity pool";
    Error::new(ErrorKind::Config, "NoIdToken", message)
        .with_hint("Open a session of a user: without the flow client_credentials.")
}
