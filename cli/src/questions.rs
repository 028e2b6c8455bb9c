//! Questions to a person at the terminal about the values of a sign-in.

use cognitoken::Profile;
use cognitoken::binding::printable;
use cognitoken_surface::{ProfileQuestion, profile_answer};

use crate::{Failure, output, prompt};

/// Asks until the answer can be used, and returns the parameter with its value. An empty answer is the default, which
/// stands in brackets.
pub(crate) fn answer(question: &ProfileQuestion) -> Result<(&'static str, String), Failure> {
    let ProfileQuestion { parameter, prompt, default } = question;
    let shown = match default {
        Some(default) => format!("{prompt} [{}]", printable(default)),
        None => (*prompt).to_owned(),
    };
    loop {
        let typed = prompt::shown(&shown)?;
        let answer = if typed.is_empty() { default.clone().unwrap_or_default() } else { typed };
        match profile_answer(parameter, &answer) {
            Ok(answered) => return Ok(answered),
            Err(error) => output::error(&error),
        }
    }
}

/// Asks each question, and returns the profile with the answers.
pub(crate) fn answers(
    mut profile: Profile,
    questions: impl IntoIterator<Item = ProfileQuestion>,
) -> Result<Profile, Failure> {
    for question in questions {
        let (parameter, value) = answer(&question)?;
        profile = match parameter {
            "client_id" => profile.with_client_id(value),
            "username" => profile.with_username(value),
            "domain" => profile.with_domain(value),
            "region" => profile.with_region(value),
            _ => profile.with_user_pool_id(value),
        };
    }
    Ok(profile)
}
