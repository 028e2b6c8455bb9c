//! The place where tokens are kept, as arguments and `COGNITO_STORE` name it: `memory`, `file:<folder>`,
//! `redis://<host>`.

use std::fmt;

use super::kinds::{Address, KINDS, StoreKind, choices};
use super::open_store::OpenStore;
use crate::address;
use crate::config::{Source, Values, explicit_way, find_variable, present};
use crate::error::{Error, ErrorKind, Result};

const VARIABLE: &str = "COGNITO_STORE";

/// A place where tokens are kept: a kind of store, and its address where it has one.
#[derive(Clone)]
pub(crate) struct StorePlace {
    kind: &'static StoreKind,
    /// May hold a password.
    address: Option<String>,
}

impl StorePlace {
    /// The place of the argument, else of the environment, else the default one, else memory. The second value is
    /// whether the `.env` file names it.
    ///
    /// A `.env` file that came with another person's folder must not redirect our tokens: from there an address counts
    /// only where every secret comes from there too. The user's own places may always be named.
    pub(crate) fn resolve(
        argument: Option<String>,
        default: Option<String>,
        values: &Values,
    ) -> Result<(Self, bool)> {
        if let Some(text) = present(argument) {
            return Ok((Self::parse(&text)?, false));
        }
        if let Some((text, source)) = values.environment().look_at(VARIABLE) {
            let place = Self::parse(text)?;
            let is_elsewhere = place.address.is_some() && source == Source::DotEnv;
            if is_elsewhere && !values.is_from_dotenv(VARIABLE) {
                return Err(untrusted());
            }
            return Ok((place, is_elsewhere));
        }
        let default = present(default).map_or(Ok(Self::memory()), |text| Self::parse(&text));
        Ok((default?, false))
    }

    pub(crate) fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let (word, rest) = match text.split_once(':') {
            Some((word, rest)) => (word, Some(rest.trim())),
            None => (text, None),
        };
        let kind = KINDS.iter().find(|kind| kind.words.contains(&word)).ok_or_else(unknown)?;
        let address = match (kind.address, rest) {
            (Address::None | Address::Folder, None) => None,
            (Address::Folder, Some(folder)) if !folder.is_empty() => Some(folder),
            (Address::Url, Some(_)) => {
                address::check_readable(text).map_err(ambiguous)?;
                Some(text)
            }
            _ => return Err(unknown()),
        };
        Ok(Self { kind, address: address.map(str::to_owned) })
    }

    /// Opens the store at this place. Nothing is touched yet.
    pub(crate) fn open(&self, values: &Values) -> Result<OpenStore> {
        match self.kind.open {
            Some(open) => open(self.address.as_deref(), values),
            None => Err(left_out(self.kind)),
        }
    }

    fn memory() -> Self {
        Self { kind: &KINDS[0], address: None }
    }
}

/// Checks that a text names a store of this build.
///
/// # Errors
/// [`ErrorKind::Config`].
pub(crate) fn check(text: &str) -> Result<()> {
    let place = StorePlace::parse(text)?;
    if place.kind.open.is_none() { Err(left_out(place.kind)) } else { Ok(()) }
}

/// The text is not shown: a URL may hold a password.
fn unknown() -> Error {
    Error::new(ErrorKind::Config, "InvalidStore", "the store is not one that this library knows")
        .with_hint(choices(VARIABLE))
}

/// The error for the address of a server that can be read in more than one way.
fn ambiguous(problem: &str) -> Error {
    let message = format!("the address of the redis server ({VARIABLE}) {problem}");
    Error::new(ErrorKind::Config, "InvalidStore", message).with_hint(address::PERCENT_ENCODE)
}

fn left_out(kind: &StoreKind) -> Error {
    let message = format!("the store {} is not part of this build", kind.name);
    let feature = kind.feature.unwrap_or(kind.name);
    Error::new(ErrorKind::Config, "StoreLeftOut", message).with_hint(format!(
        "Choose another store, such as file, or build cognitoken with its Cargo feature {feature}."
    ))
}

