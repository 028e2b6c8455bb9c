//! Signing in on the pool's own page: authorization code with PKCE (RFC 6749, RFC 7636, RFC 8252).

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth2::{CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope};
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::time::Instant;
use tracing::{debug, info};
use url::Url;
use zeroize::Zeroizing;

use super::client_credentials::words;
use super::connection::{Gate, Limits, Visitor};
use super::listener::Listener;
use super::page::Page;
use super::pasted::PastedRedirects;
use super::redirect::{Redirect, State};
use super::redirect_uri::RedirectUri;
use super::token_endpoint::{Grant, oauth_client, request_tokens};
use crate::config::{ClientAuthentication, Domain};
use crate::config::{ClientConfig, ClientValues, Environment, Located, SecretsInUse, Values, present};
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, Transport, host_of};
use crate::jwt::decode;
use crate::random::random_bytes;
use crate::secret::{AuthorizationCode, CodeVerifier};
use crate::tokens::{AuthenticationResult, Origin, Tokens};

/// How long a person is waited for where nothing else is said.
const DEFAULT_WAIT: Duration = Duration::from_secs(300);

const DEFAULT_SCOPES: [&str; 3] = ["openid", "email", "profile"];

/// What a sign-in on the pool's page starts from. Whatever is absent comes from the environment.
///
/// The fields that shape the page are parameters of the authorization endpoint:
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html>
#[derive(Debug, Clone)]
pub struct SsoRequest {
    /// Where absent values come from.
    pub environment: Environment,
    /// The app client. Its `timeout` is the limit of each request to the service, 30 s where absent.
    pub client: ClientValues,
    /// The pool's domain: its prefix, its host or its https address (`COGNITO_DOMAIN`).
    pub domain: Option<String>,
    /// How a client with a secret proves itself.
    pub authentication: ClientAuthentication,
    /// The name of the identity provider to go to at once: one of the pool's own, `Google`, `COGNITO`, ...
    pub identity_provider: Option<String>,
    /// An identifier of the identity provider, such as an e-mail domain, in the place of its name.
    pub idp_identifier: Option<String>,
    /// The user name that the page begins with.
    pub login_hint: Option<String>,
    /// The language of the page, such as `de`.
    pub lang: Option<String>,
    /// What the page is to do with a browser that is signed in: `login`, `select_account`, `none`, `consent`.
    pub prompt: Option<String>,
    /// What the tokens are to be good for. `openid email profile` where absent or empty.
    pub scopes: Option<Vec<String>>,
    /// Where the page sends the browser back to, letter for letter as it is registered among the app client's
    /// CallbackURLs. `http://localhost:8400/` where absent.
    pub redirect_uri: Option<String>,
    /// The limit of the whole: the person and the requests. 300 s where absent.
    pub timeout: Option<Duration>,
    /// Whether a port that cannot be listened on is an error (`true`, the default), or leaves pasting alone (`false`):
    /// right where the browser runs on another machine, whose loopback is not this one's.
    pub port_required: bool,
}

impl SsoRequest {
    /// A request that takes everything from the environment.
    pub fn new(environment: Environment) -> Self {
        Self {
            environment,
            client: ClientValues::default(),
            domain: None,
            authentication: ClientAuthentication::default(),
            identity_provider: None,
            idp_identifier: None,
            login_hint: None,
            lang: None,
            prompt: None,
            scopes: None,
            redirect_uri: None,
            timeout: None,
            port_required: true,
        }
    }

    /// The values that count for this request: the person signs in with secrets that no file gave.
    pub(crate) fn values(&self) -> Values {
        Values::new(&self.environment, SecretsInUse::default().and_elsewhere(true))
    }

    /// The limit of the whole: the person and the requests.
    pub(crate) fn limit(&self) -> Duration {
        self.timeout.unwrap_or(DEFAULT_WAIT)
    }

    /// Checks what can be checked without the client.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where values contradict each other.
    pub(crate) fn check(&self) -> Result<()> {
        self.wishes().map(drop)
    }

