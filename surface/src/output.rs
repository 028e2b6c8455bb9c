//! The results of calls, before a language converts them.

use std::collections::BTreeMap;
use std::sync::Arc;

use cognitoken::{
    AwsCredentials, Challenge, Check, CodeDelivery, DecodedJwt, Device, Error, Profile, SessionStatus,
    Tokens, Value,
};

use crate::open_session::OpenSession;
use crate::open_verifier::OpenVerifier;
use crate::sso_attempt::SsoAttempt;

/// A result.
#[derive(Debug, Clone)]
pub enum Output {
    /// No result: Python's `None`, R's `NULL`.
    Nothing,
    /// A truth value.
    Truth(bool),
    /// A whole number.
    Integer(u64),
    /// A number; times are in seconds since 1970-01-01T00:00:00Z.
    Number(f64),
    /// A string.
    Text(String),
    /// Strings.
    Texts(Vec<String>),
    /// Strings with names.
    Named(BTreeMap<String, String>),
    /// A JSON document.
    Json(Value),
    /// An object of the core.
    Object(Object),
    /// Several results.
    List(Vec<Self>),
    /// The results of several tokens, each with its own error.
    Each(Vec<Result<Self, Error>>),
}

impl From<String> for Output {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Option<String>> for Output {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::Nothing, Self::Text)
    }
}

impl From<&str> for Output {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Option<&str>> for Output {
    fn from(text: Option<&str>) -> Self {
        text.map(str::to_owned).into()
    }
}

impl From<bool> for Output {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

impl From<Vec<String>> for Output {
    fn from(texts: Vec<String>) -> Self {
        Self::Texts(texts)
    }
}

impl From<Tokens> for Output {
    fn from(tokens: Tokens) -> Self {
        Self::Object(Object::Tokens(Arc::new(tokens)))
    }
}

impl From<Arc<Tokens>> for Output {
    fn from(tokens: Arc<Tokens>) -> Self {
        Self::Object(Object::Tokens(tokens))
    }
}

impl From<Challenge> for Output {
    fn from(challenge: Challenge) -> Self {
        Self::Object(Object::Challenge(Arc::new(challenge)))
    }
}

impl From<CodeDelivery> for Output {
    fn from(delivery: CodeDelivery) -> Self {
        Self::Object(Object::CodeDelivery(Arc::new(delivery)))
    }
}

impl From<Arc<AwsCredentials>> for Output {
    fn from(credentials: Arc<AwsCredentials>) -> Self {
        Self::Object(Object::AwsCredentials(credentials))
    }
}

impl From<SessionStatus> for Output {
    fn from(status: SessionStatus) -> Self {
        Self::Object(Object::SessionStatus(Arc::new(status)))
    }
}

impl From<Vec<Check>> for Output {
    fn from(checks: Vec<Check>) -> Self {
        Self::Object(Object::Report(Arc::new(checks)))
    }
}

impl From<Check> for Output {
    fn from(check: Check) -> Self {
        Self::Object(Object::Check(Arc::new(check)))
    }
}

impl From<NamedProfile> for Output {
    fn from(profile: NamedProfile) -> Self {
        Self::Object(Object::Profile(Arc::new(profile)))
    }
}

/// An object of the core that a language holds on to. A clone is the same object.
#[derive(Debug, Clone)]
pub enum Object {
    /// The tokens of a sign-in.
    Tokens(Arc<Tokens>),
    /// A challenge.
    Challenge(Arc<Challenge>),
    /// A device that a pool remembers.
    Device(Arc<Device>),
    /// The destination of a code.
    CodeDelivery(Arc<CodeDelivery>),
    /// A decoded token.
    DecodedJwt(Arc<DecodedJwt>),
    /// A session.
    Session(Arc<OpenSession>),
    /// A verifier.
    Verifier(Arc<OpenVerifier>),
    /// A sign-in in a browser that waits for its person.
    SsoAttempt(Arc<SsoAttempt>),
    /// AWS credentials.
    AwsCredentials(Arc<AwsCredentials>),
    /// The status of a session.
    SessionStatus(Arc<SessionStatus>),
    /// One check of a report.
    Check(Arc<Check>),
    /// The report on a set-up.
    Report(Arc<Vec<Check>>),
    /// A profile with its name.
    Profile(Arc<NamedProfile>),
}

/// A profile with its name.
#[derive(Debug, Clone)]
pub struct NamedProfile {
    /// The name.
    pub name: String,
    /// `true` if this profile answers where nobody names one.
    pub is_chosen: bool,
    /// The values.
    pub profile: Profile,
}

impl Object {
    /// The name of the object's class: `Tokens`, `Challenge`, ...
    pub fn class(&self) -> &'static str {
        match self {
            Self::Tokens(_) => "Tokens",
            Self::Challenge(_) => "Challenge",
            Self::Device(_) => "Device",
            Self::CodeDelivery(_) => "CodeDelivery",
            Self::DecodedJwt(_) => "DecodedJwt",
            Self::Session(_) => "Session",
            Self::Verifier(_) => "Verifier",
            Self::SsoAttempt(_) => "SsoAttempt",
            Self::AwsCredentials(_) => "AwsCredentials",
            Self::SessionStatus(_) => "SessionStatus",
            Self::Check(_) => "Check",
            Self::Report(_) => "Report",
            Self::Profile(_) => "Profile",
        }
    }
}
