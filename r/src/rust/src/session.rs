//! A sign-in that lasts, as R uses it.

use std::rc::Rc;
use std::time::SystemTime;

use cognitoken::binding::Process;
use cognitoken::{
    ClientCredentialsRequest, Environment, Flow, IdToken, Password, RefreshToken, Session, SessionRequest,
    SignInRequest, TokenUse, TotpSecret,
};
use extendr_api::prelude::*;

use crate::arguments::Arguments;
use crate::device::given_device_or_key;
use crate::json;
use crate::reply::{Failure, done, reply};
use crate::runtime::{self, Running};
use crate::sign_in::client_values;
use crate::tokens::given_tokens;

/// A session, and its refresh in the background where that was asked for.
#[derive(Clone)]
struct Open {
    session: Session,
    // Held for its end: it goes with the session.
    _background: Option<Rc<Background>>,
}

/// The refresh runs in the process that started it: a forked worker refreshes when it asks.
struct Background {
    process: Process,
    task: Option<Running<()>>,
}

impl Drop for Background {
    fn drop(&mut self) {
        // What a forked child has of its parent's task is not for it to end.
        if self.process != Process::current() {
            std::mem::forget(self.task.take());
        }
    }
}

#[extendr]
fn session_open(values: Robj) -> Robj {
    reply(|| {
        let values = Arguments::new(&values)?;
        let session = runtime::cognito().session(session_request(&values)?)?;
        let background = match values.truth("background_refresh")? {
            true => {
                let refreshed = session.clone();
                let task = runtime::start(|_| async move {
                    refreshed.keep_fresh().await;
                    Ok(())
                })?;
                Some(Rc::new(Background { process: Process::current(), task: Some(task) }))
            }
            false => None,
        };
        Ok(ExternalPtr::new(Open { session, _background: background }).into())
    })
}

fn session_request(values: &Arguments) -> Result<SessionRequest, Failure> {
    let environment = Environment::read()?;
    let client = client_values(values)?;
    let flow = values.text("flow")?;
    let for_client = flow.as_deref() == Some("client_credentials");
    let client_credentials = match for_client {
        true => {
            let mut credentials =
                ClientCredentialsRequest::new(environment.clone()).with_client(client.clone());
            credentials.domain = values.text("domain")?;
            credentials.scopes = values.texts("scopes")?;
            Some(credentials)
        }
        false => None,
    };
    let flow = flow.filter(|_| !for_client).map_or(Ok(Flow::default()), |flow| flow.parse())?;
    let token_use = match values.text("token_use")?.as_deref() {
        None | Some("id") => TokenUse::Id,
        Some("access") => TokenUse::Access,
        Some(_) => return Err(Failure::argument("`token_use` must be \"id\" or \"access\"".to_owned())),
    };
    let (device, device_key) = given_device_or_key(values)?;
    Ok(SessionRequest {
        sign_in: SignInRequest {
            username: values.text("username")?,
            password: values.text("password")?.map(Password::new),
            flow,
            client,
            preferred_challenge: values.text("preferred_challenge")?,
            totp_secret: values.text("totp_secret")?.map(TotpSecret::new),
            remember_device: values.truth("remember_device")?,
            device,
            ..SignInRequest::new(environment.clone())
        },
        refresh_token: values.text("refresh_token")?.map(RefreshToken::new),
        device_key,
        id_token: values.text("id_token")?.map(IdToken::new),
        client_credentials,
        store: values.text("store")?,
        token_use,
        ..SessionRequest::new(environment)
    })
}

/// Returns whether this is a session of this process: one that was read from a file is not.
#[extendr]
fn session_is_open(values: Robj) -> Robj {
    reply(|| Ok(given_session(&Arguments::new(&values)?).is_ok().into()))
}

#[extendr]
fn session_tokens(values: Robj) -> Robj {
    reply(|| {
        let session = given_session(&Arguments::new(&values)?)?;
        let tokens = done(runtime::wait(|_| async move { session.tokens().await })?)?;
        Ok(ExternalPtr::new((*tokens).clone()).into())
    })
}

