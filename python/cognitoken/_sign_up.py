"""Functions that confirm a sign-up."""

from ._account import CodeDelivery
from ._calls import Call, result_of, twin, waits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


@waits
def resend_confirmation_code(
    username: str | None = None,
    client_id: str | None = None,
    region: str | None = None,
    *,
    user_pool_id: str | None = None,
    client_secret: str | None = None,
    endpoint: str | None = None,
    timeout: float = 30.0,
    client_metadata: "Mapping[str, str] | None" = None,
    profile: str | None = None,
) -> CodeDelivery:
    """Resend the code that confirms a sign-up.

    Arguments that are omitted or empty are resolved as by :func:`login`.

    :func:`resend_confirmation_code_async` is the asyncio version.

    Parameters
    ----------
    username : str, optional
        The user name, or an alias (``COGNITO_USER_NAME``).
    client_id : str, optional
        The app client's id (``COGNITO_CLIENT_ID``).
    region : str, optional
        The AWS region to call (``COGNITO_REGION``), as for :func:`login`.
    user_pool_id : str, optional
        The user pool's id (``COGNITO_USER_POOL_ID``), for its region.
    client_secret : str, optional
        The app client's secret, for a client that has one (``COGNITO_CLIENT_SECRET``).
    endpoint : str, optional
        The URL of the service, if it is not the region's own (``COGNITO_ENDPOINT``).
    timeout : float, default 30.0
        The time limit of the whole call in seconds, retries included.
    client_metadata : dict of str to str, optional
        Values that the service passes to the pool's Lambda triggers. They are no place for secrets.
    profile : str, optional
        The profile whose values count where nothing else gives them (``COGNITO_PROFILE``), as for :func:`login`.

    Returns
    -------
    CodeDelivery
        The destination of the code.

    Raises
    ------
    ThrottledError
        Too many requests for one user.
    ConfigError, NetworkError, RequestTimeout, ServiceError
        As for :func:`login`.

    Notes
    -----
    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html

    Examples
    --------
    >>> import cognitoken
    >>> def again(username: str) -> str | None:
    ...     return cognitoken.resend_confirmation_code(username).destination
    """
    return result_of(Call("resend_confirmation_code", locals()))


resend_confirmation_code_async = twin(resend_confirmation_code)


@waits
def confirm_sign_up(
    code: str,
    username: str | None = None,
    client_id: str | None = None,
    region: str | None = None,
    *,
    user_pool_id: str | None = None,
    client_secret: str | None = None,
    endpoint: str | None = None,
    timeout: float = 30.0,
    client_metadata: "Mapping[str, str] | None" = None,
    profile: str | None = None,
) -> None:
    """Confirm a sign-up with the code that was sent.

    Arguments that are omitted or empty are resolved as by :func:`login`.

    :func:`confirm_sign_up_async` is the asyncio version.

    Parameters
    ----------
    code : str
        The code that was sent.
    username : str, optional
        The user name, or an alias (``COGNITO_USER_NAME``).
    client_id : str, optional
        The app client's id (``COGNITO_CLIENT_ID``).
    region : str, optional
        The AWS region to call (``COGNITO_REGION``), as for :func:`login`.
    user_pool_id : str, optional
        The user pool's id (``COGNITO_USER_POOL_ID``), for its region.
    client_secret : str, optional
        The app client's secret, for a client that has one (``COGNITO_CLIENT_SECRET``).
    endpoint : str, optional
        The URL of the service, if it is not the region's own (``COGNITO_ENDPOINT``).
    timeout : float, default 30.0
        The time limit of the whole call in seconds, retries included.
    client_metadata : dict of str to str, optional
        Values that the service passes to the pool's Lambda triggers. They are no place for secrets.
    profile : str, optional
        The profile whose values count where nothing else gives them (``COGNITO_PROFILE``), as for :func:`login`.

    Raises
    ------
    AuthenticationError
        The code is wrong or expired, or the user is confirmed already.
    ThrottledError
        Too many wrong codes for one user.
    ConfigError, NetworkError, RequestTimeout, ServiceError
        As for :func:`login`.

    Notes
    -----
    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html

    Examples
    --------
    >>> import cognitoken
    >>> def confirm(username: str, code: str) -> None:
    ...     cognitoken.confirm_sign_up(code, username)
    """
    return result_of(Call("confirm_sign_up", locals()))  # type: ignore[return-value]


confirm_sign_up_async = twin(confirm_sign_up)
