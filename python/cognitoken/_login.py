"""Signing in with a user name, and a password where the flow wants one."""

from ._cognitoken import SignIn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping
    from typing import Any, Literal, TypeAlias

    from ._answering import Answering
    from ._cognitoken import Challenge, Device, Tokens

    _Flow: TypeAlias = Literal["auto", "srp", "password", "custom", "user_auth"]
    _Answer: TypeAlias = "str | Mapping[str, Any] | None"
    _OnChallenge: TypeAlias = "Callable[[Challenge], _Answer] | Literal['prompt'] | None"
    _OnChallengeAsync: TypeAlias = "Callable[[Challenge], _Answer | Awaitable[_Answer]] | Literal['prompt'] | None"


def login(
    username: "str | None" = None,
    password: "str | None" = None,
    client_id: "str | None" = None,
    region: "str | None" = None,
    *,
    user_pool_id: "str | None" = None,
    client_secret: "str | None" = None,
    flow: "_Flow" = "auto",
    endpoint: "str | None" = None,
    timeout: float = 30.0,
    on_challenge: "_OnChallenge" = None,
    totp_secret: "str | None" = None,
    remember_device: bool = False,
    preferred_challenge: "str | None" = None,
    device: "Device | None" = None,
) -> "Tokens":
    """Sign a user in and return the tokens.

    What is left out, or empty, comes from the environment, then from ``.env`` in the working directory, then, where
    ``APLOS_API_URL`` is set, from that service.

    Parameters
    ----------
    username : str, optional
        The user name, or an alias such as the e-mail address where the pool allows it (``COGNITO_USER_NAME``).
    password : str, optional
        The password (``COGNITO_PASSWORD``).
    client_id : str, optional
        The app client's id (``COGNITO_CLIENT_ID``).
    region : str, optional
        The AWS region to call (``COGNITO_REGION``, else the pool id's; without a pool id ``AWS_REGION``,
        ``AWS_DEFAULT_REGION``, else ``"us-east-1"``). Another one than the pool's is that of a replica.
    user_pool_id : str, optional
        The user pool's id, such as ``"us-east-1_AbCdEfGhI"`` (``COGNITO_USER_POOL_ID``). SRP needs it.
    client_secret : str, optional
        The app client's secret, for a client that has one (``COGNITO_CLIENT_SECRET``).
    flow : str, default "auto"
        How the user proves who they are. ``"srp"``: the password never leaves this process. ``"password"``: it is sent,
        inside TLS. ``"auto"``: SRP when the pool id is known, else password. ``"custom"``: the pool's own challenges,
        after SRP where password and pool id are known. ``"user_auth"``: what the pool offers the user to choose from.
        The last two do without a password. A flow is never changed after the first request.
        https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
    endpoint : str, optional
        Another address of the service: a private link, FIPS, a local server (``COGNITO_ENDPOINT``). ``https``, or
        ``http`` on this machine.
    timeout : float, default 30.0
        The limit of the whole call in seconds, retries included. While a person is asked, no time counts: each answer
        is a call of its own.
    on_challenge : callable or "prompt", optional
        Who answers when the service asks for more. A callable is called in this thread with the :class:`Challenge` and
        gives the answer as a str, the keywords of :meth:`Challenge.respond` as a dict, or None to end with
        :class:`ChallengeRequired`; it is asked again for each next challenge, and a wrong answer raises.
        ``"prompt"`` asks the person at the terminal or in the notebook, up to three times, and where there is nobody to
        ask, never blocks but raises :class:`ChallengeRequired`.
    totp_secret : str, optional
        The secret of an authenticator app, in base32 or as its ``otpauth://`` address (``COGNITO_TOTP_SECRET``). It
        answers ``"SOFTWARE_TOKEN_MFA"``, and a choice that has it, by itself, for a job that runs alone. A code that
        another job has just used is followed by the next one, within `timeout`.
        https://www.rfc-editor.org/rfc/rfc6238
    remember_device : bool, default False
        Whether this device is made known to a pool that remembers devices; ``tokens.device`` has it then.
    preferred_challenge : str, optional
        What ``"user_auth"`` asks for first: ``"PASSWORD"``, ``"PASSWORD_SRP"``, ``"EMAIL_OTP"``, ``"SMS_OTP"`` or
        ``"WEB_AUTHN"``. By default the password, where there is one.
    device : Device, optional
        A device that an earlier sign-in of this user made known. One that the pool no longer knows is left out.

    Returns
    -------
    Tokens
        The ID, access and refresh token, in this order when unpacked.

    Raises
    ------
    ConfigError
        A value is missing, malformed or contradicts another. Nothing was sent.
    AuthenticationError
        The user name, the password or the client secret is wrong.
    ChallengeRequired
        The service wants one more answer and nothing gives it; ``error.challenge`` says which, and can be answered.
    PasswordResetRequired, UserNotConfirmed
        The user has something to do first.
    ThrottledError, NetworkError, RequestTimeout, ServiceError
        The service is busy, out of reach, slow or broken.
    KeyboardInterrupt
        Ctrl-C ends the call at once.

    Examples
    --------
    >>> import os, cognitoken
    >>> tokens = cognitoken.login()
    >>> id_token, access_token, refresh_token = tokens
    >>> tokens = cognitoken.login(os.environ["COGNITO_USER_NAME"], os.environ["COGNITO_PASSWORD"], timeout=10)
    >>> tokens = cognitoken.login(on_challenge=lambda challenge: input(f"{challenge.question}: "))
    """
    try:
        who = None if on_challenge is None else _answering(on_challenge)
        sign_in = SignIn(
            username,
            password,
            client_id,
            region,
            user_pool_id,
            client_secret,
            flow,
            endpoint,
            timeout,
            totp_secret,
            remember_device,
            preferred_challenge,
            device,
        )
    finally:
        # A traceback shows what the variables of its frames hold.
        del username, password, client_secret, totp_secret, device
    return sign_in.tokens() if who is None else who.go_on(sign_in.step())


