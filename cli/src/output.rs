//! Output: results on standard output, everything else on standard error.

use std::io::Write as _;
use std::sync::Arc;
use std::time::SystemTime;

use cognitoken::binding::{printable, printable_json};
use cognitoken::{Challenge, Error, ErrorKind, Tokens};
use cognitoken_surface::{Object, Output, Question, rows};
use serde_json::{Map, Value};

use crate::colours::{self, ERROR, HINT, NOTE, styled};
use crate::wait_line::stderr;
use crate::{Failure, Outcome};

/// Prints a result, without characters that control the terminal.
pub(crate) fn line(text: &str) -> Outcome {
    write_line(&printable(text))
}

pub(crate) fn json(value: &Value) -> Outcome {
    write_line(&printable_json(&format!("{value:#}")))
}

fn write_line(text: &str) -> Outcome {
    bytes(format!("{text}\n").as_bytes())
}

/// Writes a text as it is.
pub(crate) fn bytes(bytes: &[u8]) -> Outcome {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(|why| unwritten(&why))
}

/// Converts an error in writing to standard output.
pub(crate) fn unwritten(why: &std::io::Error) -> Failure {
    match why.kind() {
        std::io::ErrorKind::BrokenPipe => Failure::OutputClosed,
        _ => Failure::OutputFailed(why.to_string()),
    }
}

/// Prints the user and the expiry, but no token; as JSON the service's response, which contains the tokens.
pub(crate) fn tokens(tokens: &Arc<Tokens>, json: bool) -> Outcome {
    match json {
        true => self::json(&tokens.to_response()),
        false => object(&Object::Tokens(Arc::clone(tokens)), false),
    }
}

/// Prints an object for a person, or all its fields as JSON.
pub(crate) fn object(object: &Object, json: bool) -> Outcome {
    match json {
        true => self::json(&fields(object)?),
        false => {
            let lines = rows::lines(object, SystemTime::now(), colours::width_of_stdout());
            let text = colours::styled_lines(lines);
            colours::write(std::io::stdout().lock(), &text).map_err(|why| unwritten(&why))
        }
    }
}

/// Prints a table whose columns are as wide as their longest text. A column without a text is left out.
pub(crate) fn table<const COLUMNS: usize>(headings: &[&str; COLUMNS], rows: &[[String; COLUMNS]]) -> Outcome {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|text| printable(text)).collect()).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let columns: Vec<usize> = (0..COLUMNS).filter(|column| width(*column) > 0).collect();
    let line = |texts: &[String]| {
        let padded = columns.iter().map(|&column| {
            let width = width(column).max(headings[column].chars().count());
            format!("{:<width$}", texts[column])
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
    let lines: Vec<String> = std::iter::once(&headings).chain(&rows).map(|row| line(row)).collect();
    write_line(&lines.join("\n"))
}

/// A result as JSON.
pub(crate) fn as_json(output: &Output) -> Result<Value, Error> {
    Ok(match output {
        Output::Nothing => Value::Null,
        Output::Truth(truth) => Value::from(*truth),
        Output::Integer(number) => Value::from(*number),
        // The numbers of the fields are times in whole seconds.
        Output::Number(number) => Value::from(*number as i64),
        Output::Text(text) => Value::from(text.as_str()),
        Output::Texts(texts) => Value::from(texts.clone()),
        Output::Named(texts) => {
            texts.iter().map(|(name, text)| (name.clone(), Value::from(text.as_str()))).collect()
        }
        Output::Json(value) => value.clone(),
        Output::Object(object) => fields(object)?,
        Output::List(list) => Value::Array(list.iter().map(as_json).collect::<Result<_, _>>()?),
        Output::Each(results) => {
            let values = results.iter().map(|result| as_json(result.as_ref().map_err(Clone::clone)?));
            Value::Array(values.collect::<Result<_, _>>()?)
        }
    })
}

fn fields(object: &Object) -> Result<Value, Error> {
    let fields = object.fields().iter().map(|field| {
        let value = as_json(&object.field(field.name)?)?;
        Ok((field.name.to_owned(), value))
    });
    Ok(Value::Object(fields.collect::<Result<Map<_, _>, Error>>()?))
}

/// Prints a notice.
pub(crate) fn note(text: &str) {
    say(&format!("cognitoken: {} {}\n", styled(NOTE, "note:"), printable(text)));
}

/// Reports that a result could not be written.
pub(crate) fn failed(why: &str) {
    let message = format!("standard output could not be written: {why}");
    let error = Error::new(ErrorKind::Local, "OutputFailed", message)
        .with_hint("Redirect it to where there is room, and run the command again.");
    self::error(&error);
}

/// Prints an error and its hint.
pub(crate) fn error(error: &Error) {
    let (message, code) = (printable(error.message()), printable(error.code()));
    let mut text = format!("cognitoken: {} {message} ({code})\n", styled(ERROR, "error:"));
    if let Some(hint) = error.hint() {
        text.push_str(&format!("{} {}\n", styled(HINT, "hint:"), printable(hint)));
    }
    if let Some(request_id) = error.request_id() {
        text.push_str(&format!("request id: {request_id}\n"));
    }
    say(&text);
}

/// Prints a challenge that nobody answers now, and the next step.
pub(crate) fn unanswered(challenge: &Challenge, next_step: String) {
    error(&Error::from(challenge.clone()).with_hint(next_step));
    setup(&Question::of(challenge).setup);
    let object = Object::Challenge(Arc::new(challenge.clone()));
    say(&colours::styled_lines(rows::lines(&object, SystemTime::now(), colours::width_of_stderr())));
}

/// Writes to standard error, in colours where they are shown.
fn say(text: &str) {
    // Nothing can be reported if standard error is closed.
    let _ = colours::write(stderr(), text);
}

/// Shows the lines with the secret for setting up an authenticator app.
pub(crate) fn setup(lines: &[String]) {
    let mut stderr = stderr();
    for line in lines {
        // Nothing can be reported if standard error is closed.
        let _ = writeln!(stderr, "{line}");
    }
}

/// Prints the link to the sign-in page to standard error, because standard output is for the result.
pub(crate) fn link(url: &str, opened: bool) {
    let mut stderr = stderr();
    let what =
        if opened { "The sign-in page opens in your browser; if it does not, go to" } else { "Sign in at" };
    let _ = writeln!(stderr, "{what}\n  {url}");
}

pub(crate) fn paste_question(listens: bool) {
    let mut stderr = stderr();
    let _ = match listens {
        true => {
            writeln!(stderr, "If the browser is on another machine, paste the address that it ended at here:")
        }
        false => writeln!(stderr, "Then paste the address that the browser ended at here:"),
    };
}
