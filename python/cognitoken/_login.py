"""Sign-in with a user name, and with a password if the flow requires one."""

from ._calls import Call, result_of, twin, waits
from ._device import Device
from ._tokens import Tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from typing import Any, Literal

    from ._challenge import Challenge


class _SignIn(Call):
    """A sign-in whose challenges may be answered."""

    __slots__ = ()

    def wait(self) -> "Any":
        on_challenge = self._values["on_challenge"]
        if on_challenge is None:
            return super().wait()
        # Imported on first use, to keep the import of the package fast.
        from ._answering import Answering

        return Answering(on_challenge).lead(Call("login", dict(self._values)), self._with_value)

    def start(self, name: str = "") -> "Coroutine[Any, Any, Any]":
        on_challenge = self._values["on_challenge"]
        if on_challenge is None:
            return super().start(name)
        from ._answering import Answering

        return Answering(on_challenge).lead_async(name, Call("login", dict(self._values)), self._with_value)

    def _with_value(self, name: str, value: str) -> Call:
        """Return the sign-in once more, with a value that a person typed."""
        self._values[name] = value
        return Call("login", dict(self._values))


@waits
def login(
    username: str | None = None,
    password: str | None = None,
    client_id: str | None = None,
    region: str | None = None,
    *,
    user_pool_id: str | None = None,
    client_secret: str | None = None,
    flow: "Literal['auto', 'srp', 'password', 'custom', 'user_auth']" = "auto",
    endpoint: str | None = None,
    timeout: float = 30.0,
    on_challenge: "Callable[[Challenge], Any] | Literal['prompt'] | None" = None,
    totp_secret: str | None = None,
    remember_device: bool = False,
    preferred_challenge: str | None = None,
    device: Device | None = None,
    client_metadata: "Mapping[str, str] | None" = None,
    parameters: "Mapping[str, str] | None" = None,
    profile: str | None = None,
) -> Tokens:
    """Sign a user in and return the tokens.

    Arguments that are omitted or empty are read from the environment, then from ``.env`` in the working directory, then
    from the profile, then, if ``APLOS_API_URL`` is set, from that service. The tokens of a profile's client are kept in
    the profile's store, for :class:`Session`.

    :func:`login_async` is the asyncio version.

    Parameters
    ----------
    username : str, optional
        The user name, or an alias such as the e-mail address if the pool allows it (``COGNITO_USER_NAME``).
    password : str, optional
        The password (``COGNITO_PASSWORD``).
    client_id : str, optional
        The app client's id (``COGNITO_CLIENT_ID``).
    region : str, optional
        The AWS region to call (``COGNITO_REGION``; default: the pool id's region; without a pool id ``AWS_REGION``,
        ``AWS_DEFAULT_REGION``, then ``"us-east-1"``). A region other than the pool's selects a replica of the pool.
    user_pool_id : str, optional
        The user pool's id, such as ``"us-east-1_AbCdEfGhI"`` (``COGNITO_USER_POOL_ID``). Required for SRP.
    client_secret : str, optional
        The app client's secret, for a client that has one (``COGNITO_CLIENT_SECRET``).
    flow : str, default "auto"
        The authentication flow. ``"srp"``: prove the password without sending it. ``"password"``: send the password,
        over TLS. ``"auto"``: ``"srp"`` if the pool id is known, otherwise ``"password"``. ``"custom"``: the pool's
        custom challenges, after SRP if password and pool id are known. ``"user_auth"``: one of the factors that the
        pool offers. The last two work without a password. The flow never changes after the first request.
        https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
    endpoint : str, optional
        The URL of the service, if it is not the region's own: a private link, FIPS or a local server
        (``COGNITO_ENDPOINT``). ``https``, or ``http`` on this machine.
    timeout : float, default 30.0
        The time limit of the whole call in seconds, retries included. Time spent waiting for a person does not count,
        because each answer is a separate call.
    on_challenge : callable or "prompt", optional
        The source of answers to challenges. A callable is called in this thread with each :class:`Challenge`. It
        returns the answer as a str, the keyword arguments of :meth:`Challenge.respond` as a dict, or None to raise
        :class:`ChallengeRequired`; a wrong answer raises. ``"prompt"`` asks the person at the terminal or in the
        notebook, for a missing user name, client id and password too, and again after a wrong answer, up to three
        times; without a person to ask it raises at once.
    totp_secret : str, optional
        The secret of an authenticator app, in base32 or as an ``otpauth://`` URI (``COGNITO_TOTP_SECRET``). It answers
        ``"SOFTWARE_TOKEN_MFA"``, and a choice of factors that includes it, in unattended jobs. If another job has just
        used the current code, the next one is used, within `timeout`.
        https://www.rfc-editor.org/rfc/rfc6238
    remember_device : bool, default False
        Whether to register this device with a pool that remembers devices. It is then in ``tokens.device``.
    preferred_challenge : str, optional
        The first factor for ``"user_auth"``: ``"PASSWORD"``, ``"PASSWORD_SRP"``, ``"EMAIL_OTP"``, ``"SMS_OTP"`` or
        ``"WEB_AUTHN"``. Default: the password, if there is one.
    device : Device, optional
        A device that an earlier sign-in of this user registered. It is ignored if the pool no longer knows it.
    client_metadata : dict of str to str, optional
        Values that the service passes to the pool's Lambda triggers, with each request of the sign-in and with the
        refreshes of its tokens. They are no place for secrets.
    parameters : dict of str to str, optional
        Further ``AuthParameters`` of the first request by Cognito's names, such as ``MAX_AGE``. Those that the sign-in
        sets itself, such as ``USERNAME``, are refused.
        https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html
    profile : str, optional
        The profile whose values count where nothing else gives them (``COGNITO_PROFILE``; default: the one that
        :func:`switch` chose, else ``"default"``). See :func:`configure`.

    Returns
    -------
    Tokens
        The tokens, which unpack to ID token, access token and refresh token.

    Raises
    ------
    ConfigError
        A value is missing, malformed or contradicts another. Nothing was sent.
    AuthenticationError
        The user name, the password or the client secret is wrong.
    ChallengeRequired
        The service requires the answer to a challenge, which is in ``error.challenge``.
    PasswordResetRequired, UserNotConfirmed
        The user must first choose a new password, or confirm the sign-up.
    ThrottledError, NetworkError, RequestTimeout, ServiceError
        The service is busy, cannot be reached, is too slow or failed.
    KeyboardInterrupt
        Ctrl-C ends the call at once.

    Notes
    -----
    :func:`login_async` reads the environment when it is called, and sends requests when its result is awaited.
    Cancelling the task cancels the request. There, ``on_challenge`` is called in the event loop's thread and may be a
    coroutine function; ``"prompt"`` blocks the event loop while it waits for the person.

    Examples
    --------
    >>> import asyncio, os, cognitoken
    >>> tokens = cognitoken.login()
    >>> id_token, access_token, refresh_token = tokens
    >>> tokens = cognitoken.login(os.environ["COGNITO_USER_NAME"], os.environ["COGNITO_PASSWORD"], timeout=10)
    >>> tokens = cognitoken.login(on_challenge=lambda challenge: input(f"{challenge.question}: "))
    >>> tokens = asyncio.run(cognitoken.login_async())
    """
    return result_of(_SignIn("login", locals()))


login_async = twin(login)
