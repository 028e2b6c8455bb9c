//! `status --all` and `logout --all`: every store on this machine that holds a sign-in.

use std::time::SystemTime;

use cognitoken::{
    ClientValues, Environment, Error, ErrorKind, PendingChallenges, Session, SessionStatus, SignOut,
};
use serde_json::{Value, json};

use crate::arguments::Identity;
use crate::session::{as_json, call, chosen, request};
use crate::sign_in::client_values;
use crate::waiting::{cognito, wait};
use crate::{Failure, Outcome, output};

/// The stores without an address, checked in addition to the chosen one.
const OWN_PLACES: [&str; 2] = ["file", "keyring"];

/// Shows the contents of each store, and the chosen store even if it is empty.
pub(crate) fn show(identity: Identity, json: bool) -> Outcome {
    let environment = Environment::read()?;
    let mut holdings = Vec::new();
    for (index, session) in stores(identity, &environment)?.iter().enumerate() {
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
    if json {
        let stores = holdings.iter().map(|(place, sign_ins)| {
            json!({"store": place, "sign_ins": sign_ins.iter().map(as_json).collect::<Vec<_>>()})
        });
        let stores: Vec<Value> = stores.collect();
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
            let rows = status.rows(now);
            let rows = rows.iter().filter(|(label, _)| !matches!(*label, "Store" | "Protection"));
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
pub(crate) fn empty(identity: Identity) -> Outcome {
    let environment = Environment::read()?;
    for (index, session) in stores(identity, &environment)?.iter().enumerate() {
        let is_chosen = index == 0;
        let outcomes = call(session, |session| async move { session.sign_out_all().await });
        match outcomes {
            Ok(outcomes) if outcomes.is_empty() && !is_chosen => {}
            Ok(outcomes) => output::line(&told(&session.place(), &outcomes))?,
            Err(failure) => told_unless(is_chosen, session, failure)?,
        }
    }
    let challenges = PendingChallenges::of_this_user(&environment)?;
    match challenges.forget_all()? {
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
fn stores(identity: Identity, environment: &Environment) -> Result<Vec<Session>, Failure> {
    let timeout = client_values(identity.client)?.timeout;
    let cognito = cognito()?;
    let of = |store: Option<String>| {
        let client = ClientValues { timeout, ..ClientValues::default() };
        cognito.session(request(None, client, store, environment))
    };
    let mut stores = vec![of(chosen(identity.store)?)?];
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
