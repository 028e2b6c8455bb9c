//! The values that count for one call, and the one decision about what a `.env` file may say in it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::environment::{Environment, SecretValue};
use super::known_value::KnownValue;
use super::present::present;
use super::profile::Profile;
use super::source::Source;
use super::sourced::{Sourced, ValueSource};
use super::trust::{DotEnvTrust, SecretsInUse};
use super::variables::{self, Class, Variable};
use crate::error::{Error, ErrorKind, Result};
use crate::secret::{ClientSecret, Password, RefreshToken, TotpSecret};

/// The values that count for one call.
///
/// A `.env` file may have come with somebody else's folder. What says where a secret goes, or what is believed, counts
/// from there only where every secret that the call uses comes from that same file; what decides about things that exist
/// already, such as my own store, not even then. What is left out is remembered, to be told.
#[derive(Clone)]
pub(crate) struct Values {
    environment: Environment,
    trust: DotEnvTrust,
    left_out: Arc<Mutex<BTreeSet<&'static str>>>,
}

impl Values {
    /// The values for a call that uses these secrets.
    pub(crate) fn new(environment: &Environment, secrets: SecretsInUse) -> Self {
        Self { environment: environment.clone(), trust: DotEnvTrust::with(secrets), left_out: Arc::default() }
    }

    /// The values for a call whose outcome is what is believed, or given out as a token. `is_told_otherwise` says
    /// whether an argument, or something that exists already, has a part in it.
    pub(crate) fn for_what_is_believed(
        environment: &Environment,
        secrets: SecretsInUse,
        is_told_otherwise: bool,
    ) -> Self {
        let is_told_by_process = |variable: &Variable| {
            matches!(variable.class, Class::User | Class::Client | Class::TrustAnchor | Class::Store)
                && !variable.name.starts_with("AWS_")
                && environment.source(variable.name) == Some(Source::Process)
        };
        let told = is_told_otherwise
            || environment.profile().is_some()
            || variables::VARIABLES.iter().any(is_told_by_process);
        let values = Self::new(environment, secrets);
        if told { values } else { Self { trust: values.trust.extended(), ..values } }
    }

