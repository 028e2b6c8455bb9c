//! The values that a sign-in on the pool's page starts from.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::config::{
    ClientAuthentication, ClientValues, Environment, LEAVE_OUT, SecretsInUse, Values, check_parameters,
    pairs, present,
};
use crate::error::{Error, ErrorKind, Result};
use crate::oauth::scopes::words;

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(300);

const DEFAULT_SCOPES: [&str; 3] = ["openid", "email", "profile"];

/// The parameters of the link that the sign-in sets itself, with a hint for whoever gives them among `parameters`.
const RESERVED: [(&str, &str); 13] = [
    ("response_type", LEAVE_OUT),
    ("client_id", "Give it as `client_id`."),
    ("redirect_uri", "Give it as `redirect_uri`."),
    ("scope", "Give it as `scopes`."),
    ("state", LEAVE_OUT),
    ("nonce", LEAVE_OUT),
    ("code_challenge", LEAVE_OUT),
    ("code_challenge_method", LEAVE_OUT),
    ("identity_provider", "Give it as `identity_provider`."),
    ("idp_identifier", "Give it as `idp_identifier`."),
    ("login_hint", "Give it as `login_hint`."),
    ("lang", "Give it as `lang`."),
    ("prompt", "Give it as `prompt`."),
];

/// The values that a sign-in on the pool's page starts from. Absent ones come from the environment.
///
/// The fields that shape the page are parameters of the authorization endpoint:
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html>
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SsoRequest {
    /// The source of absent values.
    pub environment: Environment,
    /// The app client. Its `timeout` limits each request to the service, 30 s where absent.
    pub client: ClientValues,
    /// The pool's domain: its prefix, its host or its https address (`COGNITO_DOMAIN`).
    pub domain: Option<String>,
    /// The way in which a client with a secret authenticates.
    pub client_authentication: ClientAuthentication,
    /// The name of the identity provider to skip ahead to: one of the pool's own, `Google`, `COGNITO`, ...
    pub identity_provider: Option<String>,
    /// An identifier of the identity provider, such as an e-mail domain, in place of its name.
    pub idp_identifier: Option<String>,
    /// The user name that the page is filled in with.
    pub login_hint: Option<String>,
    /// The language of the page, such as `de`.
    pub lang: Option<String>,
    /// The page's treatment of a browser that is signed in already: `login`, `select_account`, `none`, `consent`.
    pub prompt: Option<String>,
    /// More parameters of the link: `resource`, ... Those that the sign-in sets itself, such as `state`, and those
    /// that have a field of their own, such as `prompt`, are refused.
    pub parameters: BTreeMap<String, String>,
    /// The scopes to ask for. `openid email profile` where absent or empty.
    pub scopes: Option<Vec<String>>,
    /// The address that the page sends the browser back to, letter for letter as it is registered among the app
    /// client's CallbackURLs. `http://localhost:8400/` where absent.
    pub redirect_uri: Option<String>,
    /// The limit of the whole sign-in: the person and the requests. 300 s where absent.
    pub timeout: Option<Duration>,
    /// `true`, the default, makes a port that cannot be listened on an error. `false` leaves only pasting, for a
    /// browser on another machine, which has a loopback address of its own.
    pub port_required: bool,
}

impl SsoRequest {
    /// A request that takes every value from the environment.
    pub fn new(environment: Environment) -> Self {
        Self {
            environment,
            client: ClientValues::default(),
            domain: None,
            client_authentication: ClientAuthentication::default(),
            identity_provider: None,
            idp_identifier: None,
            login_hint: None,
            lang: None,
            prompt: None,
            parameters: BTreeMap::new(),
            scopes: None,
            redirect_uri: None,
            timeout: None,
            port_required: true,
        }
    }

    /// Sets the app client.
    #[must_use]
    pub fn with_client(mut self, client: ClientValues) -> Self {
        self.client = client;
        self
    }

    /// Sets the pool's domain.
    #[must_use]
    pub fn with_domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// Sets the way in which a client with a secret authenticates.
    #[must_use]
    pub fn with_client_authentication(mut self, client_authentication: ClientAuthentication) -> Self {
        self.client_authentication = client_authentication;
        self
    }

