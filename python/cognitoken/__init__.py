"""Amazon Cognito tokens: sign in, refresh, look at a token, verify that it is genuine.

>>> import cognitoken
>>> tokens = cognitoken.login()  # everything from COGNITO_USER_NAME, COGNITO_PASSWORD, ... or a .env file
>>> id_token, access_token, refresh_token = tokens
>>> sorted(tokens.headers)
['Authorization']
>>> tokens = tokens.refresh()

Every call that waits has a twin for asyncio: :func:`login_async`, :func:`refresh_async`,
:meth:`Tokens.refresh_async`, :meth:`Verifier.verify_async`. Everything that goes wrong is a :class:`CognitoError`.
"""

from ._cognitoken import (
    Challenge,
    DecodedJwt,
    Tokens,
    Verifier,
    __version__,
    decode,
    login,
    login_async,
    refresh,
    refresh_async,
)
from .exceptions import (
    AuthenticationError,
    ChallengeRequired,
    CognitoError,
    ConfigError,
    NetworkError,
    PasswordResetRequired,
    RequestTimeout,
    ServiceError,
    StoreError,
    ThrottledError,
    TokenError,
    TokenExpired,
    TokenInvalid,
    UserNotConfirmed,
)

__all__ = [
    "AuthenticationError",
    "Challenge",
    "ChallengeRequired",
    "CognitoError",
    "ConfigError",
    "DecodedJwt",
    "NetworkError",
    "PasswordResetRequired",
    "RequestTimeout",
    "ServiceError",
    "StoreError",
    "ThrottledError",
    "TokenError",
    "TokenExpired",
    "TokenInvalid",
    "Tokens",
    "UserNotConfirmed",
    "Verifier",
    "__version__",
    "decode",
    "login",
    "login_async",
    "refresh",
    "refresh_async",
]
