"""Tokens of the app client itself, for unattended jobs."""

from ._calls import Call, result_of, twin, waits
from ._tokens import Tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal


@waits
def client_credentials(
    client_id: str | None = None,
    client_secret: str | None = None,
    domain: str | None = None,
    scopes: "str | Sequence[str] | None" = None,
    *,
    region: str | None = None,
    user_pool_id: str | None = None,
    endpoint: str | None = None,
    client_authentication: "Literal['basic', 'body']" = "basic",
    parameters: "Mapping[str, str] | None" = None,
    client_metadata: "Mapping[str, str] | None" = None,
    timeout: float = 30.0,
    profile: str | None = None,
) -> Tokens:
    """Get an access token for the app client itself, without a user, for unattended jobs.

    The pool's domain issues it for the client's id and secret. There is no ID token and no refresh token:
    ``tokens.id_token`` is None, and ``tokens.headers`` contains the access token. AWS bills every token. Tokens are
    therefore cached in memory, and calls with the same domain, client, scopes, parameters and client metadata return
    the same token until shortly before it expires.

    :func:`client_credentials_async` is the asyncio version.

    Parameters
    ----------
    client_id : str, optional
        The app client's id (``COGNITO_CLIENT_ID``).
    client_secret : str, optional
        The app client's secret (``COGNITO_CLIENT_SECRET``).
    domain : str, optional
        The pool's domain: its prefix (``"my-app"``), its host or its https address (``COGNITO_DOMAIN``).
    scopes : list of str or str, optional
        The scopes of the token, each ``"<resource server>/<scope>"``. Default: all scopes of the client.
    region : str, optional
        The AWS region that a prefix is in (``COGNITO_REGION``), as for :func:`login`.
    user_pool_id : str, optional
        The user pool's id (``COGNITO_USER_POOL_ID``), for its region.
    endpoint : str, optional
        The URL of the service, if it is not the region's own (``COGNITO_ENDPOINT``). The token comes from the domain.
    client_authentication : str, default "basic"
        The way the client sends its secret to the domain: ``"basic"``, in a header, or ``"body"``.
    parameters : dict of str to str, optional
        Further parameters of the token request, such as ``resource``.
    client_metadata : dict of str to str, optional
        Values that the service passes to the pool's Lambda triggers, as ``aws_client_metadata``. They are no place for
        secrets.
    timeout : float, default 30.0
        The time limit of the whole call in seconds, retries included.
    profile : str, optional
        The profile whose values count where nothing else gives them (``COGNITO_PROFILE``), as for :func:`login`.

    Returns
    -------
    Tokens
        The tokens, which unpack to ``(None, access_token, None)``.

    Raises
    ------
    ConfigError
        A value is missing or malformed. Nothing was sent.
    AuthenticationError
        The client's id or secret is wrong (``"invalid_client"``).
    ServiceError
        The client may not have this scope (``"invalid_scope"``) or this grant (``"unauthorized_client"``).
    ThrottledError, NetworkError, RequestTimeout
        As for :func:`login`.

    Notes
    -----
    https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html

    Examples
    --------
    >>> import cognitoken
    >>> def headers() -> dict[str, str]:
    ...     return cognitoken.client_credentials(domain="my-app", scopes=["reports/read"]).headers
    """
    return result_of(Call("client_credentials", locals()))


client_credentials_async = twin(client_credentials)
