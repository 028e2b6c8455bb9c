"""The session's token in every request of requests."""

from typing import Any

import requests
from requests.auth import AuthBase

from ._cognitoken import Session

UNAUTHORIZED = 401


class SessionAuth(AuthBase):
    """What :func:`cognitoken.requests_auth` gives."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(self._session.headers())
        start = _position(request.body)
        request.register_hook(  # type: ignore[no-untyped-call]
            "response", lambda response, **settings: self._again(response, start, settings)
        )
        return request

    def _again(self, response: requests.Response, start: int | None, settings: dict[str, Any]) -> requests.Response:
        sent = response.request.headers.get("Authorization")
        # A redirect to another host has lost the header, and must not get it back.
        if response.status_code != UNAUTHORIZED or sent is None or not _rewind(response.request.body, start):
            return response
        fresh = self._session._replace(sent)
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
        return f"<requests_auth of {self._session!r}>"


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
