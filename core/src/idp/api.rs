//! One call of the cognito-idp JSON API: headers, retries, errors.

use std::collections::BTreeMap;
use std::sync::Arc;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use zeroize::Zeroizing;

use super::service_error;
use super::wire::Operation;
use crate::clock::ClockOffset;
use crate::config::ClientConfig;
use crate::error::Subject;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, Failure, Request, Response, Transport, not_json, with_retries};
use crate::secret::ClientSecret;
use crate::verdict::RequestKind;

/// The API for one call: the transport, the app client, and the time budget.
pub(super) struct Api<'a> {
    pub(super) transport: &'a Transport,
    pub(super) config: &'a Arc<ClientConfig>,
    pub(super) budget: &'a CallBudget,
}

/// The output of an operation, and the offset of the service's clock at that moment.
pub(super) struct Reply<T> {
    pub(super) output: T,
    pub(super) clock_offset: ClockOffset,
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
        let url = &self.config.endpoint;
        let body = Zeroizing::new(serde_json::to_vec(operation).map_err(|error| not_serializable(&error))?);
        let mut secrets = operation.secrets();
        secrets.extend(self.config.client_secret.as_ref().map(ClientSecret::expose));
        let request = Request::post(O::NAME, url, headers(O::NAME), body);
        let request = request.in_attempt(attempt).with_secrets(&secrets);
        let answer = self.transport.send(request, self.budget).await?;
        if answer.status != 200 {
            let private = operation.client_metadata().into_iter().flat_map(BTreeMap::values);
            let private: Vec<&str> = private.map(String::as_str).collect();
            let failure = service_error::read(&answer, operation.request_kind(), &secrets, &private);
            return Err(
                failure.unwrap_or_else(|| self.unreadable(&answer, operation.request_kind(), &secrets))
            );
        }
        // Some operations report success with no body at all.
        let body: &[u8] = if answer.body.is_empty() { b"null" } else { &answer.body };
        match serde_json::from_slice(body) {
            Ok(output) => Ok(Reply { output, clock_offset: answer.clock_offset }),
            Err(_) => Err(self.unreadable(&answer, operation.request_kind(), &secrets)),
        }
    }

    fn unreadable(&self, answer: &Response, request_kind: RequestKind, secrets: &[&str]) -> Failure {
        let failure = Failure::from(not_json(&self.config.endpoint, answer, request_kind, secrets));
        Failure { retry_after: answer.retry_after(), ..failure }
    }
}

fn headers(operation: &'static str) -> HeaderMap {
    const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
    let mut headers = HeaderMap::with_capacity(2);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
    if let Ok(target) = HeaderValue::try_from(format!("AWSCognitoIdentityProviderService.{operation}")) {
        headers.insert(TARGET, target);
    }
    headers
}

/// The error for a request that cannot be serialized, which a map of strings always can.
fn not_serializable(error: &serde_json::Error) -> Error {
    Error::new(ErrorKind::Local, "InvalidRequest", format!("the request cannot be written as JSON: {error}"))
}
