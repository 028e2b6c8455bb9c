//! The lines to use after a sign-in, in each language.

use std::io::Write as _;

use cognitoken::Profiles;
use cognitoken::binding::printable;

use crate::Failure;

/// Shows where the tokens rest, the profile that keeps the values, and a line for each language, on standard error.
pub(crate) fn show(place: &str, profile: Option<&str>) -> Result<(), Failure> {
    let mut lines = vec![String::new(), format!("Tokens   {}", printable(place))];
    let profiles = Profiles::read()?;
    if let (Some(name), Some(path)) = (profile, profiles.path()) {
        lines.push(format!("Profile  {name}, in {}", printable(&path.display().to_string())));
    }
    lines.push("Next, in any folder:".to_owned());
    lines.extend(in_each_language(place, profile.map(|name| (name, profiles.chosen() == name))));
    let mut stderr = std::io::stderr().lock();
    for line in lines {
        // Nothing can be reported if standard error is closed.
        let _ = writeln!(stderr, "{line}");
    }
    Ok(())
}

/// The lines for a profile, and whether it answers if none is named; without a profile, the store is named instead.
fn in_each_language(place: &str, profile: Option<(&str, bool)>) -> [String; 3] {
    let (argument, option) = match profile {
        Some((_, true)) => (None, String::new()),
        Some((name, false)) => (Some(("profile", name)), format!(" --profile {name}")),
        None => (Some(("store", store_of(place))), String::new()),
    };
    let python = argument.map(|(name, value)| format!("{name}={value:?}")).unwrap_or_default();
    let r = argument.map(|(name, value)| format!("{name} = {value:?}")).unwrap_or_default();
    [
        format!("  Python  cognitoken.Session({python}).id_token()"),
        format!("  R       session_id_token(cognito_session({r}))"),
        // The token is in no argument, and nothing is sent without one.
        format!(
            "  Shell   headers=$(cognitoken headers{option}) && printf '%s\\n' \"$headers\" | curl --header @- \"$URL\""
        ),
    ]
}

/// The word that opens a store again: its kind if it is the user's own place, else its address.
fn store_of(place: &str) -> &str {
    match place.split_once(':') {
        Some(("file", folder)) if folder.ends_with("cognitoken/tokens") => "file",
        _ => place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_is_named_where_another_one_answers() {
        let place = "file:/home/ada/.local/share/cognitoken/tokens";
        let lines = in_each_language(place, Some(("work", true))).join("\n");
        assert!(lines.contains("cognitoken.Session().id_token()") && !lines.contains("work"), "{lines}");
        let lines = in_each_language(place, Some(("work", false))).join("\n");
        for wanted in
            ["Session(profile=\"work\")", "cognito_session(profile = \"work\")", "headers --profile work)"]
        {
            assert!(lines.contains(wanted), "{wanted} in {lines}");
        }
        assert!(in_each_language(place, None).join("\n").contains("Session(store=\"file\")"));
        assert!(
            in_each_language("redis://host", None).join("\n").contains("Session(store=\"redis://host\")")
        );
    }
}
