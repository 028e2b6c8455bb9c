"""``on_challenge="prompt"``: a person at a terminal is asked, in a notebook too, and nobody else ever."""

from __future__ import annotations

import asyncio
import builtins
import getpass
import re
import subprocess
import sys
import types
from typing import Any

import pytest
from mock_wire import MockWire
from signing_in import login, login_async, right_code, values
from terminal import Terminal
from test_challenges import code_of_app

import cognitoken

PROGRAM = """
import cognitoken, os
tokens = cognitoken.login(flow=os.environ.get("FLOW", "auto"), on_challenge="prompt")
print("signed in as", tokens.claims["cognito:username"])
"""


def environment(wire: MockWire, user: dict[str, str]) -> dict[str, str]:
    given = values(wire, user)
    return {
        "COGNITO_USER_NAME": given["username"],
        "COGNITO_PASSWORD": given["password"],
        "COGNITO_CLIENT_ID": given["client_id"],
        "COGNITO_USER_POOL_ID": given["user_pool_id"],
        "COGNITO_ENDPOINT": given["endpoint"],
    }


def host(wire: MockWire) -> str:
    return wire.endpoint.removeprefix("http://").rstrip("/")


def test_a_code_is_asked_without_echo(wire: MockWire) -> None:
    user = wire.new_user("sms")
    with Terminal(PROGRAM, environment(wire, user)) as terminal:
        terminal.expect(f"{host(wire)} asks (its words): Code sent to +*******0123: ")
        terminal.type("246810")
        terminal.expect(f"signed in as {user['name']}")
        assert terminal.end() == 0
        assert "246810" not in terminal.shown


def test_a_mistyped_code_is_asked_again_up_to_three_times(wire: MockWire) -> None:
    user = wire.new_user("sms")
    with Terminal(PROGRAM, environment(wire, user)) as terminal:
        for _ in range(2):
            terminal.expect("Code sent to +*******0123: ")
            terminal.type("000000")
            terminal.expect("Invalid code")
        terminal.expect("Code sent to +*******0123: ")
        terminal.type("246810")
        terminal.expect(f"signed in as {user['name']}")
    with Terminal(PROGRAM, environment(wire, wire.new_user("sms"))) as terminal:
        for _ in range(3):
            terminal.expect("Code sent to +*******0123: ")
            terminal.type("000000")
        terminal.expect("AuthenticationError: Invalid code")
        assert terminal.end() == 1
        assert "000000" not in terminal.shown


def test_a_new_password_is_hidden_and_the_attributes_are_not(wire: MockWire) -> None:
    user = wire.new_user("new_password")
    with Terminal(PROGRAM, environment(wire, user)) as terminal:
        for again in ("Tidal-House-8!", "Tidal-Horse-8!"):
            terminal.expect("New password: ")
            terminal.type("Tidal-Horse-8!")
            terminal.expect("The same once more: ")
            terminal.type(again)
        terminal.expect("given_name: ")
        terminal.type("Ada")
        terminal.expect("family_name: ")
        terminal.type("Lovelace")
        terminal.expect(f"signed in as {user['name']}")
        assert "Tidal" not in terminal.shown
        assert "Lovelace" in terminal.shown
    assert wire.control("user", username=user["name"])["attributes"]["given_name"] == "Ada"


def test_choosing_and_then_the_code(wire: MockWire) -> None:
    user = wire.new_user("select_mfa")
    with Terminal(PROGRAM, environment(wire, user)) as terminal:
        terminal.expect("Choose one of SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP: ")
        terminal.type("EMAIL_OTP")
        terminal.expect("Code sent to ")
        terminal.type("13579135")
        terminal.expect(f"signed in as {user['name']}")


def test_the_pool_s_own_question_is_shown(wire: MockWire) -> None:
    user = wire.new_user("custom")
    with Terminal(PROGRAM, {**environment(wire, user), "FLOW": "custom"}) as terminal:
        terminal.expect("question: Which colour?: ")
        terminal.type("blue")
        terminal.expect("question: How many?: ")
        terminal.type("seven")
        terminal.expect(f"signed in as {user['name']}")


def test_an_authenticator_app_is_set_up_with_a_qr_code(wire: MockWire) -> None:
    import time

    user = wire.new_user("setup_totp")
    with Terminal(PROGRAM, environment(wire, user)) as terminal:
        drawn = terminal.expect("Scan the code with an authenticator app, or type this secret into it:")
        assert re.search("[█▀▄]{10}", drawn)
        secret = terminal.expect("Code of the authenticator app: ").split()[0]
        terminal.type(code_of_app(secret, time.time()))
        terminal.expect(f"signed in as {user['name']}")


@pytest.mark.parametrize(("key", "error"), [(b"\x03", "KeyboardInterrupt"), (b"\x04", "ChallengeRequired")])
def test_ctrl_c_and_ctrl_d_leave_the_prompt(wire: MockWire, key: bytes, error: str) -> None:
    with Terminal(PROGRAM, environment(wire, wire.new_user("sms"))) as terminal:
        terminal.expect("Code sent to +*******0123: ")
        terminal.press(key)
        terminal.expect(error)
        assert terminal.end() != 0


