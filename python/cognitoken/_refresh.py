"""Refresh from a refresh token without a sign-in."""

from ._calls import Call, result_of, twin, waits
from ._device import Device
from ._tokens import Tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


@waits
def refresh(
    refresh_token: str | None = None,
    client_id: str | None = None,
    region: str | None = None,
    *,
    username: str | None = None,
    user_pool_id: str | None = None,
    client_secret: str | None = None,
    endpoint: str | None = None,
    timeout: float = 30.0,
    device: Device | str | None = None,
    client_metadata: "Mapping[str, str] | None" = None,
    profile: str | None = None,
) -> Tokens:
    """Get new tokens from a refresh token, without a password.

    Arguments that are omitted or empty are resolved as by :func:`login`. With a :class:`Tokens`
    object, use :meth:`Tokens.refresh` instead.

    :func:`refresh_async` is the asyncio version.

    Parameters
    ----------
    refresh_token : str, optional
        The refresh token (``COGNITO_REFRESH_TOKEN``).
    client_id : str, optional
        The app client's id (``COGNITO_CLIENT_ID``).
    region : str, optional
        The AWS region to call (``COGNITO_REGION``), as for :func:`login`.
    username : str, optional
        The user name in the pool, not an alias (``COGNITO_USER_NAME``). Required only for a client with a secret at a
        service that does not support GetTokensFromRefreshToken.
        https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html
    user_pool_id : str, optional
        The user pool's id (``COGNITO_USER_POOL_ID``), for its region.
    client_secret : str, optional
        The app client's secret, for a client that has one (``COGNITO_CLIENT_SECRET``).
    endpoint : str, optional
        The URL of the service, if it is not the region's own (``COGNITO_ENDPOINT``).
    timeout : float, default 30.0
        The time limit of the whole call in seconds, retries included.
    device : Device or str, optional
        The device that the refresh token belongs to, or its key (``COGNITO_DEVICE_KEY``), for a pool that remembers
        devices.
    client_metadata : dict of str to str, optional
        Values that the service passes to the pool's Lambda triggers, with later refreshes of the new tokens too. They
        are no place for secrets.
    profile : str, optional
        The profile whose values count where nothing else gives them (``COGNITO_PROFILE``), as for :func:`login`.

    Returns
    -------
    Tokens
        The new tokens, with the old refresh token if the service returns no new one.

    Raises
    ------
    AuthenticationError
        The refresh token is expired, revoked or was replaced, or the client secret is wrong.
    ConfigError, ThrottledError, NetworkError, RequestTimeout, ServiceError
        As for :func:`login`.

    Examples
    --------
    >>> import asyncio, cognitoken
    >>> refresh_token = cognitoken.login().refresh_token  # kept in a safe place since an earlier sign-in
    >>> tokens = cognitoken.refresh(refresh_token)
    >>> tokens = asyncio.run(cognitoken.refresh_async(refresh_token))
    """
    return result_of(Call("refresh", locals()))


refresh_async = twin(refresh)
