"""A program with a terminal of its own, and somebody who types there."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import termios
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

LIMIT_SECONDS = 60.0


class Terminal:
    """Runs a Python program whose standard input, output and error are a terminal."""

    def __init__(self, program: str, environment: dict[str, str]) -> None:
        self._own, theirs = pty.openpty()
        self.shown = ""
        self._looked_at = 0
        self.process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(program)],
            env={**os.environ, **environment},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            # getpass asks at the terminal that controls the process.
            start_new_session=True,
            preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),
        )
        os.close(theirs)

    def __enter__(self) -> Terminal:  # noqa: PYI034  # Self is there from Python 3.11 on
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._own)

    def expect(self, text: str) -> str:
        """Wait until the program shows this, after what was expected before. Gives what came up to it."""
        while (found := self.shown.find(text, self._looked_at)) < 0:
            assert self._read(), f"{text!r} was never shown, but this was: {self.shown}"
        before, self._looked_at = self.shown[self._looked_at : found], found + len(text)
        return before

    def type(self, line: str) -> None:
        os.write(self._own, line.encode() + b"\n")

    def press(self, key: bytes) -> None:
        """Press a key, once the program waits for one: it would miss Ctrl-C just before."""
        until(self._is_asleep)
        os.write(self._own, key)

    def press_at_question(self, key: bytes) -> None:
        """Press a key once the program reads: ``input`` loses a Ctrl-C between its prompt and the read."""
        state = Path(f"/proc/{self.process.pid}/stat")
        if state.exists():
            assert until(lambda: state.read_text().rpartition(")")[2].split()[0] == "S")
        self.press(key)

    def echoes(self) -> bool:
        """Whether the terminal shows what is typed."""
        return bool(termios.tcgetattr(self._own)[3] & termios.ECHO)

    def end(self) -> int:
        """Wait for the program's end. Gives its exit code."""
        while self._read():
            pass
        return self.process.wait(LIMIT_SECONDS)

    def _is_asleep(self) -> bool:
        """Whether the program waits, as far as the system tells."""
        try:
            status = Path(f"/proc/{self.process.pid}/stat").read_text()
        except OSError:
            return True
        return status.rpartition(")")[2].split()[0] == "S"

    def _read(self) -> bool:
        ready, _, _ = select.select([self._own], [], [], LIMIT_SECONDS)
        assert ready, f"nothing more came within {LIMIT_SECONDS:.0f} s after: {self.shown}"
        try:
            part = os.read(self._own, 65536)
        except OSError:  # the other end is closed
            return False
        self.shown += part.decode(errors="replace").replace("\r\n", "\n")
        return bool(part)


def until(condition: Callable[[], bool], limit: float = LIMIT_SECONDS) -> bool:
    """Whether this becomes true in time."""
    deadline = time.monotonic() + limit
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