    /// Sets the name of the identity provider to skip ahead to.
    #[must_use]
    pub fn with_identity_provider(mut self, name: impl Into<String>) -> Self {
        self.identity_provider = Some(name.into());
        self
    }

    /// Sets an identifier of the identity provider to skip ahead to.
    #[must_use]
    pub fn with_idp_identifier(mut self, identifier: impl Into<String>) -> Self {
        self.idp_identifier = Some(identifier.into());
        self
    }

    /// Sets the user name that the page is filled in with.
    #[must_use]
    pub fn with_login_hint(mut self, user_name: impl Into<String>) -> Self {
        self.login_hint = Some(user_name.into());
        self
    }

    /// Sets the language of the page.
    #[must_use]
    pub fn with_lang(mut self, lang: impl Into<String>) -> Self {
        self.lang = Some(lang.into());
        self
    }

    /// Sets how the page treats a browser that is signed in already.
    #[must_use]
    pub fn with_prompt(mut self, prompt: impl Into<String>) -> Self {
        self.prompt = Some(prompt.into());
        self
    }

    /// Sets more parameters of the link.
    #[must_use]
    pub fn with_parameters(
        mut self,
        parameters: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        self.parameters = pairs(parameters);
        self
    }

    /// Sets the scopes to ask for.
    #[must_use]
    pub fn with_scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the address that the page sends the browser back to.
    #[must_use]
    pub fn with_redirect_uri(mut self, redirect_uri: impl Into<String>) -> Self {
        self.redirect_uri = Some(redirect_uri.into());
        self
    }

    /// Sets the limit of the whole sign-in.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets whether a port that cannot be listened on is an error.
    #[must_use]
    pub fn with_port_required(mut self, port_required: bool) -> Self {
        self.port_required = port_required;
        self
    }

    /// The values that count for this request: the person signs in with secrets that no file holds.
    pub(crate) fn values(&self) -> Values {
        let environment = self.client.narrowed(&self.environment);
        Values::new(&environment, SecretsInUse::default().and_elsewhere(true))
    }

    /// Checks the values that do not depend on the client.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where values contradict each other, or `parameters` holds one that the sign-in sets
    /// itself.
    pub(crate) fn check(&self) -> Result<()> {
        check_parameters(self.parameters.keys(), &RESERVED)?;
        self.page_parameters().map(drop)
    }

    /// The limit of the whole sign-in.
    pub(crate) fn limit(&self) -> Duration {
        self.timeout.unwrap_or(DEFAULT_TIMEOUT)
    }

    pub(super) fn scopes_or_default(&self) -> Vec<String> {
        let given = words(self.scopes.clone().unwrap_or_default());
        if given.is_empty() { DEFAULT_SCOPES.map(str::to_owned).to_vec() } else { given }
    }

    /// The given parameters of the link that shape the page.
    pub(super) fn page_parameters(&self) -> Result<Vec<(String, String)>> {
        let all = [
            ("identity_provider", &self.identity_provider),
            ("idp_identifier", &self.idp_identifier),
            ("login_hint", &self.login_hint),
            ("lang", &self.lang),
            ("prompt", &self.prompt),
        ];
        let given = all.into_iter().filter_map(|(name, value)| Some((name, present(value.clone())?)));
        let given: Vec<_> = given.collect();
        if let [("identity_provider", _), ("idp_identifier", _), ..] = given[..] {
            let message = "identity_provider and idp_identifier both name an identity provider";
            return Err(
                Error::new(ErrorKind::Config, "ConflictingValues", message).with_hint("Give one of them.")
            );
        }
        let given = given.into_iter().map(|(name, value)| (name.to_owned(), value));
        Ok(given.chain(self.parameters.clone()).collect())
    }

    /// The resource that the access token is bound to (RFC 8707), which the token request repeats.
    pub(super) fn resource(&self) -> Option<String> {
        self.parameters.get("resource").cloned()
    }
}
