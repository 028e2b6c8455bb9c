"""What a row found out."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, field

from measure import Series


@dataclass
class Target:
    """What a figure was to reach, and whether it did."""

    what: str
    wanted: str
    reached: str
    met: bool


@dataclass
class Row:
    """Contenders and targets. ``unit`` is what a value is divided by, and its name."""

    name: str
    what: str
    unit: tuple[float, str]
    series: dict[str, Series]
    ours: str
    targets: list[Target] = field(default_factory=list)

    def shown(self, value: float) -> str:
        return in_unit(value, self.unit)


@dataclass
class Lines:
    """Contenders at growing counts: name, count, value."""

    name: str
    what: str
    unit: tuple[float, str]
    points: dict[str, dict[int, float]]
    targets: list[Target] = field(default_factory=list)

    def shown(self, value: float) -> str:
        return in_unit(value, self.unit)


left_out: list[str] = []


def leave_out(what: str) -> None:
    """Says that something could not be measured on this machine, here and in RESULTS.md."""
    if what not in left_out:
        left_out.append(what)
        print(what, file=sys.stderr)


def is_ours(name: str) -> bool:
    return name.startswith("cognitoken")


def is_limit(name: str) -> bool:
    """What nobody can be quicker than."""
    return name.startswith(("bare ", "aws-lc-rs"))


LONGER = {"us": (1e-3, "ms"), "ms": (1.0, "s")}


def in_unit(value: float, unit: tuple[float, str]) -> str:
    """Three digits; in a longer unit of time where the row's own is too short."""
    size, name = unit
    if value / size < 999.5:
        return f"{value / size:,.3g} {name}"
    return in_unit(value, LONGER[name]) if name in LONGER else f"{value / size:,.0f} {name}"


def seconds(value: float) -> str:
    for size, name in ((1.0, "s"), (1e-3, "ms"), (1e-6, "us")):
        if value >= size:
            return f"{value / size:.3g} {name}"
    return f"{max(value, 0.0) / 1e-9:.3g} ns"


def at_most(what: str, reached: float, limit: float) -> Target:
    """A time that is not to be longer."""
    return Target(what, f"at most {seconds(limit)}", seconds(reached), reached <= limit)


def at_least(what: str, ratio: float, limit: float) -> Target:
    """So many times as long as ours, or as fast."""
    return Target(what, f"at least {limit:g} times", f"{ratio:.2f} times", ratio >= limit)


def slope(points: dict[int, float]) -> float:
    """By which power of the count the value grows, at the last two counts: 1 is a straight line."""
    (count, value), (next_count, next_value) = sorted(points.items())[-2:]
    return math.log(next_value / value) / math.log(next_count / count)


def straight(what: str, points: dict[int, float], limit: float = 1.1) -> Target:
    grown = slope(points)
    return Target(
        f"{what}: the power of the count by which it grows",
        f"at most {limit}",
        f"{grown:.2f}",
        grown <= limit,
    )
