//! The kinds of failure that a program branches on.

use std::fmt;

/// What kind of failure an [`Error`](crate::Error) is: the one thing a program branches on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A value is missing, malformed or contradicts another one. Nothing was sent.
    Config,
    /// The service refused who asked: wrong password, unknown user, revoked token, wrong client secret.
    Authentication,
    /// The service asks for one more answer, and nobody gave it: [`Step::or_error`](crate::Step::or_error).
    ChallengeRequired,
    /// An administrator or the service asks this user to choose a new password first.
    PasswordResetRequired,
    /// The user has not confirmed the sign-up yet.
    UserNotConfirmed,
    /// Too many requests or too many attempts.
    Throttled,
    /// The service could not be reached: name, connection, TLS or proxy.
    Network,
    /// The time limit of the whole call ran out.
    RequestTimeout,
    /// The service answered with something else: its own fault, or not Cognito's language.
    Service,
    /// A token is past its `exp`.
    TokenExpired,
    /// A token is malformed, not genuine or not for this use.
    TokenInvalid,
    /// The place where tokens rest failed or is not safe.
    Store,
    /// This machine or process failed, and neither the values given nor the service: no random numbers, no thread, a
    /// clock outside the calendar, a runtime that stopped.
    Local,
}

impl ErrorKind {
    /// The kind in snake case, then the broader kinds that it belongs to: the bindings build their class trees from it.
    ///
    /// ```
    /// use cognitoken::ErrorKind;
    /// assert_eq!(ErrorKind::Throttled.lineage(), ["throttled"]);
    /// assert_eq!(ErrorKind::ChallengeRequired.lineage(), ["challenge_required", "authentication"]);
    /// ```
    pub fn lineage(self) -> &'static [&'static str] {
        match self {
            Self::Config => &["config"],
            Self::Authentication => &["authentication"],
            Self::ChallengeRequired => &["challenge_required", "authentication"],
            Self::PasswordResetRequired => &["password_reset_required", "authentication"],
            Self::UserNotConfirmed => &["user_not_confirmed", "authentication"],
            Self::Throttled => &["throttled"],
            Self::Network => &["network"],
            Self::RequestTimeout => &["request_timeout", "network"],
            Self::Service => &["service"],
            Self::TokenExpired => &["token_expired", "token"],
            Self::TokenInvalid => &["token_invalid", "token"],
            Self::Store => &["store"],
            Self::Local => &["local"],
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.lineage()[0])
    }
}
