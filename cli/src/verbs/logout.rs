//! `logout`: ends the stored sign-in.

use clap::{ArgMatches, Command};
use cognitoken::{DEFAULT_PROFILE, Environment, PendingChallenges, Profiles};
use cognitoken_surface::{Values as _, prepare, requests};
use serde_json::json;

use crate::given::Given;
use crate::options::{self, switch};
use crate::waiting::{done, wait};
use crate::{Failure, Outcome, output, places, session};

pub(super) const ABOUT: &str =
    "Delete the stored tokens and revoke the refresh token; with --all, those of every stored sign-in";

pub(super) fn describe(command: Command) -> Command {
    command
        .args(options::identity())
        // The former name.
        .args(options::of("session.sign_out").into_iter().map(|everywhere| everywhere.alias("global")))
        .arg(
            switch("all", "Empty every store that `status --all` shows and revoke the refresh tokens in it")
                .conflicts_with("everywhere"),
        )
        .arg(
            switch("forget_profile", "Then remove the profile that was used, with its client secret")
                .conflicts_with("all"),
        )
        .arg(options::json(
            "Print JSON: {\"outcome\": ...}, with --forget-profile also \"forgotten_profile\"",
        ))
}

pub(super) fn run(options: &ArgMatches) -> Outcome {
    let given = Given::options(options);
    if given.has("all") {
        return places::empty(&given);
    }
    let environment = requests::environment(&given)?;
    let profile = if given.has("forget_profile") { Some(used_profile(&environment)?) } else { None };
    let session = session::open(&given)?;
    let everywhere = given.has("everywhere");
    let outcome = session::call(&session, |session| async move { session.sign_out(everywhere).await })?;
    let (username, client_id) = (given.text("username")?, given.text("client_id")?);
    let challenges = PendingChallenges::of_this_user(&environment)?;
    let forgotten = wait(challenges.forget_of(username.as_deref(), client_id.as_deref(), &environment))??;
    if forgotten > 0 {
        output::note("a challenge that waited for an answer is forgotten too");
    }
    if let Some(name) = &profile {
        done(prepare("forget_profile", &Given::nothing().with_text("profile", name))?)??;
    }
    match (given.has("json"), profile) {
        (true, None) => output::json(&json!({"outcome": outcome.as_str()})),
        (true, Some(name)) => output::json(&json!({"outcome": outcome.as_str(), "forgotten_profile": name})),
        (false, None) => output::line(outcome.message()),
        (false, Some(name)) => {
            output::line(outcome.message())?;
            output::line(&format!("The profile {name} is forgotten."))
        }
    }
}

/// The name of the profile whose values are used.
fn used_profile(environment: &Environment) -> Result<String, Failure> {
    match environment.profile_name() {
        Some(name) => Ok(name.to_owned()),
        None => Err(Profiles::read()?.not_found(DEFAULT_PROFILE).into()),
    }
}
