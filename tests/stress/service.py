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
from contextlib import ExitStack, contextmanager
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
def redis_server(*options: str) -> Iterator[str]:
    """A real redis of its own; gives its URL."""
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        command.extend(options)
        log = Path(folder, "log")
        with log.open("wb") as output:
            server = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            _wait_until_open(port, server, log)
            yield f"redis://127.0.0.1:{port}/"
        finally:
            server.terminate()
            server.wait()


@contextmanager
def redis_cluster() -> Iterator[str]:
    """A real cluster of three redis servers; gives the URL of one of them."""
    with ExitStack() as servers:
        options = ("--cluster-enabled", "yes", "--cluster-node-timeout", "5000")
        buses = [_free_port() for _ in range(3)]
        urls = [servers.enter_context(redis_server(*options, "--cluster-port", str(bus))) for bus in buses]
        shares = ("0 5460", "5461 10922", "10923 16383")
        for url, bus, slots in zip(urls, buses, shares, strict=True):
            redis_cli(url, "CLUSTER", "ADDSLOTSRANGE", *slots.split())
            port = url.rstrip("/").rpartition(":")[2]
            redis_cli(urls[0], "CLUSTER", "MEET", "127.0.0.1", port, str(bus))
        deadline = time.monotonic() + 60
        while not all("cluster_state:ok" in redis_cli(url, "CLUSTER", "INFO") for url in urls):
            assert time.monotonic() < deadline, "the cluster did not form"
            time.sleep(0.05)
        yield urls[-1]


def redis_cli(url: str, *words: str) -> str:
    """The answer to a command."""
    command = ["redis-cli", "--no-auth-warning", "-u", url.rstrip("/"), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


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
