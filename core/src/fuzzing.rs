//! Entry points of the fuzz targets, which reach everything else through the public interface. Behind the feature
//! `test-util`: anything here may change or go with any version.

#![allow(missing_docs, reason = "each function opens the room of the same name")]

use std::sync::Arc;

use crate::clock::Clock;
use crate::cognito::Cognito;
use crate::error::Result;
use crate::http::Transport;
use crate::session::Session;
use crate::store::TokenStore;

pub use crate::http::{Script, ScriptedAnswer, SentRequest};

/// A client object that sends nothing: the script answers.
pub fn cognito(script: Arc<Script>, clock: Clock) -> Cognito {
    Cognito::with_transport(Transport::scripted(script).with_clock(clock))
}

/// The store that a session has opened.
pub fn store_of(session: &Session) -> &dyn TokenStore {
    session.store()
}

/// A bundle with any content, sealed with this key.
pub fn bundle(key: &str, content: &[u8]) -> Result<String> {
    crate::session::seal_bundle(key, content)
}
