//! The profile whose values count for a call, where nothing else gives them.

use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

use super::present::present;
use super::profile::{DEFAULT_PROFILE, Profile, valid_profile_name};
use super::profiles::Profiles;
use super::source::Source;
use crate::error::Result;
use crate::secret::ClientSecret;

/// The variable that names a profile.
pub(super) const VARIABLE: &str = "COGNITO_PROFILE";

/// The store of a profile that names none.
const STORE: &str = "file";

/// A profile, and how it was chosen.
pub(crate) struct SelectedProfile {
    name: String,
    profile: Profile,
    /// `true` if only a `.env` file names it.
    in_dotenv: bool,
    values: HashMap<&'static str, String>,
    /// The app client's secret, once it has been read from the store.
    client_secret: OnceLock<ClientSecret>,
}

/// The result of a look for the profile.
pub(super) struct Selection {
    pub(super) profile: Option<SelectedProfile>,
    /// The reason that the file of the profiles is not read, in a sentence.
    pub(super) left_out: Option<String>,
}

/// Looks for the profile of an argument, else of the variable, else the chosen one. Only one that is named has to be
/// there.
///
/// # Errors
/// Those of [`Profiles::read`]; [`Config`](crate::ErrorKind::Config): code `ProfileNotFound` or `InvalidProfile`.
pub(super) fn select(argument: Option<&str>, variable: Option<(&str, Source)>) -> Result<Selection> {
    let argument = present(argument.map(str::to_owned));
    let in_dotenv = argument.is_none() && matches!(variable, Some((_, Source::DotEnv)));
    let named = argument.or_else(|| present(variable.map(|(name, _)| name.to_owned())));
    let named = named.as_deref().map(valid_profile_name).transpose()?;
    let profiles = Profiles::read()?;
    let left_out = profiles.left_out().map(str::to_owned);
    let name = named.unwrap_or(profiles.chosen());
    let Some(profile) = profiles.get(name) else {
        if named.is_some() || name != DEFAULT_PROFILE {
            return Err(profiles.not_found(name));
        }
        return Ok(Selection { profile: None, left_out });
    };
    let profile = Some(SelectedProfile::new(name, profile, in_dotenv));
    Ok(Selection { profile, left_out })
}

impl SelectedProfile {
    pub(super) fn new(name: &str, profile: Profile, in_dotenv: bool) -> Self {
        let values = profile.variables().map(|(variable, text)| (variable, text.to_owned()));
        let mut values: HashMap<_, _> = values.collect();
        values.entry("COGNITO_STORE").or_insert_with(|| STORE.to_owned());
        Self { name: name.to_owned(), profile, in_dotenv, values, client_secret: OnceLock::new() }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The source of what this profile gives.
    pub(super) fn source(&self) -> Source {
        Source::Profile { in_dotenv: self.in_dotenv }
    }

    /// The value that the profile gives to a variable.
    pub(super) fn get(&self, variable: &str) -> Option<&str> {
        if variable == "COGNITO_CLIENT_SECRET" {
            return self.client_secret.get().map(ClientSecret::expose);
        }
        self.values.get(variable).map(String::as_str)
    }

    /// Returns whether the profile gives a value, be it one that is still in the store.
    pub(super) fn gives(&self, variable: &str) -> bool {
        match variable {
            "COGNITO_CLIENT_SECRET" => self.profile.has_client_secret,
            variable => self.values.contains_key(variable),
        }
    }

    /// Returns whether the profile's client secret has yet to be read from its store.
    pub(crate) fn lacks_client_secret(&self) -> bool {
        self.profile.has_client_secret && self.client_secret.get().is_none()
    }

    /// Takes the client secret that was read from the store.
    pub(crate) fn take_client_secret(&self, client_secret: ClientSecret) {
        let _ = self.client_secret.set(client_secret);
    }

    /// The text that the store of this profile is opened by.
    pub(crate) fn store(&self) -> &str {
        self.values.get("COGNITO_STORE").map_or(STORE, String::as_str)
    }

    /// Returns whether this client id and pool id are those of the profile, as far as both are known.
    pub(super) fn is_of(&self, client_id: Option<&str>, user_pool_id: Option<&str>) -> bool {
        let same = |given: Option<&str>, own: &Option<String>| match (given, own) {
            (Some(given), Some(own)) => given.trim() == own.trim(),
            _ => true,
        };
        same(client_id, &self.profile.client_id) && same(user_pool_id, &self.profile.user_pool_id)
    }
}

impl fmt::Debug for SelectedProfile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("SelectedProfile").field(&self.name).finish()
    }
}
