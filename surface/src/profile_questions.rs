//! The questions to a person about the values of a profile.

use cognitoken::{Error, ErrorKind, Profile};

/// The region of the documented examples.
const USUAL_REGION: &str = "us-east-1";

/// A question about one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileQuestion {
    /// The parameter, see [`profile_answer`].
    pub parameter: &'static str,
    /// The question, without a colon at its end.
    pub prompt: &'static str,
    /// The answer that an empty one stands for.
    pub default: Option<String>,
}

/// The questions about what is not given. What was kept before is the default.
pub fn profile_questions(given: &Profile, earlier: &Profile) -> Vec<ProfileQuestion> {
    let mut questions = Vec::new();
    questions.extend(given.client_id.is_none().then(|| the_client(earlier)));
    if given.sso || earlier.sso {
        questions.extend(given.domain.is_none().then(|| the_domain(earlier)));
    } else if given.username.is_none() {
        questions.push(the_username(earlier));
    }
    if given.user_pool_id.is_none() && given.region.is_none() && given.endpoint.is_none() {
        questions.push(where_the_client_is(earlier));
    }
    questions
}

/// The question about the app client.
pub fn the_client(earlier: &Profile) -> ProfileQuestion {
    ProfileQuestion { parameter: "client_id", prompt: "Client ID", default: earlier.client_id.clone() }
}

/// The question about the user.
pub fn the_username(earlier: &Profile) -> ProfileQuestion {
    ProfileQuestion { parameter: "username", prompt: "User name", default: earlier.username.clone() }
}

/// The question about the pool's domain, which a person who signs in on its page needs.
pub fn the_domain(earlier: &Profile) -> ProfileQuestion {
    ProfileQuestion {
        parameter: "domain",
        prompt: "Domain of the sign-in page, or its prefix",
        default: earlier.domain.clone(),
    }
}

/// The question about the place of the client.
pub fn where_the_client_is(earlier: &Profile) -> ProfileQuestion {
    let known = earlier.user_pool_id.clone().or_else(|| earlier.region.clone());
    ProfileQuestion {
        parameter: "user_pool_id",
        prompt: "User pool ID, or the region",
        default: Some(known.unwrap_or_else(|| USUAL_REGION.to_owned())),
    }
}

/// The parameter and the value that an answer gives. The question about the user pool may be answered with its region.
///
/// # Errors
/// A configuration error for an answer that cannot be used.
pub fn profile_answer(parameter: &str, answer: &str) -> Result<(&'static str, String), Error> {
    let value = answer.trim();
    if value.is_empty() {
        let message = format!("no {} is given: the answer is empty", in_words(parameter));
        return Err(Error::new(ErrorKind::Config, "MissingValue", message)
            .with_hint(format!("Type it, or pass it as the argument {parameter}.")));
    }
    let (parameter, profile) = match parameter {
        "client_id" => ("client_id", Profile::new().with_client_id(value)),
        "username" => ("username", Profile::new().with_username(value)),
        "domain" => ("domain", Profile::new().with_domain(value)),
        "user_pool_id" if !value.contains('_') => ("region", Profile::new().with_region(value)),
        "user_pool_id" => ("user_pool_id", Profile::new().with_user_pool_id(value)),
        parameter => {
            let message = format!("nothing is asked for about `{parameter}`");
            return Err(Error::new(ErrorKind::Config, "InvalidArgument", message));
        }
    };
    profile.check()?;
    Ok((parameter, value.to_owned()))
}

fn in_words(parameter: &str) -> String {
    match parameter {
        "username" => "user name".to_owned(),
        parameter => parameter.replace('_', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_is_not_asked_for() {
        let parameters = |given: &Profile| -> Vec<&str> {
            profile_questions(given, &Profile::new()).into_iter().map(|question| question.parameter).collect()
        };
        assert_eq!(parameters(&Profile::new()), ["client_id", "username", "user_pool_id"]);
        let given = Profile::new().with_client_id("1a").with_username("ada");
        assert_eq!(parameters(&given), ["user_pool_id"]);
        assert!(parameters(&given.with_region("eu-west-1")).is_empty());
    }

    #[test]
    fn what_was_kept_is_the_default() {
        let earlier = Profile::new().with_client_id("1a").with_region("eu-west-1");
        let defaults: Vec<_> = profile_questions(&Profile::new(), &earlier)
            .into_iter()
            .map(|question| question.default)
            .collect();
        assert_eq!(defaults, [Some("1a".to_owned()), None, Some("eu-west-1".to_owned())]);
    }

    #[test]
    fn a_region_answers_the_question_about_the_pool_and_nonsense_nothing() {
        let answered = |answer: &str| profile_answer("user_pool_id", answer).map(|(name, _)| name);
        assert_eq!(answered(" eu-west-1 ").unwrap(), "region");
        assert_eq!(answered("eu-west-1_AbCdEfGhI").unwrap(), "user_pool_id");
        for (parameter, answer) in
            [("user_pool_id", "Europe"), ("client_id", "no id"), ("username", " "), ("sso", "x")]
        {
            assert_eq!(
                profile_answer(parameter, answer).unwrap_err().kind(),
                ErrorKind::Config,
                "{parameter}"
            );
        }
    }
}
