"""A sign-in that lasts."""

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
    """A sign-in that lasts.

    It answers from memory, from its store, by a refresh, or by signing in, whichever comes first. What is left out, or
    empty, comes from the environment, then from ``.env``, as for :func:`login`. No password is needed while the store
    can answer. Nothing is sent before the first token is asked for. Threads and tasks share one call; processes, and
    machines at one redis, take turns and find what the first one stored. A Session cannot be pickled: make one in each
    worker, with the same store.

    Parameters
    ----------
    username, password, client_id, region, user_pool_id, client_secret, endpoint, totp_secret, remember_device, \
    preferred_challenge, device
        As for :func:`login`. With no user name, the one identity that is stored for this client answers.
    flow : str, default "auto"
        As for :func:`login`, or ``"client_credentials"``: a session of the app client itself, with `domain`, `scopes`
        and `client_secret`.
    timeout : float, default 30.0
        The limit of each call in seconds: waiting for other processes, retries and sign-in included.
    on_challenge : callable or "prompt", optional
        As for :func:`login`. Without one, a sign-in that needs an answer raises :class:`ChallengeRequired`; hand what
        ``challenge.respond`` gives to :meth:`keep`.
    store : str, optional
        Where tokens rest (``COGNITO_STORE``, else ``"memory"``). ``"memory"``: in this Session. ``"file"``: in the
        user's data folder, readable by the user alone, sealed with a key that the OS keyring holds where there is one,
        or with ``COGNITO_STORE_KEY``. ``"file:<folder>"``: in that folder. ``"keyring"``: sealed always, else
        :class:`StoreError`. ``"redis://..."``: on a redis server or cluster, sealed with ``COGNITO_STORE_KEY`` (32
        random bytes in base64); ``rediss://`` with TLS, ``redis+sentinel://<host>/<name of the master>`` by sentinels,
        ``redis+unix://<path>`` through a socket; ``valkey`` and ``valkeys`` mean ``redis`` and ``rediss``.
    refresh_token : str, optional
        What to start from where nothing is stored (``COGNITO_REFRESH_TOKEN``). In a pool that remembers devices,
        `device` is the one it belongs to, or its key alone, a str (``COGNITO_DEVICE_KEY``).
    id_token : str, optional
        The one token that this session gives out (``COGNITO_ID_TOKEN``); nothing is asked of the service then.
    token_use : str, default "id"
        Which token is sent, and so decides when to refresh: ``"id"`` or ``"access"``.
    domain, scopes, client_authentication
        For ``"client_credentials"``, as for :func:`client_credentials`.
    background_refresh : bool, default False
        Whether the tokens are refreshed before they are due, so that no call waits for it. It begins with the first
        call, and ends with the Session or the interpreter.

    Raises
    ------
    ConfigError
        A value is malformed, the store is unknown or lacks its key.

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
        """Return tokens of which the one that is sent is good for a while.

        It is good for at least 60 seconds, or a tenth of its life where that is less, by the service's clock. Where a
        refresh fails for a reason that may pass, the tokens at hand are returned for as long as they are good.

        Returns
        -------
        Tokens

        Raises
        ------
        AuthenticationError
            The refresh token is lost for good, and there is no password to sign in with.
        ChallengeRequired
            The sign-in needs an answer, and nobody gives one.
        ConfigError
            Nothing is stored and there is no password; or several stored identities fit.
        StoreError
            The store failed, is open to others, or is locked for longer than the time limit.
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
        """Return tokens, for asyncio. As :meth:`tokens`.

        Examples
        --------
        >>> import asyncio, cognitoken
        >>> session = cognitoken.Session()
        >>> tokens = asyncio.run(session.tokens_async())
        """
        return self._answered_async(super().tokens_async)

    def id_token(self) -> str:
        """Return an ID token that is good for a while. As :meth:`tokens`.

        Returns
        -------
        str

        Raises
        ------
        TokenExpired
            The session gives out one fixed token, and that has expired.
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
        """Return an ID token, for asyncio. As :meth:`id_token`.

        Examples
        --------
        >>> import asyncio, cognitoken
        >>> session = cognitoken.Session()
        >>> token = asyncio.run(session.id_token_async())
        """
        return self._answered_async(super().id_token_async)

    def access_token(self) -> str:
        """Return an access token that is good for a while, by its own expiry. As :meth:`tokens`.

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
        """Return an access token, for asyncio. As :meth:`access_token`.

        Examples
        --------
        >>> import asyncio, cognitoken
        >>> session = cognitoken.Session()
        >>> token = asyncio.run(session.access_token_async())
        """
        return self._answered_async(super().access_token_async)

    def headers(self) -> "dict[str, str]":
        """Return the header that a request carries the token in.

        Returns
        -------
        dict of str to str
            ``{"Authorization": "Bearer <ID token>"}``; the access token with ``token_use="access"``, and where there is
            no ID token.

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
        """Return the header, for asyncio. As :meth:`headers`.

        Examples
        --------
        >>> import asyncio, cognitoken
        >>> session = cognitoken.Session()
        >>> headers = asyncio.run(session.headers_async())
        """
        return self._answered_async(super().headers_async)

    def refresh(self) -> "Tokens":
        """Get new tokens now, whether those at hand are still good or not.

        Calls at the same moment share one refresh, with those of other processes too.

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
        """Get new tokens now, for asyncio. As :meth:`refresh`.

        Examples
        --------
        >>> import asyncio, cognitoken
        >>> session = cognitoken.Session()
        >>> tokens = asyncio.run(session.refresh_async())
        """
        return self._answered_async(super().refresh_async)

    def _answered(self, call: "Callable[[], _Value]") -> "_Value":
        """Make a call; where it needs an answer and somebody gives one, sign in so, and make it again."""
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
