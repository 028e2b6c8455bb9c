//! The outcome of one attempt to get tokens.

use std::sync::Arc;

use crate::idp::Challenge;
use crate::tokens::Tokens;

/// The outcome of one attempt.
pub(super) enum Attempt {
    Answer(Arc<Tokens>),
    /// The service sets a challenge that the session cannot answer.
    Challenge(Challenge),
    /// The store has changed meanwhile.
    Again,
}
