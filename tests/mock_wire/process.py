"""The server as a process: started by tests, told what to do, gone with whoever started it."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any

from .server import MockWireServer

START_LIMIT_SECONDS = 30.0
_PARENT_CHECK_SECONDS = 1.0

# A proxy of the surroundings has no business between this machine and itself.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class MockWireError(RuntimeError):
    """The server did not start, or an order to it made no sense."""


class MockWire:
    """A running server.

    Usage::

        with MockWire() as wire:
            wire.endpoint, wire.pool("plain")["id"], wire.client("plain", "public")["id"]
            user = wire.new_user("sms")
            wire.control("clock", advance=3600)
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self.facts: dict[str, Any] = {}

    def __enter__(self) -> MockWire:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        folder = Path(__file__).resolve().parent
        # A session of its own keeps Ctrl-C from ending the server before those who use it.
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            self.facts = json.loads(self._first_line())
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends the server. Harmless when it has ended already."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()

    @property
    def endpoint(self) -> str:
        return str(self.facts["endpoint"])

    @property
    def region(self) -> str:
        return str(self.facts["region"])

    @property
    def password(self) -> str:
        return str(self.facts["password"])

    @property
    def codes(self) -> dict[str, str]:
        return dict(self.facts["codes"])

    @property
    def environment(self) -> dict[str, str]:
        """What a command beside the server finds in its environment."""
        return dict(self.facts["environment"])

    def pool(self, name: str = "plain") -> dict[str, Any]:
        return dict(self.facts["pools"][name])

    def client(self, pool: str = "plain", name: str = "public") -> dict[str, Any]:
        return dict(self.facts["pools"][pool]["clients"][name])

    def user(self, scenario: str, pool: str = "plain") -> dict[str, str]:
        return dict(self.facts["pools"][pool]["users"][scenario])

    def new_user(self, scenario: str, pool: str = "plain") -> dict[str, str]:
        """A user nobody else has: what one test does to it, no other test sees."""
        return dict(self.control("new_user", scenario=scenario, pool=pool))

    def new_client(self, pool: str = "plain", *, secret: bool = False, **settings: Any) -> dict[str, Any]:
        return self.control("new_client", pool=pool, secret=secret, **settings)

    def fault(self, kind: str, **settings: Any) -> None:
        self.control("fault", kind=kind, **settings)

    def journal(self, operation: str | None = None, username: str | None = None) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.control("journal", operation=operation, username=username)[
            "entries"
        ]
        return entries

    def key_set(self, pool: str = "plain") -> dict[str, Any]:
        with _DIRECT.open(self.pool(pool)["jwks_url"], timeout=30) as response:
            found: dict[str, Any] = json.load(response)
            return found

    def control(self, action: str, **arguments: Any) -> dict[str, Any]:
        """One order to the server, and its answer."""
        order = json.dumps({"action": action, **arguments}).encode()
        try:
            with _DIRECT.open(str(self.facts["control"]), order, timeout=30) as response:
                answer: dict[str, Any] = json.load(response)
                return answer
        except urllib.error.HTTPError as error:
            raise MockWireError(f"{action}: {error.read().decode(errors='replace')}") from None

    def _first_line(self) -> bytes:
        assert self._process is not None
        assert self._process.stdout is not None
        line = b""
        deadline = time.monotonic() + START_LIMIT_SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                if not selector.select(deadline - time.monotonic()):
                    raise MockWireError(f"the server said nothing within {START_LIMIT_SECONDS:.0f} s")
                part = os.read(self._process.stdout.fileno(), 65536)
                if not part:
                    raise MockWireError(f"the server ended with exit code {self._process.wait()}")
                line += part
        return line


def serve(port: int = 0) -> None:
    """Runs the server in this process until its standard input closes or its parent is gone."""
    parent = os.getppid()
    server = MockWireServer(port)
    print(json.dumps(server.control.act({"action": "facts"})), flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    threading.Thread(target=_end_with_parent, args=(parent,), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        while os.read(0, 4096):
            pass
    os._exit(0)


def _end_with_parent(parent: int) -> None:
    """Somebody else may hold our standard input open when the parent is killed."""
    while os.getppid() == parent:
        time.sleep(_PARENT_CHECK_SECONDS)
    os._exit(0)


def run(command: list[str]) -> int:
    """Runs a command beside a server, which it finds in its environment, and gives back its exit code."""
    with MockWire() as wire:
        try:
            code = subprocess.call(command, env={**_surroundings(), **wire.environment})
        except OSError as error:
            print(f"mock_wire: {command[0]}: {error.strerror}", file=sys.stderr)
            return 127
    return code if code >= 0 else 128 - code


def _surroundings() -> dict[str, str]:
    # Values of a real Cognito or AWS account must neither be used nor decide a test.
    foreign = ("AWS_", "COGNITO_", "APLOS_", "COGNITOKEN_MOCK_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    for name in ("NO_PROXY", "no_proxy"):
        kept[name] = ",".join(filter(None, [kept.get(name), "127.0.0.1", "localhost"]))
    return kept
