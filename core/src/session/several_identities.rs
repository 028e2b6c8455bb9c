//! The error for several stored sign-ins that fit, with the words to choose one.

use std::collections::BTreeSet;

use super::identity::StoredIdentity;
use crate::config::{Profile, Profiles};
use crate::error::{Error, ErrorKind};

/// The error for several identities that fit. It lists them; its hint names the values in which they differ, and the
/// profiles that tell them apart.
pub(super) fn several_identities<'a>(fitting: impl Iterator<Item = &'a StoredIdentity>) -> Error {
    let identities: Vec<&StoredIdentity> = fitting.collect();
    // Profiles that cannot be read are told by who needs them.
    let profiles = Profiles::read().ok();
    let profile_of = |identity: &StoredIdentity| profile_of(identity, profiles.as_ref()?);
    let differ = |of: &dyn Fn(&StoredIdentity) -> String| distinct(&identities, of) > 1;
    let services_differ = differ(&|identity| identity.service.clone());
    let list = identities.iter().map(|identity| {
        let place = if services_differ { format!(" at {}", identity.service) } else { String::new() };
        let profile = profile_of(identity).map(|name| format!(" (profile {name})")).unwrap_or_default();
        format!("{}{place}{profile}", identity.describe())
    });
    let message =
        format!("the store holds several identities that fit: {}", list.collect::<Vec<_>>().join("; "));
    let user =
        |identity: &StoredIdentity| identity.user.as_ref().map(|user| user.name.clone()).unwrap_or_default();
    let pool = |identity: &StoredIdentity| identity.user_pool_id.clone().unwrap_or_default();
    let have_own_profiles = identities.iter().all(|identity| profile_of(identity).is_some())
        && distinct(&identities, &|identity| profile_of(identity).unwrap_or_default()) == identities.len();
    let ways: Vec<&str> = [
        (differ(&user), "username (COGNITO_USER_NAME)"),
        (differ(&|identity| identity.client_id.clone()), "client_id (COGNITO_CLIENT_ID)"),
        (differ(&pool), "user_pool_id (COGNITO_USER_POOL_ID)"),
        (services_differ, "endpoint (COGNITO_ENDPOINT) or region (COGNITO_REGION)"),
        (differ(&|identity| format!("{:?}", identity.scopes)), "the scopes of the client's own token"),
        (
            differ(&|identity| format!("{:?}", identity.parameters)),
            "the parameters of the client's own token",
        ),
        (
            differ(&|identity| format!("{:?}", identity.client_metadata)),
            "the client metadata of the client's own token",
        ),
        (have_own_profiles, "profile (COGNITO_PROFILE)"),
    ]
    .into_iter()
    .filter_map(|(is_a_way, way)| is_a_way.then_some(way))
    .collect();
    let mut hint = format!("Choose one: give {}.", ways.join(", or "));
    if differ(&user) && identities.iter().all(|identity| profile_of(identity).is_some()) {
        hint.push_str(" `cognitoken switch USER` chooses who answers if nobody is named.");
    }
    Error::new(ErrorKind::Config, "SeveralIdentities", message).with_hint(hint)
}

fn distinct(identities: &[&StoredIdentity], of: &dyn Fn(&StoredIdentity) -> String) -> usize {
    identities.iter().map(|identity| of(identity)).collect::<BTreeSet<_>>().len()
}

/// The profile that an identity is of: one of its user before one of its client.
fn profile_of(identity: &StoredIdentity, profiles: &Profiles) -> Option<String> {
    let is_of_client = |profile: &Profile| {
        profile.client_id.as_ref() == Some(&identity.client_id)
            && (profile.user_pool_id.is_none() || profile.user_pool_id == identity.user_pool_id)
    };
    let is_of_user = |profile: &Profile| {
        let user = identity.user.as_ref();
        user.zip(profile.username.as_ref()).is_some_and(|(user, name)| user.is_called(name))
    };
    let named = profiles.names().into_iter().filter_map(|name| {
        let profile = profiles.get(&name).filter(is_of_client)?;
        Some((name, profile))
    });
    let named: Vec<(String, Profile)> = named.collect();
    let of_user = named.iter().find(|(_, profile)| is_of_user(profile));
    of_user.or(named.first()).map(|(name, _)| name.clone())
}
