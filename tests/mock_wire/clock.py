"""The server's clock, which tests can move."""

from __future__ import annotations

import time


class Clock:
    """The machine's time plus an offset in seconds."""

    def __init__(self) -> None:
        self.offset = 0.0

    def now(self) -> float:
        return time.time() + self.offset
