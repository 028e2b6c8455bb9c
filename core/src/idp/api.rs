//! One call of the cognito-idp JSON API: its body, its secrets, its retries.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::wire::Operation;
use crate::config::ClientConfig;
use crate::error::{Error, Result, Subject};
use crate::http::{CallBudget, Failure, JsonCall, Reply, Transport, with_retries};
use crate::secret::ClientSecret;

/// The name of the API in the header `x-amz-target`.
const SERVICE: &str = "AWSCognitoIdentityProviderService";

/// The API for one call: the transport, the app client, and the time budget.
pub(super) struct Api<'a> {
    pub(super) transport: &'a Transport,
    pub(super) config: &'a Arc<ClientConfig>,
    pub(super) budget: &'a CallBudget,
}

impl Api<'_> {
    /// Calls one operation. Repeats it after throttling, and after any other passing failure if running twice does no
    /// harm.
    pub(super) async fn call<O: Operation>(&self, operation: &O) -> Result<Reply<O::Output>> {
        self.call_until(operation, |_| false).await
    }

    /// Calls one operation as [`call`](Self::call) does, but only once if the service may not know it at all.
    pub(super) async fn call_if_known<O: Operation>(&self, operation: &O) -> Result<Reply<O::Output>> {
        self.call_until(operation, |error| error.meaning().subject == Subject::PerhapsOperation).await
    }

    async fn call_until<O: Operation>(
        &self,
        operation: &O,
        is_last: impl Fn(&Error) -> bool,
    ) -> Result<Reply<O::Output>> {
        let may_repeat = |failure: &Failure| failure.may_repeat(O::RUNS_ONCE) && !is_last(&failure.error);
        let called =
            with_retries(O::NAME, self.budget, may_repeat, |attempt| self.attempt(operation, attempt)).await;
        called.map_err(|failure| failure.error.with_retry_after(failure.retry_after))
    }

    async fn attempt<O: Operation>(&self, operation: &O, attempt: u32) -> Result<Reply<O::Output>, Failure> {
        let mut secrets = operation.secrets();
        secrets.extend(self.config.client_secret.as_ref().map(ClientSecret::expose));
        let private = operation.client_metadata().into_iter().flat_map(BTreeMap::values);
        let private: Vec<&str> = private.map(String::as_str).collect();
        let call = JsonCall {
            service: SERVICE,
            operation: O::NAME,
            url: &self.config.endpoint,
            request_kind: operation.request_kind(),
            secrets: &secrets,
            private: &private,
        };
        call.attempt(self.transport, operation, attempt, self.budget).await
    }
}
