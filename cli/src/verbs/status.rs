//! `status`: shows who is signed in.

use clap::{ArgMatches, Command};
use cognitoken::{Error, ErrorKind};
use cognitoken_surface::Object;

use crate::given::Given;
use crate::options::{self, switch};
use crate::{Outcome, output, places, session};

pub(super) const ABOUT: &str = "Show who is signed in, where the tokens are stored and when they expire; exit code 4 \
                                if nobody is signed in";

pub(super) fn describe(command: Command) -> Command {
    command
        .args(options::identity())
        .arg(switch(
            "all",
            "Show every store on this machine that holds a sign-in or a pending challenge, with their users",
        ))
        .arg(options::json("Print JSON, without tokens"))
}

pub(super) fn run(options: &ArgMatches) -> Outcome {
    let given = Given::options(options);
    if given.has("all") {
        return places::show(&given);
    }
    let session = session::open(&given)?;
    let status = session::call(&session, |session| async move { session.status().await })?;
    let is_signed_in = status.signed_in;
    output::object(&Object::SessionStatus(status.into()), given.has("json"))?;
    if is_signed_in {
        return Ok(());
    }
    let message = format!("nobody is signed in: nothing that fits is stored in {}", session.place());
    Err(Error::new(ErrorKind::Authentication, "NotSignedIn", message)
        .with_hint("Sign in with `cognitoken login`.")
        .into())
}
