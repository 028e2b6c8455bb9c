//! The judge of what Cognito says.

use super::asked::{Asked, Said};
use super::table;
use crate::error::{About, ErrorKind, Repeat, Verdict};

/// The name of a mistyped code, for a service that refuses one without an error of its own.
pub(crate) const CODE_MISMATCH: &str = "CodeMismatchException";

/// The name under which a firewall's page is reported, as the API names the same refusal.
pub(crate) const FORBIDDEN: &str = "ForbiddenException";

/// Judges a refusal by the first row of the table that it fits, and by its status.
pub(crate) fn judge(said: &Said<'_>) -> Verdict {
    let (code, words) = match (said.waf_action, said.code) {
        (Some(action), _) => (FORBIDDEN, action.to_ascii_lowercase()),
        (None, Some(code)) => (code, said.message.to_ascii_lowercase()),
        (None, None) => ("", table::formless(said.status, said.form)),
    };
    let verdict = table::find(said.asked, code, &words);
    if verdict.meaning.about == About::Firewall {
        return verdict;
    }
    let is_attempt_limit = verdict.kind == ErrorKind::Throttled && verdict.repeat == Repeat::Never;
    match said.status {
        429 if !is_attempt_limit => table::BUSY,
        500..
            if !is_attempt_limit
                && verdict.repeat == Repeat::Never
                && verdict.meaning.about != About::Operation =>
        {
            Verdict { repeat: Repeat::Later, hint: verdict.hint.or(table::FAILED.hint), ..verdict }
        }
        _ => verdict,
    }
}

/// The verdict on a code that is not the right one, for a service that says so without an error.
pub(crate) fn code_mismatch() -> Verdict {
    table::find(Asked::VerifySoftwareToken, CODE_MISMATCH, "")
}

/// The name of an error of the sign-in page, where it is one that is known there.
#[cfg(feature = "sso")]
pub(crate) fn known_at_sign_in_page(name: &str) -> Option<&'static str> {
    table::codes_at(Asked::SignInPage).find(|known| *known == name)
}
