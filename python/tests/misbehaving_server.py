"""A server that answers as a test says: with faults, slowly, or not at all."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

HEADERS_END = b"\r\n\r\n"


@dataclass
class Request:
    """One request as it came."""

    operation: str
    body: dict[str, Any]
    headers: dict[str, str]


Answer = Callable[[Request], "bytes | None"]
"""Gives the bytes of the whole response; None leaves the request without one and the connection open."""


@dataclass
class MisbehavingServer:
    """Listens on a loopback port from its making until ``stop``."""

    answer: Answer
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    # One permit for each request that came, and one for each connection that the client closed.
    received: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    left: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def stop(self) -> None:
        # Wakes up the thread that waits for the next connection; closing alone would not.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        try:
            while request := read_request(connection):
                self.requests.append(request)
                self.received.release()
                if response := self.answer(request):
                    connection.sendall(response)
                    if b"\r\nX-Test-Then: close\r\n" in response:
                        connection.close()
                        break
        except OSError:
            pass
        self.left.release()


def read_request(connection: socket.socket) -> Request | None:
    received = b""
    while HEADERS_END not in received:
        part = connection.recv(65536)
        if not part:
            return None
        received += part
    head, body = received.split(HEADERS_END, 1)
    lines = head.decode("latin-1").split("\r\n")[1:]
    headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65536)
    operation = headers.get("x-amz-target", "").rpartition(".")[2]
    return Request(operation, json.loads(body) if body.startswith(b"{") else {}, headers)


def response(status: int, body: bytes | dict[str, Any], **headers: str) -> bytes:
    """A whole response; ``X_Test_Then="close"`` ends the connection after it."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = {"Content-Length": str(len(content)), "Content-Type": "application/x-amz-json-1.1"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Test\r\n{lines}\r\n".encode() + content


def refusal(code: str, message: str, status: int = 400) -> bytes:
    """What Cognito answers when it refuses."""
    return response(status, {"__type": code, "message": message}, x_amzn_requestid="request-0815")


def unsigned_jwt(claims: dict[str, Any]) -> str:
    parts = [{"alg": "RS256", "kid": "key"}, claims]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*encoded, "c2lnbmF0dXJl"])


def tokens(refresh_token: str | None = "refresh-token", **claims: Any) -> bytes:
    """What Cognito answers to a sign-in that worked."""
    claims = {"sub": "0815", "cognito:username": "ada", "email": "ada@example.com", "exp": 4102444800} | claims
    result = {
        "AccessToken": unsigned_jwt(claims | {"token_use": "access", "username": "ada"}),
        "ExpiresIn": 3600,
        "IdToken": unsigned_jwt(claims | {"token_use": "id"}),
        "TokenType": "Bearer",
    }
    if refresh_token is not None:
        result["RefreshToken"] = refresh_token
    return response(200, {"AuthenticationResult": result, "ChallengeParameters": {}})
