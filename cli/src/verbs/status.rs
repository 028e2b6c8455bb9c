//! `status`: shows who is signed in.

use std::time::SystemTime;

use clap::{ArgMatches, Command};
use cognitoken::binding::in_words;
use cognitoken::{Error, ErrorKind, Profile, Profiles, SessionStatus};
use cognitoken_surface::{Object, Output, Values as _, prepare, requests};

use crate::given::Given;
use crate::options::{self, switch};
use crate::waiting::done;
use crate::{Failure, Outcome, challenge, output, places, session};

pub(super) const ABOUT: &str = "Show who is signed in, where the tokens are stored and when they expire; exit code 4 \
                                if nobody is signed in";

/// The variables that select a sign-in, as their options do.
const SELECTING: [(&str, &str); 6] = [
    ("username", "COGNITO_USER_NAME"),
    ("client_id", "COGNITO_CLIENT_ID"),
    ("region", "COGNITO_REGION"),
    ("user_pool_id", "COGNITO_USER_POOL_ID"),
    ("endpoint", "COGNITO_ENDPOINT"),
    ("profile", "COGNITO_PROFILE"),
];

const HEADINGS: [&str; 7] = ["", "Profile", "Signed in as", "Client ID", "User pool", "Expires", "Store"];

pub(super) fn describe(command: Command) -> Command {
    command
        .args(options::identity())
        .arg(switch(
            "all",
            "Show every store on this machine that holds a sign-in or a pending challenge, with their users",
        ))
        .arg(options::json(
            "Print JSON, without tokens: an object if an option or a variable selects the sign-in, else a list of all",
        ))
}

pub(super) fn run(options: &ArgMatches) -> Outcome {
    let given = Given::options(options);
    if given.has("all") {
        return places::show(&given);
    }
    if selects(&given)? { one(&given) } else { all(&given) }
}

/// Returns whether an option or a variable selects a sign-in. The profile that answers if none is named does not.
fn selects(given: &Given<'_>) -> Result<bool, Failure> {
    // What cannot be read is told, whoever is shown.
    requests::environment(given)?;
    let environment = cognitoken::Environment::read_without_profile()?;
    for (option, variable) in SELECTING {
        let is_given = given.text(option)?.is_some_and(|text| !text.trim().is_empty());
        if is_given || environment.has(variable) {
            return Ok(true);
        }
    }
    Ok(environment.has("COGNITO_ID_TOKEN"))
}

/// Shows the sign-in that is selected.
fn one(given: &Given<'_>) -> Outcome {
    let session = session::open(given)?;
    let status = session::call(&session, |session| async move { session.status().await })?;
    let is_signed_in = status.signed_in;
    output::object(&Object::SessionStatus(status.into()), given.has("json"))?;
    if is_signed_in {
        Ok(())
    } else {
        Err(nobody(&format!("nothing that fits is stored in {}", session.place())))
    }
}

/// Shows everybody who is signed in; one user alone with all there is to know.
fn all(given: &Given<'_>) -> Outcome {
    let statuses = sign_ins(given)?;
    if given.has("json") {
        let list = statuses.iter().cloned().map(Output::from).collect();
        output::json(&output::as_json(&Output::List(list))?)?;
    } else if let [status] = &statuses[..] {
        let status = in_full(given)?.unwrap_or_else(|| status.clone());
        output::object(&Object::SessionStatus(status.into()), false)?;
    } else if !statuses.is_empty() {
        table(&statuses)?;
    }
    if statuses.is_empty() { Err(nobody("no store of this user holds a sign-in")) } else { Ok(()) }
}

/// The sign-ins in the store that an option names, else in all stores.
fn sign_ins(given: &Given<'_>) -> Result<Vec<SessionStatus>, Failure> {
    if given.text("store")?.is_some_and(|store| !store.trim().is_empty()) {
        let session = session::open(given)?;
        return session::call(&session, |session| async move { session.sign_ins().await });
    }
    let Output::List(found) = done(prepare("sign_ins", given)?)?? else { return Err(challenge::ended()) };
    let status = |found: Output| match found {
        Output::Object(Object::SessionStatus(status)) => Some((*status).clone()),
        _ => None,
    };
    Ok(found.into_iter().filter_map(status).collect())
}

/// The one sign-in as its session shows it, with the sources of its values; `None` if that finds another answer.
fn in_full(given: &Given<'_>) -> Result<Option<SessionStatus>, Failure> {
    let session = session::open(given)?;
    match session::call(&session, |session| async move { session.status().await }) {
        Ok(status) => Ok(Some(status).filter(|status| status.signed_in)),
        Err(Failure::Library(_)) => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn table(statuses: &[SessionStatus]) -> Outcome {
    let profiles = Profiles::read()?;
    let chosen = profiles.get(profiles.chosen());
    let now = SystemTime::now();
    let row = |status: &SessionStatus| {
        let answers = status.profile.as_deref() == Some(profiles.chosen())
            && chosen.as_ref().is_some_and(|profile| is_of(profile, status));
        let text = Option::unwrap_or_default;
        [
            if answers { "*".to_owned() } else { String::new() },
            text(status.profile.clone()),
            status.who.clone().unwrap_or_else(|| "an unnamed user".to_owned()),
            text(status.client_id.clone()),
            text(status.user_pool_id.clone()),
            text(status.expires_at.map(|expires_at| in_words(expires_at, now))),
            status.place.clone(),
        ]
    };
    output::table(&HEADINGS, &statuses.iter().map(row).collect::<Vec<_>>())
}

/// Returns whether a profile's user is the one of a sign-in. A profile without a user is of every one of its client.
fn is_of(profile: &Profile, status: &SessionStatus) -> bool {
    profile.username.is_none() || profile.username == status.username || profile.username == status.who
}

fn nobody(why: &str) -> Failure {
    Error::new(ErrorKind::Authentication, "NotSignedIn", format!("nobody is signed in: {why}"))
        .with_hint("Sign in with `cognitoken login`.")
        .into()
}
