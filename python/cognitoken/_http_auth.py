"""Authentication of requests and httpx with the token of a session."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    import httpx
    import requests.auth

    from ._session import Session


def requests_auth(session: "Session") -> "requests.auth.AuthBase":
    """Return an authentication object for ``requests`` that sends the token of a session.

    If the service responds with 401, the session refreshes its token and the request is repeated once; a second 401 is
    returned. Redirects to another origin (scheme, host, port) do not get the token, and a 401 from there is returned.
    A body that was read from a stream without ``seek`` cannot be sent again: the 401 is returned, and the next request
    has a new token.

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
        Raised by requests, as by :meth:`Session.tokens`.

    Examples
    --------
    >>> import cognitoken, requests
    >>> http = requests.Session()
    >>> http.auth = cognitoken.requests_auth(cognitoken.Session())
    """
    from ._requests_auth import SessionAuth

    return SessionAuth(session)


def httpx_auth(session: "Session") -> "httpx.Auth":
    """Return an authentication object for ``httpx.Client`` and ``httpx.AsyncClient`` that sends the token of a session.

    401 responses and redirects are handled as by :func:`requests_auth`. A body that was read from a stream cannot be
    sent again, except for a form whose files have ``seek``: the 401 is returned, and the next request has a new token.

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
        Raised by requests, as by :meth:`Session.tokens`.

    Examples
    --------
    >>> import cognitoken, httpx
    >>> client = httpx.Client(auth=cognitoken.httpx_auth(cognitoken.Session()))
    """
    from ._httpx_auth import SessionAuth

    return SessionAuth(session)
