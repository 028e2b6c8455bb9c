//! Pending challenges: those that wait for an answer between two processes.

use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::challenge::Challenge;
use super::kept_challenge::{KeptChallenge, sign_in_key};
use crate::clock::{Clock, unix_seconds};
use crate::config::{Environment, SecretsInUse, Values};
use crate::digest::sha256;
use crate::error::{Error, ErrorKind, Result};
use crate::private_folder::PrivateFolder;
use crate::store::{Decoded, Sealer};
use crate::user_folders::cache_folder;

/// The longest that a pool lets a challenge wait.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html>
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);

/// The version of the stored form. A higher number was written by a later version of this library, and is left alone.
const VERSION: u32 = 2;

/// The hint for a cache folder that cannot be used: `HOME` is `/` in many containers.
const ANOTHER_FOLDER: &str = "Challenges wait in the user's cache folder: set HOME, XDG_CACHE_HOME on Linux or LOCALAPPDATA on Windows, \
     to a folder that can be written, and sign in again.";

/// Challenges in a folder that only its owner can read, one file for each user of each client.
pub struct PendingChallenges {
    folder: PrivateFolder,
    sealer: Sealer,
    clock: Clock,
}

#[derive(Serialize, Deserialize)]
struct PendingChallenge {
    kept_at: i64,
    challenge: KeptChallenge,
}

impl PendingChallenges {
    /// The challenges in this folder, which the first one creates. They are not sealed.
    pub fn new(folder: impl Into<PathBuf>, clock: Clock) -> Self {
        Self { folder: PrivateFolder::new(folder), sealer: Sealer::Mode, clock }
    }

    /// The challenges in the user's cache folder for this library (`$XDG_CACHE_HOME/cognitoken/challenges` or
    /// `~/.cache/cognitoken/challenges` on Linux, the system's own location elsewhere), sealed as tokens in the store
    /// `file` are: with the key in `COGNITO_STORE_KEY`, else with that of the OS keyring if there is one.
    ///
    /// # Errors
    /// [`ErrorKind::Store`] if the user has no home folder; [`ErrorKind::Config`] if the key is malformed.
    pub fn of_this_user(environment: &Environment) -> Result<Self> {
        Self::new(cache_folder()?.join("challenges"), Clock::system()).sealed(environment)
    }

    /// Seals the challenges as tokens in the store `file` are. With a key from the environment, only sealed ones are
    /// accepted.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if the key in `COGNITO_STORE_KEY` is malformed.
    pub fn sealed(self, environment: &Environment) -> Result<Self> {
        // The secrets of a challenge did not come from a file.
        let values = Values::new(environment, SecretsInUse::default().and_elsewhere(true));
        let sealer = Sealer::for_folder(&values)?;
        let openness = sealer.openness_of(self.folder.path(), &values);
        Ok(Self { sealer, folder: self.folder.with(openness), ..self })
    }

    /// Keeps a challenge. It replaces an earlier one for the same user and client.
    ///
    /// # Errors
    /// [`ErrorKind::Store`] if the folder cannot be written, or others can read it.
    pub async fn keep(&self, challenge: &Challenge) -> Result<()> {
        let pending = PendingChallenge {
            kept_at: unix_seconds(self.clock.now()),
            challenge: KeptChallenge::of(challenge),
        };
        let value = serde_json::to_vec(&pending).map(zeroize::Zeroizing::new).map_err(|error| {
            Error::new(ErrorKind::Store, "StoreUnusable", format!("the challenge cannot be written: {error}"))
        })?;
        let name = file_name(challenge);
        let envelope = self.sealer.close(VERSION, &bound_to(&name), &value).await?;
        self.folder.write(&name, &envelope).map_err(|error| match error.code() {
            "StoreUnusable" => error.with_hint(ANOTHER_FOLDER),
            _ => error,
        })
    }

    /// Finds the challenge that waits for this user of this client. If neither is given and several wait, the user and
    /// the client of the environment decide.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if none waits, or several do and it is not clear which is meant; [`ErrorKind::Store`]
    /// if others can read the folder, and code `WrongKey` if the challenge was sealed with a key that is not at hand.
    pub async fn find(
        &self,
        username: Option<&str>,
        client_id: Option<&str>,
        environment: &Environment,
    ) -> Result<Challenge> {
        let Waiting { mut waiting, not_sealed, wrong_key } = self.all().await?;
        let (username, client_id) = (username.map(str::trim), client_id.map(str::trim));
        waiting.retain(|challenge| challenge.is_for_user(username) && challenge.is_for_client(client_id));
        let value = |name: &str| environment.look_at(name).map(|(value, _)| value.trim());
        narrow(&mut waiting, |challenge| challenge.is_for_user(value("COGNITO_USER_NAME")));
        narrow(&mut waiting, |challenge| challenge.is_for_client(value("COGNITO_CLIENT_ID")));
        if waiting.len() > 1 {
            let list: Vec<String> = waiting.iter().map(KeptChallenge::describe).collect();
            let message = format!("several challenges wait: {}", list.join("; "));
            return Err(Error::new(ErrorKind::Config, "SeveralChallenges", message)
                .with_hint("Choose one by its username and its client_id."));
        }
        match (waiting.pop(), wrong_key) {
            (Some(challenge), _) => challenge.resume(environment).await,
            (None, Some(error)) => Err(error),
            (None, None) => Err(none_waits(not_sealed)),
        }
    }

