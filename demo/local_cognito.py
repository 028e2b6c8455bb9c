"""A Cognito for tests and the demo: ministack on a free loopback port, with pools, clients and users.

From Python::

    with LocalCognito() as cognito:
        print(cognito.endpoint, cognito.user_pool_id)

Around any other command, which finds the same values in its environment as ``COGNITOKEN_TEST_...``::

    python demo/local_cognito.py run -- Rscript tests.R

Nothing is kept: the state lives in a temporary folder that goes away with the server, and the server ends
with the process that started it, even when that one is killed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from importlib.util import find_spec
from pathlib import Path
from types import FrameType, TracebackType
from typing import NoReturn

from local_pools import DIRECT, ENVIRONMENT_PREFIX, REGION, Fixtures, LocalCognitoError, administer, set_up

__all__ = ["Fixtures", "LocalCognito", "LocalCognitoError", "administer"]

START_LIMIT_SECONDS = 60.0


class LocalCognito:
    """Starts the server on entering the context, stops it on leaving.

    Inside a command that `run` started, the server that is there already is used, and left alone.
    """

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Fixtures:
        if ENVIRONMENT_PREFIX + "ENDPOINT" in os.environ:
            return Fixtures.from_environment()
        try:
            endpoint = self._start()
            self._wait_until_ready(endpoint)
            return set_up(endpoint)
        except BaseException:
            self.stop()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends the server and removes its folder. Harmless when it has ended already."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._process = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _start(self) -> str:
        for module in ("ministack", "cryptography"):
            if find_spec(module) is None:
                raise LocalCognitoError(
                    f"{module} is not installed in {sys.prefix}: use .venv/bin/python (make test)"
                )
        self._folder = Path(tempfile.mkdtemp(prefix="cognitoken-local-"))
        with socket.socket() as listener, (self._folder / "log").open("wb") as log:
            listener.bind(("127.0.0.1", 0))
            port: int = listener.getsockname()[1]
            # The bound socket itself is handed over: nobody else can take the port in between. A session
            # of its own keeps Ctrl-C from reaching the server before those who use it have ended.
            self._process = subprocess.Popen(
                [sys.executable, __file__, "serve", str(listener.fileno()), str(self._folder)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=_server_environment(port, self._folder),
                pass_fds=[listener.fileno()],
                start_new_session=True,
            )
        return f"http://127.0.0.1:{port}"

    def _wait_until_ready(self, endpoint: str) -> None:
        assert self._process is not None
        assert self._folder is not None
        deadline = time.monotonic() + START_LIMIT_SECONDS
        while self._process.poll() is None:
            try:
                with DIRECT.open(f"{endpoint}/_ministack/ready", timeout=5):
                    return
            except OSError as error:
                if time.monotonic() > deadline:
                    reason = f"is not ready after {START_LIMIT_SECONDS:.0f} s ({error})"
                    break
                time.sleep(0.02)
        else:
            reason = f"ended with exit code {self._process.returncode}"
        log = (self._folder / "log").read_text(errors="replace")
        raise LocalCognitoError(f"the local Cognito {reason}; its log:\n{log[-4000:]}")


def _server_environment(port: int, folder: Path) -> dict[str, str]:
    # Only what the server needs: credentials, proxies and settings of the surroundings stay outside.
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "STATE_DIR": str(folder),
        "PERSIST_STATE": "0",
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        # Without this, secrets go unchecked and the key set does not match the signatures.
        "AUTH": "true",
        "SERVICES": "cognito-idp,cognito-identity,sts",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    }


def run(command: list[str]) -> int:
    """Runs a command beside a local Cognito and gives back its exit code."""

    def end(number: int, _frame: FrameType | None) -> NoReturn:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(128 + number)

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, end)
    with LocalCognito() as cognito:
        try:
            child = subprocess.Popen(command, env=_command_environment(cognito))
        except OSError as error:
            print(f"local_cognito.py: {command[0]}: {error.strerror}", file=sys.stderr)
            return 127
        try:
            code = child.wait()
        finally:
            _end(child)
        return code if code >= 0 else 128 - code


def _command_environment(cognito: Fixtures) -> dict[str, str]:
    # Values of a real Cognito or AWS account in the surroundings must neither be used nor decide a test.
    foreign = ("AWS_", "COGNITO_", "APLOS_", ENVIRONMENT_PREFIX)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    for name in ("NO_PROXY", "no_proxy"):
        kept[name] = ",".join(filter(None, [kept.get(name), "127.0.0.1", "localhost"]))
    return kept | cognito.environment()


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def serve(descriptor: int, folder: str) -> None:
    """The server process itself. Ends with its standard input: when whoever started it is gone."""

    def end_with_parent() -> None:
        while os.read(0, 1024):
            pass
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)

    threading.Thread(target=end_with_parent, daemon=True).start()
    from hypercorn.asyncio import serve as hypercorn_serve
    from hypercorn.config import Config
    from ministack.app import app

    config = Config()
    config.bind = [f"fd://{descriptor}"]
    config.keep_alive_timeout = 75
    asyncio.run(hypercorn_serve(app, config))


def main() -> int:
    parser = argparse.ArgumentParser(description="Runs a command beside a local Cognito (ministack).")
    verbs = parser.add_subparsers(dest="verb", required=True)
    run_parser = verbs.add_parser("run", help="run -- COMMAND [ARGUMENT ...]")
    run_parser.add_argument("command", nargs="+", metavar="COMMAND")
    serve_parser = verbs.add_parser("serve", help="the server process that run starts")
    serve_parser.add_argument("descriptor", type=int)
    serve_parser.add_argument("folder")
    given = parser.parse_args()
    if given.verb == "serve":
        serve(given.descriptor, given.folder)
        return 0
    try:
        return run(given.command)
    except LocalCognitoError as error:
        print(f"local_cognito.py: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
