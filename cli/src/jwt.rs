//! The commands that look at a token.

use cognitoken::{
    Environment, Error, ErrorKind, Expected, TokenUse, Transport, Verifier, VerifierOptions, timeout_from_seconds,
};
use serde_json::{Value, json};

use crate::arguments::{self, Decode, Verify};
use crate::sign_in::wait;
use crate::{Outcome, input, output};

pub(crate) fn decode(command: Decode) -> Outcome {
    let token = cognitoken::decode(&input::token(command.token)?)?;
    output::json(&json!({"header": token.header, "payload": token.payload, "signature": token.signature}))
}

pub(crate) fn verify(command: Verify) -> Outcome {
    let token = input::token(command.token.clone())?;
    let verifier = Verifier::new(options(command)?)?;
    let claims = wait(verifier.verify(&Transport::new(), &token, None))??;
    output::json(&Value::Object(claims))
}
