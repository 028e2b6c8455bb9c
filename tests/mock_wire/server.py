"""The wire: HTTP/1.1 on a loopback port, JSON in and out, as cognito-idp speaks it."""

from __future__ import annotations

import json
import socket
import struct
import time
import uuid
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

from .control import Control, ControlError
from .errors import RefusalError
from .exchange import SessionState
from .faults import Fault, Faults, altered
from .fields import Body
from .journal import Entry, Journal
from .service import Service

CONTENT_TYPE = "application/x-amz-json-1.1"
_TARGET = "AWSCognitoIdentityProviderService."
_LONGEST_REQUEST = 1024 * 1024
_KEPT_HEADERS = ("content-type", "user-agent", "authorization", "host", "cache-control")


class MockWireServer(ThreadingHTTPServer):
    """The server with all its state."""

    daemon_threads = True
    request_queue_size = 512

    def __init__(self, port: int = 0) -> None:
        self.service = Service()
        self.journal = Journal()
        self.faults = Faults()
        self.control = Control(self.service, self.journal, self.faults)
        self.connections = count(1)
        super().__init__(("127.0.0.1", port), _Handler)
        self.control.endpoint = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is none of the server's errors."""


class _Handler(BaseHTTPRequestHandler):
    server: MockWireServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    # Head and body in one write: two small ones would wait for each other.
    wbufsize = -1

    def setup(self) -> None:
        super().setup()
        self._connection_number = next(self.server.connections)

    def do_GET(self) -> None:
        pool_id, _, rest = self.path.lstrip("/").partition("/")
        pool = self.server.service.state.pool_with_id(pool_id)
        if pool is None or rest != ".well-known/jwks.json":
            self._send(404, {}, content_type="application/json")
            return
        entry = self._enter("jwks", {})
        fault = self.server.faults.take("jwks", None, None)
        with self.server.service.lock:
            key_set = self.server.service.signer.key_set(pool)
        self._finish(entry, fault, 200, key_set, {}, content_type="application/json")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > _LONGEST_REQUEST:
            self.close_connection = True
            self._send(413, {"__type": "RequestEntityTooLargeException"})
            return
        content = self.rfile.read(length)
        if self.path == "/_control":
            self._control(content)
        elif self.path == "/":
            self._operation(content)
        else:
            self._send(404, {"__type": "UnknownOperationException"})

    def _control(self, content: bytes) -> None:
        try:
            answer = self.server.control.act(json.loads(content))
        except (ControlError, ValueError, TypeError) as error:
            self._send(400, {"error": str(error)}, content_type="application/json")
        else:
            self._send(200, answer, content_type="application/json")

    def _operation(self, content: bytes) -> None:
        operation, body, malformed = self._read(content)
        entry = self._enter(operation, body)
        fault = self.server.faults.take(operation, _challenge(body), entry.username)
        if fault is not None:
            entry.fault = fault.kind
            if not fault.carries_on:
                self._go_wrong(entry, fault)
                return
        try:
            if malformed is not None:
                raise malformed
            answer = self.server.service.call(operation, body)
        except RefusalError as refusal:
            entry.code = refusal.code
            said = {"__type": refusal.code, **({"message": refusal.message} if refusal.message else {})}
            self._finish(entry, fault, refusal.status, said, {"x-amzn-errortype": f"{refusal.code}:"})
        else:
            entry.challenge = (answer or {}).get("ChallengeName")
            self._finish(entry, fault, 200, answer, {})

    def _read(self, content: bytes) -> tuple[str, Body, RefusalError | None]:
        target = self.headers.get("X-Amz-Target", "")
        operation = target[len(_TARGET) :] if target.startswith(_TARGET) else ""
        try:
            body = json.loads(content)
        except ValueError:
            body = None
        if self.headers.get("Content-Type") != CONTENT_TYPE:
            return operation, {}, RefusalError("UnknownOperationException", "")
        if not isinstance(body, dict):
            return (operation, {}, RefusalError("SerializationException", "The body is not a JSON object"))
        return operation, body, None

    def _enter(self, operation: str, body: Body) -> Entry:
        headers = {name: value for name in _KEPT_HEADERS if (value := self.headers.get(name)) is not None}
        if "authorization" in headers:
            headers["authorization"] = "present"
        service = self.server.service
        with service.lock:
            session = body.get("Session")
            known = service.state.sessions.state(session) if isinstance(session, str) else SessionState.NONE
            return self.server.journal.enter(
                operation,
                body,
                whose=service.state.whose(body),
                session=known,
                connection=self._connection_number,
                headers=headers,
            )

    def _finish(
        self,
        entry: Entry,
        fault: Fault | None,
        status: int,
        answer: dict[str, Any] | None,
        headers: dict[str, str],
        content_type: str = CONTENT_TYPE,
    ) -> None:
        """Sends the answer, or what a fault makes of it."""
        if fault is not None:
            entry.fault = fault.kind
            if fault.kind == "delay":
                time.sleep(fault.seconds)
            elif fault.kind == "alter":
                answer = altered(answer or {}, fault.set)
            else:
                self._go_wrong(entry, fault, answer)
                return
        entry.status = status
        self._send(status, answer, headers, content_type)

    def _go_wrong(self, entry: Entry, fault: Fault, answer: dict[str, Any] | None = None) -> None:
        if fault.kind in {"close", "reset"}:
            self._hang_up(hard=fault.kind == "reset")
        elif fault.kind == "error":
            entry.status, entry.code = fault.status, fault.code
            self._send(fault.status, *_error(fault))
        elif fault.kind == "status":
            entry.status = fault.status
            self._send(fault.status, fault.body.encode(), fault.headers)
        elif fault.kind == "truncate":
            whole = json.dumps(answer).encode()
            self._send(200, whole[: len(whole) // 2], length=len(whole))
            self._hang_up(hard=False)
        elif fault.kind == "garbage":
            self._send(200, b"\x00\xff<html>not JSON</html>")
        elif fault.kind == "empty":
            self._send(200, b"")
        else:
            self._send_much(fault.bytes)

    def _hang_up(self, *, hard: bool) -> None:
        self.close_connection = True
        if hard:
            # With a linger of zero seconds, closing sends RST instead of FIN.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            # Detached: Python would shut an ordinary socket down first, which sends FIN.
            socket.close(self.connection.detach())
        else:
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)

    def _send_much(self, size: int) -> None:
        block = b" " * 65536
        self._head(200, size, {}, CONTENT_TYPE)
        sent = 0
        while sent < size:
            part = block[: size - sent]
            self.wfile.write(part)
            sent += len(part)

    def _send(
        self,
        status: int,
        answer: dict[str, Any] | bytes | None,
        headers: dict[str, str] | None = None,
        content_type: str = CONTENT_TYPE,
        length: int | None = None,
    ) -> None:
        if not isinstance(answer, bytes):
            answer = b"" if answer is None else json.dumps(answer).encode()
        self._head(status, len(answer) if length is None else length, headers or {}, content_type)
        self.wfile.write(answer)
        self.wfile.flush()

    def _head(self, status: int, length: int, headers: dict[str, str], content_type: str) -> None:
        self.send_response_only(status)
        whole = {
            "Date": formatdate(self.server.service.clock.now(), usegmt=True),
            "Content-Type": content_type,
            "Content-Length": str(length),
            "x-amzn-requestid": str(uuid.uuid4()),
            **headers,
        }
        for name, value in whole.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """The journal tells what came; standard error belongs to the test."""


def _challenge(body: Body) -> str | None:
    name = body.get("ChallengeName")
    return name if isinstance(name, str) else None


def _error(fault: Fault) -> tuple[dict[str, Any], dict[str, str]]:
    """An error with its name in one of the places where services have put it."""
    said: dict[str, Any] = {"message": fault.message}
    if fault.place == "header":
        return said, {"x-amzn-errortype": f"{fault.code}:http://internal.example.org/", **fault.headers}
    if fault.place == "__type":
        return {"__type": f"com.example#{fault.code}", "Message": fault.message}, fault.headers
    return {**said, fault.place: fault.code}, fault.headers
