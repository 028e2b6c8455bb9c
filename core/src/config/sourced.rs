//! Values that know their source.

use std::fmt;

use super::source::Source;

/// A value and its source.
#[derive(Debug, Clone)]
pub(crate) struct Sourced<T> {
    pub(crate) value: T,
    pub(crate) source: ValueSource,
}

/// The source of a value. Its `Display` completes the sentence "the region is us-east-1, by ...".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueSource {
    /// The argument of this name.
    Argument(&'static str),
    /// The variable of this name; where it names a service, what that service answered.
    Variable(&'static str, Source),
    /// The id of the user pool.
    UserPoolId,
    /// The region.
    Region,
    /// No source names the value.
    Default,
}

impl ValueSource {
    pub(crate) fn is_dotenv(self) -> bool {
        matches!(self, Self::Variable(_, source) if source.is_dotenv())
    }
}

impl fmt::Display for ValueSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(name) => write!(formatter, "the argument {name}"),
            Self::Variable(_, source @ Source::Profile { .. }) => formatter.write_str(source.as_str()),
            Self::Variable(name, _) => formatter.write_str(name),
            Self::UserPoolId => formatter.write_str("the user pool's id"),
            Self::Region => formatter.write_str("the region"),
            Self::Default => formatter.write_str("the default"),
        }
    }
}

impl<T> Sourced<T> {
    /// The same source with a value that is made from this one.
    pub(super) fn and_then<U, E>(self, make: impl FnOnce(T) -> Result<U, E>) -> Result<Sourced<U>, E> {
        Ok(Sourced { value: make(self.value)?, source: self.source })
    }
}

/// Returns whether only a `.env` file names the value.
pub(super) fn is_from_dotenv<T>(value: Option<&Sourced<T>>) -> bool {
    value.is_some_and(|value| value.source.is_dotenv())
}
