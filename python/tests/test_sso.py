"""Signing in on the page of the local Cognito's domain; an HTTP client stands in for the browser."""

from __future__ import annotations

import asyncio
import builtins
import io
import socket
import subprocess
import sys
import textwrap
import threading
from typing import Any

import pytest
from domain import address_at_the_end, come_back, denied, free_port, page_client
from local_cognito import Fixtures
from terminal import Terminal, until
from test_prompt import notebook  # noqa: F401  # a fixture

import cognitoken

Page = dict[str, Any]


@pytest.fixture
def page(cognito: Fixtures) -> Page:
    """The arguments for a client of the page whose redirect comes to a port of this test's own."""
    redirect_uri = f"http://localhost:{free_port()}/"
    client = page_client(cognito, redirect_uri)
    return {"client_id": client["ClientId"], "domain": cognito.endpoint, "redirect_uri": redirect_uri, "timeout": 60}


def port(page: Page) -> int:
    return int(page["redirect_uri"].rstrip("/").rpartition(":")[2])


def closed(page: Page) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port(page))) != 0


def test_a_callable_leads_the_browser(cognito: Fixtures, page: Page) -> None:
    shown: list[str] = []
    tokens = cognitoken.login_sso(
        **page, open_browser=lambda link: shown.append(come_back(address_at_the_end(link, cognito)))
    )
    assert tokens.claims["email"] == cognito.email
    assert tokens.claims["aud"] == page["client_id"]
    assert "close" in shown[0]
    assert closed(page)
    again = tokens.refresh()
    assert again.claims["sub"] == tokens.claims["sub"]


def test_a_client_with_a_secret(cognito: Fixtures, page: Page) -> None:
    client = page_client(cognito, page["redirect_uri"], secret=True)
    page |= {"client_id": client["ClientId"], "client_secret": client["ClientSecret"]}
    tokens = cognitoken.login_sso(**page, open_browser=lambda link: come_back(address_at_the_end(link, cognito)))
    assert tokens.claims["aud"] == client["ClientId"]


def test_what_the_page_is_to_look_like_stands_in_the_link(page: Page) -> None:
    links: list[str] = []

    def refuse(link: str) -> None:
        links.append(link)
        come_back(denied(link))

    wishes: dict[str, Any] = {"identity_provider": "Google", "login_hint": "ada", "lang": "de", "prompt": "login"}
    with pytest.raises(cognitoken.AuthenticationError) as caught:
        cognitoken.login_sso(**page, **wishes, scopes=["openid"], open_browser=refuse)
    assert caught.value.code == "access_denied"
    for part in ("identity_provider=Google", "login_hint=ada", "lang=de", "prompt=login", "scope=openid&"):
        assert part in links[0] + "&"
    assert "code_challenge_method=S256" in links[0]
    assert closed(page)


@pytest.mark.parametrize("coroutine_function", [True, False])
def test_asyncio(cognito: Fixtures, page: Page, coroutine_function: bool) -> None:
    def walk(link: str) -> None:
        come_back(address_at_the_end(link, cognito))

    async def walk_later(link: str) -> None:
        await asyncio.to_thread(walk, link)

    open_browser = walk_later if coroutine_function else walk
    tokens = asyncio.run(cognitoken.login_sso_async(**page, open_browser=open_browser))
    assert tokens.claims["email"] == cognito.email
    assert closed(page)


def test_a_task_that_is_cancelled_closes_the_port(page: Page) -> None:
    async def main() -> None:
        opened = asyncio.Event()
        task = asyncio.create_task(cognitoken.login_sso_async(**page, open_browser=lambda _link: opened.set()))
        await opened.wait()
        assert not closed(page)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(asyncio.wait_for(main(), 60))
    assert until(lambda: closed(page))


