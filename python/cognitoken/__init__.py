"""Amazon Cognito tokens: sign in, refresh, look at a token, verify that it is genuine.

>>> import cognitoken
>>> tokens = cognitoken.login()  # everything from COGNITO_USER_NAME, COGNITO_PASSWORD, ... or a .env file
>>> id_token, access_token, refresh_token = tokens
>>> sorted(tokens.headers)
['Authorization']
>>> tokens = tokens.refresh()

A :class:`Session` keeps a sign-in fresh, and shares it with every program that names the same store; ``requests`` and
``httpx`` take it as :func:`requests_auth` and :func:`httpx_auth`.

Whatever the pool asks, the user gets in: ``login(on_challenge="prompt")`` asks the person, a callable answers, and
:class:`ChallengeRequired` holds a :class:`Challenge` that can be answered later. :func:`client_credentials` is for jobs
without a user, :func:`login_sso` for a sign-in in the browser.

Every call that waits has a twin for asyncio, such as :func:`login_async`. Everything that goes wrong is a
:class:`CognitoError`.
"""

from ._cognitoken import (
    ANY,
    Challenge,
    CodeDelivery,
    DecodedJwt,
    Device,
    Tokens,
    Verifier,
    __version__,
    client_credentials,
    client_credentials_async,
    confirm_forgot_password,
    confirm_forgot_password_async,
    confirm_sign_up,
    confirm_sign_up_async,
    decode,
    forgot_password,
    forgot_password_async,
    logout_url,
    refresh,
    refresh_async,
    resend_confirmation_code,
    resend_confirmation_code_async,
)
from ._http_auth import httpx_auth, requests_auth
from ._login import login, login_async
from ._login_sso import login_sso, login_sso_async
from ._session import Session
from .exceptions import (
    AuthenticationError,
    ChallengeRequired,
    CognitoError,
    ConfigError,
    ConfigWarning,
    LocalError,
    NetworkError,
    PasswordResetRequired,
    RequestTimeout,
    ServiceError,
    StoreError,
    StoreWarning,
    ThrottledError,
    TokenError,
    TokenExpired,
    TokenInvalid,
    UserNotConfirmed,
)

__all__ = [
    "ANY",
    "AuthenticationError",
    "Challenge",
    "ChallengeRequired",
    "CodeDelivery",
    "CognitoError",
    "ConfigError",
    "ConfigWarning",
    "DecodedJwt",
    "Device",
    "LocalError",
    "NetworkError",
    "PasswordResetRequired",
    "RequestTimeout",
    "ServiceError",
    "Session",
    "StoreError",
    "StoreWarning",
    "ThrottledError",
    "TokenError",
    "TokenExpired",
    "TokenInvalid",
    "Tokens",
    "UserNotConfirmed",
    "Verifier",
    "__version__",
    "client_credentials",
    "client_credentials_async",
    "confirm_forgot_password",
    "confirm_forgot_password_async",
    "confirm_sign_up",
    "confirm_sign_up_async",
    "decode",
    "forgot_password",
    "forgot_password_async",
    "httpx_auth",
    "login",
    "login_async",
    "login_sso",
    "login_sso_async",
    "logout_url",
    "refresh",
    "refresh_async",
    "requests_auth",
    "resend_confirmation_code",
    "resend_confirmation_code_async",
]
