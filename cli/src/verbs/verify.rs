//! `verify`: verifies a token.

use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command, value_parser};
use cognitoken::{Error, ErrorKind, Value};
use cognitoken_surface::{Output, prepare};

use super::decode::{token, with_token};
use crate::given::{Added, Given};
use crate::options::{self, switch};
use crate::session::DEFAULT_STORE;
use crate::waiting::done;
use crate::{Outcome, challenge, output};

pub(super) const ABOUT: &str =
    "Verify that a token is genuine, current and issued for this client; exit code 1 if it is not";

pub(super) fn describe(command: Command) -> Command {
    command
        .arg(token())
        .args(options::of("verifier").into_iter().map(|option| match option.get_id().as_str() {
            "client_id" => option.conflicts_with("any_client"),
            "token_use" => option.value_parser(PossibleValuesParser::new(["id", "access", "any"])),
            _ => option,
        }))
        .arg(switch("any_client", "Accept tokens of any client of the pool"))
        .arg(
            Arg::new("jwks_file")
                .long("jwks")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .conflicts_with("jwks_url")
                .help("A file with the key set (JWKS), for verifying without network access"),
        )
        .arg(options::json("Print JSON, as without this option"))
}

pub(super) fn run(options: &ArgMatches) -> Outcome {
    let mut given = with_token(Given::options(options))?.with_text("default_store", DEFAULT_STORE);
    if let Some(path) = options.get_one::<PathBuf>("jwks_file") {
        given = given.with("jwks", Added::Json(read_keys(path)?));
    }
    let Output::Object(verifier) = done(prepare("verifier", &given)?)?? else {
        return Err(challenge::ended());
    };
    let claims = done(prepare("verifier.verify", &given.with("self", Added::Object(verifier)))?)??;
    output::json(&output::as_json(&claims)?)
}

fn read_keys(path: &Path) -> Result<Value, Error> {
    let unusable = |why: &str| {
        let message = format!("the file {} {why}", path.display());
        Error::new(ErrorKind::Config, "InvalidJwks", message)
            .with_hint("Give a file with the pool's JWK set, as it stands at <issuer>/.well-known/jwks.json.")
    };
    let text = std::fs::read_to_string(path).map_err(|_| unusable("cannot be read"))?;
    serde_json::from_str(&text).map_err(|_| unusable("is not JSON"))
}
