"""The exceptions of this package, all subclasses of :class:`CognitoError`.

::

    CognitoError
    ├── ConfigError               a value is missing, malformed or contradicts another; nothing was sent
    ├── AuthenticationError       the service refused the credentials
    │   ├── ChallengeRequired     the service requires the answer to a challenge
    │   ├── PasswordResetRequired the user has to choose a new password first
    │   └── UserNotConfirmed      the sign-up was never confirmed
    ├── ThrottledError            too many requests or attempts
    ├── NetworkError              the service could not be reached
    │   └── RequestTimeout        the time limit of the whole call ran out; a TimeoutError too
    ├── ServiceError              the service failed, or did not answer as Cognito does
    ├── TokenError                a token was not accepted
    │   ├── TokenExpired          it has expired
    │   └── TokenInvalid          it is malformed, not genuine or not for this use
    ├── StoreError                the store of the tokens failed or is not safe
    └── LocalError                this machine or process failed: no random numbers, no thread

Messages, hints and tracebacks never contain a password, a token, a code or a client secret.
"""

# Type checkers treat it as true. Importing typing takes longer than the rest of this module.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._challenge import Challenge

__all__ = [
    "AuthenticationError",
    "ChallengeRequired",
    "CognitoError",
    "ConfigError",
    "ConfigWarning",
    "LocalError",
    "NetworkError",
    "PasswordResetRequired",
    "RequestTimeout",
    "ServiceError",
    "StoreError",
    "StoreWarning",
    "ThrottledError",
    "TokenError",
    "TokenExpired",
    "TokenInvalid",
    "UserNotConfirmed",
]


class CognitoError(Exception):
    """Base class of all exceptions of this package.

    ``str(error)`` is the message. On Python 3.11 and newer, tracebacks show the hint below it.

    Attributes
    ----------
    message : str
        A description of the error, in one sentence.
    code : str or None
        The error code from Cognito, such as ``"NotAuthorizedException"``, or one of this package, such as
        ``"MissingValue"``.
        https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html
    hint : str or None
        The suggested next step.
    request_id : str or None
        The service's id of the failed request, for a support case.
    retryable : bool
        Whether the same call, unchanged, may succeed later.
    expected, actual : str or None
        Of a token that was refused for a claim: the value that was expected, several as a JSON list, and the value that
        the claim has, at most 100 characters of it. ``actual`` is None where the claim is absent.
    challenge : Challenge or None
        The pending challenge: set on :class:`ChallengeRequired`, and when an answer was refused and can be repeated,
        as after a wrong code. Pickling drops it, because it belongs to the process that started the sign-in.

    Examples
    --------
    >>> import cognitoken
    >>> try:
    ...     cognitoken.decode("not a token")
    ... except cognitoken.CognitoError as error:
    ...     print(type(error).__name__, error.retryable)
    TokenInvalid False
    """

    challenge: "Challenge | None"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        hint: str | None = None,
        request_id: str | None = None,
        retryable: bool = False,
        expected: str | None = None,
        actual: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.hint = hint
        self.request_id = request_id
        self.retryable = retryable
        self.expected = expected
        self.actual = actual
        self.challenge = None
        add_note: Any = getattr(self, "add_note", None)
        if hint is not None and add_note is not None:  # Python 3.11
            add_note(f"Hint: {hint}")

    def __copy__(self) -> "CognitoError":
        twin = type(self)(*self.args)
        twin.__dict__.update(self.__dict__)
        return twin

    def __reduce__(self) -> "tuple[Any, ...]":
        # The challenge contains the session of an unfinished sign-in, which is a secret.
        return type(self), self.args, {name: value for name, value in vars(self).items() if name != "challenge"}


class ConfigError(CognitoError):
    """A value is missing, malformed or contradicts another. Nothing was sent."""


class AuthenticationError(CognitoError):
    """The service refused the credentials: password, user name, token or client secret."""


class ChallengeRequired(AuthenticationError):
    """The service requires the answer to a challenge before it issues tokens.

    Attributes
    ----------
    challenge : Challenge
        The challenge. Answer it with ``challenge.respond(...)``. None only if the error was pickled.
    """

    if TYPE_CHECKING:
        challenge: "Challenge"  # pyright: ignore[reportIncompatibleVariableOverride]


class PasswordResetRequired(AuthenticationError):
    """The user must choose a new password before signing in."""


class UserNotConfirmed(AuthenticationError):
    """The user has not confirmed the sign-up yet."""


class ThrottledError(CognitoError):
    """Too many requests, or too many attempts by this user."""


class NetworkError(CognitoError):
    """The service could not be reached: name resolution, connection, TLS or proxy failed."""


class RequestTimeout(NetworkError, TimeoutError):
    """The call, retries included, exceeded its time limit. It is a :class:`TimeoutError` too."""


class ServiceError(CognitoError):
    """The service failed, or its answer is not one of Cognito."""


class TokenError(CognitoError):
    """A token was not accepted."""


class TokenExpired(TokenError):
    """The token has expired."""


class TokenInvalid(TokenError):
    """The token is malformed, not genuine or not for this use."""


class StoreError(CognitoError):
    """The store of the tokens failed or is not safe."""


class LocalError(CognitoError):
    """A failure of this machine or process alone, such as a lack of random numbers or threads."""


class ConfigWarning(UserWarning):
    """A warning about the values of a call, such as one of ``.env`` that was ignored."""


class StoreWarning(UserWarning):
    """A warning about stored tokens, such as a damaged entry that was moved aside."""