/// The error for a place that only the file of another person names.
pub(crate) fn untrusted() -> Error {
    let message = format!(
        "{VARIABLE} in .env is not used: it names a place for tokens, and not every secret that they come from is in .env"
    );
    let way = find_variable(VARIABLE).map(explicit_way).unwrap_or_default();
    Error::new(ErrorKind::Config, "UntrustedStore", message).with_hint(format!(
        "If you trust it, {way} A .env file that came from elsewhere must not say where your tokens are kept."
    ))
}

impl PartialEq for StorePlace {
    fn eq(&self, other: &Self) -> bool {
        (self.kind.name, &self.address) == (other.kind.name, &other.address)
    }
}

impl Eq for StorePlace {}

impl fmt::Debug for StorePlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.kind.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, SecretsInUse};

    fn values(process: &[(&str, &str)], dotenv: &str) -> Values {
        let environment = Environment::from_pairs(process.iter().copied(), dotenv).unwrap();
        Values::new(&environment, SecretsInUse::of(&environment, &[("COGNITO_PASSWORD", false)]))
    }

    fn from_environment(process: &[(&str, &str)], dotenv: &str) -> Result<StorePlace> {
        StorePlace::resolve(None, None, &values(process, dotenv)).map(|(place, _)| place)
    }

    fn place(text: &str) -> StorePlace {
        StorePlace::parse(text).unwrap()
    }

    #[test]
    fn the_argument_wins_over_the_environment_and_memory_is_the_default() {
        let values = values(&[("COGNITO_STORE", "keyring")], "");
        let resolve = |argument: &str| {
            StorePlace::resolve(Some(argument.to_owned()), Some("memory".to_owned()), &values).unwrap().0
        };
        assert_eq!(resolve("file"), place("file"));
        assert_eq!(resolve("file: /tmp/x:y").address.as_deref(), Some("/tmp/x:y"));
        assert_eq!(resolve(" memory "), place("memory"));
        assert_eq!(resolve(""), place("keyring"));
        assert_eq!(from_environment(&[], "").unwrap(), place("memory"));
    }

    #[test]
    fn an_unknown_store_is_refused_without_showing_what_was_written() {
        for text in ["fiel", "file:", "postgres://ada:secret@host", "redis"] {
            let error = StorePlace::parse(text).unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "InvalidStore"));
            assert!(!error.message().contains("secret"));
        }
    }

    #[test]
    fn an_address_that_can_be_read_in_several_ways_is_refused_without_being_shown() {
        for password in ["hunter#2", "hunter/2", "hunter?2", "hunter@2", "hunter\\2", "hunter 2", "hunter%2"]
        {
            for text in [format!("redis://ada:{password}@host:6379/0"), format!("rediss://:{password}@host")]
            {
                let error = StorePlace::parse(&text).unwrap_err();
                assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "InvalidStore"), "{text}");
                assert!(error.hint().unwrap().contains("%23"));
                assert!(!format!("{error:?}").contains("hunter"), "{error:?}");
            }
        }
        assert!(StorePlace::parse("redis://ada:hunter%232@host:6379/0").is_ok());
    }

    #[test]
    fn a_strangers_dotenv_names_no_folder_and_no_server() {
        for text in ["COGNITO_STORE=file:/tmp/theirs", "COGNITO_STORE=redis://theirs"] {
            let error = from_environment(&[("COGNITO_PASSWORD", "mine")], text).unwrap_err();
            assert_eq!(error.code(), "UntrustedStore");
            let own = format!("{text}\nCOGNITO_PASSWORD=theirs");
            assert!(from_environment(&[], &own).is_ok());
        }
        let decoy = "COGNITO_STORE=redis://theirs\nCOGNITO_REFRESH_TOKEN=bait";
        assert_eq!(from_environment(&[], decoy).unwrap_err().code(), "UntrustedStore");
        assert_eq!(from_environment(&[], "COGNITO_STORE=file").unwrap(), place("file"));
    }
}
