//! The sources of values that are not given as arguments: the process environment, then `.env`, then a profile.

mod reading;

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::dotenv;
use super::present::present;
use super::profile::Profile;
use super::secret_file::{SecretFile, given_twice};
use super::selected_profile::SelectedProfile;
use super::source::Source;
use super::variables::{self, VARIABLES, Variable};
use crate::error::{Error, Result};

/// The value of a secret, and the variable that gives it or names the file that does.
#[derive(Clone, Copy)]
pub(crate) struct SecretValue<'a> {
    pub(crate) text: &'a str,
    pub(crate) variable: &'static str,
}

/// The variables of the process and of the `.env` file in the working directory, and the values of a profile, as they
/// were at one moment.
///
/// The process's own win, and those of the profile come last; an empty value counts as absent. Nothing is ever written back to the environment. Which of
/// them count for a call is decided for each call: a `.env` file may have come with somebody else's folder.
#[derive(Clone, Default)]
pub struct Environment {
    contents: Arc<Contents>,
    profile: Option<Arc<SelectedProfile>>,
}

#[derive(Clone, Default)]
struct Contents {
    process: HashMap<&'static str, String>,
    /// The files that variables of the process name, by the variable whose value they hold.
    secret_files: HashMap<&'static str, SecretFile>,
    /// The variables of the process that are not UTF-8, each with its error.
    unreadable: Vec<(&'static str, Error)>,
    dotenv: HashMap<&'static str, String>,
    /// The reason that `.env` cannot be read.
    fault: Option<Error>,
    /// The reason that `.env` is not read, in a sentence.
    left_out_file: Option<String>,
    /// The reason that the profiles cannot be read.
    profile_fault: Option<Error>,
    /// The reason that the profiles are not read, in a sentence.
    left_out_profiles: Option<String>,
}

impl Contents {
    fn of_process<N: AsRef<str>, V: Into<String>>(process: impl IntoIterator<Item = (N, V)>) -> Self {
        let process: HashMap<_, _> =
            process.into_iter().filter_map(|(name, value)| known(name.as_ref(), value.into())).collect();
        let secret_file = |variable: &Variable| {
            Some((variable.file_of?, SecretFile::new(variable.name, process.get(variable.name)?)))
        };
        let secret_files = VARIABLES.iter().filter_map(secret_file).collect();
        Self { process, secret_files, ..Self::default() }
    }
}

impl Environment {
    /// The same with the values of a profile.
    ///
    /// ```
    /// use cognitoken::{Environment, Profile};
    /// let profile = Profile::new().with_client_id("1example23456789");
    /// let environment = Environment::empty().with_profile("work", profile);
    /// assert!(environment.has("COGNITO_CLIENT_ID"));
    /// ```
    #[must_use]
    pub fn with_profile(self, name: &str, profile: Profile) -> Self {
        Self { profile: Some(Arc::new(SelectedProfile::new(name, profile, false))), ..self }
    }

    /// The same without the profile where these values, or variables, name another client than the profile's: it says
    /// nothing of any other.
    pub(crate) fn for_client(&self, client_id: Option<&str>, user_pool_id: Option<&str>) -> Self {
        let named = |given: Option<&str>, variable: &str| {
            let own = self.contents.process.get(variable).or_else(|| self.contents.dotenv.get(variable));
            present(given.map(str::to_owned)).or_else(|| own.cloned())
        };
        let client_id = named(client_id, "COGNITO_CLIENT_ID");
        let user_pool_id = named(user_pool_id, "COGNITO_USER_POOL_ID");
        let is_own =
            |profile: &Arc<SelectedProfile>| profile.is_of(client_id.as_deref(), user_pool_id.as_deref());
        Self { contents: Arc::clone(&self.contents), profile: self.profile.clone().filter(is_own) }
    }

    /// The profile whose values count.
    pub(crate) fn profile(&self) -> Option<&Arc<SelectedProfile>> {
        self.profile.as_ref()
    }

    /// Returns whether the profile alone gives the value of a variable.
    pub(crate) fn is_from_profile(&self, name: &str) -> bool {
        matches!(self.source(name), Some(Source::Profile { .. }))
    }

    /// The name of the profile whose values are used where nothing else gives them.
    pub fn profile_name(&self) -> Option<&str> {
        self.profile.as_ref().map(|profile| profile.name())
    }

    /// An environment without any variable.
    pub fn empty() -> Self {
        Self::default()
    }

    /// An environment of these variables and this text of a `.env` file; names that the library does not read are
    /// left out.
    ///
    /// ```
    /// use cognitoken::Environment;
    /// let environment = Environment::from_pairs([("COGNITO_REGION", "eu-west-1")], "COGNITO_USER_NAME=\"ada\"")?;
    /// # Ok::<(), cognitoken::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) where a line of the text that sets one of our variables cannot be understood.
    pub fn from_pairs<N: AsRef<str>, V: Into<String>>(
        process: impl IntoIterator<Item = (N, V)>,
        dotenv: &str,
    ) -> Result<Self> {
        Self::from_parts(process, dotenv, None)
    }

