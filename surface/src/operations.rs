//! The operations by their names: each makes a request of its values, and work of its request.

use std::future::Future;
use std::sync::Arc;

use cognitoken::{Challenge, Environment, Error, Password, SessionRequest, Tokens, refused_by_check};

use crate::engine::cognito;
use crate::fields::headers;
use crate::open_session::OpenSession;
use crate::open_verifier::{self, OpenVerifier};
use crate::output::{Object, Output};
use crate::requests;
use crate::sso_attempt::SsoAttempt;
use crate::values::{Values, unusable};
use crate::work::{Failure, Outcome, Reply, Work, required};

/// Makes the work of an operation. A method takes its object from the value `self`.
///
/// # Errors
/// The language's failure for a value of a wrong type, and the core's error for a value that cannot be used.
pub fn prepare<V: Values>(operation: &str, values: &V) -> Result<Work, V::Failure> {
    match operation {
        "login" => login(values),
        "refresh" => refresh(values),
        "client_credentials" => client_credentials(values),
        "login_sso" => login_sso(values),
        "likely_remote" => Ok(Work::done(Ok(Output::Truth(cognitoken::likely_remote())))),
        "logout_url" => logout_url(values),
        "forgot_password" => forgot_password(values),
        "confirm_forgot_password" => confirm_forgot_password(values),
        "resend_confirmation_code" => resend_confirmation_code(values),
        "confirm_sign_up" => confirm_sign_up(values),
        "decode" => decode(values),
        "doctor" => doctor(values),
        "device" => {
            Ok(Work::done(Ok(Output::Object(Object::Device(Arc::new(requests::new_device(values)?))))))
        }
        "session" => session(values),
        "verifier" => verifier(values),
        method => match values.object("self")? {
            Some(Object::Tokens(tokens)) => of_tokens(method, tokens, values),
            Some(Object::Challenge(challenge)) => of_challenge(method, &challenge, values),
            Some(Object::Session(session)) => of_session(method, &session, values),
            Some(Object::Verifier(verifier)) => of_verifier(method, verifier, values),
            Some(Object::SsoAttempt(attempt)) => of_sso_attempt(method, attempt, values),
            _ => Err(unknown(method).into()),
        },
    }
}

type Prepared<V> = Result<Work, <V as Values>::Failure>;

fn login<V: Values>(values: &V) -> Prepared<V> {
    let request = requests::sign_in(values, Environment::read()?)?;
    Ok(Work::wait(async move { Ok(required(cognito().sign_in(request).await?)?.into()) }))
}

fn refresh<V: Values>(values: &V) -> Prepared<V> {
    let request = requests::refresh(values)?;
    Ok(Work::wait(async move { Ok(cognito().refresh(request).await?.into()) }))
}

fn client_credentials<V: Values>(values: &V) -> Prepared<V> {
    let request = requests::client_credentials(values, Environment::read()?)?;
    Ok(Work::wait(async move { Ok(cognito().client_credentials(request).await?.into()) }))
}

fn login_sso<V: Values>(values: &V) -> Prepared<V> {
    let request = requests::sso(values)?;
    Ok(Work::wait(async move {
        let attempt = SsoAttempt::start(cognito().start_sso(request).await?)?;
        Ok(Output::Object(Object::SsoAttempt(Arc::new(attempt))))
    }))
}

fn logout_url<V: Values>(values: &V) -> Prepared<V> {
    let request = requests::logout(values)?;
    Ok(Work::done(Ok(cognitoken::logout_url(request)?.as_str().into())))
}

fn forgot_password<V: Values>(values: &V) -> Prepared<V> {
    let request = requests::account(values)?;
    Ok(Work::wait(async move { Ok(cognito().forgot_password(request).await?.into()) }))
}

fn confirm_forgot_password<V: Values>(values: &V) -> Prepared<V> {
    let (code, new_password) = (values.required_text("code")?, values.required_text("new_password")?);
    let (request, new_password) = (requests::account(values)?, Password::new(new_password));
    Ok(Work::wait(async move {
        cognito().confirm_forgot_password(request, &code, &new_password).await?;
        Ok(Output::Nothing)
    }))
}