#[extendr]
fn session_refresh(values: Robj) -> Robj {
    reply(|| {
        let session = given_session(&Arguments::new(&values)?)?;
        let tokens = done(runtime::wait(|_| async move { session.refresh().await })?)?;
        Ok(ExternalPtr::new((*tokens).clone()).into())
    })
}

#[extendr]
fn session_id_token(values: Robj) -> Robj {
    reply(|| {
        let session = given_session(&Arguments::new(&values)?)?;
        let token = done(runtime::wait(|_| async move { session.id_token().await })?)?;
        Ok(token.expose().into())
    })
}

#[extendr]
fn session_access_token(values: Robj) -> Robj {
    reply(|| {
        let session = given_session(&Arguments::new(&values)?)?;
        let token = done(runtime::wait(|_| async move { session.access_token().await })?)?;
        Ok(token.expose().into())
    })
}

#[extendr]
fn session_authorization(values: Robj) -> Robj {
    reply(|| {
        let session = given_session(&Arguments::new(&values)?)?;
        done(runtime::wait(|_| async move { session.authorization().await })?).map(Robj::from)
    })
}

/// The header value to send in place of one that a service refused.
#[extendr]
fn session_replace(values: Robj) -> Robj {
    reply(|| {
        let values = Arguments::new(&values)?;
        let session = given_session(&values)?;
        let refused = values.required_text("refused")?;
        done(runtime::wait(|_| async move { session.replace(&refused).await })?).map(Robj::from)
    })
}

#[extendr]
fn session_keep(values: Robj) -> Robj {
    reply(|| {
        let values = Arguments::new(&values)?;
        let (session, tokens) = (given_session(&values)?, given_tokens(&values)?);
        runtime::wait(|_| async move { session.keep(tokens).await }).map(Robj::from)
    })
}

#[extendr]
fn session_sign_out(values: Robj) -> Robj {
    reply(|| {
        let values = Arguments::new(&values)?;
        let session = given_session(&values)?;
        let everywhere = values.truth("everywhere")?;
        let outcome = runtime::wait(|_| async move { session.sign_out(everywhere).await })?;
        Ok(outcome.as_str().into())
    })
}

/// The labels and texts that may be shown.
#[extendr]
fn session_status(values: Robj) -> Robj {
    reply(|| {
        let session = given_session(&Arguments::new(&values)?)?;
        let status = runtime::wait(|_| async move { session.status().await })?;
        let rows = status.rows(SystemTime::now());
        let texts = rows.iter().map(|(_, text)| json::without_nul(text));
        let mut named: Robj = texts.collect::<Vec<_>>().into();
        named.set_names(rows.iter().map(|(label, _)| *label)).map_err(|_| Failure::defect())?;
        Ok(named)
    })
}

#[extendr]
fn session_place(values: Robj) -> Robj {
    reply(|| Ok(json::without_nul(&given_session(&Arguments::new(&values)?)?.place()).into()))
}

/// Returns the notices for a person, each once.
#[extendr]
fn session_notices(values: Robj) -> Robj {
    reply(|| {
        let notices = given_session(&Arguments::new(&values)?)?.take_notices();
        Ok(notices.iter().map(|notice| json::without_nul(notice)).collect::<Vec<_>>().into())
    })
}

/// Waits for what must not be cut off when R ends.
#[extendr]
fn session_settle(_values: Robj) -> Robj {
    reply(|| {
        runtime::settle();
        Ok(().into())
    })
}

fn given_session(values: &Arguments) -> Result<Session, Failure> {
    let open: Open = values.object("session", "a session, as cognito_session() gives it")?;
    Ok(open.session)
}

extendr_module! {
    mod session;
    fn session_open;
    fn session_is_open;
    fn session_tokens;
    fn session_refresh;
    fn session_id_token;
    fn session_access_token;
    fn session_authorization;
    fn session_replace;
    fn session_keep;
    fn session_sign_out;
    fn session_status;
    fn session_place;
    fn session_notices;
    fn session_settle;
}
