"""Redirects in requests and httpx: the token stays at the origin (scheme, host, port) that the request was made to."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
from mock_wire import MockWire
from requests.adapters import HTTPAdapter
from signing_in import values

import cognitoken

Get = Callable[[cognitoken.Session, str], int]


@dataclass
class Origin:
    """A server that redirects where a test says, and answers 401 to everything else."""

    port: int
    redirects: dict[str, str] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)
    # The path and the Authorization header of each request.
    seen: list[tuple[str, str | None]] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


@pytest.fixture
def origin() -> Iterator[Callable[[], Origin]]:
    servers: list[ThreadingHTTPServer] = []

    def start() -> Origin:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                authorization = self.headers.get("Authorization")
                here.seen.append((self.path, authorization))
                target = here.redirects.get(self.path)
                self.send_response(302 if target else 200 if authorization in here.accepted else 401)
                if target:
                    self.send_header("Location", target)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        here = Origin(server.server_address[1])
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return here

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def session(wire: MockWire) -> cognitoken.Session:
    return cognitoken.Session(**values(wire, wire.new_user("plain")))


@pytest.fixture(params=["none", "default", "machine"], autouse=True)
def netrc(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A netrc file that has no entry, one for every host, or one for the hosts of the tests."""
    entry = "login ada password netrc-password\n"
    content = {
        "none": "",
        "default": f"default {entry}",
        "machine": "".join(f"machine {host} {entry}" for host in ("127.0.0.1", "localhost", "api.example")),
    }
    file = tmp_path / "netrc"
    file.write_text(content[request.param])
    file.chmod(0o600)
    monkeypatch.setenv("NETRC", str(file))
    monkeypatch.setenv("NO_PROXY", "*")


def get_by_requests(session: cognitoken.Session, url: str) -> int:
    return requests.get(url, auth=cognitoken.requests_auth(session), timeout=30).status_code


def get_by_httpx(session: cognitoken.Session, url: str) -> int:
    with httpx.Client(auth=cognitoken.httpx_auth(session), follow_redirects=True) as client:
        return client.get(url).status_code


def get_by_httpx_async(session: cognitoken.Session, url: str) -> int:
    async def get() -> int:
        async with httpx.AsyncClient(auth=cognitoken.httpx_auth(session), follow_redirects=True) as client:
            return (await client.get(url)).status_code

    return asyncio.run(get())


EVERY_ADAPTER = pytest.mark.parametrize("get", [get_by_requests, get_by_httpx, get_by_httpx_async])


def bearer(session: cognitoken.Session) -> str:
    return session.headers()["Authorization"]


def tokens_in(seen: list[tuple[str, str | None]]) -> list[str]:
    """The paths of the requests that carried a token, whichever."""
    return [path for path, authorization in seen if authorization is not None and authorization.startswith("Bearer ")]


@EVERY_ADAPTER
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"], ids=["other-port", "other-host"])
def test_a_401_of_another_origin_gets_no_token_and_no_refresh(
    session: cognitoken.Session, origin: Callable[[], Origin], get: Get, host: str
) -> None:
    ours, other = origin(), origin()
    ours.redirects["/away"] = other.url("/there", host)
    sent = bearer(session)
    assert get(session, ours.url("/away")) == 401
    assert ours.seen == [("/away", sent)]
    assert [path for path, _ in other.seen] == ["/there"], "asked once, and not again"
    assert tokens_in(other.seen) == []
    assert bearer(session) == sent, "nothing was refreshed"


@EVERY_ADAPTER
def test_a_redirect_that_comes_back_does_not_bring_the_token(
    session: cognitoken.Session, origin: Callable[[], Origin], get: Get
) -> None:
    ours, other = origin(), origin()
    ours.redirects["/away"] = other.url("/back")
    other.redirects["/back"] = ours.url("/chosen-by-the-other")
    sent = bearer(session)
    assert get(session, ours.url("/away")) == 401
    assert tokens_in(ours.seen) == ["/away"]
    assert tokens_in(other.seen) == []
    assert bearer(session) == sent


@EVERY_ADAPTER
def test_a_redirect_after_a_refresh_leaves_the_new_token_behind(
    session: cognitoken.Session, origin: Callable[[], Origin], get: Get
) -> None:
    ours, other = origin(), origin()
    refused = bearer(session)
    answered = threading.Event()

    class OnceRefused(dict[str, str]):
        """Redirects the second request alone."""

        def get(self, path: str, default: Any = None) -> Any:
            if not answered.is_set():
                answered.set()
                return None
            return super().get(path, default)

    ours.redirects = OnceRefused({"/": other.url("/there")})
    assert get(session, ours.url("/")) == 401
    fresh = bearer(session)
    assert ours.seen == [("/", refused), ("/", fresh)]
    assert fresh != refused
    assert tokens_in(other.seen) == []


