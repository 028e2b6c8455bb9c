//! The address that signs a browser out.

use url::Url;

use crate::address::parse_page_url;
use crate::config::{
    ClientAuthentication, ClientValues, Domain, Environment, Located, SecretsInUse, Values, missing, present,
};
use crate::error::Result;

/// The values that a logout URL is made from. Absent ones come from the environment.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LogoutRequest {
    /// The source of absent values.
    pub environment: Environment,
    /// The app client.
    pub client: ClientValues,
    /// The pool's domain: its prefix, its host or its https address (`COGNITO_DOMAIN`).
    pub domain: Option<String>,
    /// The address that the browser is sent to afterwards: one of the app client's LogoutURLs, letter for letter.
    pub logout_uri: String,
}

impl LogoutRequest {
    /// A request that takes every other value from the environment.
    pub fn new(environment: Environment, logout_uri: impl Into<String>) -> Self {
        Self { environment, client: ClientValues::default(), domain: None, logout_uri: logout_uri.into() }
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
}

/// Returns the address that ends the browser's own session at the sign-in page. That session is independent of the
/// tokens: unless it is ended, the next sign-in there may not ask for a password. Nothing is sent; open the address in the
/// user's browser.
///
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html>
///
/// ```
/// use cognitoken::{ClientValues, Environment, LogoutRequest, logout_url};
///
/// let client = ClientValues::default().with_client_id("1example23456789");
/// let request = LogoutRequest::new(Environment::empty(), "http://localhost:8400/")
///     .with_client(client)
///     .with_domain("auth.example.com");
/// let url = logout_url(request)?;
/// assert_eq!(
///     url.as_str(),
///     "https://auth.example.com/logout?client_id=1example23456789&logout_uri=http%3A%2F%2Flocalhost%3A8400%2F"
/// );
/// # Ok::<(), cognitoken::Error>(())
/// ```
///
/// # Errors
/// [`Config`](crate::ErrorKind::Config): a value is missing or malformed.
pub fn logout_url(request: LogoutRequest) -> Result<Url> {
    let LogoutRequest { environment, client, domain, logout_uri } = request;
    let used = [("COGNITO_CLIENT_SECRET", client.has_secret())];
    let environment = client.narrowed(&environment);
    let values = Values::new(&environment, SecretsInUse::of(&environment, &used));
    let Located { config, region } = client.gather(&values)?.check()?;
    let domain = Domain::resolve(domain, &values, &region, ClientAuthentication::default())?;
    let Some(logout_uri) = present(Some(logout_uri)) else {
        return Err(missing("logout URI", "one of the app client's LogoutURLs"));
    };
    let logout_uri = logout_uri.trim();
    parse_page_url("the logout URI", logout_uri).map_err(|error| {
        error.with_hint(
            "Give the logout URI letter for letter as it is registered among the app client's LogoutURLs.",
        )
    })?;
    let mut url = domain.logout_endpoint();
    url.query_pairs_mut().append_pair("client_id", &config.client_id).append_pair("logout_uri", logout_uri);
    Ok(url)
}
