//! The sources of values that no argument gives.

/// The source of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Process,
    DotEnv,
    /// A profile of the user's. `in_dotenv`: only the `.env` file names it.
    Profile {
        in_dotenv: bool,
    },
}

impl Source {
    /// Returns whether the `.env` file has a part in the value.
    pub(crate) fn is_dotenv(self) -> bool {
        matches!(self, Self::DotEnv | Self::Profile { in_dotenv: true })
    }

    /// The source in words.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Process => "the environment",
            Self::DotEnv => ".env",
            Self::Profile { .. } => "the profile",
        }
    }
}
