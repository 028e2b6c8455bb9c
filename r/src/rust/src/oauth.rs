//! The pool's domain: tokens for a client, the sign-in page, signing out there.

use std::rc::Rc;

use cognitoken::{
    ClientCredentialsRequest, ClientValues, Cognito, Environment, LogoutRequest, PasteHandle, SsoRequest,
    Tokens, timeout_from_seconds,
};
use extendr_api::prelude::*;

use crate::arguments::Arguments;
use crate::json;
use crate::reply::{Failure, reply};
use crate::runtime::{self, Running};
use crate::sign_in::client_values;

#[extendr]
fn client_credentials(values: Robj) -> Robj {
    reply(|| {
        let values = Arguments::new(&values)?;
        let mut request =
            ClientCredentialsRequest::new(Environment::read()?).with_client(client_values(&values)?);
        request.domain = values.text("domain")?;
        request.scopes = values.texts("scopes")?;
        if let Some(authentication) = values.text("authentication")? {
            request.client_authentication = authentication.parse()?;
        }
        let call = |cognito: Cognito| async move { cognito.client_credentials(request).await };
        runtime::wait(call).map(|tokens| ExternalPtr::new(tokens).into())
    })
}

#[extendr]
fn logout_url(values: Robj) -> Robj {
    reply(|| {
        let values = Arguments::new(&values)?;
        let logout_uri = values.text("logout_uri")?.unwrap_or_default();
        let mut request =
            LogoutRequest::new(Environment::read()?, logout_uri).with_client(client_values(&values)?);
        request.domain = values.text("domain")?;
        Ok(cognitoken::logout_url(request)?.as_str().into())
    })
}

/// A sign-in that waits for its person while R goes on: the listener runs on the runtime's thread.
#[derive(Clone)]
struct SignInPage {
    link: url::Url,
    redirect_uri: String,
    listens: bool,
    paste_handle: PasteHandle,
    tokens: Rc<Running<Tokens>>,
}

#[extendr]
fn sso_start(values: Robj) -> Robj {
    reply(|| {
        let values = Arguments::new(&values)?;
        let mut request = SsoRequest::new(Environment::read()?)
            // `timeout` is the limit of the whole here, not of each request.
            .with_client(ClientValues { timeout: None, ..client_values(&values)? })
            .with_port_required(!values.flag("person_can_paste"));
        request.domain = values.text("domain")?;
        request.identity_provider = values.text("identity_provider")?;
        request.idp_identifier = values.text("idp_identifier")?;
        request.login_hint = values.text("login_hint")?;
        request.lang = values.text("lang")?;
        request.prompt = values.text("prompt")?;
        request.scopes = values.texts("scopes")?;
        request.redirect_uri = values.text("redirect_uri")?;
        request.timeout = values.number("timeout")?.map(timeout_from_seconds).transpose()?;
        let attempt = runtime::wait(|cognito| async move { cognito.start_sso(request).await })?;
        let page = SignInPage {
            link: attempt.authorize_url().clone(),
            redirect_uri: attempt.redirect_uri().to_owned(),
            listens: attempt.listens(),
            paste_handle: attempt.paste_handle(),
            tokens: Rc::new(runtime::start(|_cognito| attempt.wait())?),
        };
        Ok(ExternalPtr::new(page).into())
    })
}

/// The facts that a person needs. The link is for that person alone.
#[extendr]
fn sso_facts(values: Robj) -> Robj {
    reply(|| {
        let page = sign_in_page(&values)?;
        Ok(list!(
            link = page.link.as_str(),
            redirect_uri = json::without_nul(&page.redirect_uri),
            listens = page.listens
        )
        .into())
    })
}

#[extendr]
fn sso_open_browser(values: Robj) -> Robj {
    reply(|| Ok(cognitoken::open_browser(&sign_in_page(&values)?.link)?.into()))
}

/// Hands over what a person pasted. An error leaves the sign-in waiting.
#[extendr]
fn sso_paste(values: Robj) -> Robj {
    reply(|| {
        let address = Arguments::new(&values)?.text("address")?.unwrap_or_default();
        Ok(sign_in_page(&values)?.paste_handle.accept(&address)?.into())
    })
}

#[extendr]
fn sso_is_over(values: Robj) -> Robj {
    reply(|| Ok(sign_in_page(&values)?.tokens.is_finished().into()))
}

#[extendr]
fn sso_wait(values: Robj) -> Robj {
    reply(|| sign_in_page(&values)?.tokens.wait().map(|tokens| ExternalPtr::new(tokens).into()))
}

/// Closes the port, if it is still open.
#[extendr]
fn sso_end(values: Robj) -> Robj {
    reply(|| {
        sign_in_page(&values)?.tokens.end();
        Ok(Robj::default())
    })
}

/// Returns whether the user's browser probably runs on another machine.
#[extendr]
fn likely_remote() -> Robj {
    reply(|| Ok(cognitoken::likely_remote().into()))
}

fn sign_in_page(values: &Robj) -> Result<SignInPage, Failure> {
    Arguments::new(values)?.object("page", "a sign-in that waits")
}

extendr_module! {
    mod oauth;
    fn client_credentials;
    fn logout_url;
    fn sso_start;
    fn sso_facts;
    fn sso_open_browser;
    fn sso_paste;
    fn sso_is_over;
    fn sso_wait;
    fn sso_end;
    fn likely_remote;
}
