"""Every question at a terminal: what is typed arrives as it is, and whoever leaves a question leaves nothing behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from misbehaving_server import Answer, MisbehavingServer, Request, response, tokens
from terminal import Terminal

Serve = Callable[[Answer], MisbehavingServer]

# Every character of ASCII that can be seen, the space not at an end, where no password has it, and a few beyond.
EVERY_CHARACTER = "".join(map(chr, range(33, 127))) + " Zoë Ωж日本🔑"

CHALLENGES: dict[str, tuple[str, dict[str, str]]] = {
    "sms": ("SMS_MFA", {}),
    "choose": ("SELECT_MFA_TYPE", {"MFAS_CAN_CHOOSE": '["SMS_MFA", "SOFTWARE_TOKEN_MFA"]'}),
    "new": ("NEW_PASSWORD_REQUIRED", {"requiredAttributes": '["userAttributes.given_name"]'}),
}


def ask(request: Request) -> bytes:
    """Set the challenge that the password names; any other password signs in."""
    challenge = CHALLENGES.get(request.body.get("AuthParameters", {}).get("PASSWORD", ""))
    if challenge is None:
        return tokens()
    name, parameters = challenge
    return response(200, {"ChallengeName": name, "ChallengeParameters": parameters, "Session": "session"})


def environment(server: MisbehavingServer, folder: Path) -> dict[str, str]:
    return {
        "COGNITO_USER_NAME": "ada",
        "COGNITO_CLIENT_ID": "client",
        "COGNITO_ENDPOINT": server.endpoint,
        "COGNITO_STORE": f"file:{folder}",
        "LC_ALL": "C.UTF-8",
        "PYTHONWARNINGS": "ignore",
        "TERM": "xterm",
    }


SIGN_IN = """
import cognitoken, getpass, os, sys
try:
    if os.environ["WAY"] == "session":
        cognitoken.Session(on_challenge="prompt").id_token()
    else:
        cognitoken.login(on_challenge="prompt")
except BaseException as error:
    print("left with", type(error).__name__, error)
print("over")
input()
"""

# The questions before, with the answers; the question; the number of requests before it.
QUESTIONS = [
    ([], "Password: ", 0),
    ([("Password: ", "sms")], "asks (its words): ", 1),
    ([("Password: ", "choose")], "asks (its words): ", 1),
    ([("Password: ", "new")], "New password: ", 1),
    ([("Password: ", "new"), ("New password: ", "one")], "The same once more: ", 1),
    ([("Password: ", "new"), ("New password: ", "one"), ("The same once more: ", "one")], "given_name: ", 1),
]


@pytest.mark.parametrize("way", ["login", "session"])
@pytest.mark.parametrize(("before", "question", "requests"), QUESTIONS)
@pytest.mark.parametrize(("key", "left_with"), [(b"\x03", "KeyboardInterrupt"), (b"\x04", "")])
def test_whoever_leaves_a_question_leaves_nothing_behind(
    serve: Serve,
    tmp_path: Path,
    way: str,
    before: list[tuple[str, str]],
    question: str,
    requests: int,
    key: bytes,
    left_with: str,
) -> None:
    server, folder = serve(ask), tmp_path / "tokens"
    with Terminal(SIGN_IN, {**environment(server, folder), "WAY": way}) as terminal:
        for asked, answer in before:
            terminal.expect(asked)
            terminal.type(answer)
        terminal.expect(question)
        terminal.press_at_question(key)
        left = left_with or (
            "ChallengeRequired the service set the challenge" if before else "ConfigError no password:"
        )
        terminal.expect(f"left with {left}")
        terminal.expect("over")
        assert terminal.echoes()
    assert len(server.requests) == requests
    assert not list(folder.rglob("*.json")), "nothing is stored"


def test_ctrl_c_that_nobody_handles_ends_the_program_as_the_shell_expects(serve: Serve, tmp_path: Path) -> None:
    program = "import cognitoken\ncognitoken.login(on_challenge='prompt')"
    with Terminal(program, environment(serve(ask), tmp_path)) as terminal:
        terminal.expect("Password: ")
        terminal.press(b"\x03")
        terminal.expect("KeyboardInterrupt")
        # By the signal, which shells turn into 130.
        assert terminal.end() == -2


def texts(value: Any) -> list[str]:
    """All texts in a document, those in texts of JSON not."""
    if isinstance(value, dict):
        return [text for entry in value.values() for text in texts(entry)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("way", ["login", "session"])
def test_a_password_arrives_with_every_character_at_every_question(serve: Serve, tmp_path: Path, way: str) -> None:
    server = serve(ask)
    with Terminal(SIGN_IN, {**environment(server, tmp_path / "tokens"), "WAY": way}) as terminal:
        terminal.expect("Password: ")
        terminal.type(EVERY_CHARACTER)
        terminal.expect("over")
    assert EVERY_CHARACTER in texts(server.requests[0].body), json.dumps(server.requests[0].body)
    assert "Zoë" not in terminal.shown


def test_an_answer_arrives_with_every_character(serve: Serve, tmp_path: Path) -> None:
    server = serve(ask)
    with Terminal(SIGN_IN, {**environment(server, tmp_path / "tokens"), "WAY": "login"}) as terminal:
        terminal.expect("Password: ")
        terminal.type("new")
        for question in ("New password: ", "The same once more: "):
            terminal.expect(question)
            terminal.type(EVERY_CHARACTER)
        terminal.expect("given_name: ")
        terminal.type("Zoë Ωж日本🔑")
        terminal.expect("over")
    answers = server.requests[1].body["ChallengeResponses"]
    assert (answers["NEW_PASSWORD"], answers["userAttributes.given_name"]) == (EVERY_CHARACTER, "Zoë Ωж日本🔑")
