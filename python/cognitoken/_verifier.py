"""Verification of tokens."""

from ._calls import Call, FinishedCall, result_of, twin, waits
from ._cognitoken import call, register, register_any
from ._shown import Shown
from .exceptions import CognitoError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Coroutine, Sequence
    from typing import Any, Literal, NoReturn, TypeAlias

    from typing_extensions import Self

    from ._cognitoken import Handle

    _Check: TypeAlias = Callable[[dict[str, Any]], bool | None]


class _Any:
    """Disables a check of a Verifier: ``client_id=cognitoken.ANY``, ``token_use=cognitoken.ANY``."""

    # None does not: it is what a variable gives that was not set.

    __slots__ = ()
    __module__ = "cognitoken"

    def __repr__(self) -> str:
        return "cognitoken.ANY"

    def __reduce__(self) -> str:
        # The name of the only instance in its module, for copies and pickles.
        return "ANY"


ANY = _Any()
register_any(ANY)


class _Verification(FinishedCall):
    """The verification of a token, whose claims the caller's own check is given."""

    __slots__ = ("_verifier",)

    def __init__(self, operation: str, values: "dict[str, Any]") -> None:
        super().__init__(operation, values)
        self._verifier: Verifier = values["self"]

    def start(self, name: str = "") -> "Coroutine[Any, Any, Any]":
        return Call.start(self, name) if self._verifier._check is None else super().start(name)

    def finish(self, result: "Any") -> "Any":
        return _checked(self._verifier, result)


class _Verifications(_Verification):
    """The verification of many tokens."""

    __slots__ = ()

    def finish(self, result: "Any") -> "Any":
        return [_each(self._verifier, claims) for claims in result]


def _checked(verifier: "Verifier", claims: "dict[str, Any]") -> "dict[str, Any]":
    """Return the claims if the caller's own check accepts them."""
    check = verifier._check
    answer = None if check is None else check(claims)
    if answer is None or answer is True:
        return claims
    if answer is False:
        call("verifier.refuse", {"self": verifier})
    # A check that was not awaited, for one, must not accept a token.
    raise TypeError(f"check has to return True, False or None, not '{type(answer).__name__}'")


def _each(verifier: "Verifier", claims: "dict[str, Any] | CognitoError") -> "dict[str, Any] | Exception":
    """Return the outcome of one of many tokens."""
    if isinstance(claims, CognitoError):
        return claims
    try:
        return _checked(verifier, claims)
    except Exception as error:  # noqa: BLE001  # the outcome of this token, whatever the check raises
        return error