def test_what_the_callable_raises_passes_through_and_closes_the_port(page: Page) -> None:
    class OwnError(Exception):
        pass

    def fail(_link: str) -> None:
        raise OwnError

    with pytest.raises(OwnError):
        cognitoken.login_sso(**page, open_browser=fail)
    assert closed(page)
    with pytest.raises(OwnError):
        asyncio.run(cognitoken.login_sso_async(**page, open_browser=fail))


def test_nobody_comes_back(page: Page) -> None:
    page["timeout"] = 0.5
    with pytest.raises(cognitoken.RequestTimeout, match="nobody came back"):
        cognitoken.login_sso(**page, open_browser=lambda _link: None)
    assert closed(page)


def test_a_port_that_is_taken_is_named(page: Page) -> None:
    with socket.create_server(("127.0.0.1", port(page))), pytest.raises(cognitoken.ConfigError) as caught:
        cognitoken.login_sso(**page, open_browser=lambda _link: None)
    assert caught.value.code == "PortInUse"


@pytest.mark.parametrize("wrong", ["yes", 1, None.__class__], ids=str)
def test_a_value_that_cannot_be_meant(page: Page, wrong: Any) -> None:
    if wrong is type(None):
        with pytest.raises(cognitoken.ConfigError, match="both"):
            cognitoken.login_sso(**page, identity_provider="a", idp_identifier="b", open_browser=print)
        return
    with pytest.raises(TypeError, match="open_browser"):
        cognitoken.login_sso(**page, open_browser=wrong)


PROGRAM = """
import cognitoken, json, os
tokens = cognitoken.login_sso(**json.loads(os.environ["PAGE"]), open_browser=False)
print("signed in as", tokens.claims["cognito:username"])
"""

ASYNC_PROGRAM = """
import asyncio, cognitoken, json, os
tokens = asyncio.run(cognitoken.login_sso_async(**json.loads(os.environ["PAGE"]), open_browser=False))
print("signed in as", tokens.claims["cognito:username"])
"""


def terminal_for(page: Page, program: str) -> Terminal:
    import json

    return Terminal(program, {"PAGE": json.dumps(page)})


def link_in(terminal: Terminal) -> str:
    terminal.expect("Sign in at this link:")
    return terminal.expect("Or paste here the address that the browser ended at: ").strip()


@pytest.mark.parametrize("program", [PROGRAM, ASYNC_PROGRAM], ids=["sync", "async"])
def test_the_address_can_be_pasted_at_a_terminal(cognito: Fixtures, page: Page, program: str) -> None:
    with terminal_for(page, program) as terminal:
        address = address_at_the_end(link_in(terminal), cognito)
        terminal.type("http://localhost/?code=1&state=another")
        terminal.expect("its state is not the one waited for")
        terminal.expect("Or paste here the address that the browser ended at: ")
        terminal.type(address)
        terminal.expect(f"signed in as {cognito.user_name}")
        assert terminal.end() == 0
    assert closed(page)


@pytest.mark.parametrize("program", [PROGRAM, ASYNC_PROGRAM], ids=["sync", "async"])
def test_the_browser_may_be_first(cognito: Fixtures, page: Page, program: str) -> None:
    with terminal_for(page, program) as terminal:
        come_back(address_at_the_end(link_in(terminal), cognito))
        terminal.expect(f"signed in as {cognito.user_name}")
        assert terminal.end() == 0


@pytest.mark.parametrize("program", [PROGRAM, ASYNC_PROGRAM], ids=["sync", "async"])
def test_ctrl_c_ends_it_and_closes_the_port(page: Page, program: str) -> None:
    with terminal_for(page, program) as terminal:
        link_in(terminal)
        assert not closed(page)
        terminal.press(b"\x03")
        terminal.expect("KeyboardInterrupt")
        assert terminal.end() != 0
    assert closed(page)


def test_a_port_that_another_uses_leaves_pasting(cognito: Fixtures, page: Page) -> None:
    with socket.create_server(("127.0.0.1", port(page))), terminal_for(page, PROGRAM) as terminal:
        terminal.type(address_at_the_end(link_in(terminal), cognito))
        terminal.expect(f"signed in as {cognito.user_name}")


