//! The question of MFA_SETUP, which depends on the pool's offer and on the choice made.

use std::collections::BTreeMap;

use super::answer_form::AnswerForm;
use super::parameters::list;

/// The ways of MFA_SETUP that a sign-in can take. A phone number cannot be set up.
const WAYS: [&str; 2] = [APP, EMAIL];
/// The name of the authenticator app among the ways.
pub(super) const APP: &str = "SOFTWARE_TOKEN_MFA";
const EMAIL: &str = "EMAIL_OTP";

/// The next question of MFA_SETUP.
pub(super) enum SetupQuestion {
    /// The choice of one of these ways.
    Which(Vec<&'static str>),
    /// The e-mail address to send codes to.
    Address,
    /// A code of the app that was set up.
    Code,
}

impl SetupQuestion {
    /// The question in words, for a prompt.
    pub(super) fn in_words(&self) -> String {
        match self {
            Self::Code => "Code of the authenticator app".to_owned(),
            Self::Which(ways) => format!("Choose what to set up: {}", ways.join(", ")),
            Self::Address => "E-mail address to send codes to".to_owned(),
        }
    }

    pub(super) fn answer_form(&self) -> AnswerForm {
        match self {
            Self::Code => AnswerForm::Code,
            Self::Which(_) => AnswerForm::Choice,
            Self::Address => AnswerForm::EmailAddress,
        }
    }

    /// The next step for a person.
    pub(super) fn hint(&self) -> &'static str {
        match self {
            Self::Code => {
                "Set an authenticator app up with the secret, then answer with the code that it shows."
            }
            Self::Which(_) => {
                "Answer with what to set up: SOFTWARE_TOKEN_MFA for an authenticator app, EMAIL_OTP or an e-mail \
                 address for codes by e-mail."
            }
            Self::Address => "Answer with the e-mail address to send codes to.",
        }
    }
}

/// The question that comes before an app has been set up.
pub(super) fn first_question(parameters: &BTreeMap<String, String>) -> SetupQuestion {
    let ways = ways(parameters);
    match ways[..] {
        [EMAIL] => SetupQuestion::Address,
        [_, _] => SetupQuestion::Which(ways),
        _ => SetupQuestion::Code,
    }
}

/// Returns whether an app is the only way, so that there is no choice.
pub(super) fn is_for_an_app_alone(parameters: &BTreeMap<String, String>) -> bool {
    ways(parameters) == [APP]
}

/// The ways that the pool offers this user.
pub(super) fn ways(parameters: &BTreeMap<String, String>) -> Vec<&'static str> {
    let offered = parameters.get("MFAS_CAN_SETUP").map(|text| list(text)).unwrap_or_default();
    WAYS.into_iter().filter(|way| offered.iter().any(|name| name == way)).collect()
}
