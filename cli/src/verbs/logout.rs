//! `logout`: ends the stored sign-in.

use clap::{ArgMatches, Command};
use cognitoken::PendingChallenges;
use cognitoken_surface::{Values as _, requests};
use serde_json::json;

use crate::given::Given;
use crate::options::{self, switch};
use crate::waiting::wait;
use crate::{Outcome, output, places, session};

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
        .arg(options::json("Print JSON: {\"outcome\": ...}"))
}

pub(super) fn run(options: &ArgMatches) -> Outcome {
    let given = Given::options(options);
    if given.has("all") {
        return places::empty(&given);
    }
    let environment = requests::environment(&given)?;
    let session = session::open(&given)?;
    let everywhere = given.has("everywhere");
    let outcome = session::call(&session, |session| async move { session.sign_out(everywhere).await })?;
    let (username, client_id) = (given.text("username")?, given.text("client_id")?);
    let challenges = PendingChallenges::of_this_user(&environment)?;
    let forgotten = wait(challenges.forget_of(username.as_deref(), client_id.as_deref(), &environment))??;
    if forgotten > 0 {
        output::note("a challenge that waited for an answer is forgotten too");
    }
    match given.has("json") {
        true => output::json(&json!({"outcome": outcome.as_str()})),
        false => output::line(outcome.message()),
    }
}
