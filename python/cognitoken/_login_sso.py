"""Sign-in on the pool's sign-in page in a browser."""

from ._calls import Call, result_of, twin, waits
from ._cognitoken import call
from ._tokens import Tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence
    from typing import Any, Literal

    from ._sso import Guide


class _PageSignIn(Call):
    """A sign-in on the page, to which a person has to be led."""

    __slots__ = ()

    def wait(self) -> "Any":
        guide = self._guide()
        return guide.lead(super().wait())

    def start(self, name: str = "") -> "Coroutine[Any, Any, Any]":
        guide = self._guide()
        return guide.lead_async(name, super().start())

    def _guide(self) -> "Guide":
        # Imported on first use, to keep the import of the package fast.
        from ._sso import Guide

        guide = Guide(self._values["open_browser"])
        self._values["person_can_paste"] = guide.person_can_paste
        return guide


@waits
def login_sso(
    client_id: str | None = None,
    domain: str | None = None,
    *,
    client_secret: str | None = None,
    region: str | None = None,
    user_pool_id: str | None = None,
    endpoint: str | None = None,
    client_authentication: "Literal['basic', 'body']" = "basic",
    identity_provider: str | None = None,
    idp_identifier: str | None = None,
    login_hint: str | None = None,
    lang: str | None = None,
    prompt: str | None = None,
    scopes: "str | Sequence[str] | None" = ("openid", "email", "profile"),
    redirect_uri: str = "http://localhost:8400/",
    open_browser: "bool | Callable[[str], object]" = True,
    timeout: float = 300.0,
    parameters: "Mapping[str, str] | None" = None,
    profile: str | None = None,
) -> Tokens:
    """Sign in on the pool's sign-in page in a browser, with a password or through an identity provider.

    The browser opens the pool's page and is then redirected to ``redirect_uri``, where this process listens on the
    loopback interface only (for ``localhost`` on ``127.0.0.1`` and ``[::1]``). If the browser runs on another machine
    (JupyterHub, RStudio Server, Colab, ssh, a container), the link is shown instead, and the final address of the
    browser can be pasted while the listener waits; the first of the two is used. The flow is the authorization code
    grant with PKCE (S256), state and nonce. Ctrl-C ends it and closes the port.

    :func:`login_sso_async` is the asyncio version.

    Parameters
    ----------
    client_id : str, optional
        The app client's id (``COGNITO_CLIENT_ID``).
    domain : str, optional
        The pool's domain as a prefix (``"my-app"``), host or https URL (``COGNITO_DOMAIN``).
    client_secret : str, optional
        The app client's secret, for a client that has one (``COGNITO_CLIENT_SECRET``).
    region : str, optional
        The AWS region that a domain prefix is in (``COGNITO_REGION``), as for :func:`login`.
    user_pool_id : str, optional
        The user pool's id (``COGNITO_USER_POOL_ID``), for its region.
    endpoint : str, optional
        The URL of the service, if it is not the region's own (``COGNITO_ENDPOINT``), for what is done with the tokens
        later. The sign-in itself is at the domain.
    client_authentication : str, default "basic"
        The way the client sends its secret to the domain: ``"basic"``, in a header, or ``"body"``.
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
    parameters : dict of str to str, optional
        Further parameters of the link to the sign-in page, such as ``resource``, ``acr_values`` or ``max_age``.
    profile : str, optional
        The profile whose values count where nothing else gives them (``COGNITO_PROFILE``), as for :func:`login`.

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
    return result_of(_PageSignIn("login_sso", locals()))


login_sso_async = twin(login_sso)


def logout_url(
    domain: str | None,
    client_id: str | None,
    logout_uri: str,
    *,
    region: str | None = None,
    profile: str | None = None,
) -> str:
    """Return the URL that ends the browser's session with the pool's sign-in page.

    Nothing is sent: open the URL in the user's browser. Otherwise the next sign-in there may not ask for a password.

    Parameters
    ----------
    domain : str or None
        The pool's domain as a prefix, host or https URL. None: ``COGNITO_DOMAIN``.
    client_id : str or None
        The app client's id. None: ``COGNITO_CLIENT_ID``.
    logout_uri : str
        The URL to redirect to afterwards, exactly as registered in the app client's LogoutURLs.
    region : str, optional
        The AWS region that a prefix is in (``COGNITO_REGION``), as for :func:`login`.
    profile : str, optional
        The profile whose values count where nothing else gives them (``COGNITO_PROFILE``), as for :func:`login`.

    Returns
    -------
    str
        The URL.

    Raises
    ------
    ConfigError
        A value is missing or malformed.

    Notes
    -----
    https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html

    Examples
    --------
    >>> import cognitoken
    >>> cognitoken.logout_url("auth.example.com", "1example23456789", "http://localhost:8400/")
    'https://auth.example.com/logout?client_id=1example23456789&logout_uri=http%3A%2F%2Flocalhost%3A8400%2F'
    """
    return call("logout_url", locals())