fn resend_confirmation_code<V: Values>(values: &V) -> Prepared<V> {
    let request = requests::account(values)?;
    Ok(Work::wait(async move { Ok(cognito().resend_confirmation_code(request).await?.into()) }))
}

fn confirm_sign_up<V: Values>(values: &V) -> Prepared<V> {
    let code = values.required_text("code")?;
    let request = requests::account(values)?;
    Ok(Work::wait(async move {
        cognito().confirm_sign_up(request, &code).await?;
        Ok(Output::Nothing)
    }))
}

fn decode<V: Values>(values: &V) -> Prepared<V> {
    let decoded = cognitoken::decode(&values.required_text("jwt")?)?;
    Ok(Work::Done(Reply::at_hand(Output::Object(Object::DecodedJwt(Arc::new(decoded))))))
}

/// The checks of a set-up, for a session of these values.
fn doctor<V: Values>(values: &V) -> Prepared<V> {
    let request = requests::doctor(values)?;
    let asks_service = !values.truth("offline")?.unwrap_or_default();
    Ok(Work::wait(async move {
        let checks = cognito().doctor(&request, asks_service).await;
        Ok(Output::List(checks.into_iter().map(Output::from).collect()))
    }))
}

fn session<V: Values>(values: &V) -> Prepared<V> {
    let request = requests::session(values, Environment::read()?)?;
    let in_background = values.truth("background_refresh")?.unwrap_or_default();
    let session = OpenSession::new(request, in_background)?;
    Ok(Work::done(Ok(Output::Object(Object::Session(Arc::new(session))))))
}

fn verifier<V: Values>(values: &V) -> Prepared<V> {
    let environment = Environment::read()?;
    let options = requests::verifier(values)?.with_environment(&environment);
    let request =
        SessionRequest { default_store: values.text("default_store")?, ..SessionRequest::new(environment) };
    Ok(open_verifier::open(options, request))
}

fn of_tokens<V: Values>(method: &str, tokens: Arc<Tokens>, values: &V) -> Prepared<V> {
    Ok(match method {
        "tokens.refresh" => Work::wait(async move { Ok(cognito().refresh_tokens(&tokens).await?.into()) }),
        "tokens.change_password" => {
            let previous = Password::new(values.required_text("previous")?);
            let proposed = Password::new(values.required_text("proposed")?);
            Work::wait(async move {
                cognito().change_password(&tokens, &previous, &proposed).await?;
                Ok(Output::Nothing)
            })
        }
        "tokens.sign_out_everywhere" => Work::wait(async move {
            cognito().sign_out_everywhere(&tokens).await?;
            Ok(Output::Nothing)
        }),
        "tokens.revoke" => Work::wait(async move {
            cognito().revoke_tokens(&tokens).await?;
            Ok(Output::Nothing)
        }),
        method => return Err(unknown(method).into()),
    })
}

/// An answer gives the tokens, or the next challenge as an object.
fn of_challenge<V: Values>(method: &str, challenge: &Challenge, values: &V) -> Prepared<V> {
    if method != "challenge.respond" {
        return Err(unknown(method).into());
    }
    let (challenge, answer) = (challenge.clone(), requests::answer(values)?);
    Ok(Work::wait(async move {
        match cognito().respond(&challenge, answer).await {
            Ok(step) => match required(step) {
                Ok(tokens) => Ok(tokens.into()),
                Err(Failure::Unanswered(next)) => Ok(next.into()),
                Err(failure) => Err(failure),
            },
            Err(error) if challenge.still_waits_after(&error) => Err(Failure::StillWaits(error, challenge)),
            Err(error) => Err(error.into()),
        }
    }))
}

