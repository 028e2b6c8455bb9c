"""A service of the examples as a process: started on a port that the system chooses, asked, and ended."""

from __future__ import annotations

import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

START_LIMIT_SECONDS = 60.0
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True)
class Answer:
    status: int
    body: str
    headers: Message

    @property
    def challenge(self) -> str | None:
        return self.headers["WWW-Authenticate"]


@dataclass(frozen=True)
class Service:
    """A running service, and the file with all that it has said."""

    address: str
    log: Path

    def get(self, path: str, authorization: str | None = None) -> Answer:
        headers = {} if authorization is None else {"Authorization": authorization}
        request = urllib.request.Request(self.address + path, headers=headers)
        try:
            with DIRECT.open(request, timeout=30) as answer:
                return _answer(answer.status, answer)
        except urllib.error.HTTPError as refused:
            with refused:
                return _answer(refused.code, refused)


def _answer(status: int, answer: urllib.response.addinfourl) -> Answer:
    return Answer(status, answer.read().decode(), answer.headers)


@contextmanager
def running(command: list[str], environment: dict[str, str], folder: Path) -> Iterator[Service]:
    """Starts a service that says its address; leaves when it has ended."""
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        service = Service(_address(process, log), log)
        _wait_until_open(process, service)
        yield service
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_LIMIT_SECONDS
    while not (found := ADDRESS.search(log.read_text())):
        _pause(process, log, deadline)
    return found[0]


def _wait_until_open(process: subprocess.Popen[bytes], service: Service) -> None:
    deadline = time.monotonic() + START_LIMIT_SECONDS
    while True:
        try:
            service.get("/")
        except urllib.error.URLError:
            _pause(process, service.log, deadline)
        else:
            return


def _pause(process: subprocess.Popen[bytes], log: Path, deadline: float) -> None:
    assert process.poll() is None, f"the service ended:\n{log.read_text()}"
    assert time.monotonic() < deadline, f"the service is not ready:\n{log.read_text()}"
    time.sleep(0.02)
