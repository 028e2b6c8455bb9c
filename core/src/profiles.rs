//! Keeping profiles: the values in the user's file, the client secret in the profile's store.

use crate::config::{Environment, Profile, Profiles, valid_profile_name};
use crate::error::{Error, ErrorKind, Result};
use crate::secret::ClientSecret;
use crate::store::{check_store, forget_client_secret, keep_client_secret};

/// Keeps a profile, and returns it whole. A value that is not given stays as it was, unless the client is another one
/// than before: then nothing of the former stays. It answers if nobody names a profile where no other one does.
///
/// ```no_run
/// use cognitoken::{Environment, Profile, keep_profile};
///
/// # async fn example() -> cognitoken::Result<()> {
/// let profile = Profile::new().with_client_id("1example23456789").with_username("ada");
/// keep_profile("work", profile, None, &Environment::read()?).await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`ErrorKind::Config`]: a value is malformed, no client id is known, or the file cannot be read or written
/// ([`Profiles::update`]); [`ErrorKind::Store`] where the client secret cannot be kept. Nothing is written then.
pub async fn keep_profile(
    name: &str,
    given: Profile,
    client_secret: Option<ClientSecret>,
    environment: &Environment,
) -> Result<Profile> {
    // Before anything is written.
    let name = valid_profile_name(name)?;
    let client_secret = client_secret.filter(|secret| !secret.expose().trim().is_empty());
    let profiles = in_background(Profiles::read).await?;
    let earlier = profiles.get(name).unwrap_or_default();
    let planned = together(given.clone(), &earlier, client_secret.is_some())?;
    if let Some(client_secret) = &client_secret {
        keep_client_secret(name, &planned, client_secret, environment).await?;
    }
    let (own_name, has_secret) = (name.to_owned(), client_secret.is_some());
    let kept = in_background(move || {
        let name = own_name;
        Profiles::update(|profiles| {
            let profile = together(given, &profiles.get(&name).unwrap_or_default(), has_secret)?;
            profiles.set(&name, &profile)?;
            if profiles.get(profiles.chosen()).is_none() {
                profiles.choose(&name)?;
            }
            Ok(profile)
        })
    })
    .await?;
    if earlier.has_client_secret && !kept.has_client_secret {
        // It was another client's.
        forget_client_secret(name, &earlier, environment).await?;
    }
    Ok(kept)
}

/// Removes a profile and its client secret; `false` if there is none of this name. Its sign-ins stay in their store.
///
/// ```no_run
/// # async fn example() -> cognitoken::Result<()> {
/// use cognitoken::{Environment, forget_profile};
/// let was_there = forget_profile("work", &Environment::read()?).await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`ErrorKind::Config`] where the file cannot be read or written; [`ErrorKind::Store`] where the client secret cannot be
/// removed. The profile stays then.
pub async fn forget_profile(name: &str, environment: &Environment) -> Result<bool> {
    let profiles = in_background(Profiles::read).await?;
    if let Some(profile) = profiles.get(name).filter(|profile| profile.has_client_secret) {
        forget_client_secret(name, &profile, environment).await?;
    }
    let name = name.to_owned();
    in_background(move || Profiles::update(|profiles| Ok(profiles.remove(&name)))).await
}

/// The profile of what is given and what was kept, checked.
fn together(given: Profile, earlier: &Profile, has_secret: bool) -> Result<Profile> {
    let is_other =
        given.client_id.is_some() && earlier.client_id.is_some() && given.client_id != earlier.client_id;
    let mut profile = if is_other { given } else { given.or(earlier) };
    if profile.client_id.is_none() {
        return Err(no_client());
    }
    profile.has_client_secret |= has_secret;
    profile.check()?;
    if let Some(store) = &profile.store {
        check_store(store)?;
    }
    Ok(profile)
}

/// The error for a profile that would say nothing.
fn no_client() -> Error {
    let message = "no client id for the profile: no argument gives it and none was kept";
    Error::new(ErrorKind::Config, "MissingValue", message)
        .with_hint("Give the app client's id (client_id); in the shell, --client-id.")
        .lacking("client_id")
}

/// Reads or writes the file on a thread that may wait.
async fn in_background<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|fault| {
        Err(Error::new(ErrorKind::Config, "ProfilesUnusable", format!("the profiles were not read: {fault}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_client_takes_nothing_from_the_former() {
        let earlier =
            Profile { has_client_secret: true, ..Profile::new().with_client_id("1a").with_username("ada") };
        let same = together(Profile::new().with_region("eu-west-1"), &earlier, false).unwrap();
        assert_eq!(same, Profile { region: Some("eu-west-1".to_owned()), ..earlier.clone() });
        let other = together(Profile::new().with_client_id("2b"), &earlier, false).unwrap();
        assert_eq!(other, Profile::new().with_client_id("2b"));
    }

    #[test]
    fn a_profile_has_a_client() {
        let error = together(Profile::new().with_username("ada"), &Profile::new(), false).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "MissingValue"));
        assert!(error.message().contains("client id"), "{error}");
        let earlier = Profile::new().with_client_id("1a");
        assert!(together(Profile::new().with_username("ada"), &earlier, false).is_ok());
    }

    #[tokio::test]
    async fn a_name_that_is_none_is_refused_before_the_client_secret_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("tokens");
        let profile = Profile::new().with_client_id("1a").with_store(format!("file:{}", store.display()));
        let secret = Some(ClientSecret::new("sentinel"));
        let kept = keep_profile("../work", profile, secret, &Environment::empty()).await;
        assert_eq!(kept.unwrap_err().code(), "InvalidProfile");
        assert!(!store.exists());
    }

    #[test]
    fn a_store_that_is_none_is_refused() {
        let profile = Profile::new().with_client_id("1a").with_store("fiel");
        assert_eq!(together(profile, &Profile::new(), false).unwrap_err().code(), "InvalidStore");
    }
}
