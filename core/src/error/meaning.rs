//! The meaning of a refusal, as the table of verdicts judges it.

use super::kind::ErrorKind;

/// Whether the same request may be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    Never,
    /// Later, where running twice is no harm: the service may have done something.
    Later,
    /// Later, whatever the request: the service turned it away unread.
    Unread,
}

/// What a refusal is about, as far as anything is decided by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum About {
    /// Something else, or nobody knows.
    #[default]
    Other,
    /// The user, their password or their token: the request got as far as that.
    User,
    /// The user name or the password, one of which is wrong.
    Password,
    /// The new password, which the pool does not take.
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
    /// The operation, which the service does not know.
    Operation,
    /// Perhaps the operation: the answer is none of the API's.
    PerhapsOperation,
    /// A firewall in front of the service.
    Firewall,
}

/// What of a verdict an error keeps beside its kind and its hint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Meaning {
    /// Whether the refresh token will never be good again. A refusal of the client, of the request or of the moment
    /// says nothing about it.
    pub(crate) refresh_token_lost: bool,
    /// Whether the challenge that was answered can be answered again.
    pub(crate) challenge_waits: bool,
    pub(crate) about: About,
}

/// What a refusal means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) kind: ErrorKind,
    pub(crate) repeat: Repeat,
    pub(crate) meaning: Meaning,
    /// The next step for a person, where it is certain.
    pub(crate) hint: Option<&'static str>,
}
