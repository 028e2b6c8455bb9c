"""The session, which keeps a sign-in fresh."""

from ._calls import Call, result_of, twin, waits
from ._cognitoken import call, coroutine, register
from ._device import Device
from ._shown import Shown
from ._status import SessionStatus
from ._tokens import Tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence
    from typing import Any, Literal, NoReturn, TypeVar

    from typing_extensions import Self

    from ._challenge import Challenge
    from ._cognitoken import Handle

    _Value = TypeVar("_Value")


class Session(Shown):
    """A sign-in that is stored and kept fresh.

    Tokens come from memory, from the store, from a refresh or from a new sign-in, in this order. Arguments that are
    omitted or empty are read from the environment, then from ``.env``, then from the profile, as for :func:`login`. No
    password is needed while the store has tokens. Nothing is sent before the first token is requested. Threads and
    tasks share one call; processes, and machines that use the same redis server, take turns and find what the first one
    stored. A Session cannot be pickled: create one in each worker, with the same store.

    Parameters
    ----------
    username : str, optional
        The user name, or an alias (``COGNITO_USER_NAME``). Without one, the only identity that is stored for this
        client is used.
    password : str, optional
        The password (``COGNITO_PASSWORD``). Needed to sign in, not while the store has tokens.
    client_id : str, optional
        The app client's id (``COGNITO_CLIENT_ID``).
    region : str, optional
        The AWS region to call (``COGNITO_REGION``), as for :func:`login`.
    user_pool_id : str, optional
        The user pool's id (``COGNITO_USER_POOL_ID``). Required for SRP.
    client_secret : str, optional
        The app client's secret, for a client that has one (``COGNITO_CLIENT_SECRET``).
    flow : str, default "auto"
        As for :func:`login`, or ``"client_credentials"``: a session of the app client itself, with `domain`, `scopes`
        and `client_secret`.
    endpoint : str, optional
        The URL of the service, if it is not the region's own (``COGNITO_ENDPOINT``).
    timeout : float, default 30.0
        The time limit of each call in seconds, including waits for other processes, retries and sign-in.
    on_challenge : callable or "prompt", optional
        The source of answers to challenges, as for :func:`login`. Without it, a challenge raises
        :class:`ChallengeRequired`; pass the result of ``challenge.respond`` to :meth:`keep`.
    totp_secret : str, optional
        The secret of an authenticator app, in base32 or as an ``otpauth://`` URI (``COGNITO_TOTP_SECRET``).
    remember_device : bool, default False
        Whether to register this device with a pool that remembers devices. It rests beside the stored tokens.
    preferred_challenge : str, optional
        The first factor for ``"user_auth"``, as for :func:`login`.
    device : Device or str, optional
        The device of an earlier sign-in; in a pool that remembers devices, the one that `refresh_token` belongs to, or
        its key as a str (``COGNITO_DEVICE_KEY``).
    store : str, optional
        The store of the tokens (``COGNITO_STORE``; default: ``"file"`` for the client of a profile, else ``"memory"``).
        ``"memory"``: this Session. ``"file"``: the user's data folder, readable only by the user, encrypted with
        ``COGNITO_STORE_KEY`` or with a key in the OS keyring, if there is one. ``"file:<folder>"``: that folder.
        ``"keyring"``: as ``"file"``, but without a keyring it raises :class:`StoreError`. ``"redis://..."``: a redis
        server or cluster, encrypted with ``COGNITO_STORE_KEY`` (32 random bytes in base64); ``rediss://`` for TLS,
        ``redis+sentinel://<host>/<name of the master>`` for sentinels, ``redis+unix://<path>`` for a socket; ``valkey``
        and ``valkeys`` are ``redis`` and ``rediss``.
    refresh_token : str, optional
        The refresh token to use if nothing is stored (``COGNITO_REFRESH_TOKEN``).
    id_token : str, optional
        A fixed token that this session returns, without requests to the service (``COGNITO_ID_TOKEN``).
    token_use : str, default "id"
        The token that is sent and whose expiry decides when to refresh: ``"id"`` or ``"access"``.
    domain : str, optional
        For ``"client_credentials"``: the pool's domain, its prefix, its host or its https address (``COGNITO_DOMAIN``).
    scopes : list of str or str, optional
        For ``"client_credentials"``: the scopes of the token. Default: all scopes of the client.
    client_authentication : str, default "basic"
        The way the client sends its secret to the domain: ``"basic"``, in a header, or ``"body"``.
    background_refresh : bool, default False
        Whether to refresh the tokens in the background, so that no call waits for it. This starts with the first
        call and stops with the Session or the interpreter.
    client_metadata : dict of str to str, optional
        Values that the service passes to the pool's Lambda triggers, with each request. They are no place for secrets.
    parameters : dict of str to str, optional
        Further ``AuthParameters`` of the first request of a sign-in, as for :func:`login`.
    profile : str, optional
        The profile whose values count where nothing else gives them (``COGNITO_PROFILE``), as for :func:`login`.

    Raises
    ------
    ConfigError
        A value is malformed, or the store is unknown or has no key.

    Examples
    --------
    >>> import cognitoken
    >>> session = cognitoken.Session(store="memory")
    >>> sorted(session.headers())
    ['Authorization']
    """

    __slots__ = ("_on_challenge",)
    __module__ = "cognitoken"

    _on_challenge: "Callable[[Challenge], Any] | Literal['prompt'] | None"

    def __init__(
        self,
        username: str | None = None,
        password: str | None = None,
        client_id: str | None = None,
        region: str | None = None,
        *,
        user_pool_id: str | None = None,
        client_secret: str | None = None,
        flow: "Literal['auto', 'srp', 'password', 'custom', 'user_auth', 'client_credentials']" = "auto",
        endpoint: str | None = None,
        timeout: float = 30.0,
        on_challenge: "Callable[[Challenge], Any] | Literal['prompt'] | None" = None,
        totp_secret: str | None = None,
        remember_device: bool = False,
        preferred_challenge: str | None = None,
        device: Device | str | None = None,
        store: str | None = None,
        refresh_token: str | None = None,
        id_token: str | None = None,
        token_use: "Literal['id', 'access']" = "id",
        domain: str | None = None,
        scopes: "str | Sequence[str] | None" = None,
        client_authentication: "Literal['basic', 'body']" = "basic",
        background_refresh: bool = False,
        client_metadata: "Mapping[str, str] | None" = None,
        parameters: "Mapping[str, str] | None" = None,
        profile: str | None = None,
    ) -> None:
        try:
            if on_challenge is not None:
                from ._answering import check

                check(on_challenge)
            made: Session = call("session", locals())
        finally:
            # Tracebacks with local variables would show the secrets.
            del password, client_secret, totp_secret, device, refresh_token, id_token, parameters
        self._handle, self._on_challenge = made._handle, on_challenge

    @classmethod
    def _of(cls, handle: "Handle") -> "Self":
        made = cls.__new__(cls)
        made._handle, made._on_challenge = handle, None
        return made

    @property
    def store(self) -> str:
        """The place of the tokens, such as ``"memory"`` or ``"file:/home/ada/.local/share/cognitoken/tokens"``.

        No secret is in it.
        """
        return self._handle.field("store")

    def tokens(self) -> Tokens:
        """Return tokens that remain valid for a while.

        The token that is sent is valid for at least 60 seconds, or a tenth of its lifetime if that is less, by the
        service's clock. If a refresh fails for a temporary reason, the current tokens are returned until they expire.

        Returns
        -------
        Tokens

        Raises
        ------
        AuthenticationError
            The refresh token is no longer valid, and there is no password to sign in with.
        ChallengeRequired
            The sign-in requires the answer to a challenge.
        ConfigError
            Nothing is stored and there is no password, or several stored identities match.
        StoreError
            The store failed, is readable by others, or is locked for longer than the time limit.
        ThrottledError, NetworkError, RequestTimeout, ServiceError
            As for :func:`login`.

        Examples
        --------
        >>> import cognitoken
        >>> cognitoken.Session().tokens().claims["token_use"]
        'id'
        """
        if self._on_challenge is None:
            return call("session.tokens", {"self": self._handle})
        return self._answered("session.tokens")

    def tokens_async(self) -> "Coroutine[Any, Any, Tokens]":
        """Asyncio version of :meth:`tokens`.

        Examples
        --------
        >>> import asyncio, cognitoken
        >>> session = cognitoken.Session()
        >>> tokens = asyncio.run(session.tokens_async())
        """
        return self._answered_async("Session.tokens_async", "session.tokens")

    def id_token(self) -> str:
        """Return an ID token that remains valid for a while, as :meth:`tokens` does.

        Returns
        -------
        str

        Raises
        ------
        TokenExpired
            The session returns a fixed token, which has expired.
        CognitoError
            As for :meth:`tokens`.

        Examples
        --------
        >>> import cognitoken
        >>> cognitoken.Session().id_token().count(".")
        2
        """
        if self._on_challenge is None:
            return call("session.id_token", {"self": self._handle})
        return self._answered("session.id_token")

    def id_token_async(self) -> "Coroutine[Any, Any, str]":
        """Asyncio version of :meth:`id_token`.

        Examples
        --------
        >>> import asyncio, cognitoken
        >>> session = cognitoken.Session()
        >>> token = asyncio.run(session.id_token_async())
        """
        return self._answered_async("Session.id_token_async", "session.id_token")

    def access_token(self) -> str:
        """Return an access token that remains valid for a while, by its own expiry, as :meth:`tokens` does.

        Returns
        -------
        str

        Raises
        ------
        CognitoError
            As for :meth:`tokens`.

        Examples
        --------
        >>> import cognitoken
        >>> cognitoken.Session().access_token().count(".")
        2
        """
        if self._on_challenge is None:
            return call("session.access_token", {"self": self._handle})
        return self._answered("session.access_token")

    def access_token_async(self) -> "Coroutine[Any, Any, str]":
        """Asyncio version of :meth:`access_token`.

        Examples
        --------
        >>> import asyncio, cognitoken
        >>> session = cognitoken.Session()
        >>> token = asyncio.run(session.access_token_async())
        """
        return self._answered_async("Session.access_token_async", "session.access_token")

    def headers(self) -> dict[str, str]:
        """Return the headers of an authenticated request.

        Returns
        -------
        dict of str to str
            ``{"Authorization": "Bearer <ID token>"}``, with the access token if ``token_use="access"`` or there is no
            ID token.

        Raises
        ------
        CognitoError
            As for :meth:`tokens`.

        Examples
        --------
        >>> import cognitoken
        >>> sorted(cognitoken.Session().headers())
        ['Authorization']
        """
        if self._on_challenge is None:
            return call("session.headers", {"self": self._handle})
        return self._answered("session.headers")

    def headers_async(self) -> "Coroutine[Any, Any, dict[str, str]]":
        """Asyncio version of :meth:`headers`.

        Examples
        --------
        >>> import asyncio, cognitoken
        >>> session = cognitoken.Session()
        >>> headers = asyncio.run(session.headers_async())
        """
        return self._answered_async("Session.headers_async", "session.headers")

    def refresh(self) -> Tokens:
        """Refresh the tokens now, even if they are still valid.

        Simultaneous calls, of other processes too, share one refresh.

        Returns
        -------
        Tokens

        Raises
        ------
        CognitoError
            As for :meth:`tokens`.

        Examples
        --------
        >>> import cognitoken
        >>> tokens = cognitoken.Session().refresh()
        """
        if self._on_challenge is None:
            return call("session.refresh", {"self": self._handle})
        return self._answered("session.refresh")

    def refresh_async(self) -> "Coroutine[Any, Any, Tokens]":
        """Asyncio version of :meth:`refresh`.

        Examples
        --------
        >>> import asyncio, cognitoken
        >>> session = cognitoken.Session()
        >>> tokens = asyncio.run(session.refresh_async())
        """
        return self._answered_async("Session.refresh_async", "session.refresh")

    def sign_in(self) -> Tokens:
        """Sign in again, even if tokens are stored, and store the new ones.

        Returns
        -------
        Tokens

        Raises
        ------
        CognitoError
            As for :func:`login`, and as for :meth:`tokens`.

        Examples
        --------
        >>> import cognitoken
        >>> tokens = cognitoken.Session().sign_in()
        """
        if self._on_challenge is None:
            return call("session.sign_in", {"self": self._handle})
        return self._answered("session.sign_in")

    def sign_in_async(self) -> "Coroutine[Any, Any, Tokens]":
        """Asyncio version of :meth:`sign_in`.

        Examples
        --------
        >>> import asyncio, cognitoken
        >>> session = cognitoken.Session()
        >>> tokens = asyncio.run(session.sign_in_async())
        """
        return self._answered_async("Session.sign_in_async", "session.sign_in")

    @waits
    def keep(self, tokens: Tokens) -> None:
        """Take tokens into the session and its store: those of :func:`login_sso`, or of a challenge that was answered.

        :meth:`keep_async` is the asyncio version.

        Parameters
        ----------
        tokens : Tokens
            The tokens.

        Raises
        ------
        ConfigError
            They are another app client's.
        StoreError
            The store failed.

        Examples
        --------
        >>> import cognitoken
        >>> session = cognitoken.Session()
        >>> session.keep(cognitoken.login())
        """
        return result_of(Call("session.keep", locals()))  # type: ignore[return-value]

    keep_async = twin(keep)

    @waits
    def sign_out(self, everywhere: bool = False) -> str:
        """Forget the tokens, in memory and in the store, and revoke the refresh token at the service.

        If it cannot be revoked, the tokens are forgotten all the same, and a :class:`StoreWarning` tells why. ID and
        access tokens that are out already are good until they expire.

        :meth:`sign_out_async` is the asyncio version.

        Parameters
        ----------
        everywhere : bool, default False
            Whether every sign-in of the user is ended, on every device. Where that fails, nothing is forgotten.

        Returns
        -------
        str
            ``"nothing"``: nobody was signed in. ``"local"``: forgotten here only. ``"revoked"``: at the service too.
            ``"everywhere"``.

        Raises
        ------
        StoreError
            The store failed.
        CognitoError
            With `everywhere`: what the service or the network failed with.

        Examples
        --------
        >>> import asyncio, cognitoken
        >>> session = cognitoken.Session(store="memory")
        >>> session.sign_out()
        'nothing'
        >>> asyncio.run(session.sign_out_async())
        'nothing'
        """
        return result_of(Call("session.sign_out", locals()))

    sign_out_async = twin(sign_out)

    def status(self) -> SessionStatus:
        """Return the status of the session, by what is in memory and in the store; nothing is sent.

        Returns
        -------
        SessionStatus
            Who is signed in, the pool, the client, until when, where the tokens rest. It prints itself.

        Raises
        ------
        StoreError, ConfigError
            As for :meth:`tokens`.

        Examples
        --------
        >>> import cognitoken
        >>> cognitoken.Session(store="memory").status().store
        'memory'
        """
        return call("session.status", {"self": self._handle})

    def status_async(self) -> "Coroutine[Any, Any, SessionStatus]":
        """Asyncio version of :meth:`status`.

        Examples
        --------
        >>> import asyncio, cognitoken
        >>> asyncio.run(cognitoken.Session(store="memory").status_async()).signed_in
        False
        """
        return coroutine("Session.status_async", "session.status", {"self": self._handle})

    def export(self) -> str:
        """Return the stored sign-in as one line of text, sealed with the key in ``COGNITO_BUNDLE_KEY``.

        It is for a job in a container that starts from a person's sign-in, see :meth:`import_`. Both ends have the same
        refresh token then. If the app client rotates refresh tokens, the end that refreshes first keeps the sign-in,
        and the other one loses it: hand a sign-in over, do not share it.

        Returns
        -------
        str
            The line. It is a secret for whoever has the key.

        Raises
        ------
        ConfigError
            The key is missing or malformed: 32 bytes in base64 or hexadecimal digits.
        AuthenticationError
            Nothing is stored (``"NotSignedIn"``).
        StoreError
            The store failed.

        Examples
        --------
        >>> import base64, os, cognitoken
        >>> os.environ["COGNITO_BUNDLE_KEY"] = base64.b64encode(os.urandom(32)).decode()  # from a safe place
        >>> session = cognitoken.Session()
        >>> session.keep(cognitoken.login())
        >>> bundle = session.export()
        """
        return call("session.export", {"self": self._handle})

    def export_async(self) -> "Coroutine[Any, Any, str]":
        """Asyncio version of :meth:`export`.

        Examples
        --------
        >>> import cognitoken
        >>> async def hand_over(session: cognitoken.Session) -> str:
        ...     return await session.export_async()
        """
        return coroutine("Session.export_async", "session.export", {"self": self._handle})

    @waits
    def import_(self, bundle: str) -> Tokens:
        """Take the sign-in of an exported line into the session and its store.

        :meth:`import_async` is the asyncio version.

        Parameters
        ----------
        bundle : str
            The line that :meth:`export` made, with the same key in ``COGNITO_BUNDLE_KEY``.

        Returns
        -------
        Tokens
            The tokens of the sign-in.

        Raises
        ------
        ConfigError
            The key is missing or malformed, or the line is not of the client or the user of this session
            (``"OtherIdentity"``).
        StoreError
            The line is damaged or sealed with another key (``"InvalidBundle"``), or the store failed.

        Examples
        --------
        >>> import cognitoken
        >>> def take_over(line: str) -> cognitoken.Tokens:
        ...     return cognitoken.Session(store="file").import_(line)
        """
        return result_of(Call("session.import", locals()))

    import_async = twin(import_)

    @waits
    def _replace(self, refused: str) -> str:
        """Return the value to send in place of a header's value that a service refused."""
        return result_of(Call("session.replace", locals()))

    _replace_async = twin(_replace)

    def _answered(self, operation: str) -> "_Value":  # type: ignore[type-var]
        """Make a call. If a challenge ends it, answer the challenge and make the call again."""
        from ._session_answers import Answers

        return Answers(self, self._on_challenge).wait(operation)  # type: ignore[no-any-return]

    def _answered_async(self, name: str, operation: str) -> "Coroutine[Any, Any, Any]":
        if self._on_challenge is None:
            return coroutine(name, operation, {"self": self._handle})
        from ._session_answers import Answers

        return Answers(self, self._on_challenge).start(name, operation)

    def __reduce__(self) -> "NoReturn":
        raise TypeError(
            "a Session cannot be pickled: it holds secrets. Make one in each worker, with the same store: "
            'Session(store="file"), or a redis:// URL for workers on several machines.'
        )


register(Session)
