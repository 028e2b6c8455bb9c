//! A verifier that a language holds on to.

use std::sync::Arc;
use std::time::SystemTime;

use cognitoken::binding::PerProcess;
use cognitoken::{Claims, Result, SessionRequest, Value, Verifier, VerifierOptions, with_stored_client};

use tokio::runtime::Handle;

use crate::engine::cognito;
use crate::output::{Object, Output};
use crate::work::{Outcome, Reply, Work};

/// A verifier, made anew in a forked child: a thread that fetches keys does not exist there.
#[derive(Debug)]
pub struct OpenVerifier {
    options: VerifierOptions,
    own: PerProcess<Verifier>,
}

impl OpenVerifier {
    /// The issuers or the pools that are trusted.
    pub fn trusted(&self) -> &[String] {
        self.options.issuers.as_deref().or(self.options.user_pool_ids.as_deref()).unwrap_or_default()
    }

    fn own(&self) -> Result<&Verifier> {
        self.own.get_or_try_init(|_| cognito().verifier(self.options.clone()))
    }
}

/// Opens a verifier. The store of the request is read only where a pool or a client is missing: most verifiers have all
/// values.
pub(crate) fn open(options: VerifierOptions, request: SessionRequest) -> Work {
    if !options.lacks_pool_or_client() {
        return Work::done(made(options));
    }
    Work::wait(async move { made(with_stored_client(options, &request).await) })
}

fn made(mut options: VerifierOptions) -> Outcome {
    cognito().add_notices(std::mem::take(&mut options.notices));
    let verifier = OpenVerifier { options, own: PerProcess::new() };
    verifier.own()?;
    Ok(Output::Object(Object::Verifier(Arc::new(verifier))))
}

pub(crate) fn verify(verifier: Arc<OpenVerifier>, jwt: String, now: Option<SystemTime>) -> Work {
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

pub(crate) fn verify_many(verifier: Arc<OpenVerifier>, jwts: Vec<String>, now: Option<SystemTime>) -> Work {
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
