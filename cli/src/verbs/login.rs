//! `login`: signs in and stores the tokens.

use std::io::{BufRead as _, IsTerminal as _};
use std::sync::Arc;

use clap::{ArgMatches, Command};
use cognitoken::{Environment, Step, Tokens, likely_remote};
use cognitoken_surface::{Object, Output, SsoAttempt, Values as _, cognito, prepare, requests};

use crate::given::{Added, Given};
use crate::kept_profile::{self, ProfileName};
use crate::options::{self, Mode, switch};
use crate::waiting::done;
use crate::{Failure, Outcome, challenge, input, missing_values, next_steps, output, prompt, session};

const MODES: [Mode; 3] = [
    Mode { operation: "login", option: "" },
    Mode { operation: "login_sso", option: "--sso" },
    Mode { operation: "client_credentials", option: "--client-credentials" },
];

pub(super) const ABOUT: &str = "Sign in, store the tokens and show who signed in. At a terminal it asks for what is missing, and keeps the values as \
                                a profile";

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
        .arg(switch("no_save", "Do not keep the values as a profile"))
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
    if given.has("client_credentials") {
        let json = given.has("json");
        return output::tokens(&client_credentials(given)?, json);
    }
    let is_new = names_new_profile(&given)?;
    let given = given.with("without_profile", Added::Truth(is_new));
    let environment = requests::environment(&given)?;
    let name = ProfileName::of(&given, &environment)?;
    let is_sso = given.has("sso") || is_for_the_page(&given, &environment)?;
    let given = given.with("sso", Added::Truth(is_sso));
    let SignedIn { tokens, given, place } =
        if is_sso { sso(given, &environment)? } else { sign_in(given, &environment)? };
    output::tokens(&tokens, given.has("json"))?;
    let profile = kept_profile::keep(&given, &environment, name, &tokens)?;
    if input::a_person_reads_questions() && !given.has("json") {
        next_steps::show(&place, profile.as_deref())?;
    }
    Ok(())
}

/// The outcome of a sign-in.
struct SignedIn<'a> {
    tokens: Arc<Tokens>,
    /// The values, with those that a person was asked for.
    given: Given<'a>,
    /// The place of the tokens.
    place: String,
}

/// Returns whether an option names a profile that is not there yet: the sign-in makes it.
fn names_new_profile(given: &Given<'_>) -> Result<bool, Failure> {
    let name = given.text("profile")?.filter(|name| !name.trim().is_empty());
    let Some(name) = name else { return Ok(false) };
    match Environment::read_with_profile(Some(&name)) {
        Ok(_) => Ok(false),
        Err(error) if error.code() == "ProfileNotFound" => Ok(true),
        Err(error) => Err(error.into()),
    }
}

/// Returns whether the profile of this client is of a person who signs in on the pool's page, and nothing says otherwise.
fn is_for_the_page(given: &Given<'_>, environment: &Environment) -> Result<bool, Failure> {
    if given.has("password_stdin") || given.text("flow")?.is_some() {
        return Ok(false);
    }
    session::profile_for_the_page(&session::request(given, environment)?)
}

fn sign_in<'a>(given: Given<'a>, environment: &Environment) -> Result<SignedIn<'a>, Failure> {
    let from_stdin = given.has("password_stdin");
    let given = match !from_stdin && input::a_person_reads_questions() {
        true => missing_values::for_a_password(given, environment)?,
        false => given,
    };
    let mut request = session::request(&given, environment)?;
    let needs_password = request.sign_in.flow.needs_password();
    // A person who can be asked for a password can be asked for a code, too.
    let may_ask = given.has("on_challenge") || (!from_stdin && input::a_person_is_there());
    let check = || session::check_before_password(&request);
    request.sign_in.password = input::password(from_stdin, needs_password, environment, check)?;
    let session = cognito().session(request)?;
    let tokens = match session::call(&session, |session| async move { session.sign_in().await })? {
        Step::Done(tokens) => tokens,
        Step::Challenge(challenge) => session::answered(&session, challenge, may_ask)?,
    };
    Ok(SignedIn { tokens, given, place: session.place() })
}

/// A token for the client itself, stored as a sign-in.
fn client_credentials(given: Given<'_>) -> Result<Arc<Tokens>, Failure> {
    let given = given.with_text("flow", "client_credentials").with_text("token_use", "access");
    let session = session::open(&given)?;
    session::call(&session, |session| async move { session.tokens().await?.or_error() })
}

fn sso<'a>(given: Given<'a>, environment: &Environment) -> Result<SignedIn<'a>, Failure> {
    let given = match input::a_person_reads_questions() {
        true => missing_values::for_the_page(given, environment)?,
        false => given,
    };
    session::check_keeps(&given, environment)?;
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
    let place = session::keep(&tokens, &given, environment)?;
    Ok(SignedIn { tokens, given, place })
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
