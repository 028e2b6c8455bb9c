"""The session, which keeps a sign-in fresh."""

from . import _cognitoken
from .exceptions import ChallengeRequired

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any, TypeVar

    from ._answering import Answering
    from ._cognitoken import Tokens

    _Value = TypeVar("_Value")


class Session(_cognitoken.Session):
    """A sign-in that is stored and kept fresh.

    Tokens come from memory, from the store, from a refresh or from a new sign-in, in this order. Arguments that are
    omitted or empty are read from the environment, then from ``.env``, as for :func:`login`. No password is needed
    while the store has tokens. Nothing is sent before the first token is requested. Threads and tasks share one call;
    processes, and machines that use the same redis server, take turns and find what the first one stored. A Session
    cannot be pickled: create one in each worker, with the same store.

    Parameters
    ----------
    username, password, client_id, region, user_pool_id, client_secret, endpoint, totp_secret, remember_device, \
    preferred_challenge, device
        As for :func:`login`. Without a user name, the only identity that is stored for this client is used.
    flow : str, default "auto"
        As for :func:`login`, or ``"client_credentials"``: a session of the app client itself, with `domain`, `scopes`
        and `client_secret`.
    timeout : float, default 30.0
        The time limit of each call in seconds, including waits for other processes, retries and sign-in.
    on_challenge : callable or "prompt", optional
        As for :func:`login`. Without it, a challenge raises :class:`ChallengeRequired`; pass the result of
        ``challenge.respond`` to :meth:`keep`.
    store : str, optional
        The store of the tokens (``COGNITO_STORE``, default ``"memory"``). ``"memory"``: this Session. ``"file"``: the
        user's data folder, readable only by the user, encrypted with ``COGNITO_STORE_KEY`` or with a key in the OS
        keyring, if there is one. ``"file:<folder>"``: that folder. ``"keyring"``: as ``"file"``, but without a keyring
        it raises :class:`StoreError`. ``"redis://..."``: a redis server or cluster, encrypted with
        ``COGNITO_STORE_KEY`` (32 random bytes in base64); ``rediss://`` for TLS, ``redis+sentinel://<host>/<name of the
        master>`` for sentinels, ``redis+unix://<path>`` for a socket; ``valkey`` and ``valkeys`` are ``redis`` and
        ``rediss``.
    refresh_token : str, optional
        The refresh token to use if nothing is stored (``COGNITO_REFRESH_TOKEN``). In a pool that remembers devices,
        `device` is the device that it belongs to, or that device's key as a str (``COGNITO_DEVICE_KEY``).
    id_token : str, optional
        A fixed token that this session returns, without requests to the service (``COGNITO_ID_TOKEN``).
    token_use : str, default "id"
        The token that is sent and whose expiry decides when to refresh: ``"id"`` or ``"access"``.
    domain, scopes, client_authentication
        For ``"client_credentials"``, as for :func:`client_credentials`.
    background_refresh : bool, default False
        Whether to refresh the tokens in the background, so that no call waits for it. This starts with the first
        call and stops with the Session or the interpreter.

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

    __slots__ = ()
    __module__ = "cognitoken"

    def tokens(self) -> "Tokens":
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
        return self._answered(super().tokens)

    def tokens_async(self) -> "Coroutine[Any, Any, Tokens]":
        """Asyncio version of :meth:`tokens`.

        Examples
        --------
        >>> import asyncio, cognitoken
        >>> session = cognitoken.Session()
        >>> tokens = asyncio.run(session.tokens_async())
        """
        return self._answered_async(super().tokens_async)

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
        return self._answered(super().id_token)

    def id_token_async(self) -> "Coroutine[Any, Any, str]":
        """Asyncio version of :meth:`id_token`.

        Examples
        --------
        >>> import asyncio, cognitoken
        >>> session = cognitoken.Session()
        >>> token = asyncio.run(session.id_token_async())
        """
        return self._answered_async(super().id_token_async)

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
        return self._answered(super().access_token)

    def access_token_async(self) -> "Coroutine[Any, Any, str]":
        """Asyncio version of :meth:`access_token`.

        Examples
        --------
        >>> import asyncio, cognitoken
        >>> session = cognitoken.Session()
        >>> token = asyncio.run(session.access_token_async())
        """
        return self._answered_async(super().access_token_async)

    def headers(self) -> "dict[str, str]":
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
        return self._answered(super().headers)

    def headers_async(self) -> "Coroutine[Any, Any, dict[str, str]]":
        """Asyncio version of :meth:`headers`.

        Examples
        --------
        >>> import asyncio, cognitoken
        >>> session = cognitoken.Session()
        >>> headers = asyncio.run(session.headers_async())
        """
        return self._answered_async(super().headers_async)

    def refresh(self) -> "Tokens":
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
        return self._answered(super().refresh)

    def refresh_async(self) -> "Coroutine[Any, Any, Tokens]":
        """Asyncio version of :meth:`refresh`.

        Examples
        --------
        >>> import asyncio, cognitoken
        >>> session = cognitoken.Session()
        >>> tokens = asyncio.run(session.refresh_async())
        """
        return self._answered_async(super().refresh_async)

    def _answered(self, call: "Callable[[], _Value]") -> "_Value":
        """Make a call. If it raises a challenge that can be answered, answer it and repeat the call."""
        try:
            return call()
        except ChallengeRequired as required:
            challenge = required.challenge
            who = self._answering()
            if who is None or challenge is None:
                raise
        self.keep(who.go_on(challenge))
        return call()

    def _answered_async(self, call: "Callable[[], Coroutine[Any, Any, _Value]]") -> "Coroutine[Any, Any, _Value]":
        who = self._answering()
        return call() if who is None else who.call_async(call, self.keep_async)

    def _answering(self) -> "Answering | None":
        if self._on_challenge is None:
            return None
        from ._answering import answering

        return answering(self._on_challenge)
