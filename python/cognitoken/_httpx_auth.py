"""The session's token in every request of httpx."""

from collections.abc import AsyncGenerator, Generator

import httpx

from ._cognitoken import Session

UNAUTHORIZED = 401


class SessionAuth(httpx.Auth):
    """What :func:`cognitoken.httpx_auth` gives."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the token; after a 401, once more with the next one."""
        request.headers.update(self._session.headers())
        sent = _refused(request, (yield request))
        if sent is not None:
            request.headers["Authorization"] = self._session._replace(sent)
            if request.headers["Authorization"] != sent:
                yield request

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Do the same for asyncio."""
        request.headers.update(await self._session.headers_async())
        sent = _refused(request, (yield request))
        if sent is not None:
            request.headers["Authorization"] = await self._session._replace_async(sent)
            if request.headers["Authorization"] != sent:
                yield request

    def __repr__(self) -> str:
        return f"<httpx_auth of {self._session!r}>"


def _refused(request: httpx.Request, response: httpx.Response) -> str | None:
    """Tell the header that was refused, where another one is worth a try."""
    sent = response.request.headers.get("Authorization")
    # Another host, reached by a redirect, was not sent the token; a stream is gone once it was read.
    can_be_sent_again = isinstance(request.stream, httpx.ByteStream)
    return sent if response.status_code == UNAUTHORIZED and can_be_sent_again else None
