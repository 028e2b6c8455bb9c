"""What a row found out."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, field

from measure import Series

Unit = tuple[float, str]


@dataclass
class Target:
    """A figure of ours, and the limit that the same run measured.

    Only their ratio counts: times change with the machine and with what else runs on it. ``limit_name`` is what was
    measured, and ``at_most`` is how many times as much as that ours may be.
    """

    what: str
    ours: Series
    limit: Series
    limit_name: str
    at_most: float
    unit: Unit = (1e-3, "ms")

    @property
    def ratio(self) -> Series:
        return self.ours.over(self.limit)

    @property
    def met(self) -> bool:
        return self.ratio.median <= self.at_most


@dataclass
class Row:
    """Contenders and targets. ``unit`` is what a value is divided by, and its name.

    ``limit`` is the contender that nobody can be quicker than.
    """

    name: str
    what: str
    unit: Unit
    series: dict[str, Series]
    ours: str
    limit: str = ""
    targets: list[Target] = field(default_factory=list)

    def against_limit(self, what: str, at_most: float, contender: str = "") -> Row:
        """Adds the target of a contender of ours."""
        ours = self.series[contender or self.ours]
        target = Target(what, ours, self.series[self.limit], self.limit, at_most, self.unit)
        self.targets.append(target)
        return self

    def shown(self, value: float) -> str:
        return in_unit(value, self.unit)


@dataclass
class Lines:
    """Contenders at growing counts: name, count, values."""

    name: str
    what: str
    unit: Unit
    series: dict[str, dict[int, Series]]
    targets: list[Target] = field(default_factory=list)

    @property
    def points(self) -> dict[str, dict[int, float]]:
        """The medians."""
        return {
            name: {count: series.median for count, series in line.items()}
            for name, line in self.series.items()
        }

    def straight(self, at_most: float = 1.25) -> Lines:
        """Adds a target for each contender of ours: what one of the highest count takes, over one of the count before."""
        for name, line in self.series.items():
            if is_ours(name):
                (count, few), (next_count, many) = sorted(line.items())[-2:]
                self.targets.append(
                    Target(
                        f"{self.name}, {name}: each of {next_count:,}",
                        many.per(next_count),
                        few.per(count),
                        f"each of {count:,}",
                        at_most,
                        self.unit,
                    )
                )
        return self

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
    return name.startswith(("bare ", "raw ", "curl"))


SHORTER = {"ms": (1e-6, "us"), "us": (1e-9, "ns")}
LONGER = {"us": (1e-3, "ms"), "ms": (1.0, "s")}


def in_unit(value: float, unit: Unit) -> str:
    """Three digits; in another unit of time where the row's own is too short or too long."""
    size, name = unit
    if value / size < 0.1 and name in SHORTER:
        return in_unit(value, SHORTER[name])
    if value / size < 999.5:
        return f"{value / size:,.3g} {name}"
    return in_unit(value, LONGER[name]) if name in LONGER else f"{value / size:,.0f} {name}"


def slope(points: dict[int, float]) -> float:
    """By which power of the count the value grows, at the last two counts: 1 is a straight line."""
    (count, value), (next_count, next_value) = sorted(points.items())[-2:]
    return math.log(next_value / value) / math.log(next_count / count)
