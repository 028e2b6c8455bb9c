"""The session's token in every request of requests."""

from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.auth import AuthBase
from requests.sessions import SessionRedirectMixin

from ._cognitoken import Session

UNAUTHORIZED = 401
DEFAULT_PORTS = {"http": 80, "https": 443}


class SessionAuth(AuthBase):
    """What :func:`cognitoken.requests_auth` gives."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(self._session.headers())
        sent = _Sent(self._session, request)
        request.register_hook("response", sent.answered)  # type: ignore[no-untyped-call]
        return request

    def __repr__(self) -> str:
        return f"<requests_auth of {self._session!r}>"


class _Sent:
    """A request that was given the token, and those that redirects make of it."""

    def __init__(self, session: Session, request: requests.PreparedRequest) -> None:
        self._session = session
        self._origin = _origin(request.url)
        self._ours = {request.headers["Authorization"]}
        self._start = _position(request.body)

    def answered(self, response: requests.Response, **settings: Any) -> requests.Response:
        """Send the request once more after a 401, and hold the token back from a redirect that leaves the origin."""
        request = response.request
        if request.headers.get("Authorization") not in self._ours:
            # Stripped by a redirect, or another's: requests puts the entry of a netrc file into a redirected request.
            return response
        if _origin(request.url) == self._origin and response.status_code == UNAUTHORIZED:
            response = self._again(response, settings)
        if self._leaves(response):
            # What follows is made from this request. The response keeps a copy that shows what was sent.
            response.request = response.request.copy()
            del request.headers["Authorization"]
        return response

    def _again(self, response: requests.Response, settings: dict[str, Any]) -> requests.Response:
        request = response.request
        if not _rewind(request.body, self._start):
            return response
        refused = request.headers["Authorization"]
        fresh = self._session._replace(refused)
        if fresh == refused:
            return response
        response.content  # noqa: B018 (read to its end, so that the connection can be used again)
        response.close()
        self._ours.add(fresh)
        response.request = request.copy()
        # A redirect is made from this very object.
        request.headers["Authorization"] = fresh
        again: requests.Response = response.connection.send(request, **settings)
        again.history.append(response)
        return again

    def _leaves(self, response: requests.Response) -> bool:
        """Whether a redirect leads to another origin; also one that nobody can read."""
        try:
            target = SessionRedirectMixin().get_redirect_target(response)
            return target is not None and _origin(urljoin(response.url, target)) != self._origin
        except ValueError:
            return True


def _origin(url: str | None) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url or "")
    return parts.scheme, parts.hostname, parts.port or DEFAULT_PORTS.get(parts.scheme)


def _position(body: Any) -> int | None:
    """Where a body that is a file is to be read from again; None for one that cannot be."""
    try:
        return int(body.tell())
    except (AttributeError, OSError):
        return None


def _rewind(body: Any, start: int | None) -> bool:
    """Make a body ready to be sent once more, where that can be."""
    if body is None or isinstance(body, str | bytes):
        return True
    try:
        body.seek(start)
    except (AttributeError, OSError, TypeError):
        return False
    return True
