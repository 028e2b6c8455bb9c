//! The parameters that a language does not have, or has in another form.

use super::Exception;
use super::Language::{self, Command, R};
use super::calls::*;

const fn exception(
    language: Language,
    operation: &'static str,
    parameter: &'static str,
    instead: &'static str,
    reason: &'static str,
) -> Exception {
    Exception { language, operation, parameter, instead, reason }
}

/// The parameters that a language does not have, or has in another form. A parameter of kind [`Kind::Secret`](super::Kind::Secret) is never an
/// option of the command: other users could read it in the list of processes.
#[rustfmt::skip]
pub const EXCEPTIONS: &[Exception] = &[
    exception(Command, "", "on_challenge", "--prompt", "a shell has no functions: a person answers, or `cognitoken respond`"),
    exception(Command, "", "scopes", "--scope", "an option that is given once for each scope"),
    exception(Command, "", "parameters", "--parameter", "an option that is given once for each parameter"),
    exception(Command, "", "groups", "--group", "an option that is given once for each group"),
    exception(Command, "", "attributes", "--attribute", "an option that is given once for each attribute"),
    exception(Command, "", "answers", "--answer", "an option that is given once for each field"),
    exception(Command, "", "device", "--device-key", "a device has a password of its own, which no argument may hold"),
    exception(Command, LOGIN, "device", "", "a device has a password of its own, which no argument may hold"),
    exception(Command, SESSION, "token_use", "--access", "the command prints one of the two"),
    exception(Command, SESSION, "background_refresh", "", "the command ends before a refresh in the background would begin"),
    exception(Command, SSO, "open_browser", "--no-browser", "a switch for the only other choice that a shell has"),
    exception(Command, SSO, "prompt", "--page-prompt", "`--prompt` asks the person at the terminal"),
    exception(Command, AWS_CREDENTIALS, "session", "", "the command opens the session by the options of the sign-in"),
    exception(Command, "", "code", "--code", "a code is good once and for minutes, so an argument may hold it"),
    exception(Command, RESPOND, "answer", "--code, --choice", "a code is good once and for minutes, so an argument may hold it"),
    exception(Command, RESPOND, "new_password", "--new-password-stdin", "a password is read from standard input"),
    exception(Command, FORGET_PROFILE, "profile", "--forget-profile, --profile", "the verb ends the sign-in of a profile, and forgets the profile where that is asked for"),
    exception(R, DECODE, "jwt", "token", "the function that R users know from the documented script names it so"),
    exception(Command, VERIFIER, "check", "", "a shell has no functions"),
    exception(Command, VERIFIER, "jwks", "--jwks FILE", "the file that holds the key set"),
];
