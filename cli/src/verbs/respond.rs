//! `respond`: answers the challenge that is pending from a sign-in.

use clap::{Arg, ArgAction, ArgMatches, Command};
use cognitoken::{Challenge, ErrorKind, PendingChallenges};
use cognitoken_surface::{Failure as Refused, Object, Output, Values as _, asked, requests};

use crate::given::{Added, Given};
use crate::options::{self, switch};
use crate::waiting::wait;
use crate::{Failure, Outcome, challenge, input, output, session};

pub(super) const ABOUT: &str = "Answer the challenge that is pending from a sign-in";

pub(super) fn describe(command: Command) -> Command {
    command
        .arg(Arg::new("code").long("code").value_name("CODE").help("The code that the challenge asks for"))
        .arg(
            Arg::new("choice")
                .long("choice")
                .value_name("NAME")
                .help("One of the choices that the challenge offers, such as SOFTWARE_TOKEN_MFA")
                .conflicts_with("code"),
        )
        .arg(switch(
            "new_password_stdin",
            "Read the new password from standard input, for NEW_PASSWORD_REQUIRED",
        ))
        .args(options::of("challenge.respond").into_iter().filter(|option| option.get_id() != "answers"))
        .arg(
            Arg::new("answers")
                .long("answer")
                .value_name("KEY")
                .action(ArgAction::Append)
                .value_parser(field_name)
                .help(
                    "The name of a field of the answer, as the service defines it; may be given more than once. The \
                     values are prompted for at a terminal, without echo, and otherwise read from standard input, one \
                     line each",
                ),
        )
        .arg(
            Arg::new("username")
                .long("username")
                .value_name("NAME")
                .help("The user name of the challenge, if several are pending"),
        )
        .arg(
            Arg::new("client_id")
                .long("client-id")
                .value_name("ID")
                .help("The app client of the challenge, if several are pending"),
        )
        .args(options::some_of("session", &["store"]))
        .arg(options::json_with_tokens())
}

pub(super) fn run(options: &ArgMatches) -> Outcome {
    let given = Given::options(options);
    let environment = requests::environment(&given)?;
    let pending = PendingChallenges::of_this_user(&environment)?;
    let (username, client_id) = (given.text("username")?, given.text("client_id")?);
    let challenge = wait(pending.find(username.as_deref(), client_id.as_deref(), &environment))??;
    challenge.check_host()?;
    session::check_keeps(&given, &environment)?;
    let outcome = challenge::respond(&challenge, answer(Given::options(options), &challenge)?)?;
    // After an unknown outcome the challenge is kept, because the service may still accept an answer.
    let is_over = match &outcome {
        Ok(_) => true,
        Err(Refused::Error(error)) => error.kind() == ErrorKind::Authentication,
        Err(_) => false,
    };
    if is_over {
        pending.forget(&challenge)?;
    }
    match outcome? {
        Output::Object(Object::Challenge(next)) => Err(challenge::keep(&next)),
        output => {
            let tokens = challenge::tokens(output)?;
            session::keep(&tokens, &given, &environment)?;
            output::tokens(&tokens, given.has("json"))
        }
    }
}

fn answer<'a>(mut given: Given<'a>, challenge: &Challenge) -> Result<Given<'a>, Failure> {
    if given.has("new_password_stdin") {
        given = given.with_text("new_password", input::new_password()?.expose());
    }
    if let Some(answer) = given.text("code")?.or(given.text("choice")?) {
        given = given.with_text("answer", answer);
    }
    let fields = given.texts("answers")?.unwrap_or_default();
    let fields = input::fields(fields, |name| asked(challenge, name))?;
    Ok(given.with("answers", Added::NamedTexts(fields)))
}

/// Refuses `NAME=VALUE`: other users of the machine could read the value in the list of processes.
fn field_name(text: &str) -> Result<String, String> {
    match text.contains('=') {
        true => Err("give the name alone: the value is read from standard input, or asked for".to_owned()),
        false => Ok(text.to_owned()),
    }
}
