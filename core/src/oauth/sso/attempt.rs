//! A sign-in that waits for the browser to come back, and the tokens it ends with.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;
use tracing::{debug, info};
use url::Url;

use super::connection::{Browser, Expectation, Limits};
use super::link::LinkSecrets;
use super::listener::wait_for_redirect;
use super::loopback::LoopbackPort;
use super::page::Page;
use super::paste::PasteHandle;
use super::redirect::{CsrfState, Redirect};
use super::redirect_uri::RedirectUri;
use super::request::SsoRequest;
use super::secrets::AuthorizationCode;
use crate::config::{ClientConfig, Domain, Located, Values};
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, Transport, host_of};
use crate::oauth::app_client::{AppClient, FormBody};
use crate::oauth::token_endpoint::request_tokens;
use crate::tokens::{Origin, Tokens};
use crate::verdict::RequestKind;
use crate::waits::{WaitingFor, waiting_for};

/// Prepares a sign-in on the pool's page: binds the redirect URI's port and makes the link. `whole` is the time for all of
/// it, the person included.
pub(crate) fn start_sso(
    transport: &Transport,
    request: SsoRequest,
    located: Located,
    values: &Values,
    whole: &CallBudget,
) -> Result<SsoAttempt> {
    let limit = request.limit();
    let (page_parameters, scopes) = (request.page_parameters()?, request.scopes_or_default());
    let resource = request.resource();
    let Located { config, region } = located;
    let domain = Domain::resolve(request.domain, values, &region, request.client_authentication)?;
    let redirect_uri = RedirectUri::parse(request.redirect_uri)?;
    let secrets = LinkSecrets::generate()?;
    let authorize_url =
        secrets.authorize_url(&config, &domain, redirect_uri.as_str(), &scopes, &page_parameters);
    let listening = listen(&redirect_uri, &secrets.state, &domain, request.port_required)?;
    // Without the link: it contains the state and the nonce.
    debug!(
        target: "cognitoken::sso",
        host = host_of(&domain.authorize_endpoint()), listens = listening.is_some(), "sign-in page link created"
    );
    let (paste_handle, pasted) = PasteHandle::new(&secrets.state, &domain, &redirect_uri);
    Ok(SsoAttempt {
        transport: transport.clone(),
        config: Arc::new(config),
        domain: Arc::new(domain),
        redirect_uri,
        authorize_url,
        secrets,
        resource,
        id_token_expected: scopes.iter().any(|scope| scope == "openid"),
        listening,
        paste_handle,
        pasted,
        limit,
        deadline: whole.deadline(),
    })
}

/// A sign-in that waits for its person, with a clone of the transport that it was started with. Dropping it, or the
/// future of [`wait`](Self::wait), closes the port.
pub struct SsoAttempt {
    transport: Transport,
    config: Arc<ClientConfig>,
    domain: Arc<Domain>,
    redirect_uri: RedirectUri,
    authorize_url: Url,
    secrets: LinkSecrets,
    resource: Option<String>,
    id_token_expected: bool,
    listening: Option<(LoopbackPort, Expectation)>,
    paste_handle: PasteHandle,
    pasted: oneshot::Receiver<Redirect>,
    limit: Duration,
    deadline: Instant,
}

impl SsoAttempt {
    /// The link to the sign-in page, for this attempt alone: open it with [`open_browser`](crate::open_browser), or show
    /// it.
    pub fn authorize_url(&self) -> &Url {
        &self.authorize_url
    }

    /// The address that the page sends the browser back to, as it was given.
    pub fn redirect_uri(&self) -> &str {
        self.redirect_uri.as_str()
    }

    /// Returns whether a port is open for a browser on this machine. If not, only a pasted address ends the wait.
    pub fn listens(&self) -> bool {
        self.listening.is_some()
    }

    /// The handle that takes a pasted address. It can be sent to another thread and used while [`wait`](Self::wait)
    /// runs.
    pub fn paste_handle(&self) -> PasteHandle {
        self.paste_handle.clone()
    }

    /// Waits until the browser comes back or a pasted address is accepted, whichever is first, and redeems the code.
    /// The page in the browser shows the outcome. Needs a tokio runtime with I/O and time.
    ///
    /// The ID token comes straight from the token endpoint, over TLS, so its signature need not be checked here
    /// (OpenID Connect Core 1.0, 3.1.3.7); its nonce is.
    ///
    /// # Errors
    /// - [`ErrorKind::Authentication`]: `access_denied` if the person or the identity provider refused, `invalid_grant`
    ///   if the code is no longer valid, `invalid_client` for a wrong client secret.
    /// - [`ErrorKind::Service`] under OAuth's names: `invalid_request`, `invalid_scope`, `unauthorized_client`, ...
    /// - [`ErrorKind::TokenInvalid`], code `NonceMismatch`: the ID token belongs to another sign-in.
    /// - [`ErrorKind::RequestTimeout`] if nobody came back in time.
    /// - [`ErrorKind::Throttled`], [`ErrorKind::Network`].
    pub async fn wait(mut self) -> Result<Tokens> {
        let outcome = self.wait_and_redeem().await;
        match &outcome {
            Ok(tokens) => {
                info!(target: "cognitoken::sso", expires_at = tokens.expires_at_seconds(), "signed in")
            }
            Err(error) => info!(
                target: "cognitoken::sso",
                code = error.code(), kind = ?error.kind(), request_id = error.request_id(), "sign-in failed"
            ),
        }
        outcome
    }

