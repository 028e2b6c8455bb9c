"""Amazon Cognito tokens: sign in, refresh, decode and verify.

>>> import cognitoken
>>> tokens = cognitoken.login()  # everything from COGNITO_USER_NAME, COGNITO_PASSWORD, ..., a .env file or a profile
>>> id_token, access_token, refresh_token = tokens
>>> sorted(tokens.headers)
['Authorization']
>>> tokens = tokens.refresh()

:func:`configure` asks for the client id and the user name once and keeps them as a profile.

A :class:`Session` refreshes its tokens and shares them with every program that uses the same store. Use it with
``requests`` and ``httpx`` through :func:`requests_auth` and :func:`httpx_auth`.

If the pool requires another step, such as an MFA code, ``login(on_challenge="prompt")`` asks the person, a callable
returns the answer, and otherwise :class:`ChallengeRequired` holds a :class:`Challenge` to answer later.
:func:`client_credentials` gets a token for a job without a user, :func:`login_sso` signs in through the browser, and
:func:`aws_credentials` exchanges the ID token of a session for AWS credentials.

Every function that waits has an asyncio version, such as :func:`login_async`. All errors are subclasses of
:class:`CognitoError`.
"""

from ._challenge import Challenge
from ._cognitoken import __version__
from ._decode import DecodedJwt, decode
from ._device import Device
from ._login import login, login_async
from ._refresh import refresh, refresh_async
from ._session import Session
from ._status import SessionStatus
from ._tokens import Tokens
from ._verifier import ANY, Verifier
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

# For type checkers it is true. Jedi skips what is below a plain False, and needs these names too.
TYPE_CHECKING = bool()  # noqa: UP018
if TYPE_CHECKING:
    from ._account import (
        CodeDelivery,
        confirm_forgot_password,
        confirm_forgot_password_async,
        forgot_password,
        forgot_password_async,
    )
    from ._aws_credentials import AwsCredentials, aws_credentials, aws_credentials_async
    from ._client_credentials import client_credentials, client_credentials_async
    from ._doctor import Check, Report, doctor, doctor_async
    from ._http_auth import httpx_auth, requests_auth
    from ._login_sso import login_sso, login_sso_async, logout_url
    from ._profiles import (
        Profile,
        configure,
        configure_async,
        forget_profile,
        forget_profile_async,
        profiles,
        sign_ins,
        sign_ins_async,
        switch,
        switch_async,
    )
    from ._sign_up import (
        confirm_sign_up,
        confirm_sign_up_async,
        resend_confirmation_code,
        resend_confirmation_code_async,
    )

__all__ = [
    "ANY",
    "AuthenticationError",
    "AwsCredentials",
    "Challenge",
    "ChallengeRequired",
    "Check",
    "CodeDelivery",
    "CognitoError",
    "ConfigError",
    "ConfigWarning",
    "DecodedJwt",
    "Device",
    "LocalError",
    "NetworkError",
    "PasswordResetRequired",
    "Profile",
    "Report",
    "RequestTimeout",
    "ServiceError",
    "Session",
    "SessionStatus",
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
    "aws_credentials",
    "aws_credentials_async",
    "client_credentials",
    "client_credentials_async",
    "configure",
    "configure_async",
    "confirm_forgot_password",
    "confirm_forgot_password_async",
    "confirm_sign_up",
    "confirm_sign_up_async",
    "decode",
    "doctor",
    "doctor_async",
    "forget_profile",
    "forget_profile_async",
    "forgot_password",
    "forgot_password_async",
    "httpx_auth",
    "login",
    "login_async",
    "login_sso",
    "login_sso_async",
    "logout_url",
    "profiles",
    "refresh",
    "refresh_async",
    "requests_auth",
    "resend_confirmation_code",
    "resend_confirmation_code_async",
    "sign_ins",
    "sign_ins_async",
    "switch",
    "switch_async",
]

if not TYPE_CHECKING:
    # The modules of what many programs never use. They are imported when it is first asked for, as all of them together
    # would take as long as the rest of the package.
    _MODULES = {
        "CodeDelivery": "_account",
        "confirm_forgot_password": "_account",
        "confirm_forgot_password_async": "_account",
        "forgot_password": "_account",
        "forgot_password_async": "_account",
        "AwsCredentials": "_aws_credentials",
        "aws_credentials": "_aws_credentials",
        "aws_credentials_async": "_aws_credentials",
        "client_credentials": "_client_credentials",
        "client_credentials_async": "_client_credentials",
        "Check": "_doctor",
        "Report": "_doctor",
        "doctor": "_doctor",
        "doctor_async": "_doctor",
        "httpx_auth": "_http_auth",
        "requests_auth": "_http_auth",
        "login_sso": "_login_sso",
        "login_sso_async": "_login_sso",
        "logout_url": "_login_sso",
        "Profile": "_profiles",
        "configure": "_profiles",
        "configure_async": "_profiles",
        "forget_profile": "_profiles",
        "forget_profile_async": "_profiles",
        "profiles": "_profiles",
        "sign_ins": "_profiles",
        "sign_ins_async": "_profiles",
        "switch": "_profiles",
        "switch_async": "_profiles",
        "confirm_sign_up": "_sign_up",
        "confirm_sign_up_async": "_sign_up",
        "resend_confirmation_code": "_sign_up",
        "resend_confirmation_code_async": "_sign_up",
    }

    def __getattr__(name):
        module = _MODULES.get(name)
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = value = getattr(__import__(f"{__name__}.{module}", fromlist=(name,)), name)
        return value

    def __dir__():
        return sorted({*globals(), *__all__})
