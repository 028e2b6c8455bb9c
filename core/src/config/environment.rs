//! Where values that are not given as arguments come from: the process environment, then `.env`.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use super::dotenv;
use crate::error::{Error, ErrorKind, Result};

/// The variables that this library reads. No other leaves the environment.
const VARIABLES: &[&str] = &[
    "COGNITO_USER_NAME",
    "COGNITO_PASSWORD",
    "COGNITO_CLIENT_ID",
    "COGNITO_CLIENT_SECRET",
    "COGNITO_REGION",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "COGNITO_USER_POOL_ID",
    "COGNITO_DOMAIN",
    "COGNITO_REFRESH_TOKEN",
    "COGNITO_TOTP_SECRET",
    "COGNITO_ID_TOKEN",
    "COGNITO_STORE",
    "COGNITO_STORE_KEY",
    "COGNITO_BUNDLE_KEY",
    "COGNITO_ENDPOINT",
    "COGNITO_ISSUER",
    "COGNITO_JWKS_URL",
    "APLOS_API_URL",
];

/// The variables whose value is sent somewhere as proof of who asks.
const SECRETS: &[&str] = &["COGNITO_PASSWORD", "COGNITO_CLIENT_SECRET", "COGNITO_REFRESH_TOKEN"];

/// What is not to be seen besides.
const HIDDEN: &[&str] =
    &["COGNITO_TOTP_SECRET", "COGNITO_ID_TOKEN", "COGNITO_STORE_KEY", "COGNITO_BUNDLE_KEY"];

/// The variables that say where secrets go.
const HOSTS: &[&str] =
    &["COGNITO_DOMAIN", "COGNITO_ENDPOINT", "COGNITO_ISSUER", "COGNITO_JWKS_URL", "APLOS_API_URL"];

/// A variable that has a value.
pub(crate) struct Variable<'a> {
    pub(crate) value: &'a str,
    /// Where it was found, in words.
    pub(crate) place: &'static str,
    pub(crate) is_secret: bool,
    pub(crate) is_host: bool,
}

/// A `.env` file larger than this, in bytes, holds something else.
const DOTENV_CAP: u64 = 64 * 1024;

/// Which place a value was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Process,
    DotEnv,
}

/// The variables of the process and of the `.env` file in the working directory, as they were at one moment.
///
/// The process's own win; an empty value counts as absent. Nothing is ever written back to the environment.
#[derive(Clone, Default)]
pub struct Environment {
    process: HashMap<&'static str, String>,
    dotenv: HashMap<&'static str, String>,
    /// Why `.env` is left out.
    fault: Option<Error>,
}

impl Environment {
    /// Reads the process environment and, where there is one, `.env` in the working directory.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where a line of `.env` that sets one of our variables cannot be understood, or the file
    /// cannot be read.
    pub fn read() -> Result<Self> {
        let dotenv = read_dotenv(Path::new(".env"))?;
        Self::from_pairs(variables_of_the_process(), &dotenv)
    }

    /// As [`read`](Self::read), but a `.env` that cannot be understood is left out; [`doctor`](crate::doctor) tells
    /// why. Only for looking: with it left out, values mean something else.
    pub fn read_for_doctor() -> Self {
        Self::read().unwrap_or_else(|fault| {
            let process = variables_of_the_process();
            let process = process.into_iter().filter_map(|(name, value)| known(name, value)).collect();
            Self { process, fault: Some(fault), ..Self::default() }
        })
    }

    /// Why the `.env` file there is was left out.
    pub(crate) fn fault(&self) -> Option<&Error> {
        self.fault.as_ref()
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
    /// [`ErrorKind::Config`] where a line of the text that sets one of our variables cannot be understood.
    pub fn from_pairs<N: AsRef<str>, V: Into<String>>(
        process: impl IntoIterator<Item = (N, V)>,
        dotenv: &str,
    ) -> Result<Self> {
        let process =
            process.into_iter().filter_map(|(name, value)| known(name.as_ref(), value.into())).collect();
        let dotenv = dotenv::parse(dotenv, VARIABLES)?;
        let dotenv = dotenv.into_iter().filter_map(|(name, value)| known(&name, value)).collect();
        Ok(Self { process, dotenv, fault: None })
    }

    /// Whether a variable has a value: what decides whether a person has to be asked for it.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The value of a variable and where it was found.
    pub(crate) fn get(&self, name: &str) -> Option<(&str, Source)> {
        let process = self.process.get(name).map(|value| (value.as_str(), Source::Process));
        process.or_else(|| self.dotenv.get(name).map(|value| (value.as_str(), Source::DotEnv)))
    }

    /// The value of a variable that says where secrets go.
    ///
    /// A `.env` file that came with somebody else's folder must not send our password to its author: from there the
    /// value counts only when `.env` also gives every secret that the call sends, and at least one.
    pub(crate) fn get_host(&self, name: &str, arguments_hold_a_secret: bool) -> Option<&str> {
        let (value, source) = self.get(name)?;
        let trusted = source != Source::DotEnv || (!arguments_hold_a_secret && self.secrets_rest_in_dotenv());
        trusted.then_some(value)
    }

    /// The names of all variables that the library reads.
    pub(crate) fn names() -> &'static [&'static str] {
        VARIABLES
    }