    /// The parameters of the link that shape the page, as far as they say something.
    fn wishes(&self) -> Result<Vec<(&'static str, String)>> {
        let wishes = [
            ("identity_provider", &self.identity_provider),
            ("idp_identifier", &self.idp_identifier),
            ("login_hint", &self.login_hint),
            ("lang", &self.lang),
            ("prompt", &self.prompt),
        ];
        let said = |(name, wish): (&'static str, &Option<String>)| Some((name, present(wish.clone())?));
        let wishes: Vec<_> = wishes.into_iter().filter_map(said).collect();
        if let [("identity_provider", _), ("idp_identifier", _), ..] = wishes[..] {
            let message = "identity_provider and idp_identifier both say which identity provider is meant";
            return Err(
                Error::new(ErrorKind::Config, "ConflictingValues", message).with_hint("Give one of them.")
            );
        }
        Ok(wishes)
    }

    fn scopes(&self) -> Vec<String> {
        let given = words(self.scopes.clone().unwrap_or_default());
        if given.is_empty() { DEFAULT_SCOPES.map(str::to_owned).to_vec() } else { given }
    }
}

/// Prepares a sign-in on the pool's page: binds the redirect URI's port, and makes the link. `whole` is the time for all
/// of it, the person included.
pub(crate) fn start_sso(
    transport: &Transport,
    request: SsoRequest,
    located: Located,
    values: &Values,
    whole: &CallBudget,
) -> Result<SsoAttempt> {
    let limit = request.limit();
    let (wishes, scopes) = (request.wishes()?, request.scopes());
    let Located { config, region } = located;
    let domain = Domain::resolve(request.domain, values, &region, request.authentication)?;
    let redirect_uri = RedirectUri::parse(request.redirect_uri)?;
    let state = State::new(random_text()?);
    let secrets = Secrets { verifier: CodeVerifier::new(random_text()?.as_str()), nonce: random_text()? };
    let authorize_url = authorize_url(&config, &domain, &redirect_uri, &state, &secrets, &scopes, wishes);
    let waiting = listen(&redirect_uri, &state, &domain, request.port_required)?;
    let (pasted, inbox) = PastedRedirects::new(&state, &domain, &redirect_uri);
    // Without the link: it holds the state and the nonce.
    debug!(
        target: "cognitoken::sso",
        host = host_of(&domain.authorize_endpoint()), listens = waiting.is_some(), "sign-in page is linked to"
    );
    Ok(SsoAttempt {
        transport: transport.clone(),
        config: Arc::new(config),
        domain: Arc::new(domain),
        redirect_uri,
        authorize_url,
        secrets,
        id_token_expected: scopes.iter().any(|scope| scope == "openid"),
        waiting,
        pasted,
        inbox,
        limit,
        deadline: whole.deadline(),
    })
}

/// A sign-in that waits for its person. Dropping it, or the future of [`wait`](Self::wait), closes the port.
pub struct SsoAttempt {
    transport: Transport,
    config: Arc<ClientConfig>,
    domain: Arc<Domain>,
    redirect_uri: RedirectUri,
    authorize_url: Url,
    secrets: Secrets,
    id_token_expected: bool,
    waiting: Option<(Listener, Gate)>,
    pasted: PastedRedirects,
    inbox: oneshot::Receiver<Redirect>,
    limit: Duration,
    deadline: Instant,
}

/// What only this attempt knows.
struct Secrets {
    verifier: CodeVerifier,
    nonce: Zeroizing<String>,
}

impl SsoAttempt {
    /// The link to the sign-in page, for this attempt alone: open it with [`open_browser`](crate::open_browser), or show
    /// it.
    pub fn authorize_url(&self) -> &Url {
        &self.authorize_url
    }

    /// Where the browser comes back to, as it was given.
    pub fn redirect_uri(&self) -> &str {
        self.redirect_uri.as_str()
    }

    /// Whether a browser on this machine is listened for. If not, only a pasted address ends the wait.
    pub fn listens(&self) -> bool {
        self.waiting.is_some()
    }

    /// Where a pasted address goes. It can be sent to another thread and used while [`wait`](Self::wait) runs.
    pub fn pasted(&self) -> PastedRedirects {
        self.pasted.clone()
    }

    /// Waits until the browser comes back or a pasted address is accepted, whichever is first, and redeems the code.
    /// The browser's page says how it ended. Needs a tokio runtime with I/O and time.
    ///
    /// The ID token comes straight from the token endpoint, over TLS, so its signature need not be checked here
    /// (OpenID Connect Core 1.0, 3.1.3.7); its nonce is.
    ///
    /// # Errors
    /// - [`ErrorKind::Authentication`]: `access_denied` where the person or the identity provider refused,
    ///   `invalid_grant` where the code is no longer good, `invalid_client` for a wrong client secret.
    /// - [`ErrorKind::Service`] under OAuth's names: `invalid_request`, `invalid_scope`, `unauthorized_client`, ...
    /// - [`ErrorKind::TokenInvalid`], code `NonceMismatch`: the ID token was issued for another sign-in.
    /// - [`ErrorKind::RequestTimeout`] where nobody came back in time.
    /// - [`ErrorKind::Throttled`], [`ErrorKind::Network`].
    pub async fn wait(mut self) -> Result<Tokens> {
        let outcome = self.wait_and_redeem().await;
        match &outcome {
            Ok(tokens) => info!(target: "cognitoken::sso", expires_at = tokens.expires_at(), "signed in"),
            Err(error) => info!(
                target: "cognitoken::sso",
                code = error.code(), kind = ?error.kind(), request_id = error.request_id(), "not signed in"
            ),
        }
        outcome
    }

    async fn wait_and_redeem(&mut self) -> Result<Tokens> {
        let arrival = arrival(self.waiting.take(), &mut self.inbox);
        let (redirect, visitor) = match tokio::time::timeout_at(self.deadline, arrival).await {
            Ok(arrival) => arrival?,
            Err(_elapsed) => return Err(self.nobody_came()),
        };
        let (by_browser, has_code) = (visitor.is_some(), redirect.is_ok());
        debug!(target: "cognitoken::sso", by_browser, has_code, "the sign-in page was left");
        let outcome = match redirect {
            Ok(code) => self.redeem(&code).await,
            Err(refused) => Err(refused),
        };
        if let Some(visitor) = visitor {
            visitor.show(Page::outcome(outcome.as_ref().map(|_| ()))).await;
        }
        outcome
    }

