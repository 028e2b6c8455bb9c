//! `account`: passwords, confirmation and sign-out of an account.

use clap::{Arg, ArgMatches, Command};
use cognitoken::{Password, SignInRequest};
use cognitoken_surface::{Object, Output, cognito, prepare, requests};
use serde_json::json;

use super::{Verb, run_one_of, with_verbs};
use crate::given::Given;
use crate::waiting::{done, wait};
use crate::{Failure, Outcome, challenge, input, options, output};

const VERBS: [Verb; 7] = [
    Verb {
        name: "forgot-password",
        about: "Request a code for choosing a new password",
        describe: describe_forgot,
        run: forgot,
    },
    Verb {
        name: "confirm-forgot-password",
        about: "Set a new password, read from standard input, with the code from forgot-password",
        describe: describe_confirm_forgot,
        run: confirm_forgot,
    },
    Verb {
        name: "resend-confirmation",
        about: "Resend the code that confirms a sign-up",
        describe: describe_resend,
        run: resend,
    },
    Verb { name: "confirm-sign-up", about: "Confirm a sign-up", describe: describe_confirm, run: confirm },
    Verb {
        name: "change-password",
        about: "Change the password from COGNITO_PASSWORD to one read from standard input",
        describe: describe_change,
        run: change,
    },
    Verb {
        name: "sign-out-everywhere",
        about: "Sign in, then end every sign-in of the user on every device",
        describe: describe_sign_out,
        run: sign_out,
    },
    Verb {
        name: "revoke",
        about: "Revoke the refresh token in COGNITO_REFRESH_TOKEN",
        describe: describe_revoke,
        run: revoke,
    },
];

/// The parameters of a sign-in that an operation on an account takes.
const ACCOUNT: [&str; 7] =
    ["username", "client_id", "region", "user_pool_id", "endpoint", "timeout", "client_metadata"];

pub(super) const ABOUT: &str = "Manage an account: passwords, confirmation, sign-out";

pub(super) fn describe(command: Command) -> Command {
    with_verbs(command, &VERBS)
}

pub(super) fn run(options: &ArgMatches) -> Outcome {
    run_one_of(&VERBS, options)
}

fn describe_forgot(command: Command) -> Command {
    command.args(options::of("forgot_password")).arg(json_of_delivery())
}

fn forgot(options: &ArgMatches) -> Outcome {
    let given = Given::options(options);
    sent(&given, done(prepare("forgot_password", &given)?)??)
}

fn describe_confirm_forgot(command: Command) -> Command {
    command.arg(code()).args(options::of("confirm_forgot_password")).arg(json_of_outcome())
}

fn confirm_forgot(options: &ArgMatches) -> Outcome {
    let given = Given::options(options).with_text("new_password", input::new_password()?.expose());
    done(prepare("confirm_forgot_password", &given)?)??;
    told(&given, "password_set", "The new password is set.")
}

fn describe_resend(command: Command) -> Command {
    command.args(options::of("resend_confirmation_code")).arg(json_of_delivery())
}

fn resend(options: &ArgMatches) -> Outcome {
    let given = Given::options(options);
    sent(&given, done(prepare("resend_confirmation_code", &given)?)??)
}

fn describe_confirm(command: Command) -> Command {
    command.arg(code()).args(options::of("confirm_sign_up")).arg(json_of_outcome())
}

fn confirm(options: &ArgMatches) -> Outcome {
    let given = Given::options(options);
    done(prepare("confirm_sign_up", &given)?)??;
    told(&given, "confirmed", "The sign-up is confirmed.")
}

fn describe_change(command: Command) -> Command {
    command.args(options::some_of("login", &ACCOUNT)).arg(json_of_outcome())
}

fn change(options: &ArgMatches) -> Outcome {
    let given = Given::options(options);
    let request = with_password(&given)?;
    let new = input::new_password()?;
    wait(cognito().sign_in_and_change_password(request, &new))??.or_error()?;
    told(&given, "password_changed", "The password is changed.")
}

fn describe_sign_out(command: Command) -> Command {
    command.args(options::some_of("login", &ACCOUNT)).arg(json_of_outcome())
}

fn sign_out(options: &ArgMatches) -> Outcome {
    let given = Given::options(options);
    let tokens = wait(cognito().sign_in(with_password(&given)?))??.or_error()?;
    wait(cognito().sign_out_everywhere(&tokens))??;
    told(&given, "everywhere", "Every sign-in of this user is ended.")
}

fn describe_revoke(command: Command) -> Command {
    command.args(options::some_of("login", &ACCOUNT)).arg(json_of_outcome())
}

fn revoke(options: &ArgMatches) -> Outcome {
    let given = Given::options(options);
    wait(cognito().revoke(requests::refresh(&given)?))??;
    told(&given, "revoked", "The refresh token is revoked.")
}

fn code() -> Arg {
    Arg::new("code").long("code").value_name("CODE").help("The code that was sent").required(true)
}

fn json_of_delivery() -> Arg {
    options::json("Print JSON: the destination of the code")
}

fn json_of_outcome() -> Arg {
    options::json("Print JSON: {\"outcome\": ...}")
}

/// The request of a sign-in with a password, which a person is asked for if it is missing.
fn with_password(given: &Given<'_>) -> Result<SignInRequest, Failure> {
    let environment = requests::environment(given)?;
    let mut request = requests::sign_in(given, environment.clone())?;
    let check = || Ok(wait(cognito().check_all_but_password(&request))??);
    let password: Option<Password> = input::password(false, true, &environment, check)?;
    request.password = password;
    Ok(request)
}

fn sent(given: &Given<'_>, output: Output) -> Outcome {
    let Output::Object(Object::CodeDelivery(delivery)) = &output else { return Err(challenge::ended()) };
    if given.has("json") {
        return output::json(&output::as_json(&output)?);
    }
    output::line(&match &delivery.destination {
        Some(destination) => format!("A code was sent to {destination}."),
        None => "A code was sent.".to_owned(),
    })
}

fn told(given: &Given<'_>, outcome: &str, sentence: &str) -> Outcome {
    if given.has("json") { output::json(&json!({"outcome": outcome})) } else { output::line(sentence) }
}
