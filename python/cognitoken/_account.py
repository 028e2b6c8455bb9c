"""Functions for a forgotten password."""

from ._calls import Call, result_of, twin, waits
from ._cognitoken import register
from ._shown import Given

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class CodeDelivery(Given):
    """The destination of a code that the service sent."""

    __slots__ = ()
    __module__ = "cognitoken"

    @property
    def destination(self) -> str | None:
        """The address, masked by the service: ``"a***@e***"``."""
        return self._handle.field("destination")

    @property
    def delivery_medium(self) -> str | None:
        """``"EMAIL"`` or ``"SMS"``."""
        return self._handle.field("delivery_medium")

    @property
    def attribute_name(self) -> str | None:
        """The user attribute that holds the address: ``"email"``, ``"phone_number"``."""
        return self._handle.field("attribute_name")


register(CodeDelivery)


@waits
def forgot_password(
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
    """Request a code for choosing a new password.

    Arguments that are omitted or empty are resolved as by :func:`login`.

    :func:`forgot_password_async` is the asyncio version.

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
    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html

    Examples
    --------
    >>> import cognitoken
    >>> def begin(username: str) -> str | None:
    ...     return cognitoken.forgot_password(username).destination
    """
    return result_of(Call("forgot_password", locals()))


forgot_password_async = twin(forgot_password)


@waits
def confirm_forgot_password(
    code: str,
    new_password: str,
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
    """Set a new password with the code from :func:`forgot_password`.

    Arguments that are omitted or empty are resolved as by :func:`login`.

    :func:`confirm_forgot_password_async` is the asyncio version.

    Parameters
    ----------
    code : str
        The code from :func:`forgot_password`.
    new_password : str
        The new password.
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
        The code is wrong or expired, or the pool's policy refuses the new password.
    ThrottledError
        Too many wrong codes for one user.
    ConfigError, NetworkError, RequestTimeout, ServiceError
        As for :func:`login`.

    Notes
    -----
    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html

    Examples
    --------
    >>> import cognitoken
    >>> def end(username: str, code: str, new_password: str) -> None:
    ...     cognitoken.confirm_forgot_password(code, new_password, username)
    """
    return result_of(Call("confirm_forgot_password", locals()))  # type: ignore[return-value]


confirm_forgot_password_async = twin(confirm_forgot_password)