    /// The value of a variable, where it counts.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.found(name).map(|(value, _)| value)
    }

    /// The value of a variable that counts, and its source. What is left out of `.env` hides no value of the profile.
    pub(crate) fn found(&self, name: &str) -> Option<(&str, Source)> {
        let (value, source) = self.environment.get(name)?;
        if source != Source::DotEnv {
            return Some((value, source));
        }
        let variable = variables::find(name)?;
        if self.counts_from_dotenv(variable.class) {
            return Some((value, source));
        }
        self.left_out().insert(variable.name);
        self.environment.get_from_profile(name)
    }

    /// The value of a secret or of a key, where it counts: that of the variable, or the content of the file that
    /// its `_FILE` variable names.
    ///
    /// # Errors
    /// [`ErrorKind::Config`]: code `ConflictingValues` where the process gives both, `SecretFileUnreadable` where the
    /// file cannot be read.
    pub(crate) fn secret(&self, name: &'static str) -> Result<Option<SecretValue<'_>>> {
        if self.environment.source(name) == Some(Source::Process) {
            return self.environment.secret_of_process(name);
        }
        if let Some(file) = self.file_in_dotenv(name) {
            self.left_out().insert(file.name);
        }
        Ok(self.get(name).map(|text| SecretValue { text, variable: name }))
    }

    /// The variable that names a file for this secret in `.env`, where nothing else gives the secret.
    fn file_in_dotenv(&self, name: &str) -> Option<&'static Variable> {
        variables::file_variable(name)
            .filter(|file| self.environment.source(file.name) == Some(Source::DotEnv))
    }

    /// The error for a secret that nothing gives.
    pub(crate) fn missing_secret(&self, what: &str, name: &str) -> Error {
        let error = missing(what, name);
        let Some(file) = variables::file_variable(name) else { return error };
        match self.environment.source(file.name) {
            Some(Source::Process) => error.with_message(format!(
                "no {what}: the file in {} is empty and no argument gives it",
                file.name
            )),
            Some(Source::DotEnv) => error
                .with_message(format!(
                    "no {what}: {} in .env is not used and no argument gives it",
                    file.name
                ))
                .with_hint(format!("If you trust it, {}", explicit_way(file))),
            Some(Source::Profile { .. }) | None => error,
        }
    }

    /// The value of a variable without the white space around it, where it counts.
    pub(crate) fn trimmed(&self, name: &str) -> Option<String> {
        self.get(name).map(|value| value.trim().to_owned())
    }

    /// The argument, or the value of the variable, without the white space around it: ids, names and addresses are
    /// pasted, or read from a file with a line break at its end.
    pub(crate) fn text(&self, argument: Option<String>, variable: &'static str) -> Option<String> {
        self.sourced(argument, variable).map(|found| found.value)
    }

    /// As [`text`](Self::text), with the source of the value.
    pub(super) fn sourced(
        &self,
        argument: Option<String>,
        variable: &'static str,
    ) -> Option<Sourced<String>> {
        if let Some(value) = present(argument) {
            let name = variables::find(variable).and_then(|variable| variable.argument).unwrap_or(variable);
            return Some(Sourced { value, source: ValueSource::Argument(name) });
        }
        let (value, source) = self.found(variable)?;
        Some(Sourced { value: value.trim().to_owned(), source: ValueSource::Variable(variable, source) })
    }

    /// The argument, or the value of the variable, and whether a `.env` file has a part in it.
    pub(crate) fn known(&self, argument: Option<String>, variable: &'static str) -> Option<KnownValue> {
        let Sourced { value, source } = self.sourced(argument, variable)?;
        Some(KnownValue { value, is_from_dotenv: source.is_dotenv() })
    }

    /// The source of a value in words: `the argument client_id`, `COGNITO_CLIENT_ID`, `COGNITO_CLIENT_ID in .env`, `the
    /// profile work`; `None` where nothing gives it.
    pub(crate) fn source_in_words(&self, argument: Option<String>, variable: &'static str) -> Option<String> {
        let source = self.sourced(argument, variable)?.source;
        let profile = self.environment.profile_name();
        Some(match (source, profile) {
            (ValueSource::Variable(_, Source::Profile { .. }), Some(name)) => format!("the profile {name}"),
            (ValueSource::Variable(name, Source::DotEnv), _) => format!("{name} in .env"),
            (source, _) => source.to_string(),
        })
    }

    /// The user name.
    pub(crate) fn username(&self, argument: Option<String>) -> Option<String> {
        self.text(argument, "COGNITO_USER_NAME")
    }

    /// The user name of a call that cannot do without one.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], code `MissingValue`.
    pub(crate) fn required_username(&self, argument: Option<String>) -> Result<String> {
        self.username(argument).ok_or_else(|| missing("user name", "COGNITO_USER_NAME"))
    }

    /// The password, with all its white space.
    ///
    /// # Errors
    /// Those of [`secret`](Self::secret).
    pub(crate) fn password(&self, argument: Option<Password>) -> Result<Option<Password>> {
        match argument.filter(|password| !password.expose().is_empty()) {
            Some(given) => Ok(Some(given)),
            None => Ok(self.secret("COGNITO_PASSWORD")?.map(|found| Password::new(found.text))),
        }
    }

    /// The app client's secret, without the line break that a file or `echo | base64` leaves at its end.
    ///
    /// # Errors
    /// Those of [`secret`](Self::secret).
    pub(crate) fn client_secret(&self, argument: Option<&ClientSecret>) -> Result<Option<ClientSecret>> {
        let given = argument.map(|secret| secret.expose().trim()).filter(|secret| !secret.is_empty());
        Ok(self.trimmed_secret(given, "COGNITO_CLIENT_SECRET")?.map(ClientSecret::new))
    }

    /// The refresh token, without the white space around it.
    ///
    /// # Errors
    /// Those of [`secret`](Self::secret).
    pub(crate) fn refresh_token(&self, argument: Option<&RefreshToken>) -> Result<Option<RefreshToken>> {
        let given = argument.map(|token| token.expose().trim()).filter(|token| !token.is_empty());
        Ok(self.trimmed_secret(given, "COGNITO_REFRESH_TOKEN")?.map(RefreshToken::new))
    }

    /// The secret of the user's authenticator app.
    ///
    /// # Errors
    /// Those of [`secret`](Self::secret).
    pub(crate) fn totp_secret(&self, argument: Option<TotpSecret>) -> Result<Option<TotpSecret>> {
        match argument.filter(|secret| !secret.expose().trim().is_empty()) {
            Some(given) => Ok(Some(given)),
            None => Ok(self.secret("COGNITO_TOTP_SECRET")?.map(|found| TotpSecret::new(found.text))),
        }
    }

    fn trimmed_secret<'a>(&'a self, given: Option<&'a str>, name: &'static str) -> Result<Option<&'a str>> {
        match given {
            Some(given) => Ok(Some(given)),
            None => Ok(self.secret(name)?.map(|found| found.text.trim())),
        }
    }

    /// Returns whether the `.env` file gives the value that counts.
    pub(crate) fn is_from_dotenv(&self, name: &str) -> bool {
        self.found(name).is_some_and(|(_, source)| source == Source::DotEnv)
    }

    /// The folder of the file that a secret comes from, `.env` or one of its own; `None` where the environment itself
    /// gives it.
    pub(crate) fn folder_of_file(&self, name: &str) -> Option<std::io::Result<PathBuf>> {
        match self.is_from_dotenv(name) {
            true => Some(std::env::current_dir()),
            false => self.environment.folder_of_secret_file(name).map(Ok),
        }
    }

    /// Returns whether every secret of the call comes from the `.env` file.
    pub(crate) fn all_secrets_from_dotenv(&self) -> bool {
        self.trust >= DotEnvTrust::Hosts
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// A warning for each variable that was asked for and does not count, with the way to give its value explicitly. Each
    /// is returned once.
    pub(crate) fn take_left_out(&self) -> Vec<String> {
        let names = std::mem::take(&mut *self.left_out());
        let files = self.environment.left_out_files().map(str::to_owned);
        files.chain(names.iter().filter_map(|name| variables::find(name)).map(told)).collect()
    }

    fn counts_from_dotenv(&self, class: Class) -> bool {
        // A key from the file may seal what rests where the file says, and nothing that was there before.
        self.trust.covers(class) && (class != Class::StoreKey || self.store_is_the_files_own())
    }

    fn store_is_the_files_own(&self) -> bool {
        let store = self.environment.get("COGNITO_STORE");
        store.is_some_and(|(place, source)| source == Source::DotEnv && place.contains(':'))
    }

    fn left_out(&self) -> std::sync::MutexGuard<'_, BTreeSet<&'static str>> {
        self.left_out.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The error for a value that neither an argument nor a variable gives.
pub(crate) fn missing(what: &str, variable: &str) -> Error {
    let message = format!("no {what}: {variable} is not set and no argument gives it");
    let row = variables::find(variable);
    let argument = row.and_then(|row| row.argument);
    let hint = match argument
        .is_some_and(|argument| Profile::new().texts().iter().any(|(key, _)| *key == argument))
    {
        true => format!(
            "Pass the {what} as an argument, set {variable} in the environment or in .env, or keep it in a profile with \
             `cognitoken configure`."
        ),
        false => format!("Pass the {what} as an argument, or set {variable} in the environment or in .env."),
    };
    let error = Error::new(ErrorKind::Config, "MissingValue", message).with_hint(hint);
    let asked = row.filter(|row| row.is_known_to_a_person);
    match asked.and_then(|row| row.argument) {
        Some(parameter) => error.lacking(parameter),
        None => error,
    }
}

/// The sentence for a variable that is left out.
fn told(variable: &Variable) -> String {
    let why = match variable.class {
        Class::BundleKey | Class::StoreKey => "a key for what is stored already is not taken from there",
        Class::TrustAnchor => {
            "what decides which tokens are genuine is taken from there only where everything is"
        }
        Class::SecretFile => "the file may be any of yours, and its content would be sent as a secret",
        Class::FixedToken => "a token to give out is taken from there only where everything is",
        _ => "it says where a secret goes, and not every secret of this call comes from that file",
    };
    format!("{} in .env is not used: {why}. If you trust it, {}", variable.name, explicit_way(variable))
}

/// The words for giving the value of a variable explicitly.
pub(crate) fn explicit_way(variable: &Variable) -> String {
    match variable.argument {
        Some(argument) => format!("give `{argument}`, or set {} in the environment.", variable.name),
        None => format!("set {} in the environment.", variable.name),
    }
}

#[cfg(test)]
mod tests;
