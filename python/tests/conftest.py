"""What the tests have in common: clean surroundings, the local Cognito, servers that misbehave."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
from misbehaving_server import Answer, MisbehavingServer

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "demo"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from local_cognito import Fixtures, LocalCognito
from mock_wire import MockWire

FOREIGN = ("AWS_", "COGNITO_", "APLOS_")
# The variables of each system that name what is above the user's folders for data and configuration.
FOLDERS = {"darwin": ["HOME"], "win32": ["LOCALAPPDATA"]}


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the surroundings answers in place of what a test sets."""
    for name in list(os.environ):
        if name.startswith(FOREIGN):
            monkeypatch.delenv(name)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    for name in FOLDERS.get(sys.platform, ["XDG_DATA_HOME", "XDG_CONFIG_HOME"]):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    # No keyring of whoever runs the tests.
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "")
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def cognito() -> Iterator[Fixtures]:
    with LocalCognito() as fixtures:
        yield fixtures


@pytest.fixture(scope="session")
def running_wire() -> Iterator[MockWire]:
    with MockWire() as wire:
        yield wire


@pytest.fixture
def wire(running_wire: MockWire) -> Iterator[MockWire]:
    """The stateful stand-in as at first; each test makes users of its own in it."""
    running_wire.control("reset")
    yield running_wire
    assert running_wire.control("clear_faults") == {"faults_left": 0}, "a fault that no request met tests nothing"


@pytest.fixture
def environment(cognito: Fixtures, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Everything that ``login()`` needs, set in the environment."""
    values = {
        "COGNITO_USER_NAME": cognito.user_name,
        "COGNITO_PASSWORD": cognito.password,
        "COGNITO_CLIENT_ID": cognito.client_id,
        "COGNITO_USER_POOL_ID": cognito.user_pool_id,
        "COGNITO_ENDPOINT": cognito.endpoint,
        "COGNITO_JWKS_URL": cognito.jwks_url,
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return values


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], MisbehavingServer]]:
    """Starts servers that answer as a test says, and stops them at its end."""
    servers: list[MisbehavingServer] = []

    def start(answer: Answer) -> MisbehavingServer:
        servers.append(MisbehavingServer(answer))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


class Start(Protocol):
    """Starts a Python program that finds these values in its environment."""

    def __call__(self, program: str, server: MisbehavingServer | None = None) -> subprocess.Popen[str]: ...


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts programs, and ends those that a failed test leaves behind."""
    processes: list[subprocess.Popen[str]] = []

    def run(program: str, server: MisbehavingServer | None = None) -> subprocess.Popen[str]:
        values = dict(os.environ)
        if server is not None:
            values |= {"COGNITO_USER_NAME": "ada", "COGNITO_PASSWORD": "password", "COGNITO_CLIENT_ID": "client"}
            values["COGNITO_ENDPOINT"] = server.endpoint
        pipe = subprocess.PIPE
        command = [sys.executable, "-u", "-c", textwrap.dedent(program)]
        process = subprocess.Popen(
            command, env=values, stdin=pipe, stdout=pipe, stderr=pipe, text=True, start_new_session=True
        )
        processes.append(process)
        return process

    yield run
    for process in processes:
        # Its children too: they would keep the pipes open.
        with contextlib.suppress(ProcessLookupError, AttributeError):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.communicate()
