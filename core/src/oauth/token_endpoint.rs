//! The domain's token and revocation endpoints. The crate `oauth2` writes the requests; our transport carries them,
//! with its retries, its limits and its view of the service's clock.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use oauth2::basic::{BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse};
use oauth2::http::header::AUTHORIZATION;
use oauth2::{
    AsyncHttpClient, AuthUrl, Client, ClientId, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, RevocableToken, RevocationUrl, Scope, TokenResponse,
    TokenUrl,
};
use serde::{Deserialize, Serialize};
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use super::refusal;
use crate::clock::ClockOffset;
use crate::config::ClientConfig;
use crate::config::{ClientAuthentication, Domain};
use crate::error::{Error, Result};
use crate::http::{CallBudget, Failure, Request, Transport, with_retries};
use crate::secret::{AuthorizationCode, ClientSecret, CodeVerifier, RefreshToken};
use crate::tokens::AuthenticationResult;
use crate::verdict::RequestKind;

/// What tokens are asked for with.
pub(super) enum Grant<'a> {
    ClientCredentials { scopes: &'a [String] },
    AuthorizationCode { code: &'a AuthorizationCode, verifier: &'a CodeVerifier, redirect_uri: &'a str },
    RefreshToken(&'a RefreshToken),
}

/// What the token endpoint gave, and the service's clock at that moment.
pub(super) struct Issued {
    pub(super) result: AuthenticationResult,
    pub(super) server_time: SystemTime,
}

/// Asks for tokens.
pub(super) async fn request_tokens(
    transport: &Transport,
    config: &ClientConfig,
    domain: &Domain,
    grant: Grant<'_>,
    budget: &CallBudget,
) -> Result<Issued> {
    let url = domain.token_endpoint();
    let client = oauth_client(config, domain);
    let secret = config.client_secret.as_ref().map(ClientSecret::expose);
    let (request_kind, proof) = match &grant {
        Grant::ClientCredentials { .. } => (RequestKind::ClientCredentials, [None, None]),
        Grant::AuthorizationCode { code, verifier, .. } => {
            (RequestKind::CodeRedemption, [Some(code.expose()), Some(verifier.expose())])
        }
        Grant::RefreshToken(token) => (RequestKind::DomainRefresh, [Some(token.expose()), None]),
    };
    let secrets: Vec<&str> = proof.into_iter().chain([secret]).flatten().collect();
    let endpoint = Endpoint::new(transport, budget, &url, request_kind, &secrets);
    let answer = match grant {
        Grant::ClientCredentials { scopes } => {
            let scopes = scopes.iter().cloned().map(Scope::new);
            client.exchange_client_credentials().add_scopes(scopes).request_async(&endpoint).await
        }
        Grant::AuthorizationCode { code, verifier, redirect_uri } => {
            // Letter for letter as in the link: the domain compares the two.
            let redirect_url =
                RedirectUrl::new(redirect_uri.to_owned()).map_err(|_| refusal::unreadable(&url))?;
            client
                .set_redirect_uri(redirect_url)
                .exchange_code(oauth2::AuthorizationCode::new(code.expose().to_owned()))
                .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose().to_owned()))
                .request_async(&endpoint)
                .await
        }
        Grant::RefreshToken(token) => {
            let token = oauth2::RefreshToken::new(token.expose().to_owned());
            client.exchange_refresh_token(&token).request_async(&endpoint).await
        }
    };
    let answer: TokenAnswer = answer.map_err(|fault| match fault {
        RequestTokenError::Request(error) => error,
        // The crate's own text and error may hold the whole body: neither goes on.
        _ => refusal::unreadable(&url),
    })?;
    Ok(Issued { result: answer.into(), server_time: endpoint.server_time() })
}

/// Revokes a refresh token, and with it every token that it gave.
pub(super) async fn revoke(
    transport: &Transport,
    config: &ClientConfig,
    domain: &Domain,
    token: &RefreshToken,
    budget: &CallBudget,
) -> Result<()> {
    let url = domain.revocation_endpoint();
    let client = oauth_client(config, domain);
    let secret = config.client_secret.as_ref().map(ClientSecret::expose);
    let secrets: Vec<&str> = [Some(token.expose()), secret].into_iter().flatten().collect();
    let endpoint = Endpoint::new(transport, budget, &url, RequestKind::DomainRevocation, &secrets);
    let request = client.revoke_token(Revocable(token.clone())).map_err(|_| refusal::unreadable(&url))?;
    let outcome = request.request_async(&endpoint).await;
    outcome.map_err(|fault| match fault {
        RequestTokenError::Request(error) => error,
        _ => refusal::unreadable(&url),
    })
}

type OAuthClient = Client<
    BasicErrorResponse,
    TokenAnswer,
    BasicTokenIntrospectionResponse,
    Revocable,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
    EndpointSet,
>;

/// The app client as the crate `oauth2` knows it.
pub(super) fn oauth_client(config: &ClientConfig, domain: &Domain) -> OAuthClient {
    let client = Client::new(ClientId::new(config.client_id.clone()))
        .set_auth_uri(AuthUrl::from_url(domain.authorize_endpoint()))
        .set_token_uri(TokenUrl::from_url(domain.token_endpoint()))
        .set_revocation_url(RevocationUrl::from_url(under_https(domain.revocation_endpoint())))
        .set_auth_type(auth_type(authentication(config, domain)));
    match &config.client_secret {
        Some(secret) => client.set_client_secret(oauth2::ClientSecret::new(secret.expose().to_owned())),
        None => client,
    }
}

