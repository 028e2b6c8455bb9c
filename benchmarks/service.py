"""A service that costs next to nothing: it gives prepared answers, and waits first where it is told to.

It runs in a process of its own. The first line that comes in says what to answer; the port goes out, and for each line
after that what was seen: how many connections were opened, and the last sign-in's two requests.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Plan:
    """What to answer, and what was seen."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.tokens = _answer(told["tokens"])
        self.challenge = _answer(told["challenge"])
        self.delay: float = told["delay"]
        self.connections = 0
        self.first = b"null"
        self.second = b"null"

    def seen(self) -> str:
        last = [json.loads(self.first), json.loads(self.second)]
        return json.dumps({"connections": self.connections, "last": last})


class Conversation(asyncio.Protocol):
    """One connection."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._plan.connections += 1

    def data_received(self, data: bytes) -> None:
        self._read += data
        while True:
            head, end, rest = self._read.partition(b"\r\n\r\n")
            if not end:
                return
            lower = head.lower()
            _, _, length = lower.partition(b"\r\ncontent-length:")
            size = int(length.split(b"\r\n", 1)[0] or b"0")
            if len(rest) < size:
                return
            self._read = rest[size:]
            self._answer(lower, rest[:size])

    def _answer(self, head: bytes, body: bytes) -> None:
        plan, answer = self._plan, self._plan.tokens
        if b".respondtoauthchallenge" in head:
            plan.second = body
        elif b"USER_SRP_AUTH" in body:
            plan.first, answer = body, plan.challenge
        if plan.delay:
            asyncio.get_running_loop().call_later(plan.delay, self._transport.write, answer)
        else:
            self._transport.write(answer)


def _answer(body: dict[str, Any]) -> bytes:
    text = json.dumps(body).encode()
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {len(text)}\r\n\r\n"
    )
    return head.encode() + text


async def serve() -> None:
    told = json.loads(sys.stdin.readline())
    plan = Plan(told)
    tls = None
    if told["certificate"]:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(told["certificate"])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Conversation(plan), "127.0.0.1", 0, backlog=4096, ssl=tls)
    print(server.sockets[0].getsockname()[1], flush=True)

    def asked() -> None:
        if sys.stdin.readline():
            print(plan.seen(), flush=True)
        else:
            loop.remove_reader(sys.stdin)

    loop.add_reader(sys.stdin, asked)
    async with server:
        await server.serve_forever()


class Service:
    """The running service, seen from here."""

    def __init__(self, process: subprocess.Popen[str], scheme: str) -> None:
        assert process.stdout is not None
        self._process = process
        self.endpoint = f"{scheme}://127.0.0.1:{int(process.stdout.readline())}"

    def seen(self) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        seen: dict[str, Any] = json.loads(self._process.stdout.readline())
        return seen


@contextmanager
def running(
    tokens: dict[str, Any], challenge: dict[str, str] | None = None, delay: float = 0.0, certificate: str = ""
) -> Iterator[Service]:
    """The service on loopback; with a file of a certificate and its key, over TLS."""
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).resolve())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    asked = {
        "ChallengeName": "PASSWORD_VERIFIER",
        "ChallengeParameters": challenge,
        "Session": "session" * 100,
    }
    told = {"tokens": tokens, "challenge": asked, "delay": delay, "certificate": certificate}
    try:
        process.stdin.write(json.dumps(told) + "\n")
        process.stdin.flush()
        yield Service(process, "https" if certificate else "http")
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


if __name__ == "__main__":
    asyncio.run(serve())
