"""A session as what requests and httpx ask for the header of each request."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    import httpx
    import requests

    from ._cognitoken import Session


def requests_auth(session: "Session") -> "requests.auth.AuthBase":
    """Make a session into what ``requests`` takes as ``auth``.

    Every request carries the session's token. Where the service answers 401, the session refreshes, once, and the
    request is sent once more with what came; a second 401 is the answer. Redirects to another origin (scheme, host,
    port) do not get the token, and a 401 from there is the answer. A body that was read from a stream without ``seek``
    cannot be sent again: its 401 is the answer, and the next request has another token.

    Parameters
    ----------
    session : Session

    Returns
    -------
    requests.auth.AuthBase

    Raises
    ------
    ImportError
        ``requests`` is not installed.
    CognitoError
        When a request is made: as :meth:`Session.tokens`.

    Examples
    --------
    >>> import cognitoken, requests
    >>> http = requests.Session()
    >>> http.auth = cognitoken.requests_auth(cognitoken.Session())
    """
    from ._requests_auth import SessionAuth

    return SessionAuth(session)


def httpx_auth(session: "Session") -> "httpx.Auth":
    """Make a session into what ``httpx`` takes as ``auth``, for its Client and its AsyncClient.

    Every request carries the session's token. Where the service answers 401, the session refreshes, once, and the
    request is sent once more with what came; a second 401 is the answer. Redirects to another origin (scheme, host,
    port) do not get the token, and a 401 from there is the answer. A body that was read from a stream cannot be sent
    again, but for a form whose files have ``seek``: its 401 is the answer, and the next request has another token.

    Parameters
    ----------
    session : Session

    Returns
    -------
    httpx.Auth

    Raises
    ------
    ImportError
        ``httpx`` is not installed.
    CognitoError
        When a request is made: as :meth:`Session.tokens`.

    Examples
    --------
    >>> import cognitoken, httpx
    >>> client = httpx.Client(auth=cognitoken.httpx_auth(cognitoken.Session()))
    """
    from ._httpx_auth import SessionAuth

    return SessionAuth(session)
