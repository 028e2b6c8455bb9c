"""One row of the table: a token, and what a verifier has to say about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ACCEPTED, INVALID, EXPIRED = "accepted", "invalid", "expired"


@dataclass(frozen=True)
class Row:
    name: str
    token: str
    verdict: str = INVALID
    token_use: Literal["id", "access"] = "id"
    leeway: float = 0.0
    # The time to verify at; where it is absent, the machine's.
    now: float | None = None
    groups: tuple[str, ...] = ()
