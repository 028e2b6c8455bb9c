//! A service that answers from a list, in the place of the network: what fuzzing lets a hostile service say.

#![allow(missing_docs, reason = "each field and method is what its name says")]

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use reqwest::header::{DATE, HeaderMap, HeaderName, HeaderValue};
use url::Url;
use zeroize::Zeroizing;

use super::failure::Failure;
use super::message::{Request, Response, text_of};
use crate::clock::ClockOffset;
use crate::error::{Error, ErrorKind, Result};

/// One answer of the service.
#[derive(Debug, Clone)]
pub struct ScriptedAnswer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// One request, as it would have gone out.
#[derive(Debug, Clone)]
pub struct SentRequest {
    pub url: Url,
    /// Names and values, one a line, then the body.
    pub text: String,
}

/// The answers that are left, and the requests that have come.
#[derive(Debug, Default)]
pub struct Script {
    answers: Mutex<VecDeque<ScriptedAnswer>>,
    requests: Mutex<Vec<SentRequest>>,
}

impl Script {
    pub fn new(answers: impl IntoIterator<Item = ScriptedAnswer>) -> Self {
        Self { answers: Mutex::new(answers.into_iter().collect()), requests: Mutex::default() }
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<SentRequest> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The next answer; where none is left, an error that is not tried again.
    pub(super) fn answer(&self, request: &Request<'_>, now: SystemTime) -> Result<Response, Failure> {
        let mut text = String::new();
        for (name, value) in &request.headers {
            text.push_str(&format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())));
        }
        if let Some(body) = &request.body {
            text.push_str(&String::from_utf8_lossy(body));
        }
        let sent = SentRequest { url: request.url.clone(), text };
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(sent);
        let answer = self.answers.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let Some(ScriptedAnswer { status, headers, body }) = answer else {
            return Err(
                Error::new(ErrorKind::Network, "ScriptEnded", "the script has no more answers").into()
            );
        };
        // As the HTTP client does: what is no header never reaches us.
        let header = |(name, value): (String, String)| {
            Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?))
        };
        let headers: HeaderMap = headers.into_iter().filter_map(header).collect();
        let clock_offset = ClockOffset::told(text_of(&headers, DATE.as_str()), now);
        Ok(Response { status, headers, body: Zeroizing::new(body), clock_offset })
    }
}