class Verifier(Shown):
    """Verifies tokens of one or several user pools.

    Checks the signature (RS256 only, with a key of the token's own pool), the issuer, the client, the use and the time
    of a token; groups, scopes and a check of your own on request. The keys of a pool are fetched when they are first
    needed and shared by all threads. Create a Verifier once and use it for many tokens.

    Fetched keys are valid for an hour. The next token after that fetches them again, so that a key which the pool has
    withdrawn is refused. If that fetch fails, the present keys stay in use.

    ``print(verifier)`` and a notebook show the trusted pools or issuers and what is accepted; neither needs a request.

    Parameters
    ----------
    user_pool_id : str or list of str, optional
        The ids of the trusted pools, such as ``"us-east-1_AbCdEfGhI"`` (``COGNITO_USER_POOL_ID``, unless the issuer is
        given). A token is verified with the keys of its own pool alone.
    client_id : str or list of str, optional
        The app clients whose tokens are accepted: ``aud`` of an ID token, ``client_id`` of an access token
        (``COGNITO_CLIENT_ID``). Only :data:`ANY` accepts the tokens of any client.
    token_use : str, default "id"
        ``"id"`` or ``"access"``; :data:`ANY` accepts both.
    issuer : str or list of str, optional
        The exact issuers, in place of those of the pools (``COGNITO_ISSUER``).
    jwks_url : str, optional
        The address of the keys of a single pool, in place of ``<issuer>/.well-known/jwks.json`` (``COGNITO_JWKS_URL``).
        ``https``, or ``http`` on this machine.
    jwks : dict, optional
        The keys themselves (RFC 7517) of a single pool. Nothing is fetched then, and the keys do not expire.
    leeway : float, default 0.0
        The accepted difference between clocks in seconds, for ``exp`` and ``nbf``.
    groups : list of str or str, optional
        The groups (``cognito:groups``) of which the user has to be in one.
    scopes : list of str or str, optional
        The scopes of which an access token has to hold one.
    timeout : float, default 30.0
        The time limit in seconds of a call that has to fetch keys, retries included.
    check : callable, optional
        Called with the claims of each token that has passed all other checks. An exception that it raises refuses the
        token and propagates as it is. It returns None or True to accept the token, False to refuse it.
    profile : str, optional
        The profile whose values count where nothing else gives them (``COGNITO_PROFILE``), as for :func:`login`.

    Raises
    ------
    ConfigError
        A value is missing or malformed.

    Notes
    -----
    If neither arguments, variables nor the profile name the pool or the client, those of the sign-in that is stored in
    the store (``COGNITO_STORE``, or the profile's) are used.

    In a service, an error with the code ``"InvalidGroups"``, ``"InvalidScopes"`` or ``"RefusedByCheck"`` is about a
    genuine token that lacks the right (403); any other :class:`TokenError` about the token itself (401). All other
    errors say that the keys could not be fetched (503).

    The rules are those of RFC 7519 and of
    https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html

    Examples
    --------
    >>> import cognitoken
    >>> tokens = cognitoken.login()
    >>> verifier = cognitoken.Verifier()  # COGNITO_USER_POOL_ID, COGNITO_CLIENT_ID
    >>> claims = verifier.verify(tokens.id_token)
    >>> claims["token_use"]
    'id'

    Several pools and clients, and a check of your own:

    >>> verifier = cognitoken.Verifier(
    ...     ["us-east-1_AbCdEfGhI", "eu-west-1_JkLmNoPqR"],
    ...     ["1example23456789", "2example23456789"],
    ...     check=lambda claims: claims["email"].endswith("@example.com"),
    ... )
    """

    __slots__ = ("_check",)
    __module__ = "cognitoken"

    def __init__(
        self,
        user_pool_id: "str | Sequence[str] | None" = None,
        client_id: "str | Sequence[str] | _Any | None" = None,
        token_use: "Literal['id', 'access'] | _Any | None" = "id",
        *,
        issuer: "str | Sequence[str] | None" = None,
        jwks_url: str | None = None,
        jwks: "dict[str, Any] | None" = None,
        leeway: float = 0.0,
        groups: "str | Sequence[str] | None" = None,
        scopes: "str | Sequence[str] | None" = None,
        timeout: float = 30.0,
        check: "_Check | None" = None,
        profile: str | None = None,
    ) -> None:
        if not (check is None or callable(check)):
            raise TypeError("check has to be callable or None")
        made: Verifier = call("verifier", locals())
        self._handle, self._check = made._handle, check

    @classmethod
    def _of(cls, handle: "Handle") -> "Self":
        made = cls.__new__(cls)
        made._handle, made._check = handle, None
        return made

    @waits
    def verify(self, jwt: str, now: "float | datetime.datetime | None" = None) -> "dict[str, Any]":
        """Verify a token and return its claims.

        :meth:`verify_async` is the asyncio version.

        Parameters
        ----------
        jwt : str
            The token.
        now : float or datetime.datetime, optional
            The time to verify at: seconds since 1970-01-01T00:00:00Z, or a datetime with a time zone. Default: this
            machine's time.

        Returns
        -------
        dict
            The claims.

        Raises
        ------
        TokenExpired
            The token has expired.
        TokenInvalid
            It is malformed, not genuine or not for this use. The message names the claim that failed; ``expected`` and
            ``actual`` are its values.
        NetworkError, RequestTimeout, ServiceError
            The keys could not be fetched.

        Examples
        --------
        >>> import asyncio, cognitoken
        >>> verifier = cognitoken.Verifier(client_id=cognitoken.ANY, token_use="access")
        >>> claims = verifier.verify(cognitoken.login().access_token)
        >>> async def main():
        ...     tokens = await cognitoken.login_async()
        ...     return await verifier.verify_async(tokens.access_token)
        >>> claims = asyncio.run(main())
        """
        return result_of(_Verification("verifier.verify", locals()))

    verify_async = twin(verify)

    @waits
    def verify_many(
        self, jwts: "Sequence[str]", now: "float | datetime.datetime | None" = None
    ) -> "list[dict[str, Any] | Exception]":
        """Verify many tokens at once, on all processor cores.

        :meth:`verify_many_async` is the asyncio version.

        Parameters
        ----------
        jwts : list of str
            The tokens.
        now : float or datetime.datetime, optional
            The time to verify at, as for :meth:`verify`.

        Returns
        -------
        list of dict or Exception
            For each token, in their order, its claims, or the exception that :meth:`verify` would have raised: a
            CognitoError, or one of the caller's own ``check``. It does not affect the other tokens.

        Examples
        --------
        >>> import cognitoken
        >>> verifier = cognitoken.Verifier("us-east-1_AbCdEfGhI", "1example23456789")
        >>> answers = verifier.verify_many(["not a token", "neither"])
        >>> [answer.code for answer in answers if isinstance(answer, cognitoken.CognitoError)]
        ['MalformedToken', 'MalformedToken']
        """
        return result_of(_Verifications("verifier.verify_many", locals()))

    verify_many_async = twin(verify_many)

    def __reduce__(self) -> "NoReturn":
        raise TypeError("a Verifier cannot be pickled: make one in each process")


register(Verifier)
