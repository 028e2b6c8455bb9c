"""A language server, spoken to as an editor does: JSON-RPC over standard input and output."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class LanguageServer:
    """A server that has one document open."""

    def __init__(self, command: list[str], document: Path) -> None:
        self._server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=document.parent)
        self._uri = document.as_uri()
        self._last = 0
        plain = {"contentFormat": ["plaintext"]}
        capabilities = {"textDocument": {"hover": plain, "signatureHelp": {"signatureInformation": plain}}}
        folder = {"uri": document.parent.as_uri(), "name": "program"}
        self.request(
            "initialize",
            {"processId": None, "capabilities": capabilities, "workspaceFolders": [folder], "rootUri": None},
        )
        self._send("initialized", {})
        opened = {"uri": self._uri, "languageId": "python", "version": 1, "text": document.read_text()}
        self._send("textDocument/didOpen", {"textDocument": opened})

    def hover(self, line: int, character: int) -> str:
        """What is shown where the mouse rests."""
        found = self._at("textDocument/hover", line, character)
        return "" if found is None else str(found["contents"]["value"])

    def signature(self, line: int, character: int) -> tuple[str, str]:
        """The signature and the documentation that are shown while a call is typed."""
        found = self._at("textDocument/signatureHelp", line, character)
        if not found or not found["signatures"]:
            return "", ""
        first = found["signatures"][0]
        documentation = first.get("documentation", "")
        return first["label"], documentation["value"] if isinstance(documentation, dict) else documentation

    def request(self, method: str, parameters: dict[str, Any]) -> Any:
        self._last += 1
        self._send(method, parameters, id=self._last)
        while True:
            message = self._receive()
            if "method" in message and "id" in message:
                # What the server asks: every question about settings has an empty answer.
                items = message.get("params", {}).get("items", [])
                self._write({"jsonrpc": "2.0", "id": message["id"], "result": [{} for _ in items]})
            elif message.get("id") == self._last and "method" not in message:
                assert "error" not in message, message
                return message.get("result")

    def stop(self) -> None:
        self._server.kill()
        self._server.communicate()

    def _at(self, method: str, line: int, character: int) -> Any:
        position = {"line": line, "character": character}
        return self.request(method, {"textDocument": {"uri": self._uri}, "position": position})

    def _send(self, method: str, parameters: dict[str, Any], **more: int) -> None:
        self._write({"jsonrpc": "2.0", "method": method, "params": parameters, **more})

    def _write(self, message: dict[str, Any]) -> None:
        assert self._server.stdin is not None
        body = json.dumps(message).encode()
        self._server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._server.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._server.stdout is not None
        length = 0
        while line := self._server.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length, "the server has ended"
        message: dict[str, Any] = json.loads(self._server.stdout.read(length))
        return message


@contextlib.contextmanager
def serving(command: list[str], document: Path) -> Iterator[LanguageServer]:
    """A server with this document open, which ends with the block."""
    server = LanguageServer(command, document)
    try:
        yield server
    finally:
        server.stop()
