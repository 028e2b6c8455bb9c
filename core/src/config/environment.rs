//! The sources of values that are not given as arguments: the process environment, then `.env`.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::dotenv;
use super::dotenv_file::{DotEnvFile, read_dotenv};
use super::variables::{self, VARIABLES};
use crate::error::{Error, ErrorKind, Result};

/// The source of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Process,
    DotEnv,
}

impl Source {
    /// The source in words.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Process => "the environment",
            Self::DotEnv => ".env",
        }
    }
}

/// The variables of the process and of the `.env` file in the working directory, as they were at one moment.
///
/// The process's own win; an empty value counts as absent. Nothing is ever written back to the environment. Which of
/// them count for a call is decided for each call: a `.env` file may have come with somebody else's folder.
#[derive(Clone, Default)]
pub struct Environment {
    contents: Arc<Contents>,
}

#[derive(Clone, Default)]
struct Contents {
    process: HashMap<&'static str, String>,
    /// The variables of the process that are not UTF-8, each with its error.
    unreadable: Vec<(&'static str, Error)>,
    dotenv: HashMap<&'static str, String>,
    /// The reason that `.env` cannot be read.
    fault: Option<Error>,
    /// The reason that `.env` is not read, in a sentence.
    left_out_file: Option<String>,
}

impl Environment {
    /// Reads the process environment and, where there is one, `.env` in the working directory. A `.env` file that
    /// belongs to another user is not read.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where one of our variables is not UTF-8, a line of `.env` that sets one cannot be
    /// understood, or the file cannot be read.
    pub fn read() -> Result<Self> {
        let process = variables_of_the_process().collect::<Result<Vec<_>, _>>();
        let process = process.map_err(|(_, error)| error)?;
        let (text, left_out_file) = match read_dotenv(Path::new(".env"))? {
            DotEnvFile::Text(text) => (text, None),
            DotEnvFile::LeftOut(why) => (String::new(), Some(why)),
        };
        Self::from_parts(process, &text, left_out_file)
    }

    /// As [`read`](Self::read), but a variable that is not UTF-8 and a `.env` that cannot be understood are left out;
    /// [`Cognito::doctor`](crate::Cognito::doctor) reports why. For reports only: without them, values mean something else.
    #[cfg(feature = "doctor")]
    pub fn read_for_doctor() -> Self {
        let (mut process, mut unreadable) = (Vec::new(), Vec::new());
        for variable in variables_of_the_process() {
            match variable {
                Ok(readable) => process.push(readable),
                Err(fault) => unreadable.push(fault),
            }
        }
        let read = read_dotenv(Path::new(".env")).and_then(|file| match file {
            DotEnvFile::Text(text) => Self::from_parts(process.clone(), &text, None),
            DotEnvFile::LeftOut(why) => Self::from_parts(process.clone(), "", Some(why)),
        });
        let contents = match read {
            Ok(environment) => Contents { unreadable, ..Arc::unwrap_or_clone(environment.contents) },
            Err(fault) => {
                let process = process.into_iter().filter_map(|(name, value)| known(name, value)).collect();
                Contents { process, unreadable, fault: Some(fault), ..Contents::default() }
            }
        };
        Self { contents: Arc::new(contents) }
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
        Self::from_parts(process, dotenv, None)
    }

    fn from_parts<N: AsRef<str>, V: Into<String>>(
        process: impl IntoIterator<Item = (N, V)>,
        dotenv: &str,
        left_out_file: Option<String>,
    ) -> Result<Self> {
        let process =
            process.into_iter().filter_map(|(name, value)| known(name.as_ref(), value.into())).collect();
        let dotenv = dotenv::parse(dotenv, |name| variables::find(name).is_some())?;
        let dotenv = dotenv.into_iter().filter_map(|(name, value)| known(&name, value)).collect();
        Ok(Self { contents: Arc::new(Contents { process, dotenv, left_out_file, ..Contents::default() }) })
    }

    /// Returns whether a variable has a value. If not, a person may have to be asked for it.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
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

    /// Returns the reason that the present `.env` file was not read, in a sentence.
    pub(crate) fn left_out_file(&self) -> Option<&str> {
        self.contents.left_out_file.as_deref()
    }

    /// The value of a variable and where it was found, whether or not it counts for a call: that, only
    /// [`Values`](super::Values) say.
    pub(super) fn get(&self, name: &str) -> Option<(&str, Source)> {
        let Contents { process, dotenv, .. } = &*self.contents;
        let from_process = process.get(name).map(|value| (value.as_str(), Source::Process));
        from_process.or_else(|| dotenv.get(name).map(|value| (value.as_str(), Source::DotEnv)))
    }

    /// The source of a variable; `None` where it is not set.
    pub(crate) fn source(&self, name: &str) -> Option<Source> {
        self.get(name).map(|(_, source)| source)
    }

    /// The value of a variable, for a look at it that sends nothing and believes nothing.
    pub(crate) fn look_at(&self, name: &str) -> Option<(&str, Source)> {
        self.get(name)
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = VARIABLES.iter().map(|variable| variable.name).filter(|name| self.has(name));
        formatter.debug_set().entries(names).finish()
    }
}

/// The variables of the process, or the name and the error of one that is not UTF-8. That is no absent value: whoever
/// set it would search for the reason in vain.
fn variables_of_the_process() -> impl Iterator<Item = Result<(&'static str, String), (&'static str, Error)>> {
    VARIABLES.iter().filter_map(|variable| {
        let name = variable.name;
        let value = std::env::var_os(name)?;
        Some(value.into_string().map(|text| (name, text)).map_err(|_| (name, not_utf8(name))))
    })
}

fn not_utf8(name: &str) -> Error {
    let message = format!("the value of {name} is not UTF-8 text");
    Error::new(ErrorKind::Config, "InvalidEncoding", message)
        .with_hint(format!("Set {name} again in UTF-8; it may have been set in latin-1."))
}

fn known(name: &str, value: String) -> Option<(&'static str, String)> {
    let variable = variables::find(name)?;
    (!value.trim().is_empty()).then_some((variable.name, value))
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
    fn debug_shows_names_and_no_value() {
        let shown = format!("{:?}", environment(&[("COGNITO_PASSWORD", "correct horse")], ""));
        assert_eq!(shown, r#"{"COGNITO_PASSWORD"}"#);
    }
}
