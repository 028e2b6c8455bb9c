//! The session and its calls.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use cognitoken::{Environment, Result, Tokens};

use crate::any_values::{AnyValues, Refusal};
use crate::fields::headers;
use crate::open_session::OpenSession;
use crate::output::{Object, Output};
use crate::requests;
use crate::values::{unknown, unusable};
use crate::work::{Outcome, Prepared, Reply, Work, required};

/// Opens a session.
pub(super) fn open(values: &AnyValues) -> Prepared {
    let request = requests::session(values, requests::environment(values)?)?;
    let in_background = values.truth("background_refresh")?.unwrap_or_default();
    let session = OpenSession::new(request, in_background)?;
    Ok(Work::done(Ok(Output::Object(Object::Session(Arc::new(session))))))
}

/// A call of a session.
pub(super) fn call(method: &str, open: &Arc<OpenSession>, values: &AnyValues) -> Prepared {
    if let Some(at_hand) = at_hand(method, open)? {
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
        "session.sign_in" => match requests::typed(values)? {
            Some(typed) => {
                let open = Arc::clone(open);
                Box::pin(async move { Ok(required(open.sign_in_with(typed).await?)?.into()) })
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
            let environment = Environment::read_without_profile()?;
            Box::pin(async move { Ok(session.export(&environment).await?.into()) })
        }
        "session.import" => {
            let (bundle, environment) =
                (values.required_text("bundle")?, Environment::read_without_profile()?);
            Box::pin(async move { Ok(session.import(&bundle, &environment).await?.into()) })
        }
        method => return Err(unknown(method).into()),
    }))
}

/// AWS credentials for the user of a session.
pub(super) fn aws_credentials(values: &AnyValues) -> Prepared {
    let request = requests::aws_credentials(values)?;
    let Some(Object::Session(open)) = values.object("session")? else {
        return Err(unusable("`session` has to be a session".to_owned()).into());
    };
    let session = open.session().clone();
    if let Some(credentials) = session.fresh_aws_credentials(&request) {
        return Ok(Work::Done(Reply::at_hand(credentials.into())));
    }
    Ok(Work::of_session(session.clone(), async move {
        let credentials = required(session.aws_credentials(&request).await?)?;
        open.refresh_in_background()?;
        Ok(credentials.into())
    }))
}

type SessionWork = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// The result of a method that needs nothing but tokens in memory, if there are good ones.
fn at_hand(method: &str, open: &OpenSession) -> Result<Option<Output>> {
    let output = match method {
        "session.tokens" => open.session().fresh().map(Output::from),
        "session.id_token" => {
            let tokens = open.session().fresh();
            tokens.and_then(|tokens| tokens.id_token().map(|token| token.expose().into()))
        }
        _ => None,
    };
    if output.is_some() {
        open.refresh_in_background()?;
    }
    Ok(output)
}

fn given_tokens(values: &AnyValues) -> std::result::Result<Tokens, Refusal> {
    match values.object("tokens")? {
        Some(Object::Tokens(tokens)) => Ok((*tokens).clone()),
        _ => Err(unusable("`tokens` has to be the tokens of a sign-in".to_owned()).into()),
    }
}
