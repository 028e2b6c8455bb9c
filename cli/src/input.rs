//! What arguments, the environment or a pipe give: passwords and tokens.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Read as _};

use cognitoken::{Environment, Error, ErrorKind, Password};
use zeroize::Zeroizing;

use crate::prompt::{hidden, hidden_twice};
use crate::{Failure, Outcome};

/// More than any token or password, in bytes; whoever pipes more in piped the wrong thing.
const CAP: u64 = 128 * 1024;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// The password as it was asked to be taken; `None` leaves it to the environment. `check` is made before a person is
/// asked, so that nobody types one in vain.
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

/// Whether somebody can be asked at the terminal.
pub(crate) fn a_person_is_there() -> bool {
    std::io::stdin().is_terminal()
}

/// A password from standard input; at a terminal it is asked for without echo.
pub(crate) fn secret_from_stdin(what: &str) -> Result<Password, Failure> {
    if a_person_is_there() {
        return Ok(Password::new(hidden(&format!("The {what}"))?));
    }
    Ok(Password::new(line_from_stdin(what)?))
}

/// A new password from standard input; at a terminal it is asked for twice, without echo.
pub(crate) fn new_password() -> Result<Password, Failure> {
    if a_person_is_there() {
        return Ok(Password::new(hidden_twice("New password")?));
    }
    Ok(Password::new(line_from_stdin("new password")?))
}

/// A token from an argument or, where that is absent or `-`, from standard input.
pub(crate) fn token(argument: Option<String>) -> Result<String, Error> {
    match argument.filter(|text| text != "-") {
        Some(token) => Ok(token),
        None => line_from_stdin("token"),
    }
}

/// The values of named fields: asked for at a terminal, and otherwise the lines of standard input, one for each.
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

/// Standard input up to its end, without the line break there.
pub(crate) fn line_from_stdin(what: &str) -> Result<String, Error> {
    let mut text = String::new();
    let read = std::io::stdin().lock().take(CAP).read_to_string(&mut text);
    let complaint = match read {
        Err(_) => "cannot be read as text",
        Ok(_) if text.len() as u64 == CAP => "is too long",
        Ok(_) if text.trim_start_matches(BYTE_ORDER_MARK).trim().is_empty() => "is empty",
        Ok(_) => {
            // PowerShell and Notepad put one before the text.
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
