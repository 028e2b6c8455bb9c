//! Reading the environment, once for each call.

use std::path::Path;
use std::sync::Arc;

use super::{Contents, Environment};
use crate::config::dotenv_file::{DotEnvFile, read_dotenv};
use crate::config::selected_profile::{VARIABLE, select};
use crate::config::variables::VARIABLES;
use crate::error::{Error, ErrorKind, Result};

impl Environment {
    /// Reads the process environment, `.env` in the working directory and the user's profile, where there are any. A
    /// file that belongs to another user is not read.
    ///
    /// # Errors
    /// Those of [`read_with_profile`](Self::read_with_profile).
    pub fn read() -> Result<Self> {
        Self::read_with_profile(None)
    }

    /// As [`read`](Self::read), with the profile of this name, in place of the one that `COGNITO_PROFILE` names or the
    /// user chose.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where one of our variables is not UTF-8, a line of `.env` that sets one cannot be
    /// understood, or the file cannot be read; code `ProfileNotFound` where the profile that is named is not there; the
    /// errors of [`Profiles::read`](crate::Profiles::read).
    pub fn read_with_profile(profile: Option<&str>) -> Result<Self> {
        Self::read_without_profile()?.select_profile(profile)
    }

    /// As [`read`](Self::read), without a profile.
    ///
    /// # Errors
    /// Those of [`read`](Self::read) about variables and `.env`.
    pub fn read_without_profile() -> Result<Self> {
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
    pub fn read_for_doctor(profile: Option<&str>) -> Self {
        let environment = Self::read_variables_for_doctor();
        environment.clone().select_profile(profile).unwrap_or_else(|fault| Self {
            contents: Arc::new(Contents {
                profile_fault: Some(fault),
                ..Arc::unwrap_or_clone(environment.contents)
            }),
            profile: None,
        })
    }

    #[cfg(feature = "doctor")]
    fn read_variables_for_doctor() -> Self {
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
            Err(fault) => Contents { unreadable, fault: Some(fault), ..Contents::of_process(process) },
        };
        Self { contents: Arc::new(contents), profile: None }
    }

    /// The same with the profile that an argument or the variable names, or the user chose.
    fn select_profile(self, profile: Option<&str>) -> Result<Self> {
        let selection = select(profile, self.get(VARIABLE))?;
        let contents = match selection.left_out {
            None => self.contents,
            left_out => {
                let contents = Arc::unwrap_or_clone(self.contents);
                Arc::new(Contents { left_out_profiles: left_out, ..contents })
            }
        };
        Ok(Self { contents, profile: selection.profile.map(Arc::new) })
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
