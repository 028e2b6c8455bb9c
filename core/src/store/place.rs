//! Which store is meant: `memory`, `file`, `file:<folder>`, `keyring`, `redis://...` and its other forms.

use std::fmt;
use std::path::PathBuf;

use directories::ProjectDirs;

use crate::address;
use crate::config::{Values, explicit_way, find_variable, present};
use crate::error::{Error, ErrorKind, Result};

const VARIABLE: &str = "COGNITO_STORE";

/// The schemes of the URLs that name a redis server, its socket, or the sentinels that know it.
const SERVER_SCHEMES: &[&str] = &[
    "redis",
    "rediss",
    "valkey",
    "valkeys",
    "redis+unix",
    "valkey+unix",
    "unix",
    "redis+sentinel",
    "rediss+sentinel",
    "valkey+sentinel",
    "valkeys+sentinel",
];

/// A place where tokens can rest, by what it is called in arguments and in `COGNITO_STORE`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum StorePlace {
    Memory,
    /// A folder: the user's data folder for this library where none is named.
    File(Option<PathBuf>),
    Keyring,
    /// A redis server by its URL, which may hold a password.
    Redis(String),
}

impl StorePlace {
    /// The argument's place, else the environment's, else the default one, else memory. The second value says whether
    /// the `.env` file names it.
    ///
    /// A `.env` file that came with somebody else's folder must not carry our tokens off: from there a folder or a
    /// server counts only where every secret comes from there too. The user's own places may always be named.
    pub(crate) fn resolve(
        argument: Option<String>,
        default: Option<String>,
        values: &Values,
    ) -> Result<(Self, bool)> {
        if let Some(text) = present(argument) {
            return Ok((Self::parse(&text)?, false));
        }
        if let Some((text, _)) = values.environment().look_at(VARIABLE) {
            let place = Self::parse(text)?;
            let leaves_home = matches!(place, Self::File(Some(_)) | Self::Redis(_));
            if leaves_home && values.get(VARIABLE).is_none() {
                return Err(untrusted());
            }
            return Ok((place, leaves_home && values.is_from_dotenv(VARIABLE)));
        }
        let default = present(default).map_or(Ok(Self::Memory), |text| Self::parse(&text));
        Ok((default?, false))
    }

    pub(crate) fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        match text.split_once(':') {
            None if text == "memory" => Ok(Self::Memory),
            None if text == "file" => Ok(Self::File(None)),
            None if text == "keyring" => Ok(Self::Keyring),
            Some(("file", folder)) if !folder.trim().is_empty() => {
                Ok(Self::File(Some(PathBuf::from(folder.trim()))))
            }
            Some((scheme, _)) if SERVER_SCHEMES.contains(&scheme) => match address::check_readable(text) {
                Ok(()) => Ok(Self::Redis(text.to_owned())),
                Err(why) => Err(unreadable(why)),
            },
            // The text is not shown: a URL may hold a password.
            _ => Err(Error::new(
                ErrorKind::Config,
                "InvalidStore",
                "the store is not one that this library knows",
            )
            .with_hint(format!(
                "Choose memory, file, file:<folder>, keyring, redis://<host>, rediss://<host>, \
                 redis+sentinel://<host>/<name of the master> or redis+unix://<path of the socket> ({VARIABLE}); \
                 valkey:// and valkeys:// mean the same."
            ))),
        }
    }
}

/// The error for an address of a server that can be read in more than one way.
fn unreadable(why: &str) -> Error {
    let message = format!("the address of the redis server ({VARIABLE}) {why}");
    Error::new(ErrorKind::Config, "InvalidStore", message).with_hint(address::PERCENT_ENCODE)
}

/// The error for tokens that would rest where only a stranger's file may have said.
pub(crate) fn untrusted() -> Error {
    let message = format!(
        "{VARIABLE} in .env is not used: it names a place for tokens, and not every secret that they come from is in .env"
    );
    let way = find_variable(VARIABLE).map(explicit_way).unwrap_or_default();
    Error::new(ErrorKind::Config, "UntrustedStore", message).with_hint(format!(
        "If you trust it, {way} A .env file that came from elsewhere must not say where your tokens are kept."
    ))
}

impl fmt::Debug for StorePlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Memory => "memory",
            Self::File(_) => "file",
            Self::Keyring => "keyring",
            Self::Redis(_) => "redis",
        })
    }
}

/// The user's data folder for this library: `$XDG_DATA_HOME/cognitoken` or `~/.local/share/cognitoken` on Linux, the
/// system's own place elsewhere.
pub(crate) fn data_folder() -> Result<PathBuf> {
    let project = ProjectDirs::from("", "", "cognitoken").ok_or_else(|| {
        Error::new(ErrorKind::Store, "NoHomeFolder", "there is no home folder to keep tokens in")
            .with_hint("Set HOME, or name a folder: COGNITO_STORE=file:<folder>.")
    })?;
    Ok(project.data_dir().to_owned())
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

    #[test]
    fn the_argument_wins_over_the_environment_and_memory_is_the_default() {
        let values = values(&[("COGNITO_STORE", "keyring")], "");
        let resolve = |argument: &str| {
            StorePlace::resolve(Some(argument.to_owned()), Some("memory".to_owned()), &values).unwrap().0
        };
        assert_eq!(resolve("file"), StorePlace::File(None));
        assert_eq!(resolve("file:/tmp/x:y"), StorePlace::File(Some("/tmp/x:y".into())));
        assert_eq!(resolve(" memory "), StorePlace::Memory);
        assert_eq!(resolve(""), StorePlace::Keyring);
        assert_eq!(from_environment(&[], "").unwrap(), StorePlace::Memory);
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
        assert_eq!(from_environment(&[], "COGNITO_STORE=file").unwrap(), StorePlace::File(None));
    }
}
