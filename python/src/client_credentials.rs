//! Tokens of the app client itself, for unattended jobs.

use cognitoken::{ClientCredentialsRequest, Cognito, Environment, Result};
use pyo3::prelude::*;

use crate::awaitable::{Coroutine, awaitable};
use crate::client::Client;
use crate::runtime::wait;
use crate::scopes::Scopes;
use crate::tokens::Tokens;

fn request(
    client: Client,
    domain: Option<String>,
    scopes: Option<Scopes>,
    authentication: &str,
) -> Result<ClientCredentialsRequest> {
    let mut request = ClientCredentialsRequest::new(Environment::read()?)
        .with_client(client.try_into()?)
        .with_client_authentication(authentication.parse()?);
    request.domain = domain;
    request.scopes = scopes.map(Into::into);
    Ok(request)
}

async fn get(cognito: Cognito, request: Result<ClientCredentialsRequest>) -> Result<Tokens> {
    cognito.client_credentials(request?).await.map(Tokens::from)
}

/// Get an access token for the app client itself, without a user, for unattended jobs.
///
/// The pool's domain issues it for the client's id and secret. There is no ID token and no refresh token:
/// ``tokens.id_token`` is None, and ``tokens.headers`` contains the access token. AWS bills every token. Tokens are
/// therefore cached in memory, and calls with the same domain, client and scopes return the same token until shortly
/// before it expires.
///
/// Parameters
/// ----------
/// client_id : str, optional
///     The app client's id (``COGNITO_CLIENT_ID``).
/// client_secret : str, optional
///     The app client's secret (``COGNITO_CLIENT_SECRET``).
/// domain : str, optional
///     The pool's domain: its prefix (``"my-app"``), its host or its https address (``COGNITO_DOMAIN``).
/// scopes : list of str or str, optional
///     The scopes of the token, each ``"<resource server>/<scope>"``. Default: all scopes of the client.
/// region : str, optional
///     The AWS region that a prefix is in, as for :func:`login`.
/// authentication : str, default "basic"
///     How the client sends its secret: ``"basic"``, in a header, or ``"body"``.
/// timeout : float, default 30.0
///     The time limit of the whole call in seconds, retries included.
///
/// Returns
/// -------
/// Tokens
///     The tokens, which unpack to ``(None, access_token, None)``.
///
/// Raises
/// ------
/// ConfigError
///     A value is missing or malformed. Nothing was sent.
/// AuthenticationError
///     The client's id or secret is wrong (``"invalid_client"``).
/// ServiceError
///     The client may not have this scope (``"invalid_scope"``) or this grant (``"unauthorized_client"``).
/// ThrottledError, NetworkError, RequestTimeout
///     As for :func:`login`.
///
/// Notes
/// -----
/// https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
///
/// Examples
/// --------
/// >>> import cognitoken
/// >>> def headers() -> dict[str, str]:
/// ...     return cognitoken.client_credentials(domain="my-app", scopes=["reports/read"]).headers
#[pyfunction]
#[pyo3(signature = (
    client_id=None, client_secret=None, domain=None, scopes=None, *,
    region=None, authentication="basic", timeout=30.0,
))]
#[expect(clippy::too_many_arguments, reason = "the arguments of the Python function, each with its name")]
pub(crate) fn client_credentials(
    py: Python<'_>,
    client_id: Option<String>,
    client_secret: Option<String>,
    domain: Option<String>,
    scopes: Option<Scopes>,
    region: Option<String>,
    authentication: &str,
    timeout: f64,
) -> PyResult<Tokens> {
    let client = Client { client_id, client_secret, region, timeout: Some(timeout), ..Client::default() };
    let request = request(client, domain, scopes, authentication);
    wait(py, |cognito| get(cognito, request))
}

/// Asyncio version of :func:`client_credentials`.
///
/// Examples
/// --------
/// >>> import cognitoken
/// >>> async def headers() -> dict[str, str]:
/// ...     return (await cognitoken.client_credentials_async(domain="my-app")).headers
#[pyfunction]
#[pyo3(signature = (
    client_id=None, client_secret=None, domain=None, scopes=None, *,
    region=None, authentication="basic", timeout=30.0,
))]
pub(crate) fn client_credentials_async(
    client_id: Option<String>,
    client_secret: Option<String>,
    domain: Option<String>,
    scopes: Option<Scopes>,
    region: Option<String>,
    authentication: &str,
    timeout: f64,
) -> Coroutine {
    let client = Client { client_id, client_secret, region, timeout: Some(timeout), ..Client::default() };
    let request = request(client, domain, scopes, authentication);
    awaitable("client_credentials_async", |cognito| get(cognito, request))
}
