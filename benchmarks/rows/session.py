"""A session's answer while its token is fresh, from every store that this machine has."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import workers
from issuer import CLIENT_ID, PASSWORD, USERNAME, Issuer
from measure import in_turns
from results import Row, Target, leave_out
from service import running

LIMITS = {"memory": "bare python, a clock and a string", "file": "bare python, reads and parses the file"}
KEYRING = """
printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
exec "$@"
"""


def measure(_wheels: Path) -> list[Row]:
    tokens = Issuer().tokens()
    expected = tokens["AuthenticationResult"]["IdToken"]
    contenders: dict[str, Callable[[], float]] = {}
    with ExitStack() as stack:
        service = stack.enter_context(running(tokens))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for store, (where, command, environment) in _stores(stack, folder).items():
            given = {
                "user": USERNAME, "password": PASSWORD, "client": CLIENT_ID, "endpoint": service.endpoint, "store": where,
            }  # fmt: skip
            worker = stack.enter_context(workers.working(command, given, environment))
            for name in worker.names:
                answer = worker.answer(name)
                if name == "limit":
                    assert expected in json.dumps(answer), store
                    contenders[LIMITS[store]] = worker.batches(name)
                    continue
                assert answer == expected, (store, name)
                said = store if name == "kept" else f"{store}, a new session"
                contenders[f"cognitoken, {said}"] = worker.batches(name)
        measured = in_turns(contenders)
    what = (
        "Session.id_token() with a fresh token: of a session that is kept, and of one that opens its store."
    )
    row = Row("session", what, (1e-6, "us"), measured, "cognitoken, memory", LIMITS["memory"])
    row.against_limit("id_token() of a kept session, memory", 10)
    opening, reading = measured["cognitoken, file, a new session"], measured[LIMITS["file"]]
    name = "id_token() of a session that opens its store, file"
    row.targets.append(Target(name, opening, reading, LIMITS["file"], 3, row.unit))
    return [row]


def _stores(stack: ExitStack, folder: Path) -> dict[str, tuple[str, list[str], dict[str, str]]]:
    """Of each store: its address, the command of a worker that can reach it, and its environment."""
    command = workers.python_command("session")
    alone = os.environ | {"COGNITO_STORE_KEY": "", "DBUS_SESSION_BUS_ADDRESS": ""}
    stores = {"memory": ("memory", command, alone), "file": (f"file:{folder}/tokens", command, alone)}
    if shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon"):
        (folder / "run").mkdir(mode=0o700)
        home = alone | {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder / "run"), "XDG_DATA_HOME": ""}
        del home["DBUS_SESSION_BUS_ADDRESS"]
        stores["keyring"] = (
            "keyring",
            ["dbus-run-session", "--", "bash", "-c", KEYRING, "bash", *command],
            home,
        )
    else:
        leave_out("gnome-keyring is not here: the keyring store is left out.")
    if shutil.which("redis-server"):
        key = os.environ | {"COGNITO_STORE_KEY": secrets.token_hex(32)}
        stores["redis"] = (stack.enter_context(_redis(folder)), command, key)
    else:
        leave_out("redis-server is not here: the redis store is left out.")
    return stores


@contextmanager
def _redis(folder: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.02)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait()