    /// A variable that has a value, with where it was found.
    pub(crate) fn variable(&self, name: &'static str) -> Option<Variable<'_>> {
        let (value, source) = self.get(name)?;
        let place = match source {
            Source::Process => "the environment",
            Source::DotEnv => ".env",
        };
        let is_secret = SECRETS.contains(&name) || HIDDEN.contains(&name);
        Some(Variable { value, place, is_secret, is_host: HOSTS.contains(&name) })
    }

    fn secrets_rest_in_dotenv(&self) -> bool {
        let mut sources =
            SECRETS.iter().filter_map(|name| self.get(name).map(|(_, source)| source)).peekable();
        sources.peek().is_some() && sources.all(|source| source == Source::DotEnv)
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = VARIABLES.iter().filter(|name| self.get(name).is_some());
        formatter.debug_set().entries(names).finish()
    }
}

fn variables_of_the_process() -> Vec<(&'static str, String)> {
    VARIABLES.iter().filter_map(|&name| std::env::var(name).ok().map(|value| (name, value))).collect()
}

fn known(name: &str, value: String) -> Option<(&'static str, String)> {
    let name = VARIABLES.iter().find(|known| **known == name)?;
    (!value.trim().is_empty()).then_some((*name, value))
}

fn read_dotenv(path: &Path) -> Result<String> {
    let unreadable = |why: &dyn fmt::Display| {
        Error::new(ErrorKind::Config, "DotEnvUnreadable", format!("the file .env cannot be read: {why}"))
            .with_hint("Mend or remove .env in the working directory.")
    };
    match std::fs::metadata(path) {
        Err(_) => return Ok(String::new()),
        // A folder of that name is somebody's virtual environment.
        Ok(metadata) if !metadata.is_file() => return Ok(String::new()),
        Ok(metadata) if metadata.len() > DOTENV_CAP => {
            return Err(unreadable(&format_args!("it is larger than {DOTENV_CAP} bytes")));
        }
        Ok(_) => {}
    }
    std::fs::read_to_string(path).map_err(|why| unreadable(&why))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(process: &[(&str, &str)], dotenv: &str) -> Environment {
        Environment::from_pairs(process.iter().copied(), dotenv).unwrap()
    }

    #[test]
    fn the_process_wins_over_dotenv_and_an_empty_value_is_absent() {
        let found = environment(
            &[("COGNITO_REGION", "eu-west-1"), ("COGNITO_USER_NAME", " ")],
            "COGNITO_REGION=us-east-1\nCOGNITO_USER_NAME=ada",
        );
        assert_eq!(found.get("COGNITO_REGION"), Some(("eu-west-1", Source::Process)));
        assert_eq!(found.get("COGNITO_USER_NAME"), Some(("ada", Source::DotEnv)));
        assert_eq!(found.get("COGNITO_CLIENT_ID"), None);
    }

    #[test]
    fn a_host_from_dotenv_counts_only_beside_its_own_secret() {
        let host = "COGNITO_ENDPOINT=https://example.com";
        let own_secret = format!("{host}\nCOGNITO_PASSWORD=x");
        let get = |environment: &Environment, argument| {
            environment.get_host("COGNITO_ENDPOINT", argument).map(str::to_owned)
        };
        assert_eq!(get(&environment(&[], host), false), None);
        assert_eq!(get(&environment(&[], &own_secret), false).as_deref(), Some("https://example.com"));
        assert_eq!(get(&environment(&[], &own_secret), true), None);
        assert_eq!(get(&environment(&[("COGNITO_PASSWORD", "mine")], &own_secret), false), None);
        let client_secret_elsewhere = environment(&[("COGNITO_CLIENT_SECRET", "mine")], &own_secret);
        assert_eq!(get(&client_secret_elsewhere, false), None);
        let from_process = environment(&[("COGNITO_ENDPOINT", "https://mine.example")], "");
        assert_eq!(get(&from_process, true).as_deref(), Some("https://mine.example"));
    }

    #[test]
    fn debug_shows_names_and_no_value() {
        let shown = format!("{:?}", environment(&[("COGNITO_PASSWORD", "correct horse")], ""));
        assert_eq!(shown, r#"{"COGNITO_PASSWORD"}"#);
    }
}