    async fn wait_and_redeem(&mut self) -> Result<Tokens> {
        let redirect = first_redirect(self.listening.take(), &mut self.pasted);
        let waiting = waiting_for(|| WaitingFor::Browser);
        let (redirect, browser) = match tokio::time::timeout_at(self.deadline, redirect).await {
            Ok(first) => first?,
            Err(_elapsed) => return Err(self.nobody_came()),
        };
        drop(waiting);
        let (by_browser, has_code) = (browser.is_some(), redirect.is_ok());
        debug!(target: "cognitoken::sso", by_browser, has_code, "redirect received");
        let outcome = match redirect {
            Ok(code) => self.redeem(&code).await,
            Err(refused) => Err(refused),
        };
        if let Some(browser) = browser {
            browser.show(Page::outcome(outcome.as_ref().map(|_| ()))).await;
        }
        outcome
    }

    async fn redeem(&self, code: &AuthorizationCode) -> Result<Tokens> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let budget = CallBudget::new(self.config.timeout.min(left));
        let client = AppClient {
            transport: &self.transport,
            config: &self.config,
            domain: &self.domain,
            budget: &budget,
        };
        let mut grant = FormBody::new(RequestKind::CodeRedemption)
            .plain("grant_type", "authorization_code")
            .secret("code", code.expose())
            .secret("code_verifier", self.secrets.verifier.expose())
            // Letter for letter as in the link: the domain compares the two.
            .plain("redirect_uri", self.redirect_uri.as_str());
        if let Some(resource) = &self.resource {
            grant = grant.plain("resource", resource);
        }
        let issued = request_tokens(&client, &grant).await?;
        let id_token = issued.result.id_token.as_deref();
        if id_token.is_some() || self.id_token_expected {
            self.secrets.check_nonce(id_token)?;
        }
        let origin = Origin::new(Arc::clone(&self.config), "").at_domain(Arc::clone(&self.domain));
        Tokens::from_result(issued.result, origin, None, issued.server_time)
    }

    fn nobody_came(&self) -> Error {
        let seconds = self.limit.as_secs_f64();
        let message = format!("nobody came back from the sign-in page within {seconds} s");
        let redirect_uri = self.redirect_uri.as_str();
        Error::new(ErrorKind::RequestTimeout, "RequestTimeout", message)
            .with_hint(format!(
                "Sign in again. The browser has to come back to {redirect_uri}, which has to be registered among the \
                 app client's CallbackURLs; where it runs on another machine, paste the address that it ended at."
            ))
            .with_retryable(true)
    }
}

impl fmt::Debug for SsoAttempt {
    /// Without the link: whoever has it can complete this attempt with a sign-in of another person.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SsoAttempt")
            .field("redirect_uri", &self.redirect_uri())
            .field("listens", &self.listens())
            .finish_non_exhaustive()
    }
}

/// Waits for the browser and for a pasted address. The second value is the browser, if it was the first.
async fn first_redirect(
    listening: Option<(LoopbackPort, Expectation)>,
    pasted: &mut oneshot::Receiver<Redirect>,
) -> Result<(Redirect, Option<Browser>)> {
    let pasted = async {
        match pasted.await {
            Ok(redirect) => redirect,
            // Every handle was dropped: nobody can paste any more.
            Err(_) => std::future::pending().await,
        }
    };
    let Some((port, expectation)) = listening else {
        return Ok((pasted.await, None));
    };
    tokio::select! {
        redirect = pasted => Ok((redirect, None)),
        arrived = wait_for_redirect(port, expectation) => {
            arrived.map(|(redirect, browser)| (redirect, Some(browser)))
        }
    }
}

/// Binds the redirect URI's port, unless it is an address that cannot be listened on here.
fn listen(
    redirect_uri: &RedirectUri,
    state: &CsrfState,
    domain: &Domain,
    port_required: bool,
) -> Result<Option<(LoopbackPort, Expectation)>> {
    let Some(address) = redirect_uri.loopback_address() else { return Ok(None) };
    let port = match LoopbackPort::bind(&address, redirect_uri) {
        Ok(port) => port,
        Err(error) if port_required => return Err(error),
        Err(_) => return Ok(None),
    };
    let page = domain.authorize_endpoint();
    let expectation = Expectation {
        address,
        state: state.clone(),
        domain_host: host_of(&page),
        domain_origin: page.origin().ascii_serialization(),
        limits: Limits::default(),
    };
    Ok(Some((port, expectation)))
}
