"""A sign-in that waits for its browser, in a process of its own, watched from outside."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO
from urllib.parse import parse_qs, urlsplit

# Far more than anything here takes; who waits this long waits in vain.
PATIENCE_SECONDS = 60.0

LINK = re.compile(r"https?://\S+/oauth2/authorize\?\S+(?=\s)")


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


class RunningSignIn:
    """Ends with the `with` block at the latest."""

    def __init__(
        self, command: list[str], environment: dict[str, str], folder: Path, *, terminal: bool = False
    ) -> None:
        self._said = {"out": "", "err": ""}
        self._open_streams = 2
        self._news = threading.Condition()
        self._typed: IO[bytes] | None = None
        given: int = subprocess.PIPE
        if terminal:
            ours, given = os.openpty()
            self._typed = os.fdopen(ours, "wb", buffering=0)
        self._process = subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # Away from the terminal and the Ctrl-C of whoever runs the tests.
            start_new_session=True,
        )
        if terminal:
            os.close(given)
        else:
            self._typed = self._process.stdin
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        streams = {"out": self._process.stdout, "err": self._process.stderr}
        self._readers = [
            threading.Thread(target=self._listen, args=(name, stream), daemon=True)
            for name, stream in streams.items()
        ]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> RunningSignIn:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for reader in self._readers:
            reader.join()
        for stream in (self._typed, self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()

    @property
    def link(self) -> str:
        """The address of the sign-in page, once the process has said it."""
        return self.says(LINK)

    @property
    def state(self) -> str:
        """What ties a redirect to this sign-in."""
        return parse_qs(urlsplit(self.link).query)["state"][0]

    def says(self, words: re.Pattern[str]) -> str:
        """Waits until standard error has these words."""

        def found() -> re.Match[str] | None:
            return words.search(self._said["err"])

        with self._news:
            self._news.wait_for(lambda: found() or not self._open_streams, PATIENCE_SECONDS)
            match = found()
            assert match is not None, f"never said {words.pattern!r}: {self._said}"
            return match.group()

    def type(self, line: str) -> None:
        """Types one line, as a person would at the terminal."""
        assert self._typed is not None
        self._typed.write(f"{line}\n".encode())
        self._typed.flush()

    def interrupt(self) -> None:
        """Ctrl-C."""
        self._process.send_signal(signal.SIGINT)

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def end(self) -> Ended:
        """Waits until the process has ended of itself."""
        code = self._process.wait(PATIENCE_SECONDS)
        for reader in self._readers:
            reader.join(PATIENCE_SECONDS)
        return Ended(code, self._said["out"], self._said["err"])

    def _listen(self, name: str, stream: IO[bytes]) -> None:
        while part := os.read(stream.fileno(), 65536):
            with self._news:
                self._said[name] += part.decode(errors="replace")
                self._news.notify_all()
        with self._news:
            self._open_streams -= 1
            self._news.notify_all()
