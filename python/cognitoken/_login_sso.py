"""Sign-in on the pool's sign-in page in a browser."""

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
    """Sign in on the pool's sign-in page in a browser, with a password or through an identity provider.

    The browser opens the pool's page and is then redirected to ``redirect_uri``, where this process listens on the
    loopback interface only (for ``localhost`` on ``127.0.0.1`` and ``[::1]``). If the browser runs on another machine
    (JupyterHub, RStudio Server, Colab, ssh, a container), the link is shown instead, and the final address of the
    browser can be pasted while the listener waits; the first of the two is used. The flow is the authorization code
    grant with PKCE (S256), state and nonce. Ctrl-C ends it and closes the port.

    Parameters
    ----------
    client_id : str, optional
        The app client's id (``COGNITO_CLIENT_ID``).
    domain : str, optional
        The pool's domain as a prefix (``"my-app"``), host or https URL (``COGNITO_DOMAIN``).
    client_secret : str, optional
        The app client's secret, for a client that has one (``COGNITO_CLIENT_SECRET``).
    region, user_pool_id : str, optional
        As for :func:`login`. The region is that of a domain prefix.
    identity_provider : str, optional
        The name of the identity provider to go to directly, such as ``"Google"``.
    idp_identifier : str, optional
        An identifier of the identity provider, such as an e-mail domain, instead of its name.
    login_hint : str, optional
        The user name to fill in on the page.
    lang : str, optional
        The language of the page, such as ``"de"``.
    prompt : str, optional
        The page's behaviour if the browser is signed in already: ``"login"``, ``"select_account"``, ``"none"`` or
        ``"consent"``.
    scopes : list of str or str, default ("openid", "email", "profile")
        The scopes of the tokens.
    redirect_uri : str, default "http://localhost:8400/"
        The redirect URI, exactly as registered in the app client's CallbackURLs. This process listens only on ``http``
        URIs of this machine; with any other URI, the final address has to be pasted.
    open_browser : bool or callable, default True
        True opens the browser if it is probably on this machine, and shows the link otherwise. False shows the link. A
        callable is called with the link; with asyncio it may be a coroutine function.
    timeout : float, default 300.0
        The time limit of the whole sign-in in seconds, including the person's part.

    Returns
    -------
    Tokens
        The tokens, which are refreshed and revoked at the domain.

    Raises
    ------
    ConfigError
        A value is missing or malformed, or the port is in use (``"PortInUse"``).
    AuthenticationError
        The person or the identity provider refused (``"access_denied"``), or the client's secret is wrong
        (``"invalid_client"``).
    RequestTimeout
        The browser did not come back in time.
    ServiceError
        The page refused the request with an OAuth error code such as ``"invalid_scope"`` or ``"redirect_mismatch"``.
    TokenInvalid
        The ID token was issued for another sign-in.
    KeyboardInterrupt
        Ctrl-C ends the call at once.

    Notes
    -----
    A pasted address is read from standard input. In a notebook this is the cell's input box, which stays open until it
    is answered: press Enter in it once the browser says that you are signed in. :func:`login_sso_async` accepts a
    pasted address only at a terminal.

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
        # Tracebacks with local variables would show the secrets.
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
    """Asyncio version of :func:`login_sso`, with the same arguments, result and errors.

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
        # Tracebacks with local variables would show the secrets.
        del client_secret, login_hint
    return guide.login_sso_async(sign_in.start_async())


# The signature is that of both twins; the types are for those who read the source.
login_sso.__annotations__ = login_sso_async.__annotations__ = {}


def _guide(open_browser: "Any") -> "Guide":
    # Imported when a browser is wanted: the import of the package is to cost little.
    from ._sso import Guide

    return Guide(open_browser)
