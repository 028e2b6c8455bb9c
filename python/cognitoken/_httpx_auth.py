"""httpx authentication with the token of a session."""

from collections.abc import AsyncGenerator, Generator, ItemsView, KeysView, ValuesView
from typing import Any

import httpx

from ._session import Session

UNAUTHORIZED = 401


class SessionAuth(httpx.Auth):
    """The return type of :func:`cognitoken.httpx_auth`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the token. After a 401 of the same origin, repeat the request once with a new token."""
        sent = self._session.headers()["Authorization"]
        response = yield _with_token(request, sent)
        redirected = _redirected_without_token(request, response)
        if redirected is not None:
            response = yield _with_token(redirected, sent)
        if _refused(request, response, sent):
            # Replaced even where the body cannot be sent again: the next request needs another token.
            fresh = self._session._replace(sent)
            if fresh != sent and _can_be_sent_again(request):
                yield _with_token(request, fresh)

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Asyncio version of :meth:`sync_auth_flow`."""
        sent = (await self._session.headers_async())["Authorization"]
        response = yield _with_token(request, sent)
        redirected = _redirected_without_token(request, response)
        if redirected is not None:
            response = yield _with_token(redirected, sent)
        if _refused(request, response, sent):
            # Replaced even where the body cannot be sent again: the next request needs another token.
            fresh = await self._session._replace_async(sent)
            if fresh != sent and _can_be_sent_again(request):
                yield _with_token(request, fresh)

    def __repr__(self) -> str:
        return f"<httpx_auth of {self._session!r}>"


def _with_token(request: httpx.Request, authorization: str) -> httpx.Request:
    # httpx strips the header from redirects to another origin, but for one: from http to https at the default ports.
    if _origin(request) == ("http", request.url.host, None):
        request.headers = _NotForRedirects(request.headers, authorization)
    else:
        request.headers["Authorization"] = authorization
    return request


def _redirected_without_token(request: httpx.Request, response: httpx.Response) -> httpx.Request | None:
    """Return the last request of redirects within the origin, if it was refused for lack of a token."""
    visited = [*response.history, response]
    stayed = len(visited) > 1 and all(_origin(each.request) == _origin(request) for each in visited)
    lacks_it = response.status_code == UNAUTHORIZED and "Authorization" not in response.request.headers
    return response.request if stayed and lacks_it and _can_be_sent_again(response.request) else None


def _refused(request: httpx.Request, response: httpx.Response, sent: str) -> bool:
    """Return whether the origin refused the token that it was sent."""
    of_ours = response.request.headers.get("Authorization") == sent and _origin(response.request) == _origin(request)
    return response.status_code == UNAUTHORIZED and of_ours


def _can_be_sent_again(request: httpx.Request) -> bool:
    if isinstance(request.stream, httpx.ByteStream):
        return True
    # Of a form with files, httpx reads each part from its beginning, where the part has a way back to it. Any other
    # stream is gone once it was read.
    parts = getattr(request.stream, "fields", None)
    return parts is not None and all(_can_be_read_again(getattr(part, "file", b"")) for part in parts)


def _can_be_read_again(content: Any) -> bool:
    if isinstance(content, str | bytes):
        return True
    try:
        return bool(content.seekable())
    except (AttributeError, ValueError):  # no file, or a closed one
        return False


def _origin(request: httpx.Request) -> tuple[str, str, int | None]:
    # The default port of the scheme is None.
    return request.url.scheme, request.url.host, request.url.port


class _NotForRedirects(httpx.Headers):
    """Headers whose Authorization is sent and shown, but not copied to redirected requests."""

    def __init__(self, headers: httpx.Headers, authorization: str) -> None:
        others = httpx.Headers(headers)
        others.pop("Authorization", None)
        super().__init__(others)
        self._authorization: str | None = authorization

    def _whole(self) -> httpx.Headers:
        headers = httpx.Headers(self)
        if self._authorization is not None:
            headers["Authorization"] = self._authorization
        return headers

    @property
    def raw(self) -> list[tuple[bytes, bytes]]:
        return self._whole().raw

    def keys(self) -> KeysView[str]:
        return self._whole().keys()

    def values(self) -> ValuesView[str]:
        return self._whole().values()

    def items(self) -> ItemsView[str, str]:
        return self._whole().items()

    def multi_items(self) -> list[tuple[str, str]]:
        return self._whole().multi_items()

    def get_list(self, key: str, split_commas: bool = False) -> list[str]:
        return self._whole().get_list(key, split_commas)

    def __getitem__(self, key: str) -> str:
        return self._whole()[key]

    def __contains__(self, key: Any) -> bool:
        return key in self._whole()

    def __len__(self) -> int:
        return len(self._whole())

    def update(self, headers: Any = None) -> None:  # type: ignore[override]
        for key, value in httpx.Headers(headers).items():
            self[key] = value

    def __setitem__(self, key: str, value: str) -> None:
        if key.lower() == "authorization":
            self._authorization = value
        else:
            super().__setitem__(key, value)

    def __delitem__(self, key: str) -> None:
        if key.lower() == "authorization":
            self._authorization = None
        else:
            super().__delitem__(key)
