//! The client secret of a profile, kept in the profile's store and sealed as the tokens there are.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::envelope::Decoded;
use super::open_store::OpenStore;
use super::place::StorePlace;
use crate::config::{Environment, Profile, SecretsInUse, SelectedProfile, Values, missing};
use crate::digest::{hex, sha256};
use crate::error::{Error, ErrorKind, Result};
use crate::secret::ClientSecret;

/// The beginning of the names of client secrets, which no sign-in has.
pub(crate) const PREFIX: &str = "secret-";

const VERSION: u32 = 1;
const VARIABLE: &str = "COGNITO_CLIENT_SECRET";

/// The time for which another holder of the entry is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// A client secret is of use until the client gets another one.
const LIFETIME: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// The secret, and the client that it is of: a profile may be changed to another one.
#[derive(Serialize, Deserialize)]
struct Entry {
    client_id: String,
    client_secret: Zeroizing<String>,
}

/// Reads the client secret of the profile whose values count, where it has one that nothing else gives.
///
/// # Errors
/// [`ErrorKind::Store`] where the store does not work; [`ErrorKind::Config`], code `MissingValue`, where the secret is not
/// there.
pub(crate) async fn load_client_secret(values: &Values) -> Result<()> {
    let environment = values.environment();
    let Some(profile) = environment.profile().filter(|profile| profile.lacks_client_secret()) else {
        return Ok(());
    };
    if !environment.is_from_profile(VARIABLE) {
        return Ok(());
    }
    let OpenStore { store, sealer } = StorePlace::parse(profile.store())?.open(values)?;
    let name = name_of(profile.name());
    let sealed = store.read(&name).await?;
    let entry = match &sealed {
        None => None,
        Some(bytes) => match sealer.open(VERSION, &store.place(), &name, bytes).await? {
            Decoded::Value(value) => serde_json::from_slice::<Entry>(&value).ok(),
            _ => None,
        },
    };
    let own = entry.filter(|entry| profile.profile().client_id.as_ref() == Some(&entry.client_id));
    let Some(entry) = own else { return Err(not_there(profile, &store.place())) };
    profile.take_client_secret(ClientSecret::new(entry.client_secret.as_str()));
    Ok(())
}

fn not_there(profile: &SelectedProfile, place: &str) -> Error {
    let message = format!("the client secret of the profile {} is not in {place}", profile.name());
    missing("client secret", VARIABLE).with_message(message).with_hint(format!(
        "Keep it again with `cognitoken configure --profile {}`, or set {VARIABLE} in the environment.",
        profile.name()
    ))
}

/// Keeps the client secret of a profile.
///
/// # Errors
/// [`ErrorKind::Config`] where the profile names no client, or its store is not shared with other processes;
/// [`ErrorKind::Store`].
pub(crate) async fn keep_client_secret(
    name: &str,
    profile: &Profile,
    client_secret: &ClientSecret,
    environment: &Environment,
) -> Result<()> {
    let Some(client_id) = profile.client_id.clone() else {
        return Err(missing("client id", "COGNITO_CLIENT_ID"));
    };
    let OpenStore { store, sealer } = open(name, profile, environment)?;
    if !store.is_shared() {
        let message = format!("the store {} keeps no client secret beyond this process", store.place());
        return Err(Error::new(ErrorKind::Config, "InvalidStore", message)
            .with_hint("Choose the store file or keyring for this profile."));
    }
    let entry = Entry { client_id, client_secret: Zeroizing::new(client_secret.expose().trim().to_owned()) };
    let value = serde_json::to_vec(&entry).map(Zeroizing::new).map_err(|fault| {
        Error::new(ErrorKind::Store, "StoreUnusable", format!("the client secret cannot be written: {fault}"))
    })?;
    let name = name_of(name);
    let mut lock = store.lock(&name, PATIENCE).await?;
    let written = match sealer.close(VERSION, &name, &value).await {
        Ok(sealed) => lock.write(&sealed, LIFETIME).await.map(drop),
        Err(fault) => Err(fault),
    };
    lock.release().await?;
    written
}

