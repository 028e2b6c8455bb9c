//! The verifier and its calls.

use std::sync::Arc;
use std::time::SystemTime;

use cognitoken::{
    Claims, Result, SessionRequest, Value, Verifier, VerifierOptions, refused_by_check, with_stored_client,
};
use tokio::runtime::Handle;

use crate::any_values::AnyValues;
use crate::engine::cognito;
use crate::open_verifier::OpenVerifier;
use crate::output::{Object, Output};
use crate::requests;
use crate::values::unknown;
use crate::work::{Outcome, Prepared, Reply, Work};

/// Opens a verifier.
pub(super) fn open(values: &AnyValues) -> Prepared {
    let environment = requests::environment(values)?;
    let options = requests::verifier(values)?.with_environment(&environment);
    let request =
        SessionRequest { default_store: values.text("default_store")?, ..SessionRequest::new(environment) };
    Ok(opened(options, request))
}

/// A call of a verifier.
pub(super) fn call(method: &str, verifier: Arc<OpenVerifier>, values: &AnyValues) -> Prepared {
    let now = values.time("now")?;
    Ok(match method {
        "verifier.verify" => verify(verifier, values.required_text("jwt")?, now),
        "verifier.verify_many" => verify_many(verifier, values.texts("jwts")?.unwrap_or_default(), now),
        // The error for a token that the caller's own check refused.
        "verifier.refuse" => return Err(refused_by_check().into()),
        method => return Err(unknown(method).into()),
    })
}

/// Opens a verifier. The store of the request is read only where a pool or a client is missing: most verifiers have all
/// values.
fn opened(options: VerifierOptions, request: SessionRequest) -> Work {
    if !options.lacks_pool_or_client() {
        return Work::done(made(options));
    }
    Work::wait(async move { made(with_stored_client(options, &request).await) })
}

fn made(mut options: VerifierOptions) -> Outcome {
    cognito().add_notices(std::mem::take(&mut options.notices));
    Ok(Output::Object(Object::Verifier(Arc::new(OpenVerifier::new(options)?))))
}

fn verify(verifier: Arc<OpenVerifier>, jwt: String, now: Option<SystemTime>) -> Work {
    Work::compute(move || {
        let own = match verifier.own() {
            Ok(own) => own.clone(),
            Err(error) => return Work::done(Err(error.into())),
        };
        match own.verify_with_known_keys(&jwt, now.unwrap_or_else(SystemTime::now)) {
            Some(result) => {
                Work::Done(Reply { outcome: result.map(claims).map_err(Into::into), notices: Vec::new() })
            }
            None => Work::wait(async move { Ok(claims(own.verify(&jwt, now).await?)) }),
        }
    })
}

fn verify_many(verifier: Arc<OpenVerifier>, jwts: Vec<String>, now: Option<SystemTime>) -> Work {
    let now = now.unwrap_or_else(SystemTime::now);
    Work::compute(move || {
        let own = match verifier.own() {
            Ok(own) => own.clone(),
            Err(error) => return Work::done(Err(error.into())),
        };
        // Inside the engine, the arithmetic would block the thread that serves all calls.
        if Handle::try_current().is_err() {
            let known = own.verify_many_with_known_keys(&jwts, now);
            if known.iter().all(Option::is_some) {
                return Work::done(Ok(each(known.into_iter().flatten())));
            }
        }
        Work::wait(async move { Ok(each(fetch_and_verify(own, jwts, now).await)) })
    })
}

/// Verifies many tokens without blocking the thread that serves all calls.
async fn fetch_and_verify(
    verifier: Verifier,
    jwts: Vec<String>,
    now: SystemTime,
) -> impl Iterator<Item = Result<Claims>> {
    let runtime = Handle::current();
    let work = move || runtime.block_on(verifier.verify_many(&jwts, Some(now)));
    match tokio::task::spawn_blocking(work).await {
        Ok(results) => results.into_iter(),
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => std::future::pending().await,
        },
    }
}

fn claims(claims: Claims) -> Output {
    Output::Json(Value::Object(claims))
}

fn each(results: impl Iterator<Item = Result<Claims>>) -> Output {
    Output::Each(results.map(|result| result.map(claims)).collect())
}
