"""A session as what requests and httpx ask for the header of each request."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from typing import Any

    import httpx
    import requests

    from ._cognitoken import Session

UNAUTHORIZED = 401


def requests_auth(session: "Session") -> "requests.auth.AuthBase":
    """Make a session into what ``requests`` takes as ``auth``.

    Every request carries the session's token. Where the service answers 401, the session refreshes, once, and the
    request is sent once more with what came; a second 401 is the answer. Redirects to another host do not get the
    token. A body that was read from a stream without ``seek`` cannot be sent again: its 401 is the answer.

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
    from requests.auth import AuthBase

    class SessionAuth(AuthBase):
        def __call__(self, request: "requests.PreparedRequest") -> "requests.PreparedRequest":
            request.headers.update(session.headers())
            start = _position(request.body)
            request.register_hook(  # type: ignore[no-untyped-call]
                "response", lambda response, **settings: self._again(response, start, settings)
            )
            return request

        def _again(
            self, response: "requests.Response", start: "int | None", settings: "dict[str, Any]"
        ) -> "requests.Response":
            sent = response.request.headers.get("Authorization")
            # A redirect to another host has lost the header, and must not get it back.
            if response.status_code != UNAUTHORIZED or sent is None or not _rewind(response.request.body, start):
                return response
            fresh = session._replace(sent)
            if fresh == sent:
                return response
            response.content  # noqa: B018 (read to its end, so that the connection can be used again)
            response.close()
            request = response.request.copy()
            request.headers["Authorization"] = fresh
            again: requests.Response = response.connection.send(request, **settings)
            again.history.append(response)
            again.request = request
            return again

        def __repr__(self) -> str:
            return f"<requests_auth of {session!r}>"

    return SessionAuth()


def _position(body: "Any") -> "int | None":
    """Where a body that is a file is to be read from again; None for one that cannot be."""
    try:
        return int(body.tell())
    except (AttributeError, OSError):
        return None


def _rewind(body: "Any", start: "int | None") -> bool:
    """Make a body ready to be sent once more, where that can be."""
    if body is None or isinstance(body, str | bytes):
        return True
    try:
        body.seek(start)
    except (AttributeError, OSError, TypeError):
        return False
    return True


def httpx_auth(session: "Session") -> "httpx.Auth":
    """Make a session into what ``httpx`` takes as ``auth``, for its Client and its AsyncClient.

    Every request carries the session's token. Where the service answers 401, the session refreshes, once, and the
    request is sent once more with what came; a second 401 is the answer. Redirects to another host do not get the
    token. A body that was read from a stream cannot be sent again: its 401 is the answer.

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
    import httpx

    class SessionAuth(httpx.Auth):
        def sync_auth_flow(self, request: httpx.Request) -> "Generator[httpx.Request, httpx.Response, None]":
            request.headers.update(session.headers())
            response = yield request
            sent = _refused(request, response)
            if sent is not None:
                request.headers["Authorization"] = session._replace(sent)
                if request.headers["Authorization"] != sent:
                    yield request

        async def async_auth_flow(self, request: httpx.Request) -> "AsyncGenerator[httpx.Request, httpx.Response]":
            request.headers.update(await session.headers_async())
            response = yield request
            sent = _refused(request, response)
            if sent is not None:
                request.headers["Authorization"] = await session._replace_async(sent)
                if request.headers["Authorization"] != sent:
                    yield request

        def __repr__(self) -> str:
            return f"<httpx_auth of {session!r}>"

    def _refused(request: httpx.Request, response: httpx.Response) -> "str | None":
        """Tell the header that was refused, where another one is worth a try."""
        sent = response.request.headers.get("Authorization")
        # Another host, reached by a redirect, was not sent the token; a stream is gone once it was read.
        can_be_sent_again = isinstance(request.stream, httpx.ByteStream)
        return sent if response.status_code == UNAUTHORIZED and can_be_sent_again else None

    return SessionAuth()