    fn from_parts<N: AsRef<str>, V: Into<String>>(
        process: impl IntoIterator<Item = (N, V)>,
        dotenv: &str,
        left_out_file: Option<String>,
    ) -> Result<Self> {
        let dotenv = dotenv::parse(dotenv, |name| variables::find(name).is_some())?;
        let dotenv = dotenv.into_iter().filter_map(|(name, value)| known(&name, value)).collect();
        let contents = Contents { dotenv, left_out_file, ..Contents::of_process(process) };
        Ok(Self { contents: Arc::new(contents), profile: None })
    }

    /// Returns whether a variable has a value, or the file that stands for it (`COGNITO_PASSWORD_FILE`) has one or
    /// cannot be read. If not, a person may have to be asked for it.
    pub fn has(&self, name: &str) -> bool {
        match self.source(name) {
            Some(Source::Process) => !matches!(self.secret_of_process(name), Ok(None)),
            Some(_) => true,
            None => false,
        }
    }

    /// The level of the log that is wanted (`COGNITO_LOG`).
    #[doc(hidden)]
    pub fn log_level(&self) -> Option<&str> {
        self.get("COGNITO_LOG").map(|(level, _)| level)
    }

    /// The variables that are not UTF-8, with their errors.
    pub(crate) fn unreadable(&self) -> &[(&'static str, Error)] {
        &self.contents.unreadable
    }

    /// Returns the reason that the present `.env` file cannot be read.
    pub(crate) fn fault(&self) -> Option<&Error> {
        self.contents.fault.as_ref()
    }

    /// Returns the reason that the profiles cannot be read.
    pub(crate) fn profile_fault(&self) -> Option<&Error> {
        self.contents.profile_fault.as_ref()
    }

    /// Returns the reasons that a file that is there was not read, each a sentence.
    pub(crate) fn left_out_files(&self) -> impl Iterator<Item = &str> {
        let Contents { left_out_file, left_out_profiles, .. } = &*self.contents;
        left_out_file.iter().chain(left_out_profiles).map(String::as_str)
    }

    /// The value of a variable and where it was found, whether or not it counts for a call: that, only
    /// [`Values`](super::Values) say.
    pub(super) fn get(&self, name: &str) -> Option<(&str, Source)> {
        let Contents { process, dotenv, .. } = &*self.contents;
        let from_process = process.get(name).map(|value| (value.as_str(), Source::Process));
        let from_dotenv = || dotenv.get(name).map(|value| (value.as_str(), Source::DotEnv));
        from_process.or_else(from_dotenv).or_else(|| self.get_from_profile(name))
    }

    /// The value that the profile gives.
    pub(super) fn get_from_profile(&self, name: &str) -> Option<(&str, Source)> {
        let profile = self.profile.as_ref()?;
        Some((profile.get(name)?, profile.source()))
    }

    /// The value that the process gives to a secret, by its variable or by a file.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config): both are given, or the file cannot be read.
    pub(crate) fn secret_of_process(&self, name: &str) -> Result<Option<SecretValue<'_>>> {
        let Contents { process, secret_files, .. } = &*self.contents;
        match (process.get_key_value(name), secret_files.get(name)) {
            (Some((variable, _)), Some(file)) => Err(given_twice(variable, file.variable())),
            (Some((variable, text)), None) => Ok(Some(SecretValue { text, variable })),
            (None, Some(file)) => {
                Ok(file.content()?.map(|text| SecretValue { text, variable: file.variable() }))
            }
            (None, None) => Ok(None),
        }
    }

    /// The folder of the file that the process names for a secret.
    pub(super) fn folder_of_secret_file(&self, name: &str) -> Option<PathBuf> {
        self.contents.secret_files.get(name).map(SecretFile::folder)
    }

    /// The source of a value, whether its variable gives it or a file; `None` where neither is set. No file is read.
    pub(crate) fn source(&self, name: &str) -> Option<Source> {
        if self.contents.secret_files.contains_key(name) {
            return Some(Source::Process);
        }
        let found = self.get(name).map(|(_, source)| source);
        found.or_else(|| self.profile.as_ref().filter(|own| own.gives(name)).map(|own| own.source()))
    }

    /// The value of a variable, for a look at it that sends nothing and believes nothing.
    pub(crate) fn look_at(&self, name: &str) -> Option<(&str, Source)> {
        self.get(name)
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = VARIABLES.iter().map(|variable| variable.name);
        let names = names.filter(|name| self.get(name).is_some());
        formatter.debug_set().entries(names).finish()
    }
}

fn known(name: &str, value: String) -> Option<(&'static str, String)> {
    let variable = variables::find(name)?;
    (!value.trim().is_empty()).then_some((variable.name, value))
}

#[cfg(test)]
mod tests;