fn of_session<V: Values>(method: &str, open: &Arc<OpenSession>, values: &V) -> Prepared<V> {
    if let Some(at_hand) = open.at_hand(method)? {
        return Ok(Work::Done(Reply::at_hand(at_hand)));
    }
    let session = open.session().clone();
    // The background refresh begins with the first call that succeeds.
    let wait = |work: SessionWork| {
        let (open, session) = (Arc::clone(open), open.session().clone());
        Work::of_session(session, async move {
            let output = work.await?;
            open.refresh_in_background()?;
            Ok(output)
        })
    };
    Ok(wait(match method {
        "session.tokens" => Box::pin(async move { Ok(required(session.tokens().await?)?.into()) }),
        "session.id_token" => {
            Box::pin(async move { Ok(required(session.id_token().await?)?.expose().into()) })
        }
        "session.access_token" => {
            Box::pin(async move { Ok(required(session.access_token().await?)?.expose().into()) })
        }
        "session.headers" => Box::pin(async move { Ok(headers(required(session.authorization().await?)?)) }),
        "session.refresh" => Box::pin(async move { Ok(required(session.refresh().await?)?.into()) }),
        "session.sign_in" => match values.text("password")?.map(Password::new) {
            Some(password) => {
                let open = Arc::clone(open);
                Box::pin(async move { Ok(required(open.sign_in_with(password).await?)?.into()) })
            }
            None => Box::pin(async move { Ok(required(session.sign_in().await?)?.into()) }),
        },
        "session.replace" => {
            let refused = values.required_text("refused")?;
            Box::pin(async move { Ok(required(session.replace(&refused).await?)?.into()) })
        }
        "session.keep" => {
            let tokens = given_tokens(values)?;
            Box::pin(async move {
                session.keep(tokens).await?;
                Ok(Output::Nothing)
            })
        }
        "session.sign_out" => {
            let everywhere = values.truth("everywhere")?.unwrap_or_default();
            Box::pin(async move { Ok(session.sign_out(everywhere).await?.as_str().into()) })
        }
        "session.status" => Box::pin(async move { Ok(session.status().await?.into()) }),
        "session.sign_ins" => Box::pin(async move {
            Ok(Output::List(session.sign_ins().await?.into_iter().map(Output::from).collect()))
        }),
        "session.export" => {
            let environment = Environment::read()?;
            Box::pin(async move { Ok(session.export(&environment).await?.into()) })
        }
        "session.import" => {
            let (bundle, environment) = (values.required_text("bundle")?, Environment::read()?);
            Box::pin(async move { Ok(session.import(&bundle, &environment).await?.into()) })
        }
        method => return Err(unknown(method).into()),
    }))
}

type SessionWork = std::pin::Pin<Box<dyn Future<Output = Outcome> + Send>>;

fn of_verifier<V: Values>(method: &str, verifier: Arc<OpenVerifier>, values: &V) -> Prepared<V> {
    let now = values.time("now")?;
    Ok(match method {
        "verifier.verify" => open_verifier::verify(verifier, values.required_text("jwt")?, now),
        "verifier.verify_many" => {
            open_verifier::verify_many(verifier, values.texts("jwts")?.unwrap_or_default(), now)
        }
        // The error for a token that the caller's own check refused.
        "verifier.refuse" => return Err(refused_by_check().into()),
        method => return Err(unknown(method).into()),
    })
}

fn of_sso_attempt<V: Values>(method: &str, attempt: Arc<SsoAttempt>, values: &V) -> Prepared<V> {
    let outcome: Outcome = match method {
        "sso.wait" => return Ok(attempt.wait()),
        "sso.close" => return Ok(attempt.close()),
        "sso.open_browser" => {
            return Ok(Work::compute(move || Work::done(Ok(attempt.open_browser().into()))));
        }
        // What is wrong with an address that is refused, for a person; nothing for one that is taken.
        "sso.paste" => {
            Ok(attempt.paste(&values.required_text("address")?).map(|error| in_a_line(&error)).into())
        }
        "sso.is_over" => Ok(attempt.is_over().into()),
        method => return Err(unknown(method).into()),
    };
    Ok(Work::done(outcome))
}

fn in_a_line(error: &Error) -> String {
    match error.hint() {
        Some(hint) => format!("{}. {hint}", error.message()),
        None => error.message().to_owned(),
    }
}

fn given_tokens<V: Values>(values: &V) -> Result<Tokens, V::Failure> {
    match values.object("tokens")? {
        Some(Object::Tokens(tokens)) => Ok((*tokens).clone()),
        _ => Err(unusable("`tokens` has to be the tokens of a sign-in".to_owned()).into()),
    }
}

/// A defect of a language's half, or an object of another class.
fn unknown(method: &str) -> Error {
    unusable(format!("there is no operation `{method}` of this object"))
}
