"""The service that the programs refresh at, and a stored sign-in to begin with."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cognitoken
from mock_wire import MockWire

STORE_KEY = base64.b64encode(bytes(range(32))).decode()


class Service:
    """A pool with one user, one client, and a count of what is asked of it."""

    def __init__(self, wire: MockWire, **client: Any) -> None:
        self.wire = wire
        self.user = wire.new_user("plain")
        self.pool_id = wire.pool("plain")["id"]
        self.client = wire.control("new_client", pool="plain", secret=False, **client)

    def environment(self, store: str) -> dict[str, str]:
        return {
            "COGNITO_CLIENT_ID": self.client["id"],
            "COGNITO_USER_POOL_ID": self.pool_id,
            "COGNITO_ENDPOINT": self.wire.endpoint,
            "COGNITO_STORE": store,
            "COGNITO_STORE_KEY": STORE_KEY,
            "DBUS_SESSION_BUS_ADDRESS": "",
            "NO_PROXY": "127.0.0.1",
        }

    def session(self, store: str, password: str | None = None) -> cognitoken.Session:
        os.environ["COGNITO_STORE_KEY"] = STORE_KEY
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = ""
        return cognitoken.Session(
            self.user["sign_in_name"], password, self.client["id"], user_pool_id=self.pool_id,
            endpoint=self.wire.endpoint, store=store,
        )  # fmt: skip

    def sign_in(self, store: str) -> None:
        self.session(store, self.user["password"]).tokens()

    def count(self, operation: str, status: int | None = 200) -> int:
        entries = self.wire.journal(operation)
        return sum(status is None or entry["status"] == status for entry in entries)


@contextmanager
def redis_server() -> Iterator[str]:
    """A real redis of its own; gives its URL."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        log = Path(folder, "log")
        with log.open("wb") as output:
            server = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            _wait_until_open(port, server, log)
            yield f"redis://127.0.0.1:{port}/"
        finally:
            server.terminate()
            server.wait()


def _wait_until_open(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"redis-server did not start: {log.read_text()}") from None
            time.sleep(0.02)


def claims(token: str) -> dict[str, Any]:
    """What a token says."""
    payload = token.split(".")[1]
    decoded: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return decoded
