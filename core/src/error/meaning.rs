//! The meaning of a refusal, as the table of verdicts judges it.

use super::kind::ErrorKind;

/// The conditions under which the same request may be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    Never,
    /// Later, if running twice does no harm: the service may have carried the request out.
    Later,
    /// Later, whatever the request: the service rejected it unread.
    Unread,
}

/// The subject of a refusal, as far as decisions depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Subject {
    /// Something else, or unknown.
    #[default]
    Other,
    /// The user, their password or their token: client and flow were accepted.
    User,
    /// The user name or the password, one of which is wrong.
    Password,
    /// The new password, which the pool does not accept.
    NewPassword,
    /// The code, which is not the right one.
    Code,
    /// The code, which is too old or was used before.
    ExpiredCode,
    /// The session of the sign-in, which is over.
    Session,
    /// The app client: it does not exist, or its secret is wrong or missing.
    Client,
    /// The flow, which the app client does not allow.
    Flow,
    /// The pool's configuration or its triggers.
    Pool,
    /// The device, which the pool does not know.
    Device,
    /// The refresh token, or the device that it belongs to: the pool calls either an invalid token.
    RefreshTokenOrDevice,
    /// The identity of the user in an identity pool, which the pool does not know.
    Identity,
    /// The operation, which the service does not know.
    Operation,
    /// Perhaps the operation: the answer is none of the API's.
    PerhapsOperation,
    /// A firewall in front of the service.
    Firewall,
}

/// The part of a verdict that an error keeps beside its kind and its hint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Meaning {
    /// `true` if the refresh token will never be good again. A refusal of the client or of the request, or one that may
    /// pass, does not mean that.
    pub(crate) refresh_token_lost: bool,
    /// `true` if the challenge that was answered can be answered again.
    pub(crate) challenge_waits: bool,
    pub(crate) subject: Subject,
}

/// The verdict on a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) kind: ErrorKind,
    pub(crate) repeat: Repeat,
    pub(crate) meaning: Meaning,
    /// The next step for a person, where it is certain.
    pub(crate) hint: Option<&'static str>,
}
