//! `headers`: prints the header to send with each request.

use clap::{ArgMatches, Command};
use serde_json::json;

use super::token;
use crate::given::Given;
use crate::{Outcome, options, output, session};

pub(super) const ABOUT: &str = "Print the header to send with each request: Authorization: Bearer <ID token>";

pub(super) fn describe(command: Command) -> Command {
    token::signing_in(command).arg(options::json("Print JSON: {\"Authorization\": ...}"))
}

pub(super) fn run(options: &ArgMatches) -> Outcome {
    let given = Given::options(options);
    let session = token::signed_in(&given)?;
    let authorization =
        session::call(&session, |session| async move { session.authorization().await?.or_error() })?;
    match given.has("json") {
        true => output::json(&json!({"Authorization": authorization})),
        false => output::line(&format!("Authorization: {authorization}")),
    }
}
