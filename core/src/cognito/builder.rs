//! Making a client object.

use super::client::Cognito;
use crate::clock::Clock;
use crate::http::Transport;

/// A [`Cognito`] in the making.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct CognitoBuilder {
    transport: Transport,
}

impl CognitoBuilder {
    /// The clock that tells the time; the machine's by default.
    pub fn clock(self, clock: Clock) -> Self {
        Self { transport: self.transport.with_clock(clock) }
    }

    /// Returns the client object. Nothing is read or sent.
    pub fn build(self) -> Cognito {
        Cognito::with_transport(self.transport)
    }
}
