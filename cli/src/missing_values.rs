//! The values that a sign-in lacks: asked of the person at the terminal and checked at the service, before a password is
//! typed.

use cognitoken::{Environment, Error, ErrorKind, Profile, Profiles, SessionRequest};
use cognitoken_surface::{
    MOST_ATTEMPTS, ProfileQuestion, Values as _, cognito, the_client, the_domain, the_username,
    where_the_client_is,
};

use crate::given::Given;
use crate::waiting::wait;
use crate::{Failure, output, prompt, questions, session};

/// Asks for the client id and the user name that are missing, then checks all values at the service. Where the client is
/// not there, it asks for the region or the pool, until the client is found or was not for [`MOST_ATTEMPTS`] times.
pub(crate) fn for_a_password<'a>(
    mut given: Given<'a>,
    environment: &Environment,
) -> Result<Given<'a>, Failure> {
    let earlier = earlier(environment)?;
    let mut asked_for_client = false;
    let request = session::request(&given, environment)?;
    if request.lacks_client()? {
        asked_for_client = true;
        given = answered(given, &the_client(&earlier))?;
    }
    let request = session::request(&given, environment)?;
    if !request.known_values(None).contains_key("username") {
        given = answered(given, &the_username(&earlier))?;
    } else if !asked_for_client && !(request.sign_in.flow.needs_password() && lacks_password(environment)) {
        // Nobody is asked for anything: the sign-in itself tells what is wrong.
        return Ok(given);
    }
    let mut asked_for_place = false;
    for attempt in 1..=MOST_ATTEMPTS {
        let request = session::request(&given, environment)?;
        session::check_before_password(&request)?;
        let Err(error) = wait(cognito().check_client(&request.sign_in))? else { return Ok(given) };
        let is_elsewhere = error.lacks() == Some("user_pool_id")
            || (asked_for_place && matches!(error.kind(), ErrorKind::Network | ErrorKind::RequestTimeout));
        if attempt == MOST_ATTEMPTS || !(is_elsewhere || error.lacks() == Some("client_secret")) {
            return Err(error.into());
        }
        output::error(&error);
        if !is_elsewhere {
            given = given.with_text("client_secret", prompt::hidden("Client secret")?);
            continue;
        }
        let known = known(&request);
        if asked_for_client {
            given = answered(given, &the_client(&known))?;
        }
        asked_for_place = true;
        given = answered(given, &where_the_client_is(&known))?;
    }
    Ok(given)
}

fn lacks_password(environment: &Environment) -> bool {
    !environment.has("COGNITO_PASSWORD")
}

/// Asks for the client id and the domain that a sign-in on the pool's page lacks.
pub(crate) fn for_the_page<'a>(
    mut given: Given<'a>,
    environment: &Environment,
) -> Result<Given<'a>, Failure> {
    let earlier = earlier(environment)?;
    if session::request(&given, environment)?.lacks_client()? {
        given = answered(given, &the_client(&earlier))?;
    }
    let domain = given.text("domain")?;
    if !session::request(&given, environment)?.known_values(domain).contains_key("domain") {
        given = answered(given, &the_domain(&earlier))?;
    }
    Ok(given)
}

/// The profile whose values are the defaults: it may be of another client.
fn earlier(environment: &Environment) -> Result<Profile, Error> {
    let name = environment.profile_name().map(str::to_owned);
    Ok(name.and_then(|name| Profiles::read().ok()?.get(&name)).unwrap_or_default())
}

/// The values of a request that was tried, as defaults of the next attempt.
fn known(request: &SessionRequest) -> Profile {
    let mut values = request.known_values(None);
    let mut value = |name: &str| values.remove(name).map(|known| known.value);
    let mut profile = Profile::new();
    profile.client_id = value("client_id");
    profile.region = value("region");
    profile.user_pool_id = value("user_pool_id");
    profile
}

fn answered<'a>(given: Given<'a>, question: &ProfileQuestion) -> Result<Given<'a>, Failure> {
    let (parameter, value) = questions::answer(question)?;
    // The pool and the region answer the same question: the last answer counts.
    let given = match parameter {
        "region" => given.with_text("user_pool_id", ""),
        "user_pool_id" => given.with_text("region", ""),
        _ => given,
    };
    Ok(given.with_text(parameter, value))
}
