"""The session's token in every request of requests."""

from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.auth import AuthBase
from requests.sessions import SessionRedirectMixin

from ._session import Session

UNAUTHORIZED = 401
DEFAULT_PORTS = {"http": 80, "https": 443}


class SessionAuth(AuthBase):
    """The authentication that :func:`cognitoken.requests_auth` returns."""

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
        self._latest = request.headers["Authorization"]
        self._ours = {self._latest}
        self._start = _position(request.body)
        self._left = False

    def answered(self, response: requests.Response, **settings: Any) -> requests.Response:
        """Send the request once more after a 401, and hold the token back from a redirect that leaves the origin."""
        request = response.request
        if self._may_have_token(response):
            if "Authorization" in request.headers and not self._carries_ours(response):
                # requests puts the entry of a netrc file in the place of the token when it follows a redirect.
                response = self._again(response, self._latest, settings)
            if response.status_code == UNAUTHORIZED and self._carries_ours(response):
                # Replaced even where the body cannot be sent again: the next request needs another token.
                self._latest = self._session._replace(self._latest)
                self._ours.add(self._latest)
                response = self._again(response, self._latest, settings)
        if self._leaves(response):
            self._left = True
            if self._carries_ours(response):
                # What follows is made from this request. The response keeps a copy that shows what was sent.
                response.request = response.request.copy()
                del request.headers["Authorization"]
        return response

    def _may_have_token(self, response: requests.Response) -> bool:
        """Return whether a 401 is of the origin, at the end of redirects that never left it."""
        return response.status_code == UNAUTHORIZED and not self._left and _origin(response.request.url) == self._origin

    def _carries_ours(self, response: requests.Response) -> bool:
        return response.request.headers.get("Authorization") in self._ours

    def _again(self, response: requests.Response, token: str, settings: dict[str, Any]) -> requests.Response:
        """Send the request with this token, where it was not sent with it and its body can be read again."""
        request = response.request
        if request.headers["Authorization"] == token or not _rewind(request.body, self._start):
            return response
        response.content  # noqa: B018 (read to its end, so that the connection can be used again)
        response.close()
        response.request = request.copy()
        # A redirect is made from this very object.
        request.headers["Authorization"] = token
        again: requests.Response = response.connection.send(request, **settings)
        again.history.append(response)
        return again

    def _leaves(self, response: requests.Response) -> bool:
        """Return whether a redirect leads to another origin, or cannot be read."""
        try:
            target = SessionRedirectMixin().get_redirect_target(response)
            return target is not None and _origin(urljoin(response.url, target)) != self._origin
        except ValueError:
            return True


def _origin(url: str | None) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url or "")
    return parts.scheme, parts.hostname, parts.port or DEFAULT_PORTS.get(parts.scheme)


def _position(body: Any) -> int | None:
    """Return the position to read a body that is a file from again; None if it cannot be read again."""
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