def test_without_input_it_just_waits_for_the_browser(
    cognito: Fixtures, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a job: the link goes to standard error, and nothing is asked."""
    import json

    monkeypatch.setenv("PAGE", json.dumps(page))
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PROGRAM)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        lines = iter(process.stderr.readline, "")
        link = next(line.strip() for line in lines if line.strip().startswith("http"))
        come_back(address_at_the_end(link, cognito))
        output, errors = process.communicate(timeout=60)
        assert output == f"signed in as {cognito.user_name}\n", errors
        assert "paste" not in errors
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("first", ["pasted", "browser"])
def test_a_notebook_shows_a_link_and_asks_in_the_cell(
    cognito: Fixtures,
    page: Page,
    notebook: list[str],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    first: str,
) -> None:
    import html
    import re

    def answer(prompt: str) -> str:
        assert "press Enter" in prompt
        [shown] = notebook
        found = re.fullmatch(r'<a href="([^"]+)" target="_blank" rel="noopener noreferrer">Sign in</a>', shown)
        assert found is not None
        address = address_at_the_end(html.unescape(found[1]), cognito)
        if first == "pasted":
            return address
        come_back(address)
        return ""

    monkeypatch.setattr(builtins, "input", answer)
    tokens = cognitoken.login_sso(**page, open_browser=False)
    assert tokens.claims["email"] == cognito.email
    assert closed(page)
    assert "http" not in capsys.readouterr().err


def test_a_machine_without_a_browser_is_shown_the_link(
    cognito: Fixtures, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22")
    errors = io.StringIO()
    monkeypatch.setattr(sys, "stdin", None)
    monkeypatch.setattr(sys, "stderr", errors)
    outcome: list[cognitoken.Tokens] = []
    thread = threading.Thread(target=lambda: outcome.append(cognitoken.login_sso(**page)))
    thread.start()
    while "http" not in errors.getvalue() or not errors.getvalue().endswith("\n\n"):
        assert thread.is_alive()
    [link] = [line.strip() for line in errors.getvalue().splitlines() if line.strip().startswith("http")]
    come_back(address_at_the_end(link, cognito))
    thread.join(60)
    assert outcome[0].claims["email"] == cognito.email


def test_the_logout_url(monkeypatch: pytest.MonkeyPatch) -> None:
    url = cognitoken.logout_url("my-app", "client", "http://localhost:8400/", region="eu-west-1")
    assert url == (
        "https://my-app.auth.eu-west-1.amazoncognito.com/logout"
        "?client_id=client&logout_uri=http%3A%2F%2Flocalhost%3A8400%2F"
    )
    monkeypatch.setenv("COGNITO_DOMAIN", "auth.example.com")
    monkeypatch.setenv("COGNITO_CLIENT_ID", "client")
    assert cognitoken.logout_url(None, None, "http://localhost:8400/").startswith("https://auth.example.com/logout?")
    with pytest.raises(cognitoken.ConfigError):
        cognitoken.logout_url("my-app", "client", "http://example.com/")


def test_no_error_shows_the_code(cognito: Fixtures, page: Page) -> None:
    """A code that was used already: the domain refuses it, and nobody repeats it."""
    import urllib.parse

    seen: list[str] = []

    def twice(link: str) -> None:
        address = address_at_the_end(link, cognito)
        seen.append(dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))["code"])
        come_back(address.replace(seen[0], seen[0] + "x"))

    with pytest.raises(cognitoken.AuthenticationError) as caught:
        cognitoken.login_sso(**page, open_browser=twice)
    assert caught.value.code == "invalid_grant"
    assert seen[0] not in f"{caught.value}{caught.value.hint}{vars(caught.value)}"
    frames = [entry.frame for entry in caught.traceback if str(entry.path).endswith("/cognitoken/_sso.py")]
    assert frames
    assert seen[0] not in repr([frame.f_locals for frame in frames])
