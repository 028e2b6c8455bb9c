//! `profiles`: lists the profiles.

use clap::{ArgMatches, Command};
use cognitoken::Profiles;
use cognitoken_surface::prepare;

use crate::given::Given;
use crate::waiting::done;
use crate::{Outcome, options, output};

pub(super) const ABOUT: &str = "List the profiles and mark the one that answers if none is named";

const HEADINGS: [&str; 6] = ["", "Profile", "User name", "Client ID", "User pool or region", "Store"];

pub(super) fn describe(command: Command) -> Command {
    command.arg(options::json("Print JSON: a list of profiles"))
}

pub(super) fn run(options: &ArgMatches) -> Outcome {
    let given = Given::options(options);
    if given.has("json") {
        return output::json(&output::as_json(&done(prepare("profiles", &given)?)??)?);
    }
    let profiles = Profiles::read()?;
    let names = profiles.names();
    if names.is_empty() {
        let place = profiles.path().map(|path| format!(" in {}", path.display())).unwrap_or_default();
        return output::line(&format!(
            "There are no profiles{place}. `cognitoken login` makes one at a terminal, and so does `cognitoken \
             configure`, without signing in."
        ));
    }
    let row = |name: String| {
        let profile = profiles.get(&name).unwrap_or_default();
        let mark = if profiles.chosen() == name { "*" } else { "" };
        let place = profile.user_pool_id.or(profile.region).or(profile.endpoint);
        let store = profile.store.unwrap_or_else(|| "file".to_owned());
        let text = Option::unwrap_or_default;
        [mark.to_owned(), name, text(profile.username), text(profile.client_id), text(place), store]
    };
    output::table(&HEADINGS, &names.into_iter().map(row).collect::<Vec<_>>())
}
