//! The demand of a call on the tokens of a session.

use zeroize::Zeroizing;

use super::state::Current;
use crate::jwt::TokenUse;

/// The condition that tokens must meet.
#[derive(Debug, Clone)]
pub(super) enum TokenDemand {
    /// The token of this use is good for longer than the margin.
    Fresh(TokenUse),
    /// The token of this use need not be replaced in the background yet.
    NotDue(TokenUse),
    /// The token of this use is fresh, and the refused token is not among them.
    OtherThan(Zeroizing<String>, TokenUse),
    /// The tokens come from a new sign-in.
    SignIn,
}

impl TokenDemand {
    pub(super) fn is_met_by(&self, current: &Current, server_time: i64) -> bool {
        match self {
            Self::Fresh(token_use) => current.lifetime(*token_use).is_fresh(server_time),
            Self::NotDue(token_use) => !current.lifetime(*token_use).until_replacement(server_time).is_zero(),
            Self::OtherThan(refused, token_use) => {
                !current.includes(refused) && current.lifetime(*token_use).is_fresh(server_time)
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

    /// The refused token, which must not be returned again.
    pub(super) fn refused(&self) -> Option<&str> {
        match self {
            Self::OtherThan(refused, _) => Some(refused),
            _ => None,
        }
    }
}
