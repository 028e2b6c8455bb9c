"""Signing in on the pool's own page, in a browser."""

from ._cognitoken import SsoSignIn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from typing import Any

    from ._cognitoken import Tokens
    from ._sso import Guide


def login_sso(
    client_id: "str | None" = None,
    domain: "str | None" = None,
    *,
    client_secret: "str | None" = None,
    region: "str | None" = None,
    user_pool_id: "str | None" = None,
    identity_provider: "str | None" = None,
    idp_identifier: "str | None" = None,
    login_hint: "str | None" = None,
    lang: "str | None" = None,
    prompt: "str | None" = None,
    scopes: "Sequence[str] | None" = ("openid", "email", "profile"),
    redirect_uri: str = "http://localhost:8400/",
    open_browser: "bool | Callable[[str], object]" = True,
    timeout: float = 300.0,
) -> "Tokens":
    """Sign in on the pool's own page, in a browser: with a password there, or through an identity provider.

    The browser opens at the pool's page; when the person is done it comes back to ``redirect_uri``, where this process
    listens for it on this machine alone (for ``localhost`` at ``127.0.0.1`` and ``[::1]``). Where the browser runs on
    another machine (JupyterHub, RStudio Server, Colab, ssh, a container) the link is shown instead, as a link in a
    notebook, and the address that the browser ended at can be pasted while the listener waits too: whichever comes
    first wins. Authorization code with PKCE (S256), state and nonce. Ctrl-C ends it and closes the port.

    Parameters
    ----------
    client_id : str, optional
        The app client's id (``COGNITO_CLIENT_ID``).
    domain : str, optional
        The pool's domain: its prefix (``"my-app"``), its host or its https address (``COGNITO_DOMAIN``).
    client_secret : str, optional
        The app client's secret, for a client that has one (``COGNITO_CLIENT_SECRET``).
    region, user_pool_id : str, optional
        As for :func:`login`; the region is the one that a domain prefix is in.
    identity_provider : str, optional
        The name of the identity provider to go to at once, such as ``"Google"``.
    idp_identifier : str, optional
        An identifier of the identity provider, such as an e-mail domain, in the place of its name.
    login_hint : str, optional
        The user name that the page begins with.
    lang : str, optional
        The language of the page, such as ``"de"``.
    prompt : str, optional
        What the page does with a browser that is signed in: ``"login"``, ``"select_account"``, ``"none"``,
        ``"consent"``.
    scopes : list of str or str, default ("openid", "email", "profile")
        What the tokens are to be good for.
    redirect_uri : str, default "http://localhost:8400/"
        Where the page sends the browser back to, letter for letter as it is registered among the app client's
        CallbackURLs. Only ``http`` on this machine is listened at; for another one the address has to be pasted.
    open_browser : bool or callable, default True
        True opens the browser where it probably is on this machine, and shows the link otherwise. False shows the
        link. A callable is given the link; with asyncio it may be a coroutine function.
    timeout : float, default 300.0
        The limit of the whole in seconds: the person and the requests.

    Returns
    -------
    Tokens
        They are refreshed and revoked at the domain.

    Raises
    ------
    ConfigError
        A value is missing or malformed, or the port cannot be listened at (``"PortInUse"``).
    AuthenticationError
        The person or the identity provider refused (``"access_denied"``), or the client's secret is wrong
        (``"invalid_client"``).
    RequestTimeout
        Nobody came back in time.
    ServiceError
        The page refused the request, under OAuth's name for it: ``"invalid_scope"``, ``"redirect_mismatch"``.
    TokenInvalid
        The ID token was issued for another sign-in.
    KeyboardInterrupt
        Ctrl-C ends it at once.

    Notes
    -----
    A pasted address is read from standard input. In a notebook that is the cell's input box, which stays until it is
    answered: press Enter there once the browser says that you are signed in. :func:`login_sso_async` takes a pasted
    address at a terminal alone.

    https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html

    Examples
    --------
    >>> import cognitoken
    >>> def sign_in() -> cognitoken.Tokens:
    ...     return cognitoken.login_sso("1example23456789", "my-app", identity_provider="Google")
    """
    try:
        guide = _guide(open_browser)
        sign_in = SsoSignIn(
            client_id,
            domain,
            client_secret,
            region,
            user_pool_id,
            identity_provider,
            idp_identifier,
            login_hint,
            lang,
            prompt,
            scopes,
            redirect_uri,
            timeout,
            guide.port_required,
        )
    finally:
        # A traceback shows what the variables of its frames hold.
        del client_secret, login_hint
    return guide.lead(sign_in.start())


def login_sso_async(
    client_id: "str | None" = None,
    domain: "str | None" = None,
    *,
    client_secret: "str | None" = None,
    region: "str | None" = None,
    user_pool_id: "str | None" = None,
    identity_provider: "str | None" = None,
    idp_identifier: "str | None" = None,
    login_hint: "str | None" = None,
    lang: "str | None" = None,
    prompt: "str | None" = None,
    scopes: "Sequence[str] | None" = ("openid", "email", "profile"),
    redirect_uri: str = "http://localhost:8400/",
    open_browser: "bool | Callable[[str], object]" = True,
    timeout: float = 300.0,
) -> "Coroutine[Any, Any, Tokens]":
    """Sign in on the pool's own page, for asyncio. Arguments, tokens and errors are those of :func:`login_sso`.

    Examples
    --------
    >>> import cognitoken
    >>> async def sign_in() -> cognitoken.Tokens:
    ...     return await cognitoken.login_sso_async("1example23456789", "my-app")
    """
    try:
        guide = _guide(open_browser)
        sign_in = SsoSignIn(
            client_id,
            domain,
            client_secret,
            region,
            user_pool_id,
            identity_provider,
            idp_identifier,
            login_hint,
            lang,
            prompt,
            scopes,
            redirect_uri,
            timeout,
            guide.port_required,
        )
    finally:
        # A traceback shows what the variables of its frames hold.
        del client_secret, login_hint
    return guide.login_sso_async(sign_in.start_async())


# The signature is that of both twins; the types are for those who read the source.
login_sso.__annotations__ = login_sso_async.__annotations__ = {}


def _guide(open_browser: "Any") -> "Guide":
    # Imported when a browser is wanted: the import of the package is to cost little.
    from ._sso import Guide

    return Guide(open_browser)
