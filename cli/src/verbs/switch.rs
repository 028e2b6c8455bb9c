//! `switch`: chooses who answers if nobody is named.

use clap::{Arg, ArgGroup, ArgMatches, Command};
use cognitoken_surface::{Object, Output, prepare};

use crate::given::Given;
use crate::waiting::done;
use crate::{Outcome, challenge, options, output};

pub(super) const ABOUT: &str = "Choose the user or the profile that answers if nobody is named";

pub(super) fn describe(command: Command) -> Command {
    let others = options::of("switch").into_iter().filter(|option| option.get_id() != "username");
    command
        .arg(Arg::new("username").value_name("USER").help("The user to switch to, who is signed in"))
        .args(others)
        .group(ArgGroup::new("who").args(["username", "profile"]).required(true).multiple(true))
        .arg(options::json("Print the profile that answers as JSON"))
}

pub(super) fn run(options: &ArgMatches) -> Outcome {
    let given = Given::options(options);
    let Output::Object(Object::Profile(named)) = done(prepare("switch", &given)?)?? else {
        return Err(challenge::ended());
    };
    if given.has("json") {
        return output::object(&Object::Profile(named), true);
    }
    output::line(&match &named.profile.username {
        Some(username) => format!("{username} answers if nobody is named, by the profile {}.", named.name),
        None => format!("The profile {} answers if none is named.", named.name),
    })
}
