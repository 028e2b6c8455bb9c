"""A time limit that ends the wait for a refresh while the service replaces the refresh token: nothing is lost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Start
from misbehaving_server import Answer, MisbehavingServer, Request, tokens

import cognitoken

Serve = Callable[[Answer], MisbehavingServer]


class Rotation:
    """A service that answers the first refresh when it is told to, and takes each refresh token once."""

    def __init__(self) -> None:
        self.may_answer = threading.Event()
        self.sent: list[str] = []

    def __call__(self, request: Request) -> bytes | None:
        if request.operation == "InitiateAuth":
            return tokens("token-0")
        self.sent.append(request.body["RefreshToken"])
        if len(self.sent) == 1:
            assert self.may_answer.wait(60)
        return tokens(f"token-{len(self.sent)}", jti=str(len(self.sent)))


@pytest.fixture(autouse=True)
def user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COGNITO_USER_NAME", "ada")
    monkeypatch.setenv("COGNITO_PASSWORD", "password")
    monkeypatch.setenv("COGNITO_CLIENT_ID", "client")


@pytest.mark.parametrize("kept", ["memory", "file"])
@pytest.mark.parametrize("twin", [False, True], ids=["sync", "async"])
def test_a_session_stores_what_it_did_not_wait_for(serve: Serve, tmp_path: Path, kept: str, twin: bool) -> None:
    service = Rotation()
    server = serve(service)
    store = f"file:{tmp_path}/tokens" if kept == "file" else "memory"
    session = cognitoken.Session(store=store, endpoint=server.endpoint, timeout=1.0)
    session.tokens()
    with pytest.raises(cognitoken.RequestTimeout) as caught:
        asyncio.run(session.refresh_async()) if twin else session.refresh()
    assert "127.0.0.1" in caught.value.message
    service.may_answer.set()
    later = cognitoken.Session(store=store, endpoint=server.endpoint) if kept == "file" else session
    later.refresh()
    assert service.sent in (["token-0"], ["token-0", "token-1"])
    later.refresh()
    assert service.sent[-1] == f"token-{len(service.sent) - 1}"


@pytest.mark.parametrize("way", ["tokens", "refresh token"])
def test_the_next_refresh_gives_what_nobody_waited_for(serve: Serve, way: str) -> None:
    service = Rotation()
    server = serve(service)
    signed_in = cognitoken.login(endpoint=server.endpoint, timeout=1.0)

    def refresh() -> cognitoken.Tokens:
        if way == "tokens":
            return signed_in.refresh()
        return cognitoken.refresh("token-0", endpoint=server.endpoint, timeout=1.0)

    with pytest.raises(cognitoken.RequestTimeout):
        refresh()
    service.may_answer.set()
    assert refresh().refresh_token == "token-1"
    assert service.sent == ["token-0"]


def test_the_end_of_the_program_waits_for_the_answer(serve: Serve, start: Start, tmp_path: Path) -> None:
    service = Rotation()
    server = serve(service)
    store = f"file:{tmp_path}/tokens"
    program = f"""
        import cognitoken
        session = cognitoken.Session(store={store!r}, timeout=1.0)
        session.tokens()
        try:
            session.refresh()
        except cognitoken.RequestTimeout:
            print("over", flush=True)
    """
    process = start(program, server)
    assert process.stdout is not None
    assert process.stdout.readline() == "over\n"
    assert process.poll() is None, "it waits"
    service.may_answer.set()
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    stored = cognitoken.Session(store=store, endpoint=server.endpoint, password="").tokens()
    assert stored.refresh_token == "token-1"
    assert service.sent == ["token-0"]
