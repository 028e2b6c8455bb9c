"""Faults that tests order: the next answers that go wrong, and how."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

KINDS = (
    "error", "status", "close", "reset", "delay", "truncate", "garbage", "empty", "oversize", "alter",
)  # fmt: skip


@dataclass
class Fault:
    """One order. It meets requests of this operation, challenge and user (any, where not given)."""

    kind: str
    operation: str | None = None
    challenge: str | None = None
    username: str | None = None
    skip: int = 0
    times: int = 1
    # Whether the request is carried out before its answer goes wrong.
    processed: bool = False
    # error and status
    status: int = 400
    code: str = "InternalErrorException"
    message: str = "made up by a test"
    place: str = "header"
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    # delay
    seconds: float = 0.0
    # oversize
    bytes: int = 64 * 1024 * 1024
    # alter: members of the answer by their path, as "ChallengeParameters.SRP_B"; null takes one out
    set: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no such kind of fault: {self.kind}; there are {', '.join(KINDS)}")

    @property
    def carries_on(self) -> bool:
        """Whether the request reaches the service at all."""
        return self.processed or self.kind in {"delay", "truncate", "alter"}

    def meets(self, operation: str, challenge: str | None, username: str | None) -> bool:
        wishes = ((self.operation, operation), (self.challenge, challenge), (self.username, username))
        return all(wish is None or wish == fact for wish, fact in wishes)


class Faults:
    """The orders that are still open."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: list[Fault] = []

    def order(self, fault: Fault) -> None:
        with self._lock:
            self._orders.append(fault)

    def take(self, operation: str, challenge: str | None, username: str | None) -> Fault | None:
        """The first order that meets this request; it counts down."""
        with self._lock:
            for fault in self._orders:
                if not fault.meets(operation, challenge, username):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self._orders.remove(fault)
                return fault
        return None

    def clear(self) -> int:
        """Drops what is still open, and says how much it was: a fault that never came is a test's mistake."""
        with self._lock:
            left = len(self._orders)
            self._orders.clear()
        return left


def altered(answer: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The answer with members set, or taken out where the change is ``None``."""
    result = dict(answer)
    for path, value in changes.items():
        head, _, rest = path.partition(".")
        if rest:
            inner = result.get(head)
            result[head] = altered(inner if isinstance(inner, dict) else {}, {rest: value})
        elif value is None:
            result.pop(head, None)
        else:
            result[head] = value
    return result