@EVERY_ADAPTER
def test_a_redirect_to_the_same_origin_keeps_the_token(
    session: cognitoken.Session, origin: Callable[[], Origin], get: Get
) -> None:
    ours = origin()
    ours.redirects["/old"] = "/new"
    sent = bearer(session)
    ours.accepted = {sent}
    assert get(session, ours.url("/old")) == 200
    assert tokens_in(ours.seen) == ["/old", "/new"]
    assert bearer(session) == sent, "an entry of the netrc file that is refused says nothing about the token"


@EVERY_ADAPTER
def test_a_redirect_to_the_same_origin_gets_the_next_token_where_the_first_is_refused(
    session: cognitoken.Session, origin: Callable[[], Origin], get: Get
) -> None:
    ours = origin()
    ours.redirects["/old"] = "/new"
    refused = bearer(session)
    get(session, ours.url("/old"))
    fresh = bearer(session)
    assert fresh != refused
    assert [token for _, token in ours.seen if token == fresh], "it was tried"


def test_what_requests_reports_still_shows_the_token_where_it_was_sent(
    session: cognitoken.Session, origin: Callable[[], Origin]
) -> None:
    ours, other = origin(), origin()
    ours.redirects["/away"] = other.url("/there")
    answer = requests.get(ours.url("/away"), auth=cognitoken.requests_auth(session), timeout=30)
    assert answer.history[0].request.headers["Authorization"] == bearer(session)
    assert "Bearer" not in answer.request.headers.get("Authorization", "")


class Upgrade(HTTPAdapter):
    """A host that moves everything from http to https."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, str | None]] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        answer = requests.Response()
        answer.request, answer.url, answer.raw = request, str(request.url), io.BytesIO()
        answer.connection = self
        self.seen.append((str(request.url), request.headers.get("Authorization")))
        answer.status_code = 401
        if str(request.url).startswith("http:"):
            answer.status_code = 307
            answer.headers["Location"] = str(request.url).replace("http:", "https:")
        return answer


@pytest.mark.parametrize("address", ["http://api.example/", "http://api.example:80/"])
def test_an_upgrade_to_https_is_another_origin_for_requests(session: cognitoken.Session, address: str) -> None:
    sent, upgrade = bearer(session), Upgrade()
    with requests.Session() as http:
        http.mount("http://", upgrade)
        http.mount("https://", upgrade)
        assert http.get(address, auth=cognitoken.requests_auth(session)).status_code == 401
    assert len(upgrade.seen) == 2
    assert upgrade.seen[0][1] == sent
    assert tokens_in(upgrade.seen[1:]) == []
    assert bearer(session) == sent


@pytest.mark.parametrize("address", ["http://api.example/", "http://api.example:80/"])
@pytest.mark.parametrize("twin", [False, True], ids=["sync", "async"])
def test_an_upgrade_to_https_is_another_origin_for_httpx(session: cognitoken.Session, address: str, twin: bool) -> None:
    seen: list[tuple[str, str | None]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append((str(request.url), request.headers.get("Authorization")))
        if request.url.scheme == "http":
            return httpx.Response(307, headers={"Location": str(request.url.copy_with(scheme="https"))})
        return httpx.Response(401)

    sent, auth, transport = bearer(session), cognitoken.httpx_auth(session), httpx.MockTransport(answer)
    if twin:

        async def get() -> int:
            async with httpx.AsyncClient(auth=auth, transport=transport, follow_redirects=True) as client:
                return (await client.get(address)).status_code

        assert asyncio.run(get()) == 401
    else:
        with httpx.Client(auth=auth, transport=transport, follow_redirects=True) as client:
            assert client.get(address).status_code == 401
    assert [authorization for _, authorization in seen] == [sent, None]
    assert bearer(session) == sent


@pytest.mark.parametrize("twin", [False, True], ids=["sync", "async"])
def test_a_redirect_at_the_default_port_of_http_still_works_in_httpx(session: cognitoken.Session, twin: bool) -> None:
    """There the header is not handed on by httpx, so that an upgrade to https does not get it."""
    current: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        current.append(request.headers.get("Authorization", ""))
        if request.url.path == "/old":
            return httpx.Response(307, headers={"Location": "/new"})
        return httpx.Response(200 if request.headers.get("Authorization") == bearer(session) else 401)

    auth, transport = cognitoken.httpx_auth(session), httpx.MockTransport(answer)
    if twin:

        async def get() -> int:
            async with httpx.AsyncClient(auth=auth, transport=transport, follow_redirects=True) as client:
                return (await client.get("http://api.example/old")).status_code

        assert asyncio.run(get()) == 200
    else:
        with httpx.Client(auth=auth, transport=transport, follow_redirects=True) as client:
            assert client.get("http://api.example/old").status_code == 200
    assert current == [bearer(session), "", bearer(session)]
