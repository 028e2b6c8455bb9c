//! The operations by their names: each makes a request of its values, and work of its request.

mod profiles;
mod session;
mod sign_ins;
mod sso;
mod verifier;

use std::sync::Arc;

use cognitoken::{Challenge, Environment, Password, SessionRequest, SignInRequest, Tokens};

use crate::any_values::{AnyValues, OfLanguage};
use crate::engine::cognito;
use crate::output::{Object, Output};
use crate::requests;
use crate::values::{Values, unknown};
use crate::work::{Failure, Prepared, Reply, Work, required};

/// Makes the work of an operation. A method takes its object from the value `self`.
///
/// # Errors
/// The language's failure for a value of a wrong type, and the core's error for a value that cannot be used.
pub fn prepare<V: Values>(operation: &str, values: &V) -> Result<Work, V::Failure> {
    let values = OfLanguage::new(values);
    prepare_any(operation, &values).map_err(|refusal| values.failure(refusal))
}

fn prepare_any(operation: &str, values: &AnyValues) -> Prepared {
    match operation {
        "login" => login(values),
        "refresh" => refresh(values),
        "client_credentials" => client_credentials(values),
        "login_sso" => sso::start(values),
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
        "session" => session::open(values),
        "aws_credentials" => session::aws_credentials(values),
        "verifier" => verifier::open(values),
        "configure" => profiles::configure(values),
        "configure.questions" => profiles::questions(values),
        "configure.answer" => profiles::answer(values),
        "profiles" => profiles::list(values),
        "forget_profile" => profiles::forget(values),
        "sign_ins" => sign_ins::list(values),
        "switch" => sign_ins::switch(values),
        method => match values.object("self")? {
            Some(Object::Tokens(tokens)) => of_tokens(method, tokens, values),
            Some(Object::Challenge(challenge)) => of_challenge(method, &challenge, values),
            Some(Object::Session(session)) => session::call(method, &session, values),
            Some(Object::Verifier(verifier)) => verifier::call(method, verifier, values),
            Some(Object::SsoAttempt(attempt)) => sso::call(method, attempt, values),
            _ => Err(unknown(method).into()),
        },
    }
}

fn login(values: &AnyValues) -> Prepared {
    let request = requests::sign_in(values, requests::environment(values)?)?;
    Ok(Work::wait(async move { Ok(kept(required(cognito().sign_in(request).await?)?).await.into()) }))
}

/// Keeps the tokens of a sign-in whose client is a profile's in the store of that profile, and returns them. That they
/// cannot be kept is no failure of the sign-in.
async fn kept(tokens: Tokens) -> Tokens {
    let Some(profile) = tokens.profile() else { return tokens };
    let keep = async {
        let environment = Environment::read_with_profile(Some(profile))?;
        let request = SessionRequest {
            sign_in: SignInRequest { client: tokens.client(), ..SignInRequest::new(environment.clone()) },
            keeps_tokens_from_elsewhere: true,
            ..SessionRequest::new(environment)
        };
        let session = cognito().session(request)?;
        session.keep(tokens.clone()).await?;
        cognito().add_notices(session.take_notices());
        Ok::<(), cognitoken::Error>(())
    };
    if let Err(error) = keep.await {
        cognito().add_notices(vec![format!("the sign-in is not stored: {}", error.message())]);
    }
    tokens
}

fn refresh(values: &AnyValues) -> Prepared {
    let request = requests::refresh(values)?;
    Ok(Work::wait(async move { Ok(cognito().refresh(request).await?.into()) }))
}

fn client_credentials(values: &AnyValues) -> Prepared {
    let request = requests::client_credentials(values, requests::environment(values)?)?;
    Ok(Work::wait(async move { Ok(cognito().client_credentials(request).await?.into()) }))
}

fn logout_url(values: &AnyValues) -> Prepared {
    let request = requests::logout(values)?;
    Ok(Work::done(Ok(cognitoken::logout_url(request)?.as_str().into())))
}

fn forgot_password(values: &AnyValues) -> Prepared {
    let request = requests::account(values)?;
    Ok(Work::wait(async move { Ok(cognito().forgot_password(request).await?.into()) }))
}

fn confirm_forgot_password(values: &AnyValues) -> Prepared {
    let (code, new_password) = (values.required_text("code")?, values.required_text("new_password")?);
    let (request, new_password) = (requests::account(values)?, Password::new(new_password));
    Ok(Work::wait(async move {
        cognito().confirm_forgot_password(request, &code, &new_password).await?;
        Ok(Output::Nothing)
    }))
}

fn resend_confirmation_code(values: &AnyValues) -> Prepared {
    let request = requests::account(values)?;
    Ok(Work::wait(async move { Ok(cognito().resend_confirmation_code(request).await?.into()) }))
}

fn confirm_sign_up(values: &AnyValues) -> Prepared {
    let code = values.required_text("code")?;
    let request = requests::account(values)?;
    Ok(Work::wait(async move {
        cognito().confirm_sign_up(request, &code).await?;
        Ok(Output::Nothing)
    }))
}

fn decode(values: &AnyValues) -> Prepared {
    let decoded = cognitoken::decode(&values.required_text("jwt")?)?;
    Ok(Work::Done(Reply::at_hand(Output::Object(Object::DecodedJwt(Arc::new(decoded))))))
}

/// The checks of a set-up, for a session of these values.
fn doctor(values: &AnyValues) -> Prepared {
    let request = requests::doctor(values)?;
    let asks_service = !values.truth("offline")?.unwrap_or_default();
    Ok(Work::wait(async move { Ok(cognito().doctor(&request, asks_service).await.into()) }))
}

fn of_tokens(method: &str, tokens: Arc<Tokens>, values: &AnyValues) -> Prepared {
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
fn of_challenge(method: &str, challenge: &Challenge, values: &AnyValues) -> Prepared {
    if method != "challenge.respond" {
        return Err(unknown(method).into());
    }
    let (challenge, answer) = (challenge.clone(), requests::answer(values)?);
    Ok(Work::wait(async move {
        match cognito().respond(&challenge, answer).await {
            Ok(step) => match required(step) {
                Ok(tokens) => Ok(kept(tokens).await.into()),
                Err(Failure::Unanswered(next)) => Ok(next.into()),
                Err(failure) => Err(failure),
            },
            Err(error) if challenge.still_waits_after(&error) => Err(Failure::StillWaits(error, challenge)),
            Err(error) => Err(error.into()),
        }
    }))
}
