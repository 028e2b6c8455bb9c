//! Challenges that wait for a person between two commands.

use std::path::PathBuf;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use directories::ProjectDirs;
use serde::{Deserialize, Serialize};

use super::PrivateFolder;
use crate::clock::{Clock, unix_seconds};
use crate::config::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::idp::{Challenge, KeptChallenge};

/// The longest that a pool lets a challenge wait.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html>
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);

/// The format of the files; another one is of another version and left alone.
const VERSION: u32 = 1;

/// The user's cache folder for this library: `$XDG_CACHE_HOME/cognitoken` or `~/.cache/cognitoken` on Linux, the
/// system's own place elsewhere.
///
/// # Errors
/// [`ErrorKind::Store`] where the user has no home folder.
pub fn cache_folder() -> Result<PathBuf> {
    let project = ProjectDirs::from("", "", "cognitoken").ok_or_else(|| {
        Error::new(ErrorKind::Store, "NoHomeFolder", "there is no home folder to keep anything in")
            .with_hint("Set HOME.")
    })?;
    Ok(project.cache_dir().to_owned())
}

/// Challenges in a folder that only its owner can read, one file for each user of each client.
pub struct PendingChallenges {
    folder: PrivateFolder,
    clock: Clock,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    version: u32,
    kept_at: i64,
    challenge: KeptChallenge,
}

impl PendingChallenges {
    /// The challenges in this folder; it is made when the first one comes.
    pub fn new(folder: impl Into<PathBuf>, clock: Clock) -> Self {
        Self { folder: PrivateFolder::new(folder), clock }
    }

    /// The challenges in the user's [`cache_folder`].
    ///
    /// # Errors
    /// [`ErrorKind::Store`] where the user has no home folder.
    pub fn of_this_user() -> Result<Self> {
        Ok(Self::new(cache_folder()?.join("challenges"), Clock::system()))
    }

    /// Keeps a challenge in the place of an earlier one for the same user and client.
    ///
    /// # Errors
    /// [`ErrorKind::Store`] where the folder cannot be written, or others can read it.
    pub fn keep(&self, challenge: &Challenge) -> Result<()> {
        let entry =
            Entry { version: VERSION, kept_at: unix_seconds(self.clock.now()), challenge: challenge.keep() };
        let bytes = serde_json::to_vec(&entry).map(zeroize::Zeroizing::new).map_err(|fault| {
            Error::new(ErrorKind::Store, "StoreUnusable", format!("the challenge cannot be written: {fault}"))
        })?;
        self.folder.write(&file_name(challenge), &bytes)
    }

    /// The challenge that waits for this user of this client. Where neither is named and several wait, the user and
    /// the client of the environment say which.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where none waits, or several do and it is not clear which is meant; [`ErrorKind::Store`]
    /// where others can read the folder.
    pub fn find(
        &self,
        username: Option<&str>,
        client_id: Option<&str>,
        environment: &Environment,
    ) -> Result<Challenge> {
        let mut waiting = self.all()?;
        waiting.retain(|challenge| challenge.is_for_user(username) && challenge.is_for_client(client_id));
        let value = |name: &str| environment.look_at(name).map(|(value, _)| value.trim());
        narrow(&mut waiting, |challenge| challenge.is_for_user(value("COGNITO_USER_NAME")));
        narrow(&mut waiting, |challenge| challenge.is_for_client(value("COGNITO_CLIENT_ID")));
        if waiting.len() > 1 {
            let list: Vec<String> = waiting.iter().map(KeptChallenge::describe).collect();
            let message = format!("several challenges wait: {}", list.join("; "));
            return Err(Error::new(ErrorKind::Config, "SeveralChallenges", message)
                .with_hint("Say which is meant by its username and its client_id."));
        }
        let challenge = waiting.pop().ok_or_else(|| {
            Error::new(ErrorKind::Config, "NoChallenge", "no challenge waits for an answer")
                .with_hint("Sign in first.")
        })?;
        challenge.resume(environment)
    }

    /// All that still wait; what is over or damaged is cleared away.
    fn all(&self) -> Result<Vec<KeptChallenge>> {
        let mut waiting = Vec::new();
        for name in self.folder.names("json")? {
            match self.read(&name)? {
                Some(challenge) => waiting.push(challenge),
                None => drop(self.folder.remove(&name)?),
            }
        }
        Ok(waiting)
    }

    /// Forgets a challenge that is answered or over.
    ///
    /// # Errors
    /// [`ErrorKind::Store`] where the folder cannot be written.
    pub fn forget(&self, challenge: &Challenge) -> Result<()> {
        self.folder.remove(&file_name(challenge)).map(drop)
    }

    /// `None` for an entry that is over or damaged: neither can be answered any longer.
    fn read(&self, name: &str) -> Result<Option<KeptChallenge>> {
        let Some(bytes) = self.folder.read(name)? else { return Ok(None) };
        let entry: Option<Entry> = serde_json::from_slice(&bytes).ok();
        Ok(entry
            .filter(|entry| entry.version == VERSION && self.still_waits(entry.kept_at))
            .map(|entry| entry.challenge))
    }

    fn still_waits(&self, kept_at: i64) -> bool {
        let age = unix_seconds(self.clock.now()).saturating_sub(kept_at);
        (0..=i64::try_from(LONGEST_WAIT.as_secs()).unwrap_or(i64::MAX)).contains(&age)
    }
}

/// User and client as one name that every file system takes.
fn file_name(challenge: &Challenge) -> String {
    let hash = digest(&SHA256, challenge.whose().as_bytes());
    format!("{}.json", URL_SAFE_NO_PAD.encode(&hash.as_ref()[..18]))
}

/// Keeps those that fit where any does, and all of them otherwise.
fn narrow(waiting: &mut Vec<KeptChallenge>, fits: impl Fn(&KeptChallenge) -> bool) {
    if waiting.iter().any(&fits) {
        waiting.retain(fits);
    }
}
