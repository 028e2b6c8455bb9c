//! One call of a JSON API of AWS (the protocol "AWS JSON 1.1"), unsigned.

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;
use zeroize::Zeroizing;

use super::budget::CallBudget;
use super::failure::Failure;
use super::message::{Request, Response};
use super::unexpected::not_json;
use super::{Transport, service_error};
use crate::clock::ClockOffset;
use crate::error::{Error, ErrorKind};
use crate::verdict::RequestKind;

/// A call of an operation, without its body.
pub(crate) struct JsonCall<'a> {
    /// The service's name in the header `x-amz-target`.
    pub(crate) service: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) url: &'a Url,
    pub(crate) request_kind: RequestKind,
    /// The values that neither the log nor an error may repeat.
    pub(crate) secrets: &'a [&'a str],
    /// The values that the message of an error may not repeat.
    pub(crate) private: &'a [&'a str],
}

/// The output of an operation, and the offset of the service's clock at that moment.
pub(crate) struct Reply<T> {
    pub(crate) output: T,
    pub(crate) clock_offset: ClockOffset,
}

impl JsonCall<'_> {
    /// Sends the request once, as the attempt of this number.
    pub(crate) async fn attempt<O: DeserializeOwned>(
        &self,
        transport: &Transport,
        body: &impl Serialize,
        attempt: u32,
        budget: &CallBudget,
    ) -> Result<Reply<O>, Failure> {
        let body = Zeroizing::new(serde_json::to_vec(body).map_err(|error| not_serializable(&error))?);
        let request = Request::post(self.operation, self.url, self.headers(), body);
        let request = request.in_attempt(attempt).with_secrets(self.secrets);
        let answer = transport.send(request, budget).await?;
        if answer.status != 200 {
            let failure = service_error::read(&answer, self.request_kind, self.secrets, self.private);
            return Err(failure.unwrap_or_else(|| self.unreadable(&answer)));
        }
        // Some operations report success with no body at all.
        let body: &[u8] = if answer.body.is_empty() { b"null" } else { &answer.body };
        match serde_json::from_slice(body) {
            Ok(output) => Ok(Reply { output, clock_offset: answer.clock_offset }),
            Err(_) => Err(self.unreadable(&answer)),
        }
    }

    fn unreadable(&self, answer: &Response) -> Failure {
        let failure = Failure::from(not_json(self.url, answer, self.request_kind, self.secrets));
        Failure { retry_after: answer.retry_after(), ..failure }
    }

    fn headers(&self) -> HeaderMap {
        const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
        let mut headers = HeaderMap::with_capacity(2);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
        if let Ok(target) = HeaderValue::try_from(format!("{}.{}", self.service, self.operation)) {
            headers.insert(TARGET, target);
        }
        headers
    }
}

/// The error for a request that cannot be serialized, which a map of strings always can.
fn not_serializable(error: &serde_json::Error) -> Error {
    Error::new(ErrorKind::Local, "InvalidRequest", format!("the request cannot be written as JSON: {error}"))
}
