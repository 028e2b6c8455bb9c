//! `aws-credentials`: prints AWS credentials for the user of the stored sign-in, or of a new one.

use clap::{Arg, ArgMatches, Command};
use cognitoken::Step;
use cognitoken_surface::{Object, cognito, requests};

use super::token::OF_THE_CLIENT_ITSELF;
use crate::given::Given;
use crate::{Outcome, options, output, session};

pub(super) const ABOUT: &str = "Print AWS credentials of an identity pool, in the form that credential_process in \
                                ~/.aws/config reads";

/// There is no option that reads standard input or asks a person: AWS's tools call the command in the background.
pub(super) fn describe(command: Command) -> Command {
    // The time limit of the session is that of the call.
    let is_own = |option: &Arg| option.get_id() != "timeout";
    let is_of_user = |option: &Arg| {
        let name = option.get_id().as_str();
        name != "token_use" && !OF_THE_CLIENT_ITSELF.contains(&name)
    };
    command
        .args(options::of("aws_credentials").into_iter().filter(is_own))
        .args(options::of("session").into_iter().filter(is_of_user))
}

pub(super) fn run(options: &ArgMatches) -> Outcome {
    let given = Given::options(options);
    let request = requests::aws_credentials(&given)?;
    let session = cognito().session(session::request(&given, &requests::environment(&given)?)?)?;
    let ask = || {
        let request = request.clone();
        session::call(&session, |session| async move { session.aws_credentials(&request).await })
    };
    let credentials = match ask()? {
        Step::Done(credentials) => credentials,
        // Without a person to ask, it is kept for `cognitoken respond`.
        Step::Challenge(challenge) => {
            session::answered(&session, challenge, false)?;
            ask()?.or_error()?
        }
    };
    let credentials = Object::AwsCredentials(credentials);
    output::json(&output::as_json(&credentials.field("credential_process")?)?)
}