    async fn redeem(&self, code: &AuthorizationCode) -> Result<Tokens> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let budget = CallBudget::new(self.config.timeout.min(left));
        let grant = Grant::AuthorizationCode {
            code,
            verifier: &self.secrets.verifier,
            redirect_uri: self.redirect_uri.as_str(),
        };
        let issued = request_tokens(&self.transport, &self.config, &self.domain, grant, &budget).await?;
        self.check_nonce(&issued.result)?;
        let origin = Origin::new(Arc::clone(&self.config), "").at_domain(Arc::clone(&self.domain));
        Tokens::from_result(issued.result, origin, None, issued.server_time)
    }

    /// OpenID Connect Core 1.0, 3.1.3.7, step 11: the ID token has to repeat the nonce of our link.
    fn check_nonce(&self, result: &AuthenticationResult) -> Result<()> {
        let nonce = match &result.id_token {
            None if !self.id_token_expected => return Ok(()),
            None => None,
            Some(id_token) => {
                decode(id_token)?.payload.get("nonce").and_then(Value::as_str).map(str::to_owned)
            }
        };
        if nonce.as_deref() == Some(self.secrets.nonce.as_str()) {
            return Ok(());
        }
        let message = match (&result.id_token, nonce) {
            (None, _) => "the domain gave no ID token, although the scope openid was asked for",
            (Some(_), None) => "the ID token does not say for which sign-in it was issued: it has no nonce",
            (Some(_), Some(_)) => "the ID token was issued for another sign-in: its nonce is not ours",
        };
        Err(Error::new(ErrorKind::TokenInvalid, "NonceMismatch", message)
            .with_hint("Sign in again; if it stays, the sign-in was tampered with on its way."))
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
    /// Without the link: whoever has it can put another's sign-in into this one's place.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SsoAttempt")
            .field("redirect_uri", &self.redirect_uri())
            .field("listens", &self.listens())
            .finish_non_exhaustive()
    }
}

/// The end of the sign-in, and the browser that brought it, if it was a browser.
async fn arrival(
    waiting: Option<(Listener, Gate)>,
    inbox: &mut oneshot::Receiver<Redirect>,
) -> Result<(Redirect, Option<Visitor>)> {
    let pasted = async {
        match inbox.await {
            Ok(redirect) => redirect,
            // Nobody is left who could paste.
            Err(_) => std::future::pending().await,
        }
    };
    let Some((listener, gate)) = waiting else {
        return Ok((pasted.await, None));
    };
    tokio::select! {
        redirect = pasted => Ok((redirect, None)),
        arrived = listener.redirect(gate) => arrived.map(|(redirect, visitor)| (redirect, Some(visitor))),
    }
}

/// A bound port and what it lets through, where there is one to bind.
fn listen(
    redirect_uri: &RedirectUri,
    state: &State,
    domain: &Domain,
    port_required: bool,
) -> Result<Option<(Listener, Gate)>> {
    let Some(address) = redirect_uri.address() else { return Ok(None) };
    let listener = match Listener::bind(&address, redirect_uri) {
        Ok(listener) => listener,
        Err(error) if port_required => return Err(error),
        Err(_) => return Ok(None),
    };
    let page = domain.authorize_endpoint();
    let gate = Gate {
        address,
        state: state.clone(),
        domain_host: host_of(&page),
        domain_origin: page.origin().ascii_serialization(),
        limits: Limits::default(),
    };
    Ok(Some((listener, gate)))
}

fn authorize_url(
    config: &ClientConfig,
    domain: &Domain,
    redirect_uri: &RedirectUri,
    state: &State,
    secrets: &Secrets,
    scopes: &[String],
    wishes: Vec<(&'static str, String)>,
) -> Url {
    let verifier = PkceCodeVerifier::new(secrets.verifier.expose().to_owned());
    let client = oauth_client(config, domain);
    let mut request = client
        .authorize_url(|| CsrfToken::new(state.as_str().to_owned()))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
        .add_scopes(scopes.iter().cloned().map(Scope::new))
        .add_extra_param("nonce", secrets.nonce.as_str());
    if let Ok(redirect_url) = RedirectUrl::new(redirect_uri.as_str().to_owned()) {
        request = request.set_redirect_uri(Cow::Owned(redirect_url));
    }
    for (name, wish) in wishes {
        request = request.add_extra_param(name, wish);
    }
    request.url().0
}

/// 43 characters that nobody can guess: the length that RFC 7636, 4.1, recommends for a code verifier.
fn random_text() -> Result<Zeroizing<String>> {
    Ok(Zeroizing::new(URL_SAFE_NO_PAD.encode(&random_bytes::<32>()?[..])))
}
