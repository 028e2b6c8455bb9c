//! Output: results on standard output, everything else on standard error.

use std::io::Write as _;
use std::time::SystemTime;

use clap::CommandFactory as _;
use clap_complete::Shell;
use cognitoken::binding::{printable, printable_json};
use cognitoken::{Challenge, Error, Summary, Tokens};
use serde_json::Value;

use crate::arguments::Arguments;
use crate::{Failure, Outcome};

/// Prints a result, without characters that control the terminal.
pub(crate) fn line(text: &str) -> Outcome {
    write_line(&printable(text))
}

pub(crate) fn json(value: &Value) -> Outcome {
    write_line(&printable_json(&format!("{value:#}")))
}

fn write_line(text: &str) -> Outcome {
    write(format!("{text}\n").as_bytes())
}

fn write(bytes: &[u8]) -> Outcome {
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

/// Prints the user and the expiry, but no token.
pub(crate) fn summary(tokens: &Tokens) -> Outcome {
    let summary = tokens.summary();
    let Summary { who, username, issuer, client_id, refreshable, .. } = &summary;
    let mut rows = vec![("Signed in as", who.as_deref().unwrap_or("(unknown)").to_owned())];
    if let Some(username) = username.as_ref().filter(|name| Some(*name) != who.as_ref()) {
        rows.push(("User name", username.clone()));
    }
    if let Some(issuer) = issuer {
        rows.push(("Issuer", issuer.clone()));
    }
    rows.push(("Client id", client_id.clone()));
    rows.push(("Token", summary.expiry(SystemTime::now())));
    rows.push((
        "Refresh",
        if *refreshable { "possible without a password" } else { "not possible" }.to_owned(),
    ));
    self::rows(&rows)
}

/// Prints labels and texts, one per line.
pub(crate) fn rows(rows: &[(&str, String)]) -> Outcome {
    rows.iter().try_for_each(|(label, value)| line(&format!("{label:<13}{value}")))
}

/// Prints a notice.
pub(crate) fn note(text: &str) {
    // Nothing can be reported if standard error is closed.
    let _ = writeln!(std::io::stderr().lock(), "cognitoken: note: {}", printable(text));
}

/// Reports that a result could not be written.
pub(crate) fn failed(why: &str) {
    // Nothing can be reported if standard error is closed.
    let _ = writeln!(
        std::io::stderr().lock(),
        "cognitoken: standard output could not be written: {why} (OutputFailed)\n\
         hint: Redirect it to where there is room, and run the command again."
    );
}

/// Prints an error and its hint.
pub(crate) fn error(error: &Error) {
    let mut stderr = std::io::stderr().lock();
    // Nothing can be reported if standard error is closed.
    let _ = writeln!(stderr, "cognitoken: {} ({})", printable(error.message()), printable(error.code()));
    if let Some(hint) = error.hint() {
        let _ = writeln!(stderr, "hint: {}", printable(hint));
    }
    if let Some(request_id) = error.request_id() {
        let _ = writeln!(stderr, "request id: {request_id}");
    }
}

/// Prints a challenge that nobody answers now, and the next step.
pub(crate) fn unanswered(challenge: &Challenge, next_step: String) {
    error(&Error::from(challenge.clone()).with_hint(next_step));
    setup(challenge);
    let mut stderr = std::io::stderr().lock();
    for (name, value) in challenge.shown_parameters() {
        let _ = writeln!(stderr, "  {name}: {value}");
    }
}

pub(crate) fn completions(shell: Shell) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "cognitoken", &mut script);
    write(&script)
}

/// Shows the secret for setting up an authenticator app.
pub(crate) fn setup(challenge: &Challenge) {
    let Some(setup) = challenge.totp_setup() else { return };
    let mut stderr = std::io::stderr().lock();
    let _ = writeln!(stderr, "{}", setup.qr_text());
    let _ = writeln!(stderr, "Scan the code with an authenticator app, or type this secret into it:");
    let _ = writeln!(stderr, "  {}", setup.secret().expose());
}

/// Prints the link to the sign-in page to standard error, because standard output is for the result.
pub(crate) fn link(url: &str, opened: bool) {
    let mut stderr = std::io::stderr().lock();
    let what =
        if opened { "The sign-in page opens in your browser; if it does not, go to" } else { "Sign in at" };
    let _ = writeln!(stderr, "{what}\n  {url}");
}

pub(crate) fn paste_question(listens: bool) {
    let mut stderr = std::io::stderr().lock();
    let _ = match listens {
        true => {
            writeln!(stderr, "If the browser is on another machine, paste the address that it ended at here:")
        }
        false => writeln!(stderr, "Then paste the address that the browser ended at here:"),
    };
}
