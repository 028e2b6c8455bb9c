//! What a person or a pipe gives: passwords and tokens.

use std::io::{BufRead as _, IsTerminal as _, Read as _, Write as _};

use cognitoken::{Environment, Error, ErrorKind, Password};

use crate::Failure;
use crate::waiting::{listen, wait};

/// More than any token or password, in bytes; whoever pipes more in piped the wrong thing.
const CAP: u64 = 128 * 1024;

/// The password as it was asked to be taken; `None` leaves it to the environment.
pub(crate) fn password(
    from_stdin: bool,
    is_needed: bool,
    environment: &Environment,
) -> Result<Option<Password>, Failure> {
    if from_stdin {
        return Ok(Some(Password::new(line_from_stdin("password")?)));
    }
    if !is_needed || environment.has("COGNITO_PASSWORD") || !std::io::stdin().is_terminal() {
        return Ok(None);
    }
    hidden("Password").map(|typed| Some(Password::new(typed)))
}

/// Asks a person, without echo.
pub(crate) fn hidden(question: &str) -> Result<String, Failure> {
    // Or Ctrl-C would end the process before the terminal shows again what is typed.
    listen()?;
    rpassword::prompt_password(format!("{question}: ")).map_err(|why| match why.kind() {
        std::io::ErrorKind::Interrupted => Failure::Interrupted,
        _ => prompt_failed(&why).into(),
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
pub(crate) fn shown(question: &str) -> Result<String, Failure> {
    eprint_question(question);
    let read = || {
        let mut line = String::new();
        std::io::stdin().lock().take(CAP).read_line(&mut line).map(|_| line.trim().to_owned())
    };
    // In a thread of its own: nothing else ends the reading at Ctrl-C.
    let line = wait(async { tokio::task::spawn_blocking(read).await.unwrap_or_else(|why| Err(why.into())) })?;
    Ok(line.map_err(|why| prompt_failed(&why))?)
}

fn prompt_failed(why: &std::io::Error) -> Error {
    Error::new(ErrorKind::Config, "PromptFailed", format!("nobody could be asked for an answer: {why}"))
        .with_hint("Give the value in the environment or through standard input.")
}

fn eprint_question(question: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = write!(stderr, "{question}: ");
    let _ = stderr.flush();
}
