//! The profiles and the sign-ins of this user.

use std::collections::BTreeMap;

use cognitoken::{DEFAULT_PROFILE, Environment, Profile, Profiles, forget_profile, keep_profile};

use crate::any_values::{AnyValues, Refusal};
use crate::output::{NamedProfile, Output};
use crate::profile_questions::{profile_answer, profile_questions};
use crate::requests;
use crate::work::{Prepared, Work};

/// Keeps a profile.
pub(super) fn configure(values: &AnyValues) -> Prepared {
    let name = name_of(values)?;
    let (profile, client_secret) =
        (requests::profile(values)?, values.text("client_secret")?.map(Into::into));
    // The key that seals a client secret comes from a variable.
    let environment = Environment::read_without_profile()?;
    Ok(Work::wait(async move {
        let profile = keep_profile(&name, profile, client_secret, &environment).await?;
        let is_chosen = Profiles::read()?.chosen() == name;
        Ok(NamedProfile { name, is_chosen, profile }.into())
    }))
}

/// The questions to a person about the values of a profile that are not given: the parameter, the question and the answer
/// that an empty one stands for.
pub(super) fn questions(values: &AnyValues) -> Prepared {
    let (name, given) = (name_of(values)?, requests::profile(values)?);
    let mut profiles = Profiles::read()?;
    let earlier = profiles.get(&name).unwrap_or_default();
    // A name or a value that cannot be used is told before the first question.
    profiles.set(&name, &given)?;
    let is_given = given != Profile::new() || values.text("client_secret")?.is_some();
    let knows_client = given.client_id.is_some() || earlier.client_id.is_some();
    let questions = match is_given && knows_client {
        // Values that are given change a profile, or are one that is complete.
        true => Vec::new(),
        false => profile_questions(&given, &earlier),
    };
    let questions = questions.into_iter().map(|question| {
        let fields = [("parameter", question.parameter), ("prompt", question.prompt)];
        let mut fields: BTreeMap<String, String> =
            fields.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        fields.extend(question.default.map(|text| ("default".to_owned(), text)));
        Output::Named(fields)
    });
    Ok(Work::done(Ok(Output::List(questions.collect()))))
}

/// The value of the profile that an answer is, by its parameter. An answer that cannot be used is an error.
pub(super) fn answer(values: &AnyValues) -> Prepared {
    let (parameter, answer) = (values.required_text("parameter")?, values.required_text("answer")?);
    let (parameter, value) = profile_answer(&parameter, &answer)?;
    Ok(Work::done(Ok(Output::Named(BTreeMap::from([(parameter.to_owned(), value)])))))
}

/// The profiles, in the order of the file.
pub(super) fn list(_values: &AnyValues) -> Prepared {
    let profiles = Profiles::read()?;
    let named = |name: String| {
        let profile = profiles.get(&name)?;
        Some(Output::from(NamedProfile { is_chosen: profiles.chosen() == name, name, profile }))
    };
    Ok(Work::done(Ok(Output::List(profiles.names().into_iter().filter_map(named).collect()))))
}

/// Removes a profile.
pub(super) fn forget(values: &AnyValues) -> Prepared {
    let name = values.required_text("profile")?.trim().to_owned();
    let environment = Environment::read_without_profile()?;
    Ok(Work::wait(async move {
        if forget_profile(&name, &environment).await? {
            return Ok(Output::Nothing);
        }
        Err(Profiles::read()?.not_found(&name).into())
    }))
}

fn name_of(values: &AnyValues) -> Result<String, Refusal> {
    let name = values.text("profile")?.filter(|name| !name.trim().is_empty());
    Ok(name.unwrap_or_else(|| DEFAULT_PROFILE.to_owned()).trim().to_owned())
}
