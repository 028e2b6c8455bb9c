//! `login`: signs in and stores the tokens.

use std::io::{BufRead as _, IsTerminal as _};
use std::sync::Arc;

use clap::{ArgMatches, Command};
use cognitoken::{Step, Tokens, likely_remote};
use cognitoken_surface::{Object, Output, SsoAttempt, cognito, prepare, requests};

use crate::given::{Added, Given};
use crate::options::{self, Mode, switch};
use crate::waiting::done;
use crate::{Failure, Outcome, challenge, input, output, prompt, session};

const MODES: [Mode; 3] = [
    Mode { operation: "login", option: "" },
    Mode { operation: "login_sso", option: "--sso" },
    Mode { operation: "client_credentials", option: "--client-credentials" },
];

pub(super) const ABOUT: &str =
    "Sign in, store the tokens and show who signed in; with --json, the service's response with the tokens";

pub(super) fn describe(command: Command) -> Command {
    command
        .arg(switch("sso", "Sign in on the pool's sign-in page in a browser"))
        .arg(
            switch(
                "client_credentials",
                "Get an access token for the app client itself, with its id and secret (COGNITO_CLIENT_SECRET)",
            )
            .conflicts_with("sso"),
        )
        .arg(options::password_stdin())
        .arg(options::prompt())
        .args(options::of_modes(&MODES).into_iter().map(|option| match option.get_id().as_str() {
            // The former name of the limit with --sso.
            "timeout" => option.alias("wait"),
            _ => option,
        }))
        .args(options::some_of("session", &["store"]))
        .arg(options::json_with_tokens())
        .arg(
            switch(
                "no_browser",
                "Show the link instead of opening a browser, and accept the final address on standard input",
            )
            .help_heading("With --sso"),
        )
}

pub(super) fn run(options: &ArgMatches) -> Outcome {
    let given = Given::options(options);
    let json = given.has("json");
    let tokens = if given.has("sso") {
        sso(given)?
    } else if given.has("client_credentials") {
        client_credentials(given)?
    } else {
        sign_in(&given)?
    };
    output::tokens(&tokens, json)
}

fn sign_in(given: &Given<'_>) -> Result<Arc<Tokens>, Failure> {
    let environment = requests::environment(given)?;
    let mut request = session::request(given, &environment)?;
    let needs_password = request.sign_in.flow.needs_password();
    let from_stdin = given.has("password_stdin");
    // A person who can be asked for a password can be asked for a code, too.
    let may_ask = given.has("on_challenge") || (!from_stdin && input::a_person_is_there());
    let check = || session::check_before_password(&request);
    request.sign_in.password = input::password(from_stdin, needs_password, &environment, check)?;
    let session = cognito().session(request)?;
    match session::call(&session, |session| async move { session.sign_in().await })? {
        Step::Done(tokens) => Ok(tokens),
        Step::Challenge(challenge) => session::answered(&session, challenge, may_ask),
    }
}

/// A token for the client itself, stored as a sign-in.
fn client_credentials(given: Given<'_>) -> Result<Arc<Tokens>, Failure> {
    let given = given.with_text("flow", "client_credentials").with_text("token_use", "access");
    let session = session::open(&given)?;
    session::call(&session, |session| async move { session.tokens().await?.or_error() })
}

fn sso(given: Given<'_>) -> Result<Arc<Tokens>, Failure> {
    let environment = requests::environment(&given)?;
    session::check_keeps(&given, &environment)?;
    let elsewhere = given.has("no_browser") || likely_remote();
    let given = given.with("person_can_paste", Added::Truth(elsewhere));
    let Output::Object(Object::SsoAttempt(attempt)) = done(prepare("login_sso", &given)?)?? else {
        return Err(challenge::ended());
    };
    let opened = !elsewhere && attempt.open_browser();
    output::link(attempt.link(), opened);
    if !opened {
        output::paste_question(attempt.listens());
        let attempt = Arc::clone(&attempt);
        std::thread::spawn(move || take_pasted(&attempt));
    }
    let attempt = Given::nothing().with("self", Added::Object(Object::SsoAttempt(attempt)));
    let tokens = match done(prepare("sso.wait", &attempt)?)?? {
        // The input ended before an address came.
        Output::Nothing => return Err(prompt::ended()),
        output => challenge::tokens(output)?,
    };
    session::keep(&tokens, &given, &environment)?;
    Ok(tokens)
}

/// Reads addresses until one is accepted. At the end of the input only a browser on this machine can end the sign-in, if
/// there is a port for it. The command does not wait for this thread if the browser comes back first.
fn take_pasted(attempt: &SsoAttempt) {
    let stdin = std::io::stdin();
    let asks_again = stdin.is_terminal();
    for line in stdin.lock().lines().map_while(Result::ok).filter(|line| !line.trim().is_empty()) {
        match attempt.paste(&line) {
            None => return,
            Some(error) => output::error(&error),
        }
        if asks_again {
            output::paste_question(false);
        }
    }
    if !attempt.listens() {
        attempt.give_up();
    }
}