/// Removes the client secret of a profile, if there is one.
///
/// # Errors
/// [`ErrorKind::Store`] where the store does not work.
pub(crate) async fn forget_client_secret(
    name: &str,
    profile: &Profile,
    environment: &Environment,
) -> Result<()> {
    let OpenStore { store, .. } = open(name, profile, environment)?;
    let name = name_of(name);
    let mut lock = store.lock(&name, PATIENCE).await?;
    let removed = lock.remove().await;
    lock.release().await?;
    removed.map(drop)
}

/// Opens the store of a profile. Its secrets are the user's own.
fn open(name: &str, profile: &Profile, environment: &Environment) -> Result<OpenStore> {
    let environment = environment.clone().with_profile(name, profile.clone());
    let values = Values::new(&environment, SecretsInUse::default().and_elsewhere(true));
    let place = environment.profile().map_or("", |own| own.store());
    StorePlace::parse(place)?.open(&values)
}

fn name_of(profile: &str) -> String {
    format!("{PREFIX}{}", hex(&sha256(&[profile.as_bytes()])[..12]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: &str = "1example23456789";

    fn profile(folder: &std::path::Path) -> Profile {
        let profile = Profile::new().with_client_id(CLIENT).with_store(format!("file:{}", folder.display()));
        Profile { has_client_secret: true, ..profile }
    }

    fn values(environment: &Environment) -> Values {
        Values::new(environment, SecretsInUse::default())
    }

    async fn loaded(environment: &Environment) -> Result<Option<ClientSecret>> {
        let values = values(environment);
        load_client_secret(&values).await?;
        values.client_secret(None)
    }

    fn key() -> Environment {
        Environment::from_pairs([("COGNITO_STORE_KEY", "0f".repeat(32))], "").unwrap()
    }

    #[tokio::test]
    async fn a_secret_is_kept_for_its_profile_and_its_client() {
        let folder = tempfile::tempdir().unwrap();
        let profile = profile(&folder.path().join("tokens"));
        let secret = ClientSecret::new(" sentinel\n");
        keep_client_secret("work", &profile, &secret, &key()).await.unwrap();
        let with = |name: &str, profile: &Profile| key().with_profile(name, profile.clone());
        let found = loaded(&with("work", &profile)).await.unwrap().unwrap();
        assert_eq!(found.expose(), "sentinel");
        for (name, profile) in [
            ("play", profile.clone()),
            ("work", Profile { client_id: Some("2example".to_owned()), ..profile.clone() }),
        ] {
            let error = loaded(&with(name, &profile)).await.unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "MissingValue"));
            assert!(error.message().contains(name), "{error}");
        }
        let files = std::fs::read_dir(folder.path().join("tokens")).unwrap();
        for file in files {
            let text = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!String::from_utf8_lossy(&text).contains("sentinel"));
        }
        forget_client_secret("work", &profile, &key()).await.unwrap();
        loaded(&with("work", &profile)).await.unwrap_err();
    }

    #[tokio::test]
    async fn another_source_goes_first_and_a_profile_without_one_is_not_asked() {
        let folder = tempfile::tempdir().unwrap();
        let profile = profile(folder.path());
        let given = Environment::from_pairs([(VARIABLE, "given")], "").unwrap();
        let environment = given.with_profile("work", profile.clone());
        assert_eq!(loaded(&environment).await.unwrap().unwrap().expose(), "given");
        let without = Profile { has_client_secret: false, ..profile };
        assert!(loaded(&Environment::empty().with_profile("work", without)).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn memory_keeps_no_secret_for_another_day() {
        let profile = Profile::new().with_client_id(CLIENT).with_store("memory");
        let kept = keep_client_secret("work", &profile, &ClientSecret::new("x"), &Environment::empty()).await;
        assert_eq!(kept.unwrap_err().code(), "InvalidStore");
    }
}
