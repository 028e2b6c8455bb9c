//! USER_SRP_AUTH: proving the password without sending it.

use std::collections::BTreeMap;

use super::api::{Api, Reply};
use super::sign_in::{Credentials, add_secret_hash, challenged_username, conclude, initiate, insert};
use super::wire::{AuthOutput, Parameters, RespondToAuthChallenge};
use crate::config::missing;
use crate::error::{Error, ErrorKind, Result};
use crate::srp;
use crate::tokens::Tokens;

const NAME: &str = "PASSWORD_VERIFIER";

pub(super) async fn sign_in(api: &Api<'_>, credentials: &Credentials) -> Result<Tokens> {
    loop {
        let outcome = exchange(api, credentials).await;
        // A proof is taken once: after a fault on its way, only a new exchange with a new key can tell.
        let passing = outcome.as_ref().is_err_and(Error::retryable);
        if !passing || !api.budget.pause_before_retry(None).await {
            return outcome;
        }
    }
}

async fn exchange(api: &Api<'_>, credentials: &Credentials) -> Result<Tokens> {
    let key = srp::EphemeralKey::generate()?;
    let mut parameters = Parameters::new();
    insert(&mut parameters, "USERNAME", &credentials.username);
    insert(&mut parameters, "SRP_A", key.public_hex());
    let reply = initiate(api, "USER_SRP_AUTH", parameters).await?;
    if reply.output.challenge_name.as_deref() != Some(NAME) {
        return conclude(api, reply, &credentials.username);
    }
    let username = challenged_username(&reply.output.challenge_parameters, &credentials.username).to_owned();
    let answer = answer(api, credentials, &key, reply).await?;
    conclude(api, answer, &username)
}

async fn answer(
    api: &Api<'_>,
    credentials: &Credentials,
    key: &srp::EphemeralKey,
    challenge: Reply<AuthOutput>,
) -> Result<Reply<AuthOutput>> {
    let asked = &challenge.output.challenge_parameters;
    let user_id = required(asked, "USER_ID_FOR_SRP")?;
    let secret_block = required(asked, "SECRET_BLOCK")?;
    let pool = api.config.user_pool_id.as_ref();
    let pool = pool.ok_or_else(|| missing("user pool id, which SRP needs", "COGNITO_USER_POOL_ID"))?;
    let proof = key.prove(
        &srp::Identity { group: pool.name(), user: user_id, password: credentials.password.expose() },
        &srp::ServerValues {
            salt: required(asked, "SALT")?,
            srp_b: required(asked, "SRP_B")?,
            secret_block,
        },
        challenge.clock_offset.server_time(api.transport.clock().now()),
    )?;

    let mut responses = Parameters::new();
    insert(&mut responses, "USERNAME", challenged_username(asked, user_id));
    insert(&mut responses, "PASSWORD_CLAIM_SECRET_BLOCK", secret_block);
    insert(&mut responses, "PASSWORD_CLAIM_SIGNATURE", &proof.signature);
    insert(&mut responses, "TIMESTAMP", &proof.timestamp);
    add_secret_hash(&mut responses, api.config);
    api.call(&RespondToAuthChallenge {
        challenge_name: NAME,
        challenge_responses: &responses,
        client_id: &api.config.client_id,
        session: challenge.output.session.as_deref(),
    })
    .await
}

fn required<'p>(parameters: &'p BTreeMap<String, String>, name: &str) -> Result<&'p str> {
    parameters.get(name).map(String::as_str).ok_or_else(|| {
        let message = format!("the service's challenge {NAME} lacks {name}");
        Error::new(ErrorKind::Service, "InvalidChallengeParameters", message)
            .with_hint("Check the endpoint: something other than Cognito may be answering.")
    })
}
