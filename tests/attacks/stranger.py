"""A server of the stranger's: whatever connects is heard, and gets one answer."""

from __future__ import annotations

import socket
import threading
from types import TracebackType


class Stranger:
    """Listens on loopback, as an HTTP service, a redis or a key server, and remembers what it was sent."""

    def __init__(self, answer: str = "{}") -> None:
        body = answer.encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self._reply = f"{head}Connection: close\r\n\r\n".encode() + body
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._heard: list[bytes] = []
        self._thread = threading.Thread(target=self._serve)

    @property
    def authority(self) -> str:
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.authority}/"

    def heard(self) -> list[bytes]:
        """What each connection sent first; empty where nobody connected."""
        return list(self._heard)

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            with connection:
                said = connection.recv(65536)
                if said == _END:
                    return
                self._heard.append(said)
                connection.sendall(self._reply)

    def __enter__(self) -> Stranger:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with socket.create_connection(self._listener.getsockname()) as last:
            last.sendall(_END)
        self._thread.join()
        self._listener.close()


_END = b"the end of the test"
