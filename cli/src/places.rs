//! `status --all` and `logout --all`: every store on this machine that holds a sign-in.

use std::sync::Arc;
use std::time::SystemTime;

use cognitoken::{
    ClientValues, Environment, Error, ErrorKind, PendingChallenges, Session, SessionRequest, SessionStatus,
    SignInRequest, SignOut,
};
use cognitoken_surface::{Object, Output, Values as _, cognito, requests, rows};
use serde_json::{Value, json};

use crate::given::Given;
use crate::session::{DEFAULT_STORE, call};
use crate::waiting::wait;
use crate::{Failure, Outcome, output};

/// The stores without an address, checked in addition to the chosen one.
const OWN_PLACES: [&str; 2] = ["file", "keyring"];

/// Shows the contents of each store, and the chosen store even if it is empty.
pub(crate) fn show(given: &Given<'_>) -> Outcome {
    let environment = requests::environment(given)?;
    let mut holdings = Vec::new();
    for (index, session) in stores(given, &environment)?.iter().enumerate() {
        let is_chosen = index == 0;
        match call(session, |session| async move { session.sign_ins().await }) {
            Ok(sign_ins) if sign_ins.is_empty() && !is_chosen => {}
            Ok(sign_ins) => holdings.push((session.place(), sign_ins)),
            Err(failure) => told_unless(is_chosen, session, failure)?,
        }
    }
    let pending = PendingChallenges::of_this_user(&environment)?;
    let challenges = wait(pending.describe())??;
    let found = !challenges.is_empty() || holdings.iter().any(|(_, sign_ins)| !sign_ins.is_empty());
    if given.has("json") {
        let stores = holdings.into_iter().map(|(place, sign_ins)| {
            let sign_ins = Output::List(sign_ins.into_iter().map(Output::from).collect());
            Ok(json!({"store": place, "sign_ins": output::as_json(&sign_ins)?}))
        });
        let stores: Vec<Value> = stores.collect::<Result<_, Error>>()?;
        output::json(&json!({"stores": stores, "challenges": challenges}))?;
    } else {
        show_rows(&holdings, &pending.place(), &challenges)?;
    }
    if found {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Authentication, "NotSignedIn", "nobody is signed in, and no challenge waits")
        .with_hint("Sign in with `cognitoken login`.")
        .into())
}

fn show_rows(
    holdings: &[(String, Vec<SessionStatus>)],
    challenges_at: &str,
    challenges: &[String],
) -> Outcome {
    let now = SystemTime::now();
    for (place, sign_ins) in holdings {
        output::line(place)?;
        if sign_ins.is_empty() {
            output::line("  nobody")?;
        }
        for status in sign_ins {
            let rows = rows::rows(&Object::SessionStatus(Arc::new(status.clone())), now).into_iter();
            let rows = rows.filter(|(label, _)| !matches!(&**label, "Store" | "Protection"));
            let texts: Vec<String> = rows.map(|(label, text)| format!("{label}: {text}")).collect();
            output::line(&format!("  {}", texts.join("; ")))?;
        }
    }
    if !challenges.is_empty() {
        output::line(challenges_at)?;
    }
    for challenge in challenges {
        output::line(&format!("  {challenge}"))?;
    }
    Ok(())
}

/// Empties each store.
pub(crate) fn empty(given: &Given<'_>) -> Outcome {
    let (environment, json) = (requests::environment(given)?, given.has("json"));
    let mut emptied = Vec::new();
    for (index, session) in stores(given, &environment)?.iter().enumerate() {
        let is_chosen = index == 0;
        let outcomes = call(session, |session| async move { session.sign_out_all().await });
        match outcomes {
            Ok(outcomes) if outcomes.is_empty() && !is_chosen => {}
            Ok(outcomes) if json => {
                let outcomes: Vec<&str> = outcomes.into_iter().map(SignOut::as_str).collect();
                emptied.push(json!({"store": session.place(), "outcomes": outcomes}));
            }
            Ok(outcomes) => output::line(&told(&session.place(), &outcomes))?,
            Err(failure) => told_unless(is_chosen, session, failure)?,
        }
    }
    let challenges = PendingChallenges::of_this_user(&environment)?;
    match challenges.forget_all()? {
        count if json => output::json(&json!({"stores": emptied, "challenges": count})),
        0 => Ok(()),
        count => output::line(&format!("{}: {count} waiting challenges are forgotten.", challenges.place())),
    }
}

fn told(place: &str, outcomes: &[SignOut]) -> String {
    let revoked = outcomes.iter().filter(|outcome| **outcome == SignOut::Revoked).count();
    format!(
        "{place}: {} sign-ins are forgotten, {revoked} refresh tokens are revoked at the service.",
        outcomes.len()
    )
}

/// The stores: the chosen one first, then the user's own places.
fn stores(given: &Given<'_>, environment: &Environment) -> Result<Vec<Session>, Failure> {
    let timeout = requests::client_values(given)?.timeout;
    let of = |store: Option<String>| {
        let client = ClientValues { timeout, ..ClientValues::default() };
        cognito().session(SessionRequest {
            sign_in: SignInRequest { client, ..SignInRequest::new(environment.clone()) },
            store,
            default_store: Some(DEFAULT_STORE.to_owned()),
            ..SessionRequest::new(environment.clone())
        })
    };
    let mut stores = vec![of(given.text("store")?)?];
    for place in OWN_PLACES {
        // A store that is not part of this build, or has no home folder, holds nothing.
        let Ok(session) = of(Some(place.to_owned())) else { continue };
        if stores.iter().all(|known| known.place() != session.place()) {
            stores.push(session);
        }
    }
    Ok(stores)
}

/// Fails for the chosen store; problems with other stores are only reported.
fn told_unless(is_chosen: bool, session: &Session, failure: Failure) -> Outcome {
    match failure {
        Failure::Library(error) if !is_chosen => {
            output::note(&format!("{}: {}", session.place(), error.message()));
            Ok(())
        }
        failure => Err(failure),
    }
}
