"""What requests came, for tests to look at. It holds no secret: their names stand, their values do not."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass, field
from typing import Any

from .exchange import SessionState
from .fields import Body

_MAPS = ("AuthParameters", "ChallengeResponses")
_SHOWN = {
    "AuthFlow", "ChallengeName", "ClientId", "Username", "DeviceKey", "DeviceName", "DeviceRememberedStatus",
    "USERNAME", "DEVICE_KEY", "PREFERRED_CHALLENGE", "CHALLENGE_NAME", "TIMESTAMP",
}  # fmt: skip


@dataclass
class Entry:
    """One request. ``session`` is none, latest, older, expired or unknown at the time it came."""

    number: int
    connection: int
    operation: str
    username: str | None
    fields: list[str]
    values: dict[str, str]
    session: str
    headers: dict[str, str]
    status: int | None = None
    code: str | None = None
    challenge: str | None = None
    fault: str | None = None


@dataclass
class Journal:
    """The requests in the order they came."""

    entries: list[Entry] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(
        self,
        operation: str,
        body: Body,
        *,
        whose: str | None,
        session: SessionState,
        connection: int,
        headers: dict[str, str],
    ) -> Entry:
        flat = _flatten(body)
        shown = {name: value for name, value in flat.items() if _may_be_shown(name, flat)}
        username = next((flat[name] for name in _NAMES if name in flat), whose)
        with self._lock:
            number = len(self.entries) + 1
            entry = Entry(
                number, connection, operation, username, sorted(flat), shown, session.value, headers
            )
            self.entries.append(entry)
        return entry

    def select(self, **wanted: Any) -> list[dict[str, Any]]:
        """The entries whose members are as wanted; a member that is ``None`` may be anything."""
        with self._lock:
            listed = [asdict(entry) for entry in self.entries]
        wishes = {name: value for name, value in wanted.items() if value is not None}
        return [entry for entry in listed if all(entry[name] == value for name, value in wishes.items())]

    def clear(self) -> None:
        with self._lock:
            self.entries.clear()


_NAMES = ("AuthParameters.USERNAME", "ChallengeResponses.USERNAME", "Username")


def _flatten(body: Body) -> dict[str, str]:
    """Members and the entries of maps, as ``AuthParameters.USERNAME``; those that are null are not there."""
    flat = {}
    for name, value in body.items():
        if isinstance(value, dict):
            flat.update(
                {f"{name}.{inner}": str(entry) for inner, entry in value.items() if entry is not None}
            )
        elif value is not None:
            flat[name] = str(value)
    return flat


def _may_be_shown(name: str, flat: dict[str, str]) -> bool:
    container, _, inner = name.rpartition(".")
    if inner == "ANSWER":
        # A choice may be shown, an answer to a custom challenge may not.
        return flat.get("ChallengeName", "").startswith("SELECT_")
    return inner in _SHOWN and container in {"", *_MAPS}
