//! Questions of the service's, and the answers to them.

use cognitoken::{Answer, Challenge, Password, Tokens, TotpSetup};
use extendr_api::prelude::*;

use crate::arguments::Arguments;
use crate::json;
use crate::reply::{Failure, done, reply};
use crate::runtime;

/// One part of a challenge, by its name in R.
#[extendr]
fn challenge_field(values: Robj) -> Robj {
    reply(|| {
        let values = Arguments::new(&values)?;
        let challenge = given_challenge(&values)?;
        let name = values.text("name")?.unwrap_or_default();
        let setup = challenge.totp_setup();
        Ok(match name.as_str() {
            "name" => json::without_nul(challenge.name()).into(),
            "host" => json::without_nul(&challenge.host()).into(),
            "parameters" => json::texts_to_r(challenge.parameters())?,
            "username" => json::without_nul(challenge.username()).into(),
            "destination" => json::text_or_null(challenge.destination()),
            "choices" => readable(challenge.choices()),
            "required_attributes" => readable(challenge.required_attributes()),
            "answer_form" => challenge.answer_form().as_str().into(),
            "question" => json::without_nul(&challenge.question()).into(),
            "totp_secret" => json::text_or_null(setup.map(|setup| setup.secret().expose())),
            "totp_uri" => json::text_or_null(setup.map(|setup| setup.uri().expose())),
            _ => {
                return Err(Failure::argument(
                    "a challenge has no part of that name; names(challenge) tells which".to_owned(),
                ));
            }
        })
    })
}

/// The QR code that an authenticator app reads, as lines of text.
#[extendr]
fn challenge_qr_text(values: Robj) -> Robj {
    reply(|| {
        let challenge = given_challenge(&Arguments::new(&values)?)?;
        let drawn = challenge.totp_setup().map(TotpSetup::qr_text);
        Ok(drawn.map_or_else(Robj::default, |text| text.lines().collect::<Vec<_>>().into()))
    })
}

/// Answers. What the service asks next comes back as the error of a sign-in that lacks an answer.
#[extendr]
fn respond(values: Robj) -> Robj {
    reply(|| {
        let values = Arguments::new(&values)?;
        let challenge = given_challenge(&values)?;
        let answer = given_answer(&values)?;
        let asked = challenge.clone();
        let outcome = runtime::wait(|cognito| async move { cognito.respond(&challenge, answer).await });
        let outcome = outcome.and_then(done);
        outcome.map(|tokens: Tokens| ExternalPtr::new(tokens).into()).map_err(|failure| match failure {
            Failure::Error(error) if asked.still_waits_after(&error) => Failure::StillWaits(error, asked),
            failure => failure,
        })
    })
}

fn given_answer(values: &Arguments) -> Result<Answer, Failure> {
    let known = ["challenge", "answer", "new_password", "attributes", "answers"];
    if let Some(name) = values.names().find(|name| !known.contains(name)) {
        let name = json::without_nul(name);
        return Err(Failure::argument(format!(
            "an answer has no part `{name}`; it may have `answer`, `new_password`, `attributes` and `answers`"
        )));
    }
    let answers = values.named_texts("answers")?.into_iter();
    Ok(Answer {
        answer: values.text("answer")?.map(Into::into),
        new_password: values.text("new_password")?.map(Password::new),
        attributes: values.named_texts("attributes")?.into_iter().collect(),
        answers: answers.map(|(name, answer)| (name, answer.into())).collect(),
        ..Answer::default()
    })
}

fn given_challenge(values: &Arguments) -> Result<Challenge, Failure> {
    values.object(
        "challenge",
        "a challenge: the field `challenge` of a condition, or what cognito_respond() gave",
    )
}

fn readable(texts: Vec<String>) -> Robj {
    texts.iter().map(|text| json::without_nul(text)).collect::<Vec<_>>().into()
}

extendr_module! {
    mod challenge;
    fn challenge_field;
    fn challenge_qr_text;
    fn respond;
}
