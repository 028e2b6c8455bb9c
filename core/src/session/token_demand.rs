//! The demand of a caller on a session's tokens.

use zeroize::Zeroizing;

use super::state::Held;
use crate::jwt::TokenUse;

/// The condition that tokens have to meet.
#[derive(Debug, Clone)]
pub(super) enum TokenDemand {
    /// The token of this use can be sent without thought.
    Fresh(TokenUse),
    /// The token of this use is not due to be replaced in the background.
    NotDue(TokenUse),
    /// They are fresh, and not those that this token is one of.
    OtherThan(Zeroizing<String>, TokenUse),
    /// They come from a sign-in that begins now.
    SignIn,
}

impl TokenDemand {
    pub(super) fn is_met_by(&self, held: &Held, server_time: i64) -> bool {
        match self {
            Self::Fresh(token_use) => held.lifetime(*token_use).is_fresh(server_time),
            Self::NotDue(token_use) => !held.lifetime(*token_use).until_replacement(server_time).is_zero(),
            Self::OtherThan(refused, token_use) => {
                !held.includes(refused) && held.lifetime(*token_use).is_fresh(server_time)
            }
            Self::SignIn => false,
        }
    }

    /// The demand in words, for the log.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Fresh(_) => "a fresh token",
            Self::NotDue(_) => "a token that is not due to be replaced",
            Self::OtherThan(..) => "a token other than the current one",
            Self::SignIn => "a new sign-in",
        }
    }

    /// The token that is not to come again.
    pub(super) fn refused(&self) -> Option<&str> {
        match self {
            Self::OtherThan(refused, _) => Some(refused),
            _ => None,
        }
    }
}