def login_async(
    username: "str | None" = None,
    password: "str | None" = None,
    client_id: "str | None" = None,
    region: "str | None" = None,
    *,
    user_pool_id: "str | None" = None,
    client_secret: "str | None" = None,
    flow: "_Flow" = "auto",
    endpoint: "str | None" = None,
    timeout: float = 30.0,
    on_challenge: "_OnChallengeAsync" = None,
    totp_secret: "str | None" = None,
    remember_device: bool = False,
    preferred_challenge: "str | None" = None,
    device: "Device | None" = None,
) -> "Coroutine[Any, Any, Tokens]":
    """Sign a user in, for asyncio. Arguments, tokens and errors are those of :func:`login`.

    The environment is read when the function is called; requests are sent once it is awaited. Cancelling the task
    ends the request. ``on_challenge`` is called in the event loop's thread and may be a coroutine function;
    ``"prompt"`` holds the event loop up while it asks.

    Examples
    --------
    >>> import asyncio, cognitoken
    >>> tokens = asyncio.run(cognitoken.login_async())
    """
    try:
        who = None if on_challenge is None else _answering(on_challenge)
        sign_in = SignIn(
            username,
            password,
            client_id,
            region,
            user_pool_id,
            client_secret,
            flow,
            endpoint,
            timeout,
            totp_secret,
            remember_device,
            preferred_challenge,
            device,
        )
    finally:
        # A traceback shows what the variables of its frames hold.
        del username, password, client_secret, totp_secret, device
    return sign_in.tokens_async() if who is None else who.login_async(sign_in.step_async())


# The signature is that of both twins; the types are for those who read the source.
login.__annotations__ = login_async.__annotations__ = {}


def _answering(on_challenge: "Any") -> "Answering":
    # Imported when somebody is to answer: the import of the package is to cost little.
    from ._answering import answering

    return answering(on_challenge)
