//! Passwords and tokens from arguments, the environment and standard input.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Read as _};

use cognitoken::{Environment, Error, ErrorKind, Password};
use zeroize::Zeroizing;

use crate::prompt::{hidden, hidden_twice};
use crate::{Failure, Outcome};

/// The maximum length of standard input in bytes, more than any token or password has.
const CAP: u64 = 128 * 1024;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Reads the password from the source that the options name; `None` leaves it to the environment. `check` runs before a
/// person is asked, so that a password is not typed in vain.
pub(crate) fn password(
    from_stdin: bool,
    is_needed: bool,
    environment: &Environment,
    check: impl FnOnce() -> Outcome,
) -> Result<Option<Password>, Failure> {
    if from_stdin {
        return secret_from_stdin("password").map(Some);
    }
    if !is_needed || environment.has("COGNITO_PASSWORD") || !a_person_is_there() {
        return Ok(None);
    }
    check()?;
    hidden("Password").map(|typed| Some(Password::new(typed)))
}

/// Returns whether a person can be asked at the terminal.
pub(crate) fn a_person_is_there() -> bool {
    std::io::stdin().is_terminal()
}

/// Returns whether a person types here and sees the questions. Output may go elsewhere: `$(cognitoken token)`.
pub(crate) fn a_person_reads_questions() -> bool {
    a_person_is_there() && std::io::stderr().is_terminal()
}

/// Reads a password from standard input, without echo at a terminal.
pub(crate) fn secret_from_stdin(what: &str) -> Result<Password, Failure> {
    if a_person_is_there() {
        return Ok(Password::new(hidden(&format!("The {what}"))?));
    }
    Ok(Password::new(line_from_stdin(what)?))
}

/// Reads a new password from standard input; at a terminal twice, without echo.
pub(crate) fn new_password() -> Result<Password, Failure> {
    if a_person_is_there() {
        return Ok(Password::new(hidden_twice("New password")?));
    }
    Ok(Password::new(line_from_stdin("new password")?))
}

/// Returns the token of an argument or, if that is absent or `-`, of standard input.
pub(crate) fn token(argument: Option<String>) -> Result<String, Error> {
    match argument.filter(|text| text != "-") {
        Some(token) => Ok(token),
        None => line_from_stdin("token"),
    }
}

/// Reads the values of named fields, at a terminal by prompts, otherwise from standard input, one line each.
pub(crate) fn fields(
    names: Vec<String>,
    question: impl Fn(&str) -> String,
) -> Result<BTreeMap<String, Zeroizing<String>>, Failure> {
    if names.is_empty() {
        return Ok(BTreeMap::new());
    }
    if a_person_is_there() {
        let answer = |name: String| Ok((name.clone(), Zeroizing::new(hidden(&question(&name))?)));
        return names.into_iter().map(answer).collect();
    }
    let text = Zeroizing::new(line_from_stdin("answer")?);
    let lines: Vec<Zeroizing<String>> = text.lines().map(|line| Zeroizing::new(line.to_owned())).collect();
    if lines.len() != names.len() {
        let message =
            format!("standard input has {} lines for the {} fields of --answer", lines.len(), names.len());
        return Err(Error::new(ErrorKind::Config, "InvalidInput", message)
            .with_hint("Pipe one line in for each --answer, in their order.")
            .into());
    }
    Ok(names.into_iter().zip(lines).collect())
}

/// Reads standard input to its end, without the last line break.
pub(crate) fn line_from_stdin(what: &str) -> Result<String, Error> {
    let mut text = String::new();
    let read = std::io::stdin().lock().take(CAP).read_to_string(&mut text);
    let complaint = match read {
        Err(_) => "cannot be read as text",
        Ok(_) if text.len() as u64 == CAP => "is too long",
        Ok(_) if text.trim_start_matches(BYTE_ORDER_MARK).trim().is_empty() => "is empty",
        Ok(_) => {
            // PowerShell and Notepad write a byte order mark.
            if text.starts_with(BYTE_ORDER_MARK) {
                text.drain(..BYTE_ORDER_MARK.len_utf8());
            }
            let end = text.trim_end_matches(['\r', '\n']).len();
            text.truncate(end);
            return Ok(text);
        }
    };
    Err(Error::new(ErrorKind::Config, "InvalidInput", format!("the {what} on standard input {complaint}"))
        .with_hint(format!("Pipe the {what} alone in.")))
}
