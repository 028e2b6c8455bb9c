"""What can go wrong: one tree under :class:`CognitoError`.

::

    CognitoError
    ├── ConfigError               a value is missing, malformed or contradicts another; nothing was sent
    ├── AuthenticationError       the service refused who asked
    │   ├── ChallengeRequired     the service wants one more answer
    │   ├── PasswordResetRequired the user has to choose a new password first
    │   └── UserNotConfirmed      the sign-up was never confirmed
    ├── ThrottledError            too many requests or attempts
    ├── NetworkError              the service could not be reached
    │   └── RequestTimeout        the time limit of the whole call ran out
    ├── ServiceError              the service's own fault, or not Cognito's language
    ├── TokenError                a token is not good
    │   ├── TokenExpired          it is past its ``exp``
    │   └── TokenInvalid          it is malformed, not genuine or not for this use
    └── StoreError                the place where tokens rest failed or is not safe

No message, hint or traceback of these holds a password, a token, a code or a client secret.
"""

# A constant that type checkers take for true; importing typing would cost more than all of this module.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._cognitoken import Challenge

__all__ = [
    "AuthenticationError",
    "ChallengeRequired",
    "CognitoError",
    "ConfigError",
    "ConfigWarning",
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
    """The base of every error that this package raises.

    ``str(error)`` is the message. From Python 3.11 on a traceback shows the hint below it.

    Attributes
    ----------
    message : str
        One sentence about what went wrong.
    code : str or None
        Cognito's own name for it where it sent one (``"NotAuthorizedException"``), else ours (``"MissingValue"``).
        https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html
    hint : str or None
        The next step for a person.
    request_id : str or None
        The service's id of the request that failed, for a support case.
    retryable : bool
        Whether the same call, unchanged, may succeed later.
    expected, actual : str or None
        Of a token that was refused for a claim: the value that was expected, several as a JSON list, and the value that
        the claim has, at most 100 characters of it. ``actual`` is None where the claim is absent.
    challenge : Challenge or None
        What waits for an answer: of a :class:`ChallengeRequired`, and of an answer that was refused and may be given
        anew, as after a wrong code. It belongs to the process that started the sign-in: a pickled error arrives
        without it.

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
        if hint is not None and hasattr(self, "add_note"):  # Python 3.11
            self.add_note(f"Hint: {hint}")

    def __copy__(self) -> "CognitoError":
        twin = type(self)(*self.args)
        twin.__dict__.update(self.__dict__)
        return twin

    def __reduce__(self) -> "tuple[Any, ...]":
        # The challenge holds the session of a sign-in that is half done, which is a secret.
        return type(self), self.args, {name: value for name, value in vars(self).items() if name != "challenge"}


class ConfigError(CognitoError):
    """A value is missing, malformed or contradicts another one. Nothing was sent."""


class AuthenticationError(CognitoError):
    """The service refused who asked: wrong password, unknown user, revoked token, wrong client secret."""


class ChallengeRequired(AuthenticationError):
    """The service wants one more answer before it gives tokens.

    Attributes
    ----------
    challenge : Challenge
        What it asks: answer it with ``challenge.respond(...)``. Only where the error was pickled, None.
    """

    if TYPE_CHECKING:
        challenge: "Challenge"


class PasswordResetRequired(AuthenticationError):
    """An administrator or the service asks this user to choose a new password first."""


class UserNotConfirmed(AuthenticationError):
    """The user has not confirmed the sign-up yet."""


class ThrottledError(CognitoError):
    """Too many requests, or too many attempts of this user."""


class NetworkError(CognitoError):
    """The service could not be reached: name, connection, TLS or proxy."""


class RequestTimeout(NetworkError):
    """The time limit of the whole call, retries included, ran out."""


class ServiceError(CognitoError):
    """The service answered with something else: a fault of its own, or not Cognito's language."""


class TokenError(CognitoError):
    """A token is not good."""


class TokenExpired(TokenError):
    """A token is past its ``exp``."""


class TokenInvalid(TokenError):
    """A token is malformed, not genuine or not for this use."""


class StoreError(CognitoError):
    """The place where tokens rest failed or is not safe."""


class ConfigWarning(UserWarning):
    """Something about the values of a call that a person should hear of, such as one of ``.env`` that was left out."""


class StoreWarning(UserWarning):
    """Something about stored tokens that a person should hear of, such as a damaged entry that was set aside."""
