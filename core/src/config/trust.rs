//! The trust that one call has in a `.env` file, which may have come with somebody else's folder.

use super::environment::Environment;
use super::source::Source;
use super::variables::Class;

/// The secrets that one call uses, by their source.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SecretsInUse {
    from_dotenv: bool,
    from_elsewhere: bool,
}

impl SecretsInUse {
    /// The secrets of a call that uses the value of each of these variables. `true`: an argument gives the value.
    pub(crate) fn of(environment: &Environment, variables: &[(&str, bool)]) -> Self {
        let mut secrets = Self::default();
        for (name, is_given) in variables {
            match environment.source(name) {
                _ if *is_given => secrets.from_elsewhere = true,
                Some(Source::Process | Source::Profile { .. }) => secrets.from_elsewhere = true,
                Some(Source::DotEnv) => secrets.from_dotenv = true,
                None => {}
            }
        }
        secrets
    }

    /// These secrets and the others.
    pub(crate) fn and(self, others: Self) -> Self {
        Self {
            from_dotenv: self.from_dotenv || others.from_dotenv,
            from_elsewhere: self.from_elsewhere || others.from_elsewhere,
        }
    }

    /// The same with a secret that no variable gives: something typed, a device's password, a stored sign-in.
    pub(crate) fn and_elsewhere(self, is_used: bool) -> Self {
        Self { from_elsewhere: self.from_elsewhere || is_used, ..self }
    }
}

/// The variables that count from a `.env` file, decided once per call. Each variant includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DotEnvTrust {
    /// Users, app clients and secrets.
    Identities,
    /// Hosts and stores: every secret that the call uses comes from the same file.
    Hosts,
    /// Trust anchors and fixed tokens: no other source names anything of the call.
    Everything,
}

impl DotEnvTrust {
    pub(super) fn with(secrets: SecretsInUse) -> Self {
        if secrets.from_dotenv && !secrets.from_elsewhere { Self::Hosts } else { Self::Identities }
    }

    /// The trust of a call that only the file names anything of.
    pub(super) fn extended(self) -> Self {
        if self == Self::Hosts { Self::Everything } else { self }
    }

    /// Returns whether a variable of this class counts. For a [`Class::StoreKey`] the store has to be the file's too.
    pub(super) fn covers(self, class: Class) -> bool {
        let needed = match class {
            Class::User | Class::Client | Class::Secret | Class::Profile | Class::Log => Self::Identities,
            Class::Host | Class::Store | Class::StoreKey => Self::Hosts,
            Class::TrustAnchor | Class::FixedToken => Self::Everything,
            Class::BundleKey | Class::SecretFile => return false,
        };
        self >= needed
    }
}
