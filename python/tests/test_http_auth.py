"""A session in requests and httpx: the token goes along, and a 401 is answered by one refresh and one more try."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
import requests
from mock_wire import MockWire
from signing_in import values

import cognitoken


@dataclass
class Api:
    """A service that takes some tokens and remembers what it was sent."""

    url: str = ""
    accepted: set[str] = field(default_factory=set)
    sent: list[tuple[str | None, bytes]] = field(default_factory=list)
    elsewhere: str = ""


@pytest.fixture
def api() -> Iterator[Api]:
    api = Api()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            authorization = self.headers.get("Authorization")
            api.sent.append((authorization, self.rfile.read(length)))
            if self.path == "/away":
                self.send_response(302)
                self.send_header("Location", api.elsewhere)
            elif (authorization or "").removeprefix("Bearer ") in api.accepted:
                self.send_response(200)
            else:
                self.send_response(401)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        do_GET = do_POST

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_address[1]}"
    api.elsewhere = f"http://localhost:{server.server_address[1]}/there"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield api
    server.shutdown()
    server.server_close()


@pytest.fixture
def session(wire: MockWire) -> cognitoken.Session:
    return cognitoken.Session(**values(wire, wire.new_user("plain")))


class Accepting(set[str]):
    """Takes the tokens that it has not seen before the first refusal: what was refused stays refused."""

    def __init__(self, refused: str) -> None:
        super().__init__()
        self.refused = refused

    def __contains__(self, token: object) -> bool:
        return token != self.refused and bool(token)


def test_requests_sends_the_token(api: Api, session: cognitoken.Session) -> None:
    api.accepted = {session.id_token()}
    with requests.Session() as http:
        http.auth = cognitoken.requests_auth(session)
        assert http.get(api.url).status_code == 200
        assert http.post(api.url, data=b"body").status_code == 200
    assert [authorization for authorization, _ in api.sent] == [f"Bearer {session.id_token()}"] * 2


def test_requests_answers_a_401_once(api: Api, session: cognitoken.Session) -> None:
    refused = session.id_token()
    api.accepted = Accepting(refused)
    auth = cognitoken.requests_auth(session)
    for body in (b"bytes", "text", io.BytesIO(b"a file")):
        api.accepted = Accepting(session.id_token())
        api.sent.clear()
        answer = requests.post(api.url, data=body, auth=auth, timeout=10)
        assert answer.status_code == 200
        assert [each.status_code for each in answer.history] == [401]
        (before, first), (after, second) = api.sent
        assert before != after == f"Bearer {session.id_token()}"
        assert first == second != b""

    api.accepted = set()
    api.sent.clear()
    assert requests.get(api.url, auth=auth, timeout=10).status_code == 401
    assert len(api.sent) == 2, "one more try, and no more"


def once_readable() -> Iterator[bytes]:
    yield b"gone "
    yield b"once read"


def test_a_body_that_cannot_be_sent_again_leaves_a_new_token_for_the_next_request(
    api: Api, session: cognitoken.Session
) -> None:
    async def post() -> int:
        async def body() -> AsyncIterator[bytes]:
            for part in once_readable():
                yield part

        async with httpx.AsyncClient(auth=cognitoken.httpx_auth(session), trust_env=False) as client:
            return (await client.post(api.url, content=body())).status_code

    def post_by_httpx() -> int:
        with httpx.Client(auth=cognitoken.httpx_auth(session), trust_env=False) as client:
            return client.post(api.url, content=once_readable()).status_code

    def post_by_requests() -> int:
        auth = cognitoken.requests_auth(session)
        return requests.post(api.url, data=OnceReadable(), auth=auth, timeout=10).status_code

    for send in (post_by_requests, post_by_httpx, lambda: asyncio.run(post())):
        refused = session.id_token()
        api.accepted = Accepting(refused)
        api.sent.clear()
        assert send() == 401
        assert [authorization for authorization, _ in api.sent] == [f"Bearer {refused}"]
        assert session.id_token() != refused


class OnceReadable(io.RawIOBase):
    """What a pipe is: it has a length here, so that the stand-in can read it, and no way back."""

    def __len__(self) -> int:
        return 4

    def readinto(self, buffer: Any) -> int:
        buffer[:4] = b"gone"
        return 4

    def tell(self) -> int:
        raise OSError


@pytest.mark.parametrize("twin", [False, True], ids=["sync", "async"])
def test_httpx_sends_a_form_with_files_again(api: Api, session: cognitoken.Session, twin: bool) -> None:
    class NoWayBack(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: Any) -> int:
            raise io.UnsupportedOperation

    def post(file: Any) -> int:
        form: Any = {"data": {"name": "Ada"}, "files": {"file": ("a.txt", file)}}
        auth = cognitoken.httpx_auth(session)
        if not twin:
            with httpx.Client(auth=auth, trust_env=False) as client:
                return client.post(api.url, **form).status_code

        async def send() -> int:
            async with httpx.AsyncClient(auth=auth, trust_env=False) as client:
                return (await client.post(api.url, **form)).status_code

        return asyncio.run(send())

    for file in (io.BytesIO(b"some data"), b"some data"):
        api.accepted = Accepting(session.id_token())
        api.sent.clear()
        assert post(file) == 200
        (_, first), (_, second) = api.sent
        assert first == second
        assert b"some data" in second
    api.accepted = Accepting(session.id_token())
    api.sent.clear()
    assert post(NoWayBack(b"some data")) == 401
    assert len(api.sent) == 1


def test_requests_does_not_hand_the_token_to_another_host(api: Api, session: cognitoken.Session) -> None:
    answer = requests.get(f"{api.url}/away", auth=cognitoken.requests_auth(session), timeout=10)
    assert answer.status_code == 401
    assert [authorization for authorization, _ in api.sent] == [f"Bearer {session.id_token()}", None]


def test_httpx_sends_the_token_and_answers_a_401_once(api: Api, session: cognitoken.Session) -> None:
    with httpx.Client(auth=cognitoken.httpx_auth(session), trust_env=False) as client:
        api.accepted = {session.id_token()}
        assert client.get(api.url).status_code == 200
        api.accepted = Accepting(session.id_token())
        api.sent.clear()
        assert client.post(api.url, content=b"body").status_code == 200
        assert [body for _, body in api.sent] == [b"body", b"body"]
        api.accepted = set()
        api.sent.clear()
        assert client.get(api.url).status_code == 401
        assert len(api.sent) == 2
        api.sent.clear()
        assert client.post(api.url, content=iter([b"gone ", b"once read"])).status_code == 401
        assert len(api.sent) == 1


def test_httpx_does_the_same_for_asyncio(api: Api, session: cognitoken.Session) -> None:
    async def use() -> list[int]:
        async with httpx.AsyncClient(auth=cognitoken.httpx_auth(session), trust_env=False) as client:
            api.accepted = {await session.id_token_async()}
            first = await client.get(api.url)
            api.accepted = Accepting(await session.id_token_async())
            second = await client.post(api.url, content=b"body")
            away = await client.get(f"{api.url}/away", follow_redirects=True)
            return [first.status_code, second.status_code, away.status_code]

    assert asyncio.run(use()) == [200, 200, 401]
    assert api.sent[-1][0] is None, "the other host was not sent the token"


def test_what_is_shown_holds_no_token(session: cognitoken.Session) -> None:
    token = session.id_token()
    for auth in (cognitoken.requests_auth(session), cognitoken.httpx_auth(session)):
        assert "Session" in repr(auth)
        assert token not in repr(auth)