    /// All challenges that still wait. Expired and damaged ones are removed; those of a later version of this library,
    /// or without a seal, stay.
    async fn all(&self) -> Result<Waiting> {
        let mut all = Waiting::default();
        for name in self.folder.names("json")? {
            let Some(bytes) = self.folder.read(&name)? else { continue };
            let place = self.folder.path().display().to_string();
            let pending = match self.sealer.open(VERSION, &place, &bound_to(&name), &bytes).await {
                Ok(Decoded::Value(value)) => serde_json::from_slice::<PendingChallenge>(&value).ok(),
                Ok(Decoded::Damaged) => None,
                Ok(Decoded::Newer) => continue,
                Ok(Decoded::NotSealed) => {
                    all.not_sealed = true;
                    continue;
                }
                Err(error) if error.code() == "WrongKey" => {
                    all.wrong_key = Some(error);
                    continue;
                }
                Err(error) => return Err(error),
            };
            match pending.filter(|pending| self.still_waits(pending.kept_at)) {
                Some(pending) => all.waiting.push(pending.challenge),
                None => drop(self.folder.remove(&name)?),
            }
        }
        Ok(all)
    }

    /// The challenges that wait, each in words for a person.
    ///
    /// # Errors
    /// [`ErrorKind::Store`] if the folder cannot be read, or others can read it.
    pub async fn describe(&self) -> Result<Vec<String>> {
        Ok(self.all().await?.waiting.iter().map(KeptChallenge::describe).collect())
    }

    /// The place of the challenges: `file:` and the folder.
    pub fn place(&self) -> String {
        format!("file:{}", self.folder.path().display())
    }

    /// Forgets the challenges that wait for this user of this client. Values that are not given come from the
    /// environment; absent ones fit all. Returns the number of challenges.
    ///
    /// # Errors
    /// [`ErrorKind::Store`] if the folder cannot be read or written.
    pub async fn forget_of(
        &self,
        username: Option<&str>,
        client_id: Option<&str>,
        environment: &Environment,
    ) -> Result<usize> {
        let value = |name: &str| environment.look_at(name).map(|(value, _)| value.trim());
        let username = username.or_else(|| value("COGNITO_USER_NAME"));
        let client_id = client_id.or_else(|| value("COGNITO_CLIENT_ID"));
        let mut forgotten = 0;
        for name in self.folder.names("json")? {
            let Some(bytes) = self.folder.read(&name)? else { continue };
            let place = self.folder.path().display().to_string();
            // The user of a challenge that cannot be opened is unknown.
            let Ok(Decoded::Value(value)) = self.sealer.open(VERSION, &place, &bound_to(&name), &bytes).await
            else {
                continue;
            };
            let Ok(PendingChallenge { challenge, .. }) = serde_json::from_slice(&value) else { continue };
            if challenge.is_for_user(username) && challenge.is_for_client(client_id) {
                forgotten += usize::from(self.folder.remove(&name)?);
            }
        }
        Ok(forgotten)
    }

    /// Forgets all challenges that wait, readable or not, and all leftovers. Returns the number of challenges.
    ///
    /// # Errors
    /// [`ErrorKind::Store`] if the folder cannot be read or written.
    pub fn forget_all(&self) -> Result<usize> {
        let mut forgotten = 0;
        for name in self.folder.names("json")? {
            forgotten += usize::from(self.folder.remove(&name)?);
        }
        for name in self.folder.leftovers()? {
            self.folder.clear_leftovers(&name)?;
        }
        Ok(forgotten)
    }

    /// Forgets a challenge that is answered or over.
    ///
    /// # Errors
    /// [`ErrorKind::Store`] if the folder cannot be written.
    pub fn forget(&self, challenge: &Challenge) -> Result<()> {
        self.folder.remove(&file_name(challenge)).map(drop)
    }

    fn still_waits(&self, kept_at: i64) -> bool {
        let age = unix_seconds(self.clock.now()).saturating_sub(kept_at);
        (0..=i64::try_from(LONGEST_WAIT.as_secs()).unwrap_or(i64::MAX)).contains(&age)
    }
}

/// The challenges of the folder.
#[derive(Default)]
struct Waiting {
    waiting: Vec<KeptChallenge>,
    /// `true` if some were left out because they are not sealed.
    not_sealed: bool,
    /// The error of one that could not be opened.
    wrong_key: Option<Error>,
}

fn none_waits(not_sealed: bool) -> Error {
    let hint = if not_sealed {
        "Sign in again: the stored challenge is not sealed, and with a key (COGNITO_STORE_KEY) only sealed ones are accepted."
    } else {
        "Sign in first."
    };
    Error::new(ErrorKind::Config, "NoChallenge", "no challenge waits for an answer").with_hint(hint)
}

/// The name that a seal is bound to: no challenge can take the place of another, or of stored tokens.
fn bound_to(name: &str) -> String {
    format!("challenges/{name}")
}

/// A name for the user and the client that every file system accepts.
fn file_name(challenge: &Challenge) -> String {
    let hash = sha256(&[sign_in_key(challenge).as_bytes()]);
    format!("{}.json", URL_SAFE_NO_PAD.encode(&hash[..18]))
}

/// Keeps those that fit if any does, and all of them otherwise.
fn narrow(waiting: &mut Vec<KeptChallenge>, fits: impl Fn(&KeptChallenge) -> bool) {
    if waiting.iter().any(&fits) {
        waiting.retain(fits);
    }
}