@pytest.mark.parametrize("stdin", [subprocess.DEVNULL, subprocess.PIPE, None], ids=["null", "pipe", "closed"])
def test_where_nobody_can_answer_it_never_blocks(
    wire: MockWire, stdin: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(wire, wire.new_user("sms")).items():
        monkeypatch.setenv(name, value)
    closed = "import os, sys; os.close(0); sys.stdin = None\n" if stdin is None else ""
    process = subprocess.Popen(
        [sys.executable, "-c", closed + PROGRAM], stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.wait(60) == 1
        assert process.stderr is not None
        assert "ChallengeRequired: the service set the challenge" in process.stderr.read()
    finally:
        process.kill()
        process.communicate()


class StdinNotImplementedError(NotImplementedError):
    """What a notebook that is run without a person raises."""


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A kernel of a notebook, as far as can be told from inside; gives what is displayed in it."""
    displayed: list[Any] = []
    ipython, display = types.ModuleType("IPython"), types.ModuleType("IPython.display")
    ipython.get_ipython = lambda: types.SimpleNamespace(kernel=object())  # type: ignore[attr-defined]
    display.display = displayed.append  # type: ignore[attr-defined]
    display.HTML = lambda text: text  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    return displayed


def test_a_notebook_shows_the_qr_code_and_asks_in_the_cell(
    wire: MockWire, notebook: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    setups: list[cognitoken.Challenge] = notebook

    def answer(prompt: str) -> str:
        assert prompt == f"{host(wire)} asks (its words): Code of the authenticator app: "
        [setup] = setups
        assert setup.totp_secret is not None
        return code_of_app(setup.totp_secret, time.time())

    # What is chosen or typed there may be an address too, so it is shown.
    monkeypatch.setattr(builtins, "input", answer)
    assert len(login(wire, wire.new_user("setup_totp"), on_challenge="prompt")) == 3
    assert "<svg" in setups[0]._repr_html_()


@pytest.mark.usefixtures("notebook")
def test_a_notebook_that_is_run_without_a_person_never_blocks(wire: MockWire, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_prompt: str) -> str:
        raise StdinNotImplementedError

    monkeypatch.setattr(getpass, "getpass", refuse)
    with pytest.raises(cognitoken.ChallengeRequired) as caught:
        login(wire, wire.new_user("sms"), on_challenge="prompt")
    assert caught.value.__suppress_context__


PASSWORD_PROGRAM = """
import asyncio, cognitoken, os
if os.environ["WAY"] == "session":
    session = cognitoken.Session(store="memory", on_challenge="prompt")
    session.id_token()
    tokens = session.tokens()
elif os.environ["WAY"] == "session_async":
    session = cognitoken.Session(store="memory", on_challenge="prompt")
    asyncio.run(session.sign_in_async())
    tokens = session.tokens()
elif os.environ["WAY"] == "login_async":
    tokens = asyncio.run(cognitoken.login_async(on_challenge="prompt"))
else:
    tokens = cognitoken.login(on_challenge="prompt")
print("signed in as", tokens.claims["cognito:username"])
"""


@pytest.mark.parametrize("way", ["login", "login_async", "session", "session_async"])
@pytest.mark.parametrize("scenario", ["plain", "sms"])
def test_a_missing_password_is_asked_without_echo(wire: MockWire, way: str, scenario: str) -> None:
    user = wire.new_user(scenario)
    without = {name: value for name, value in environment(wire, user).items() if name != "COGNITO_PASSWORD"}
    with Terminal(PASSWORD_PROGRAM, {**without, "WAY": way}) as terminal:
        terminal.expect("Password: ")
        terminal.type(user["password"])
        if scenario == "sms":
            terminal.expect("Code sent to +*******0123: ")
            terminal.type("246810")
        terminal.expect(f"signed in as {user['name']}")
        assert terminal.end() == 0
        assert user["password"] not in terminal.shown
    signed_in = [entry["operation"] for entry in wire.journal(username=user["name"])]
    assert signed_in.count("InitiateAuth") == 1, "asked before anything was sent, and once"


@pytest.mark.parametrize("key", [b"\x03", b"\x04"])
def test_leaving_the_prompt_for_the_password_sends_nothing(wire: MockWire, key: bytes) -> None:
    without = {
        name: value for name, value in environment(wire, wire.new_user("plain")).items() if name != "COGNITO_PASSWORD"
    }
    with Terminal(PASSWORD_PROGRAM, {**without, "WAY": "login"}) as terminal:
        terminal.expect("Password: ")
        terminal.press(key)
        terminal.expect("KeyboardInterrupt" if key == b"\x03" else "ConfigError: no password: COGNITO_PASSWORD")
        assert terminal.end() == 1 or key == b"\x03"
    assert wire.journal() == []


def test_a_password_is_asked_of_nobody_where_nobody_is(wire: MockWire) -> None:
    user = {**wire.new_user("plain"), "password": ""}
    for function in (login, lambda *given, **options: asyncio.run(login_async(*given, **options))):
        with pytest.raises(cognitoken.ConfigError, match="COGNITO_PASSWORD") as caught:
            function(wire, user, on_challenge="prompt")
        assert caught.value.code == "MissingPassword"
    assert wire.journal() == []


@pytest.mark.usefixtures("notebook")
def test_asyncio_asks_too(wire: MockWire, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    user = wire.new_user("totp")
    answers = iter(["000000", right_code(wire, user, "SOFTWARE_TOKEN_MFA")])
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: next(answers))
    assert len(asyncio.run(login_async(wire, user, on_challenge="prompt"))) == 3
    assert "Invalid code" in capsys.readouterr().err
