//! The sign-ins of this user in all stores, and who of them answers.

use std::collections::BTreeSet;

use cognitoken::{
    ClientValues, Environment, Error, ErrorKind, Profile, Profiles, Result, Session, SessionRequest,
    SessionStatus, SignInRequest,
};

use crate::any_values::{AnyValues, Refusal};
use crate::engine::cognito;
use crate::output::{NamedProfile, Output};
use crate::requests;
use crate::values::unusable;
use crate::work::{Prepared, Work};

/// The stores that are looked into beside those of the profiles and of the environment.
const OWN_STORES: [&str; 2] = ["file", "keyring"];

/// Everybody who is signed in.
pub(super) fn list(values: &AnyValues) -> Prepared {
    let stores = stores(values)?;
    Ok(Work::wait(
        async move { Ok(Output::List(all(&stores).await?.into_iter().map(Output::from).collect())) },
    ))
}

/// Chooses who answers if nobody is named: a profile, or a user.
pub(super) fn switch(values: &AnyValues) -> Prepared {
    let (username, profile) = (given(values, "username")?, given(values, "profile")?);
    let stores = stores(values)?;
    Ok(Work::wait(async move {
        let (name, username) = match (username, profile) {
            (None, None) => {
                return Err(unusable("neither a user nor a profile to switch to is named".to_owned()).into());
            }
            (None, Some(profile)) => (profile, None),
            (Some(username), profile) => {
                let (name, username) = profile_of(&username, profile, all(&stores).await?)?;
                (name, Some(username))
            }
        };
        let profile = Profiles::update(|profiles| {
            profiles.choose(&name)?;
            let mut profile = profiles.get(&name).unwrap_or_default();
            if username.is_some() {
                profile.username = username;
                profiles.set(&name, &profile)?;
            }
            Ok(profile)
        })?;
        Ok(NamedProfile { name, is_chosen: true, profile }.into())
    }))
}

/// A text without the white space around it; an empty one is an absent one.
fn given(values: &AnyValues, name: &str) -> std::result::Result<Option<String>, Refusal> {
    Ok(values.text(name)?.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()))
}

/// The profile whose client the user is signed in at, and the user's name there.
fn profile_of(
    username: &str,
    profile: Option<String>,
    sign_ins: Vec<SessionStatus>,
) -> Result<(String, String)> {
    let is_called = |name: &Option<String>| {
        name.as_ref().is_some_and(|name| name.to_lowercase() == username.to_lowercase())
    };
    let mut fitting: Vec<SessionStatus> =
        sign_ins.into_iter().filter(|status| is_called(&status.username) || is_called(&status.who)).collect();
    if let Some(profile) = &profile {
        fitting.retain(|status| status.profile.as_ref() == Some(profile));
    }
    let names: BTreeSet<String> = fitting.iter().filter_map(|status| status.profile.clone()).collect();
    let mut names = names.into_iter();
    match (names.next(), names.next(), fitting.first()) {
        (Some(name), None, Some(status)) => {
            Ok((name, status.username.clone().unwrap_or_else(|| username.to_owned())))
        }
        (Some(first), Some(second), _) => {
            let all: Vec<String> = [first, second].into_iter().chain(names).collect();
            let message = format!("{username} is signed in by several profiles: {}", all.join(", "));
            Err(Error::new(ErrorKind::Config, "SeveralIdentities", message)
                .with_hint("Name one of the profiles as well."))
        }
        (None, _, Some(status)) => {
            let client = status.client_id.as_deref().unwrap_or("an unknown client");
            let message = format!("{username} is signed in at client {client}, which no profile has");
            Err(Error::new(ErrorKind::Config, "ProfileNotFound", message).with_hint(format!(
                "Make a profile of it: `cognitoken configure --profile NAME --client-id {client}`."
            )))
        }
        (_, _, None) => {
            let message = format!("{username} is not signed in");
            Err(Error::new(ErrorKind::Authentication, "NotSignedIn", message)
                .with_hint(format!("Sign in with `cognitoken login --username {username}`.")))
        }
    }
}

/// A store, and the profiles whose tokens rest there.
struct Store {
    session: Session,
    profiles: Vec<(String, Profile)>,
    /// `true` if a profile or the environment names it.
    is_named: bool,
}

/// The stores of the environment and of the profiles, and the user's own.
fn stores(values: &AnyValues) -> std::result::Result<Vec<Store>, Refusal> {
    // The chosen profile is one of all, and may be one that is gone.
    let environment = Environment::read_without_profile()?;
    let profiles = Profiles::read()?;
    let timeout = requests::timeout(values)?;
    let open = |environment: &Environment, store: Option<&str>| {
        let client = ClientValues { timeout, ..ClientValues::default() };
        cognito().session(SessionRequest {
            sign_in: SignInRequest { client, ..SignInRequest::new(environment.clone()) },
            store: store.map(str::to_owned),
            ..SessionRequest::new(environment.clone())
        })
    };
    let mut stores: Vec<Store> = Vec::new();
    let mut add = |session: Session, profile: Option<(String, Profile)>, is_named: bool| {
        let known = stores.iter().position(|store| store.session.place() == session.place());
        let place = known.unwrap_or_else(|| {
            stores.push(Store { session, profiles: Vec::new(), is_named });
            stores.len() - 1
        });
        if let Some(store) = stores.get_mut(place) {
            store.profiles.extend(profile);
            store.is_named |= is_named;
        }
    };
    add(open(&environment, None)?, None, true);
    for name in profiles.names() {
        let profile = profiles.get(&name).unwrap_or_default();
        let of_profile = environment.clone().with_profile(&name, profile.clone());
        let store = profile.store.clone().unwrap_or_else(|| "file".to_owned());
        add(open(&of_profile, Some(&store))?, Some((name, profile)), true);
    }
    for store in OWN_STORES {
        // A store that is not part of this build, or has no home folder, holds nothing.
        if let Ok(session) = open(&environment, Some(store)) {
            add(session, None, false);
        }
    }
    Ok(stores)
}

/// Everybody in these stores. A store that nobody named and that does not work is told and passed over.
async fn all(stores: &[Store]) -> Result<Vec<SessionStatus>> {
    let mut found = Vec::new();
    for store in stores {
        match store.session.sign_ins().await {
            Ok(sign_ins) => {
                found.extend(sign_ins.into_iter().map(|status| with_profile(status, &store.profiles)))
            }
            Err(error) if store.is_named => return Err(error),
            Err(error) => {
                cognito().add_notices(vec![format!("{}: {}", store.session.place(), error.message())]);
            }
        }
        cognito().add_notices(store.session.take_notices());
    }
    Ok(found)
}

/// The status with the profile that it is of: one of its user before one of its client.
fn with_profile(mut status: SessionStatus, profiles: &[(String, Profile)]) -> SessionStatus {
    let same = |given: &Option<String>, own: &Option<String>| given.is_none() || given == own;
    let is_of_client = |profile: &Profile| {
        profile.client_id.is_some()
            && profile.client_id == status.client_id
            && same(&profile.user_pool_id, &status.user_pool_id)
    };
    let is_of_user = |profile: &Profile| {
        profile.username.is_some() && (profile.username == status.username || profile.username == status.who)
    };
    let mut of_client: Vec<&(String, Profile)> =
        profiles.iter().filter(|(_, profile)| is_of_client(profile)).collect();
    of_client.sort_by_key(|(_, profile)| !is_of_user(profile));
    status.profile = of_client.first().map(|(name, _)| name.clone());
    status
}
