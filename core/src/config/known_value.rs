//! A value that is known before a sign-in.

/// A value that is known before a sign-in, and whether a `.env` file has a part in it: the file may be a stranger's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownValue {
    /// The value.
    pub value: String,
    /// `true` if a `.env` file gives the value, or names the profile that does.
    pub is_from_dotenv: bool,
}
