//! What a person or a pipe gives: passwords and tokens.

use std::io::{BufRead as _, IsTerminal as _, Read as _, Write as _};

use cognitoken::{Environment, Error, ErrorKind, Password};

/// More than any token or password, in bytes; whoever pipes more in piped the wrong thing.
const CAP: u64 = 128 * 1024;

/// The password as it was asked to be taken; `None` leaves it to the environment.
pub(crate) fn password(
    from_stdin: bool,
    is_needed: bool,
    environment: &Environment,
) -> Result<Option<Password>, Error> {
    if from_stdin {
        return Ok(Some(Password::new(line_from_stdin("password")?)));
    }
    if !is_needed || environment.has("COGNITO_PASSWORD") || !std::io::stdin().is_terminal() {
        return Ok(None);
    }
    hidden("Password").map(|typed| Some(Password::new(typed)))
}

/// Asks a person, without echo.
pub(crate) fn hidden(question: &str) -> Result<String, Error> {
    rpassword::prompt_password(format!("{question}: ")).map_err(|why| {
        Error::new(ErrorKind::Config, "PromptFailed", format!("nobody could be asked for an answer: {why}"))
            .with_hint("Give the value in the environment or through standard input.")
    })
}

/// A token from an argument or, where that is absent or `-`, from standard input.
pub(crate) fn token(argument: Option<String>) -> Result<String, Error> {
    match argument.filter(|text| text != "-") {
        Some(token) => Ok(token),
        None => line_from_stdin("token"),
    }
}

/// Standard input up to its end, without the line break there.
pub(crate) fn line_from_stdin(what: &str) -> Result<String, Error> {
    let mut text = String::new();
    let read = std::io::stdin().lock().take(CAP).read_to_string(&mut text);
    let complaint = match read {
        Err(_) => "cannot be read as text",
        Ok(_) if text.len() as u64 == CAP => "is too long",
        Ok(_) if text.trim().is_empty() => "is empty",
        Ok(_) => {
            let end = text.trim_end_matches(['\r', '\n']).len();
            text.truncate(end);
            return Ok(text);
        }
    };
    Err(Error::new(ErrorKind::Config, "InvalidInput", format!("the {what} on standard input {complaint}"))
        .with_hint(format!("Pipe the {what} alone in.")))
}

/// Asks a person at the terminal for something that may be seen.
pub(crate) fn shown(question: &str) -> Result<String, Error> {
    eprint_question(question);
    let mut line = String::new();
    std::io::stdin().lock().take(CAP).read_line(&mut line).map_err(|why| {
        Error::new(ErrorKind::Config, "PromptFailed", format!("nobody could be asked for an answer: {why}"))
    })?;
    Ok(line.trim().to_owned())
}

fn eprint_question(question: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = write!(stderr, "{question}: ");
    let _ = stderr.flush();
}