/// How the client proves itself: as the domain says, but never by a header that reads differently to the service.
///
/// RFC 6749 (2.3.1) percent-encodes id and secret in the header, which the crate does; AWS's formula encodes them as they
/// are. The two differ for `+`, which both may hold; a body is read in one way only.
fn authentication(config: &ClientConfig, domain: &Domain) -> ClientAuthentication {
    let is_encoded =
        |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>() != text;
    let secret = config.client_secret.as_ref().map(ClientSecret::expose);
    if is_encoded(&config.client_id) || secret.is_some_and(is_encoded) {
        return ClientAuthentication::Body;
    }
    domain.authentication()
}

/// The crate's own word for it.
fn auth_type(authentication: ClientAuthentication) -> oauth2::AuthType {
    match authentication {
        ClientAuthentication::Basic => oauth2::AuthType::BasicAuth,
        ClientAuthentication::Body => oauth2::AuthType::RequestBody,
    }
}

/// The crate revokes at no other address, not even on loopback, where ours may be plain http. It is never used as an
/// address: [`Endpoint`] knows where it sends.
fn under_https(mut url: Url) -> Url {
    // Refused only between special and other schemes; these are both special.
    let _ = url.set_scheme("https");
    url
}

/// One endpoint of the domain, for the one call that is made there.
struct Endpoint<'a> {
    transport: &'a Transport,
    budget: &'a CallBudget,
    url: &'a Url,
    request_kind: RequestKind,
    secrets: &'a [&'a str],
    clock_offset: Mutex<ClockOffset>,
}

impl<'a> Endpoint<'a> {
    fn new(
        transport: &'a Transport,
        budget: &'a CallBudget,
        url: &'a Url,
        request_kind: RequestKind,
        secrets: &'a [&'a str],
    ) -> Self {
        Self { transport, budget, url, request_kind, secrets, clock_offset: Mutex::default() }
    }

    /// Sends the request until there is an answer worth reading. Refusals end here, under OAuth's names.
    async fn carry(&self, request: HttpRequest) -> Result<HttpResponse> {
        let (mut parts, body) = request.into_parts();
        let body = Zeroizing::new(body);
        if let Some(value) = parts.headers.get_mut(AUTHORIZATION) {
            value.set_sensitive(true);
        }
        // A code is taken once: sent again after a fault on its way, it would end the tokens it gave (RFC 6749, 4.1.2).
        let may_repeat =
            |failure: &Failure| failure.may_repeat(self.request_kind == RequestKind::CodeRedemption);
        let attempt = || self.attempt(Request::post(self.url, parts.headers.clone(), body.clone()));
        with_retries(self.budget, may_repeat, attempt).await.map_err(|failure| failure.error)
    }

    async fn attempt(&self, request: Request<'_>) -> Result<HttpResponse, Failure> {
        let mut answer = self.transport.send(request, self.budget).await?;
        if answer.status != 200 {
            return Err(refusal::read(self.url, &answer, self.request_kind, self.secrets));
        }
        *self.clock_offset.lock().unwrap_or_else(PoisonError::into_inner) = answer.clock_offset;
        Ok(HttpResponse::new(std::mem::take(&mut *answer.body)))
    }

    fn server_time(&self) -> SystemTime {
        let offset = *self.clock_offset.lock().unwrap_or_else(PoisonError::into_inner);
        offset.server_time(self.transport.clock().now())
    }
}

// Not a closure, whose future the compiler cannot prove to be `Send` for every lifetime: a caller on a runtime of
// several threads needs that.
impl<'c> AsyncHttpClient<'c> for Endpoint<'_> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.carry(request))
    }
}

/// The token endpoint's answer. The crate's secret types print redacted.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct TokenAnswer {
    access_token: oauth2::AccessToken,
    id_token: Option<oauth2::AccessToken>,
    refresh_token: Option<oauth2::RefreshToken>,
    #[serde(default)]
    token_type: TokenType,
    expires_in: Option<u64>,
}

/// As the service writes it: the crate's own type would lose the case.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub(super) struct TokenType(String);

impl Default for TokenType {
    fn default() -> Self {
        Self("Bearer".to_owned())
    }
}

impl oauth2::TokenType for TokenType {}

impl TokenResponse for TokenAnswer {
    type TokenType = TokenType;

    fn access_token(&self) -> &oauth2::AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &TokenType {
        &self.token_type
    }

    fn expires_in(&self) -> Option<Duration> {
        self.expires_in.map(Duration::from_secs)
    }

    fn refresh_token(&self) -> Option<&oauth2::RefreshToken> {
        self.refresh_token.as_ref()
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        None
    }
}

impl From<TokenAnswer> for AuthenticationResult {
    fn from(answer: TokenAnswer) -> Self {
        Self {
            access_token: answer.access_token.into_secret(),
            id_token: answer.id_token.map(oauth2::AccessToken::into_secret),
            refresh_token: answer.refresh_token.map(oauth2::RefreshToken::into_secret),
            token_type: Some(answer.token_type.0),
            expires_in: answer.expires_in,
            new_device_metadata: None,
        }
    }
}

/// A refresh token to revoke, without the hint at its type: Cognito documents no such parameter.
pub(super) struct Revocable(RefreshToken);

impl RevocableToken for Revocable {
    fn secret(&self) -> &str {
        self.0.expose()
    }

    fn type_hint(&self) -> Option<&str> {
        None
    }
}
