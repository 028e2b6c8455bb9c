//! Answering a challenge.

use tracing::{Instrument as _, debug_span};

use super::answer::Answer;
use super::challenge::Challenge;
use super::exchange::Exchange;
use super::mfa_setup;
use super::outcome;
use super::step::Step;
use crate::error::Result;
use crate::http::{CallBudget, Transport};
use crate::secret::ChallengeSession;

/// Answers a challenge, and returns tokens or the next challenge.
pub(crate) async fn respond(transport: &Transport, challenge: &Challenge, answer: Answer) -> Result<Step> {
    let span = debug_span!(target: "cognitoken::sign_in", "respond", challenge = challenge.name());
    let step = answer_and_follow(transport, challenge, answer).instrument(span).await;
    outcome::log(&step);
    step
}

async fn answer_and_follow(transport: &Transport, challenge: &Challenge, answer: Answer) -> Result<Step> {
    challenge.check_host()?;
    let config = challenge.config();
    let budget = CallBudget::new(config.timeout);
    let mut identity = challenge.identity().clone();
    // An answer is a secret that did not come from a file.
    identity.secrets_from_dotenv = false;
    identity.count_answer()?;
    let mut client_metadata = (*identity.client_metadata).clone();
    client_metadata.extend(answer.client_metadata.clone());
    let client_metadata = &client_metadata;
    if let Some(way) = answer.chosen_setup(challenge) {
        let exchange = Exchange { transport, config, budget: &budget, identity: &identity, client_metadata };
        return set_up(challenge, exchange, way).await.map(Step::Challenge);
    }
    let prepared = answer.prepare(challenge, &mut identity)?;
    let exchange = Exchange { transport, config, budget: &budget, identity: &identity, client_metadata };
    let session = match (&prepared.code_of_new_app, challenge.session()) {
        (Some(code), Some(session)) => Some(mfa_setup::verify(&exchange.api(), session, code).await?),
        (_, session) => session.cloned(),
    };
    let session = session.as_ref().map(ChallengeSession::expose);
    let reply = exchange.respond(challenge.name(), prepared.responses, challenge.username(), session).await?;
    exchange.follow(reply, prepared.key).await
}

/// Returns the challenge for the chosen way alone. The choice itself is not sent; the next operation shows it.
async fn set_up(challenge: &Challenge, exchange: Exchange<'_>, way: &'static str) -> Result<Challenge> {
    let mut parameters = challenge.parameters().clone();
    parameters.insert("MFAS_CAN_SETUP".to_owned(), format!("[\"{way}\"]"));
    let mut session = challenge.session().cloned();
    let setup =
        mfa_setup::associate(&exchange.api(), &parameters, &mut session, challenge.username()).await?;
    let name = challenge.name().to_owned();
    let identity = exchange.identity.clone();
    Ok(Challenge::new(name, parameters, session, setup, identity, challenge.config().clone()))
}
