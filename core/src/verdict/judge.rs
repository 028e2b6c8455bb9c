//! The judgement of a refusal, by the table and the status.

use super::refusal::{Refusal, RequestKind};
use super::table;
use crate::error::{ErrorKind, Repeat, Subject, Verdict};

/// The error name of a mistyped code, for a service that refuses one without an error of its own.
pub(crate) const CODE_MISMATCH: &str = "CodeMismatchException";

/// The error name of a firewall's page: the name that the API has for the same refusal.
pub(crate) const FORBIDDEN: &str = "ForbiddenException";

/// Judges a refusal by the first row of the table that fits it, and by its status.
pub(crate) fn judge(refusal: &Refusal<'_>) -> Verdict {
    let (code, words) = match (refusal.waf_action, refusal.code) {
        (Some(action), _) => (FORBIDDEN, action.to_ascii_lowercase()),
        (None, Some(code)) => (code, refusal.message.to_ascii_lowercase()),
        (None, None) => ("", table::formless(refusal.status, refusal.form)),
    };
    let verdict = table::find(refusal.request_kind, code, &words);
    if verdict.meaning.subject == Subject::Firewall {
        return verdict;
    }
    let is_attempt_limit = verdict.kind == ErrorKind::Throttled && verdict.repeat == Repeat::Never;
    match refusal.status {
        429 if !is_attempt_limit => table::BUSY,
        500..
            if !is_attempt_limit
                && verdict.repeat == Repeat::Never
                && verdict.meaning.subject != Subject::Operation =>
        {
            Verdict { repeat: Repeat::Later, hint: verdict.hint.or(table::FAILED.hint), ..verdict }
        }
        _ => verdict,
    }
}

/// Returns the verdict on a wrong code, for a service that reports one without an error.
pub(crate) fn code_mismatch() -> Verdict {
    table::find(RequestKind::VerifySoftwareToken, CODE_MISMATCH, "")
}

/// Returns the name of an error of the sign-in page, if the table has it.
#[cfg(feature = "sso")]
pub(crate) fn known_at_sign_in_page(name: &str) -> Option<&'static str> {
    table::codes_at(RequestKind::SignInPage).find(|known| *known == name)
}
