//! `configure`: keeps a profile without signing in.

use clap::{ArgMatches, Command};
use cognitoken::{Error, ErrorKind, Profile, Profiles};
use cognitoken_surface::{Output, Values as _, prepare, profile_questions, requests};

use crate::given::{Added, Given};
use crate::options::{self, switch};
use crate::waiting::done;
use crate::{Failure, Outcome, challenge, input, output, questions};

pub(super) const ABOUT: &str =
    "Keep the values of a sign-in as a profile; at a terminal, ask for those that are not given";

pub(super) fn describe(command: Command) -> Command {
    command
        .args(options::of("configure"))
        .arg(switch(
            "client_secret_stdin",
            "Read the client secret from standard input and keep it in the store",
        ))
        .arg(options::json("Print the profile as JSON"))
}

pub(super) fn run(options: &ArgMatches) -> Outcome {
    let mut given = Given::options(options);
    let earlier = Profiles::read()?.get(&name_of(&given)?).unwrap_or_default();
    let profile = asked(requests::profile(&given)?, &earlier)?;
    if given.has("client_secret_stdin") {
        given = given.with_text("client_secret", input::secret_from_stdin("client secret")?.expose());
    }
    for (parameter, value) in profile.texts() {
        if let Some(value) = value {
            given = given.with_text(parameter, value);
        }
    }
    let given = given.with("sso", Added::Truth(profile.sso));
    let Output::Object(kept) = done(prepare("configure", &given)?)?? else { return Err(challenge::ended()) };
    let json = given.has("json");
    output::object(&kept, json)?;
    match Profiles::read()?.path() {
        Some(path) if !json => output::line(&format!("Kept in {}", path.display())),
        _ => Ok(()),
    }
}

/// The profile with the answers of a person to what is not given; without a person, as it is.
fn asked(given: Profile, earlier: &Profile) -> Result<Profile, Failure> {
    if !input::a_person_reads_questions() {
        // What is malformed is told first, and nothing is read from standard input in vain.
        given.check()?;
        return match given.client_id.as_ref().or(earlier.client_id.as_ref()) {
            Some(_) => Ok(given),
            None => Err(lacks_client_id().into()),
        };
    }
    given.check()?;
    let questions = profile_questions(&given, earlier);
    questions::answers(given, questions)
}

fn lacks_client_id() -> Error {
    Error::new(ErrorKind::Config, "MissingValue", "a profile needs a client id, and --client-id is not given")
        .with_hint("Give --client-id ID, or run `cognitoken configure` at a terminal, where it asks.")
}

fn name_of(given: &Given<'_>) -> Result<String, Failure> {
    let name = given.text("profile")?.filter(|name| !name.trim().is_empty());
    Ok(name.map_or_else(|| cognitoken::DEFAULT_PROFILE.to_owned(), |name| name.trim().to_owned()))
}
