//! The profile that a sign-in is kept as: the values that the next one needs and that are no secret.

use std::collections::BTreeMap;

use cognitoken::binding::KnownValue;
use cognitoken::{
    DEFAULT_PROFILE, Environment, Flow, Profile, Profiles, SessionRequest, SignInRequest, Tokens, UserPoolId,
    keep_profile,
};
use cognitoken_surface::{Values as _, cognito};

use crate::given::Given;
use crate::waiting::wait;
use crate::{Failure, input, output, session};

/// The store that is not written into a profile: it is every profile's own.
const USUAL_STORE: &str = "file";

/// The name that a sign-in is kept under, and who chose it.
pub(crate) struct ProfileName {
    name: String,
    is_given: bool,
}

impl ProfileName {
    /// The name that the options give, else that of the profile whose values are used.
    pub(crate) fn of(given: &Given<'_>, environment: &Environment) -> Result<Self, Failure> {
        let option = given.text("profile")?.map(|name| name.trim().to_owned());
        let option = option.filter(|name| !name.is_empty());
        let is_given = option.is_some();
        let name = option.or_else(|| environment.profile_name().map(str::to_owned));
        Ok(Self { name: name.unwrap_or_else(|| DEFAULT_PROFILE.to_owned()), is_given })
    }
}

/// Keeps the values of a sign-in as a profile, where a person is at the terminal or named the profile, and returns its
/// name. A sign-in that is not kept is told why.
///
/// # Errors
/// The failure to keep a profile that an option names.
pub(crate) fn keep(
    given: &Given<'_>,
    environment: &Environment,
    name: ProfileName,
    tokens: &Tokens,
) -> Result<Option<String>, Failure> {
    if given.has("no_save") || !(name.is_given || input::a_person_is_there()) {
        return Ok(None);
    }
    let request = session::request(given, environment)?;
    let known = request.known_values(given.text("domain")?);
    if is_of_dotenv(&request, &known, tokens, given.has("sso")) {
        output::note(
            "no profile is kept, as .env names the client: it may be a stranger's. `cognitoken configure` keeps one.",
        );
        return Ok(None);
    }
    let earlier = Profiles::read()?.get(&name.name).unwrap_or_default();
    let client_id = tokens.client().client_id;
    if !name.is_given && earlier.client_id.is_some() && earlier.client_id != client_id {
        output::note(&format!(
            "the profile {0} stays as it is, as it is of another client. To keep this sign-in as well: `cognitoken \
             login --profile NAME`; to replace {0}: `cognitoken login --profile {0}`",
            name.name
        ));
        return Ok(None);
    }
    let profile = profile_of(&request, &known, &earlier, tokens, given.has("sso"))?;
    let own = Environment::read_without_profile()?;
    // One that came from the store stays there.
    let is_new = given.text("client_secret")?.is_some() || own.has("COGNITO_CLIENT_SECRET");
    let secret = tokens.client_secret().filter(|_| is_new).cloned();
    match wait(keep_profile(&name.name, profile, secret, &own))? {
        Ok(_) => Ok(Some(name.name)),
        Err(error) if name.is_given => Err(error.into()),
        Err(error) => {
            output::note(&format!("no profile is kept: {}", error.message()));
            Ok(None)
        }
    }
}

/// Returns whether a `.env` file has a part in the client.
fn is_of_dotenv(
    request: &SessionRequest,
    known: &BTreeMap<&'static str, KnownValue>,
    tokens: &Tokens,
    is_sso: bool,
) -> bool {
    let of_client = ["client_id", "region", "user_pool_id", "endpoint"];
    let names = of_client.iter().chain(is_sso.then_some(&"domain"));
    tokens.client_is_from_dotenv()
        || request.takes_client_secret_from_dotenv()
        || names.filter_map(|name| known.get(name)).any(|value| value.is_from_dotenv)
}

fn profile_of(
    request: &SessionRequest,
    known: &BTreeMap<&'static str, KnownValue>,
    earlier: &Profile,
    tokens: &Tokens,
    is_sso: bool,
) -> Result<Profile, Failure> {
    let value = |name: &str| known.get(name).map(|known| known.value.clone());
    let mut profile = Profile::new().with_sso(is_sso);
    profile.client_id = tokens.client().client_id;
    profile.endpoint = value("endpoint");
    profile.domain = value("domain").filter(|_| is_sso);
    let summary = tokens.summary();
    profile.username = if is_sso { summary.username } else { value("username").or(summary.username) };
    let pool = tokens.client().user_pool_id.or(value("user_pool_id"));
    let issuer = summary.issuer.as_deref().and_then(|issuer| issuer.rsplit_once('/'));
    let found = issuer.map(|(_, id)| id.to_owned()).filter(|id| UserPoolId::parse(id).is_ok());
    let found_region = found.as_deref().and_then(region_of);
    profile.user_pool_id = match (pool, found) {
        (None, Some(found)) if is_sso || allows_srp(request, &found)? => Some(found),
        (pool, _) => pool,
    };
    let own_region = profile.user_pool_id.as_deref().and_then(region_of);
    profile.region = match value("region") {
        // A replica's region; or a former one, which would otherwise stay.
        Some(given) if Some(&given) != own_region.as_ref() => Some(given),
        _ if earlier.region.is_some() => own_region,
        _ if profile.user_pool_id.is_none() && profile.endpoint.is_none() => found_region,
        _ => None,
    };
    profile.store = value("store").filter(|store| store != USUAL_STORE || earlier.store.is_some());
    Ok(profile)
}

fn region_of(pool: &str) -> Option<String> {
    Some(UserPoolId::parse(pool).ok()?.region().to_string())
}

/// Returns whether the client allows SRP, which a pool id leads to: a client that does not would refuse the next sign-in.
fn allows_srp(request: &SessionRequest, pool: &str) -> Result<bool, Failure> {
    if request.sign_in.flow != Flow::Auto {
        return Ok(true);
    }
    let mut sign_in = SignInRequest { flow: Flow::Srp, ..request.sign_in.clone() };
    sign_in.client.user_pool_id = Some(pool.to_owned());
    Ok(wait(cognito().check_client(&sign_in))?.is_ok())
}
